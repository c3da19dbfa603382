// SPDX-License-Identifier: MIT
// sheaf.npy: NumPy's array files, and members of its archives.
//
// Model: axis 0 is rows. All arrays have the element type and number of axes of the first one that
// can be read, or the parameters'; other extents may differ, which makes the output ragged.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "npy/npy.hpp"

namespace sheaf::npy {
namespace {

constexpr std::size_t slot_bytes = std::size_t{1} << 20U;  // of one reservation, about

struct Form {
  sheaf_dtype dtype{};
  std::int64_t axes = 1;  // rows included
};

// "float64 3"
std::string to_text(const Form& form) {
  return std::string(name_of(form.dtype)) + ' ' + std::to_string(form.axes);
}
std::optional<Form> form_of(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::optional<sheaf_dtype> dtype = dtype_named(text.substr(0, blank));
  Form form{dtype.value_or(sheaf_dtype{}), 0};
  std::from_chars(text.data() + blank + 1, text.data() + text.size(), form.axes);
  return dtype && form.axes > 0 ? std::optional(form) : std::nullopt;
}

// The rows of one array on their way into slots.
class Loader {
 public:
  Loader(Input& input, const Header& header, sheaf_dtype want, sdk::Sink& sink)
      : input_(&input), header_(&header), want_(want), sink_(&sink) {
    const auto size = static_cast<std::int64_t>(std::max<std::size_t>(header.row_bytes(), 1));
    step_ = std::max<std::int64_t>(static_cast<std::int64_t>(slot_bytes) / size, 1);
  }

  void load() {
    for (std::int64_t row = 0; row < header_->rows();) {
      sink_->check_cancelled();
      const std::int64_t rows = std::min(step_, header_->rows() - row);
      if (want_ == sdk::utf8) {
        put_text(rows);
      } else {
        put(row, rows);
      }
      row += rows;
      sink_->progress(static_cast<double>(row) / static_cast<double>(header_->rows()));
    }
    input_->check_end();
  }

 private:
  void put(std::int64_t row, std::int64_t rows) {
    const sheaf_slot slot = sink_->reserve_slot(0, rows, header_->item_shape(), 0);
    const std::span<std::byte> to(static_cast<std::byte*>(slot.data), slot.size);
    if (header_->element.dtype == want_) {
      fill(row, rows, to);
    } else {
      buffer_.resize(static_cast<std::size_t>(rows) * header_->row_bytes());
      fill(row, rows, buffer_);
      convert(buffer_, header_->element.dtype, to, want_);
    }
    sink_->commit(0, rows);
  }

  void fill(std::int64_t row, std::int64_t rows, std::span<std::byte> to) {
    if (header_->fortran) {
      gather(row, rows, to);
    } else {
      input_->read(to);
    }
    settle(header_->element, to);
  }

  // Rows of an array in Fortran order, where axis 0 varies fastest.
  void gather(std::int64_t row, std::int64_t rows, std::span<std::byte> to) {
    const auto all = static_cast<std::uint64_t>(header_->rows());
    const std::span<const std::byte> from = input_->rest(all * header_->row_bytes());
    const std::span<const std::int64_t> item = header_->item_shape();
    const std::size_t size = header_->element.size;
    std::vector<std::int64_t> index(item.size(), 0);
    for (std::int64_t element = 0; element < header_->row_elements; ++element) {
      std::int64_t column = 0;  // of the file: the item's axes in reverse
      for (std::size_t axis = item.size(); axis-- > 0;) column = column * item[axis] + index[axis];
      const std::byte* at =
          from.data() +
          (static_cast<std::uint64_t>(column) * all + static_cast<std::uint64_t>(row)) * size;
      std::byte* put_at = to.data() + static_cast<std::size_t>(element) * size;
      for (std::int64_t i = 0; i < rows; ++i, at += size, put_at += header_->row_bytes()) {
        std::memcpy(put_at, at, size);
      }
      for (std::size_t axis = item.size(); axis-- > 0 && ++index[axis] == item[axis];) {
        index[axis] = 0;
      }
    }
  }

  void put_text(std::int64_t rows) {
    const std::size_t size = header_->element.size;
    buffer_.resize(static_cast<std::size_t>(rows) * size);
    input_->read(buffer_);
    std::string all;
    std::vector<std::int64_t> ends;
    for (std::int64_t i = 0; i < rows; ++i) {
      all += text_of(header_->element,
                     std::span(buffer_).subspan(static_cast<std::size_t>(i) * size, size));
      ends.push_back(static_cast<std::int64_t>(all.size()));
    }
    const sheaf_slot slot = sink_->reserve_slot(0, rows, {}, all.size());
    if (!all.empty()) std::memcpy(slot.data, all.data(), all.size());
    slot.offsets[0] = 0;
    std::ranges::copy(ends, slot.offsets + 1);
    sink_->commit(0, rows);
  }

