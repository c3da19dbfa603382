// SPDX-License-Identifier: MIT
// sheaf.hdf5: a dataset of other HDF5 files, row by row.
//
// Model: all datasets have the element type and number of axes of the first one that can be read;
// other extents may differ, which makes the output ragged.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include "hdf5/dataset.hpp"

namespace sheaf::hdf5 {
namespace {

constexpr std::int64_t slot_bytes = std::int64_t{1} << 20U;        // of one reservation, about
constexpr std::int64_t most_slot_bytes = std::int64_t{64} << 20U;  // for chunks that are larger

struct Form {
  sheaf_dtype dtype = sdk::dtype_of<double>();
  std::int64_t axes = 1;
};

// "2 64 3": code, bits and axes.
std::string to_text(const Form& form) {
  return std::to_string(form.dtype.code) + ' ' + std::to_string(form.dtype.bits) + ' ' +
         std::to_string(form.axes);
}
std::optional<Form> form_of(std::string_view text) {
  std::int64_t numbers[3] = {0, 0, 0};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::int64_t& number : numbers) {
    const auto [stop, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number < 0 || number > 255) return std::nullopt;
    at = std::min(stop + 1, end);
  }
  if (numbers[2] < 1) return std::nullopt;
  return Form{{static_cast<std::uint8_t>(numbers[0]), static_cast<std::uint8_t>(numbers[1]), 1},
              numbers[2]};
}

Form form_of(const Dataset& dataset) {
  return {dataset.dtype(), static_cast<std::int64_t>(dataset.shape().size())};
}

class Hdf5 {
 public:
  static void declare(sdk::Declaration<Hdf5>& feature) {
    feature.name("sheaf.hdf5")
        .summary("A dataset of HDF5 files (and netCDF-4): a row for each index of axis 0")
        .pattern(R"(\.(h5|hdf5|hdf|he5|h5ad|nc|nc4|cdf|nxs|mat)$)")
        .ignore_case()
        .opt_in();
    feature.parameter("dataset", &Hdf5::dataset_, "path of the dataset, as in /entry/data")
        .required();
    feature
        .parameter("layout", &Hdf5::layout_,
                   "fixed: one array, all rows alike; ragged: each source its own shape; auto: "
                   "fixed until a source differs, then ragged")
        .choices({"auto", "fixed", "ragged"});
  }

  void survey(const sdk::Survey& survey) {
    if (!survey.is_first()) {
      form_ = form_of(survey.agreed()).value_or(Form{});
      return;
    }
    const auto stored = survey.stored("dataset_form");
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
    sdk::Output output("hdf5", form_.dtype,
                       sdk::Shape(static_cast<std::size_t>(form_.axes - 1), sdk::per_source));
    if (form_.axes > 1 && layout_ == "ragged") output.ragged();
    if (form_.axes > 1 && layout_ == "auto") output.ragged_if_needed();
    file.add(output);
    file.attr("dataset_form", to_text(form_));
  }

  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) const {
    if (source.path_bytes().empty()) throw sdk::Error("is no local file: copy it to a disk first");
    const std::unique_ptr<Dataset> dataset = open_dataset(source.c_path(), dataset_);
    const Form form = form_of(*dataset);
    if (!(form.dtype == form_.dtype) || form.axes != form_.axes) {
      throw sdk::Error(
          "has a dataset of another element type or number of axes than the first "
          "source: give a pattern that tells them apart");
    }
    const sdk::Shape& shape = dataset->shape();
    if (shape[0] == 0) return sdk::Result::Empty;
    std::int64_t row_bytes = std::max(form.dtype.bits / 8, 1);
    for (std::size_t axis = 1; axis < shape.size(); ++axis) row_bytes *= shape[axis];
    if (row_bytes == 0) throw sdk::Error("has rows without elements");
    copy(*dataset, rows_at_once(*dataset, row_bytes), sink);
    return sdk::Result::Ok;
  }

 private:
  // About a slot, in whole chunks where they aren't far too large for that.
  static std::int64_t rows_at_once(const Dataset& dataset, std::int64_t row_bytes) {
    const std::int64_t rows = std::max<std::int64_t>(slot_bytes / row_bytes, 1);
    const std::int64_t good = dataset.good_rows();
    if (rows >= good) return rows / good * good;
    return good <= most_slot_bytes / row_bytes ? good : rows;
  }

  static void copy(Dataset& dataset, std::int64_t step, sdk::Sink& sink) {
    const std::int64_t total = dataset.shape()[0];
    const std::span<const std::int64_t> item = std::span(dataset.shape()).subspan(1);
    for (std::int64_t row = 0; row < total;) {
      sink.check_cancelled();
      const std::int64_t rows = std::min(step, total - row);
      if (dataset.dtype() == sdk::utf8) {
        put_text(dataset.read_text(row, rows), sink);
      } else {
        const sheaf_slot slot = sink.reserve_slot(0, rows, item, 0);
        const std::span<std::byte> to(static_cast<std::byte*>(slot.data), slot.size);
        dataset.read(row, rows, to);
        if (dataset.dtype() == sdk::dtype_of<bool>()) {
          for (std::byte& byte : to) byte = byte == std::byte{0} ? byte : std::byte{1};
        }
        sink.commit(0, rows);
      }
      row += rows;
      sink.progress(static_cast<double>(row) / static_cast<double>(total));
    }
  }

  static void put_text(const std::vector<std::string>& texts, sdk::Sink& sink) {
    std::size_t size = 0;
    for (const std::string& text : texts) {
      if (sdk::find_invalid_utf8(text) != std::string::npos) {
        throw sdk::Error("holds strings that aren't UTF-8 text");
      }
      size += text.size();
    }
    const auto rows = static_cast<std::int64_t>(texts.size());
    const sheaf_slot slot = sink.reserve_slot(0, rows, {}, size);
    std::int64_t end = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      slot.offsets[i] = end;
      if (!texts[i].empty()) {
        std::memcpy(static_cast<char*>(slot.data) + end, texts[i].data(), texts[i].size());
      }
      end += static_cast<std::int64_t>(texts[i].size());
    }
    slot.offsets[texts.size()] = end;
    sink.commit(0, rows);
  }

  void find_form(const sdk::Survey& survey) {
    for (std::size_t i = 0; i < survey.size(); ++i) {
      survey.check_cancelled();
      if (survey[i].path_bytes().empty()) continue;
      try {
        const Form found = form_of(*open_dataset(survey[i].c_path(), dataset_));
        if (found.dtype == sdk::utf8 && found.axes > 1) continue;  // load says why
        form_ = found;
        return;
      } catch (const sdk::PluginError&) {
        throw;
      } catch (const std::exception&) {  // out of memory, too: one source mustn't end the survey
      }
    }
    if (survey.size() > 0 && survey[0].path_bytes().empty()) {
      throw sdk::PluginError(
          "none of the files is local, so there is none to take the element "
          "type from: copy one to a disk");
    }
  }

  std::string dataset_, layout_ = "auto";
  Form form_;
};

}  // namespace
}  // namespace sheaf::hdf5

SHEAF_PLUGIN("sheaf.hdf5", "0.1.0", "MIT", "Datasets of other HDF5 files", sheaf::hdf5::Hdf5);