  Input* input_;
  const Header* header_;
  sheaf_dtype want_;
  sdk::Sink* sink_;
  std::int64_t step_;
  std::vector<std::byte> buffer_;
};

class Npy {
 public:
  static void declare(sdk::Declaration<Npy>& feature) {
    feature.name("sheaf.npy")
        .summary("NumPy's arrays (.npy, or a member of an .npz): a row for each index of axis 0")
        .pattern(R"(\.np[yz]$)")
        .ignore_case();
    feature.parameter("member", &Npy::member_,
                      "array of an .npz to load; may be left out where it holds one alone");
    feature
        .parameter("dtype", &Npy::dtype_,
                   "element type to convert to; unset: that of the first source")
        .choices({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
                  "float32", "float64", "complex64", "complex128", "bool", "str"});
    feature
        .parameter("axes", &Npy::axes_,
                   "axes of an array, that of the rows included; unset: as many as the first "
                   "source has")
        .range(1, 32);
    feature
        .parameter("layout", &Npy::layout_,
                   "fixed: one array, all rows alike; ragged: each source its own shape; auto: "
                   "fixed until a source differs, then ragged")
        .choices({"auto", "fixed", "ragged"});
  }

  void survey(const sdk::Survey& survey) {
    if (!survey.is_first()) {
      const std::optional<Form> agreed = form_of(survey.agreed());
      if (!agreed) throw sdk::PluginError("the instances don't agree on an element type");
      form_ = *agreed;
      return;
    }
    const auto stored = survey.stored("array_type");
    const std::optional<Form> before =
        stored && stored->dtype() == sdk::utf8 ? form_of(stored->strings().at(0)) : std::nullopt;
    if (before) {
      form_ = *before;
    } else {
      find_form(survey);
    }
    survey.agree(to_text(form_));
  }

  void describe(sdk::Description& file) const {
    sdk::Output output("npy", form_.dtype,
                       sdk::Shape(static_cast<std::size_t>(form_.axes - 1), sdk::per_source));
    if (form_.axes > 1 && layout_ == "ragged") output.ragged();
    if (form_.axes > 1 && layout_ == "auto") output.ragged_if_needed();
    file.add(output);
    file.attr("array_type", to_text(form_));
  }

  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) const {
    if (source.path_bytes().empty()) throw sdk::Error("is no local file: copy it to a disk first");
    const std::unique_ptr<Input> input = open_input(source.c_path(), member_);
    const Header header = read_header(*input);
    check(header);
    if (header.rows() == 0) return sdk::Result::Empty;
    Loader(*input, header, form_.dtype, sink).load();
    return sdk::Result::Ok;
  }

 private:
  void find_form(const sdk::Survey& survey) {
    if (dtype_) form_.dtype = *dtype_named(*dtype_);
    if (axes_) form_.axes = *axes_;
    if (dtype_ && axes_) return;
    bool some_are_away = false;
    for (std::size_t i = 0; i < survey.size(); ++i) {
      survey.check_cancelled();
      some_are_away |= survey[i].path_bytes().empty();
      const std::optional<Form> found = look_at(survey[i]);
      if (!found) continue;
      if (!dtype_) form_.dtype = found->dtype;
      if (!axes_) form_.axes = found->axes;
      return;
    }
    if (some_are_away) {
      throw sdk::PluginError(
          "none of the arrays is a local file, so there is none to take the element type and "
          "number of axes from: set both, as in -f npy:dtype=float32,axes=2");
    }
    if (!dtype_) form_.dtype = sdk::dtype_of<double>();  // nothing will be stored
  }

  // Nothing for what can't be read: load will say why.
  [[nodiscard]] std::optional<Form> look_at(const sdk::Source& source) const {
    if (source.path_bytes().empty()) return std::nullopt;
    try {
      const Header header = read_header(*open_input(source.c_path(), member_));
      if (header.element.dtype == sdk::utf8 && header.shape.size() > 1) return std::nullopt;
      return Form{header.element.dtype, static_cast<std::int64_t>(header.shape.size())};
    } catch (const std::exception&) {  // out of memory, too: one source mustn't end the survey
      return std::nullopt;
    }
  }

  void check(const Header& header) const {
    const auto axes = static_cast<std::int64_t>(header.shape.size());
    const sheaf_dtype have = header.element.dtype;
    if (axes != form_.axes) {
      throw sdk::Error("has " + std::to_string(axes) + " axes, and the file's arrays have " +
                       std::to_string(form_.axes) +
                       ", as the first source: give a pattern that tells them apart, or axes=");
    }
    if (have == sdk::utf8 && axes > 1) {
      throw sdk::Error("holds text on " + std::to_string(axes) +
                       " axes; strings are stored from arrays of one axis alone");
    }
    if (have == form_.dtype) return;
    const bool both_numbers = have != sdk::utf8 && form_.dtype != sdk::utf8;
    if (dtype_ && both_numbers) return;
    throw sdk::Error("holds " + std::string(name_of(have)) + " while the file's arrays are " +
                     std::string(name_of(form_.dtype)) +
                     (both_numbers ? ", as the first source: give dtype=float64, or another, to "
                                     "convert all of them"
                                   : ": text and numbers can't be in one array"));
  }

  std::optional<std::string> member_, dtype_;
  std::optional<std::int64_t> axes_;
  std::string layout_ = "auto";
  Form form_{sdk::dtype_of<double>(), 1};
};

}  // namespace
}  // namespace sheaf::npy

SHEAF_PLUGIN("sheaf.npy", "0.1.0", "MIT", "NumPy's array files", sheaf::npy::Npy);
