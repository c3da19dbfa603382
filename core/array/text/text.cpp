// SPDX-License-Identifier: MIT
// What becomes of texts.
#include "core/array/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/text/text_format.hpp"
#include "core/array/text/text_nodes.hpp"
#include "core/array/text/unicode.hpp"
#include "core/error.hpp"
#include "core/utf8.hpp"

namespace sheaf::np::strings {
namespace {

// Longer ones are mistakes more likely than texts.
constexpr std::int64_t most_bytes = std::int64_t{1} << 31U;

using Map = std::string (*)(std::string_view);
Array mapped(const std::string& name, const Texts& a, Map map) {
  return each_text<std::string>(name, {a}, [map](const Given& in) { return map(in.text(0)); });
}

std::string repeated(const std::string& name, std::string_view text, std::int64_t times) {
  if (times <= 0 || text.empty()) return {};
  if (times > most_bytes / static_cast<std::int64_t>(text.size())) {
    refuse(name, "would make a text of more than 2 GiB");
  }
  std::string all;
  all.reserve(text.size() * static_cast<std::size_t>(times));
  for (; times > 0; --times) all += text;
  return all;
}

enum class Side : std::uint8_t { Left, Middle, Right };

// Filled up to a width on the sides where the text isn't.
std::string filled(const std::string& name, const Given& in, Side side) {
  const std::string& text = in.text(0);
  const std::string& with = in.text(2);
  if (unicode::length(with) != 1)
    refuse(name, "takes one character to fill with, not '" + with + "'");
  const std::int64_t width = std::max<std::int64_t>(0, in.number(1));
  const std::int64_t missing = std::max<std::int64_t>(0, width - unicode::length(text));
  std::int64_t before = side == Side::Left ? 0 : missing;
  // The odd one goes as Python has it.
  if (side == Side::Middle) before = missing / 2 + (missing & width & 1);
  return repeated(name, with, before) + text + repeated(name, with, missing - before);
}

Array filled(const std::string& name, const Texts& a, const Array& width, const Texts& fillchar,
             Side side) {
  return each_text<std::string>(name, {a, width, fillchar},
                                [=](const Given& in) { return filled(name, in, side); });
}

template <class Test>
std::string without_ends(const std::string& text, Side side, Test is_left_out) {
  const std::u32string points = unicode::points_of(text);
  std::size_t first = 0;
  std::size_t last = points.size();
  if (side != Side::Right) {
    while (first < last && is_left_out(points[first])) ++first;
  }
  if (side != Side::Left) {
    while (last > first && is_left_out(points[last - 1])) --last;
  }
  return unicode::text_of(std::u32string_view(points).substr(first, last - first));
}

Array stripped(const std::string& name, const Texts& a, const std::optional<Texts>& chars,
               Side side) {
  if (!chars) {
    return each_text<std::string>(name, {a}, [side](const Given& in) {
      return without_ends(in.text(0), side, unicode::is_space);
    });
  }
  return each_text<std::string>(name, {a, *chars}, [side](const Given& in) {
    const std::u32string set = unicode::points_of(in.text(1));
    return without_ends(in.text(0), side,
                        [&](char32_t point) { return set.find(point) != std::u32string::npos; });
  });
}

std::string with_spaces(std::string_view text, std::int64_t size) {
  std::string result;
  std::int64_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = unicode::bytes_of_first(text.substr(at));
    if (text[at] == '\t') {
      const std::int64_t spaces = size > 0 ? size - column % size : 0;
      result += repeated("expandtabs", " ", spaces);
      column += spaces;
    } else {
      result.append(text, at, bytes);
      column = text[at] == '\n' || text[at] == '\r' ? 0 : column + 1;
    }
    at += bytes;
  }
  return result;
}

// `between` before each character, but for the first one.
std::string spread(std::string_view text, const std::string& between) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = unicode::bytes_of_first(text.substr(at));
    if (at > 0) result += between;
    result.append(text, at, bytes);
    at += bytes;
  }
  return result;
}

std::string replaced(const std::string& text, const std::string& old, const std::string& with,
                     std::int64_t most) {
  if (most < 0) most = to_end;
  std::string result;
  std::size_t at = 0;
  if (old.empty()) {  // before each character, and at the end
    for (; most > 0 && at <= text.size(); --most) {
      result += with;
      if (at == text.size()) return result;
      const std::size_t bytes = unicode::bytes_of_first(std::string_view(text).substr(at));
      result.append(text, at, bytes);
      at += bytes;
    }
    return result.append(text, std::min(at, text.size()));
  }
  for (; most > 0; --most) {
    const std::size_t found = unicode::find(text, old, at);
    if (found == std::string::npos) break;
    result.append(text, at, found - at).append(with);
    at = found + old.size();
  }
  return result.append(text, at);
}

std::string with_zeros(const std::string& text, std::int64_t width) {
  const std::int64_t missing = std::max<std::int64_t>(0, width) - unicode::length(text);
  if (missing <= 0) return text;
  const std::size_t sign = text.starts_with('+') || text.starts_with('-') ? 1 : 0;
  return text.substr(0, sign) + repeated("zfill", "0", missing) + text.substr(sign);
}

// Three texts of each, along a last axis.
class Partition : public Node {
 public:
  Partition(Shape shape, std::vector<NodePtr> inputs, bool is_last)
      : Node(utf8, std::move(shape)), inputs_(std::move(inputs)), is_last_(is_last) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    Box below = box;
    below.first.pop_back();
    below.count.pop_back();
    Given in(inputs_, below, pass);
    out.reset(utf8, box.size());
    auto to = out.strings().begin();
    for (std::int64_t at = 0; at < below.size(); ++at) {
      in.move_to(at);
      std::array<std::string, 3> parts = split(in.text(0), in.text(1));
      to = std::move(parts.begin() + box.first.back(),
                     parts.begin() + box.first.back() + box.count.back(), to);
    }
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return inputs_; }

 private:
  [[nodiscard]] std::array<std::string, 3> split(const std::string& text,
                                                 const std::string& separator) const {
    if (separator.empty()) refuse(is_last_ ? "rpartition" : "partition", "has an empty separator");
    const std::size_t at =
        is_last_ ? unicode::rfind(text, separator) : unicode::find(text, separator);
    if (at != std::string::npos) {
      return {text.substr(0, at), separator, text.substr(at + separator.size())};
    }
    if (is_last_) return {"", "", text};
    return {text, "", ""};
  }

  std::vector<NodePtr> inputs_;
  bool is_last_;
};

Array parts_of(const std::string& name, const Texts& a, const Texts& sep, bool is_last) {
  std::vector<NodePtr> inputs = text_inputs(name, {a, sep});
  Shape shape = shape_together(inputs);
  shape.push_back(3);
  return Array(std::make_shared<Partition>(std::move(shape), std::move(inputs), is_last));
}

}  // namespace

void refuse(const std::string& function, const std::string& why) {
  throw Error(ErrorCode::Invalid, "char." + function + "()", why);
}

Given::Given(const std::vector<NodePtr>& inputs, const Box& box, Pass& pass) {
  for (const NodePtr& input : inputs) {
    const bool is_one = input->size() == 1;
    blocks_.push_back(pass.read(input, is_one ? Box::whole(input->shape()) : box));
    steps_.push_back(is_one ? 0 : 1);
  }
}

std::vector<NodePtr> broadcast_inputs(const std::string& function,
                                      const std::vector<Array>& inputs) {
  std::vector<Shape> shapes;
  for (const Array& one : inputs) shapes.push_back(one.shape());
  const Shape shape = broadcast_shape(shapes, "char." + function);
  std::vector<NodePtr> all;
  for (const Array& one : inputs) {
    // One keeps the shape, where all the others have one element.
    const bool is_one = one.size() == 1 && !all.empty();
    all.push_back(is_one ? one.node() : broadcast(one.node(), shape));
  }
  return all;
}

std::vector<NodePtr> text_inputs(const std::string& function, const std::vector<Input>& inputs) {
  std::vector<Array> fitting;
  for (const Input& one : inputs) {
    const Dtype dtype = one.array.dtype();
    if (one.is_text && !dtype.is_string()) {
      refuse(function, "takes texts, not " + dtype.name() + "; convert them (char.array)");
    }
    if (!one.is_text && !is_whole(dtype)) {
      refuse(function, "takes an integer there, not " + dtype.name());
    }
    fitting.push_back(one.is_text ? one.array : one.array.astype(int64));
  }
  return broadcast_inputs(function, fitting);
}

Shape shape_together(const std::vector<NodePtr>& inputs) { return inputs.front()->shape(); }

Array add(const Texts& x1, const Texts& x2) {
  return each_text<std::string>("add", {x1, x2},
                                [](const Given& in) { return in.text(0) + in.text(1); });
}
Array multiply(const Texts& a, const Array& i) {
  return each_text<std::string>("multiply", {a, i}, [](const Given& in) {
    return repeated("multiply", in.text(0), in.number(1));
  });
}
Array mod(const Texts& a, const Array& values) {
  if (!a.array.dtype().is_string()) refuse("mod", "takes texts, not " + a.array.dtype().name());
  return each_of<std::string>(broadcast_inputs("mod", {a.array, values}), [](const Given& in) {
    return formatted(in.text(0), in.block(1), in.place(1));
  });
}
Array capitalize(const Texts& a) { return mapped("capitalize", a, unicode::capitalize); }
Array lower(const Texts& a) { return mapped("lower", a, unicode::lower); }
Array swapcase(const Texts& a) { return mapped("swapcase", a, unicode::swapcase); }
Array title(const Texts& a) { return mapped("title", a, unicode::title); }
Array upper(const Texts& a) { return mapped("upper", a, unicode::upper); }

Array decode(const Texts& a, const std::string& encoding) {
  (void)unicode::decoded("", encoding);
  return each_text<std::string>("decode", {a}, [encoding](const Given& in) {
    return unicode::decoded(in.text(0), encoding);
  });
}
Array encode(const Texts& a, const std::string& encoding) {
  const std::string name = unicode::lower(encoding);
  const bool is_ascii = name == "ascii" || name == "us-ascii";
  if (!is_ascii && name != "utf-8" && name != "utf8") {
    refuse("encode", "texts are UTF-8 and have no other form, such as " + encoding);
  }
  return each_text<std::string>("encode", {a}, [is_ascii](const Given& in) {
    const std::string& text = in.text(0);
    if (is_ascii ? unicode::is_ascii(text) : is_utf8(text)) return text;
    refuse("encode", "'" + text + "' isn't " + (is_ascii ? "ASCII" : "UTF-8"));
  });
}
Array expandtabs(const Texts& a, const Array& tabsize) {
  return each_text<std::string>("expandtabs", {a, tabsize}, [](const Given& in) {
    return with_spaces(in.text(0), in.number(1));
  });
}
Array join(const Texts& sep, const Texts& seq) {
  return each_text<std::string>("join", {sep, seq},
                                [](const Given& in) { return spread(in.text(1), in.text(0)); });
}
Array center(const Texts& a, const Array& width, const Texts& fillchar) {
  return filled("center", a, width, fillchar, Side::Middle);
}
Array ljust(const Texts& a, const Array& width, const Texts& fillchar) {
  return filled("ljust", a, width, fillchar, Side::Left);
}
Array rjust(const Texts& a, const Array& width, const Texts& fillchar) {
  return filled("rjust", a, width, fillchar, Side::Right);
}
Array lstrip(const Texts& a, const std::optional<Texts>& chars) {
  return stripped("lstrip", a, chars, Side::Left);
}
Array rstrip(const Texts& a, const std::optional<Texts>& chars) {
  return stripped("rstrip", a, chars, Side::Right);
}
Array strip(const Texts& a, const std::optional<Texts>& chars) {
  return stripped("strip", a, chars, Side::Middle);
}
Array partition(const Texts& a, const Texts& sep) { return parts_of("partition", a, sep, false); }
Array rpartition(const Texts& a, const Texts& sep) { return parts_of("rpartition", a, sep, true); }
Array replace(const Texts& a, const Texts& old, const Texts& with, const Array& count) {
  return each_text<std::string>("replace", {a, old, with, count}, [](const Given& in) {
    return replaced(in.text(0), in.text(1), in.text(2), in.number(3));
  });
}
Array translate(const Texts& a, std::string_view table) {
  return each_text<std::string>("translate", {a},
                                [to = unicode::points_of(table)](const Given& in) {
                                  std::u32string points = unicode::points_of(in.text(0));
                                  for (char32_t& point : points)
                                    point = point < to.size() ? to[point] : point;
                                  return unicode::text_of(points);
                                });
}
Array zfill(const Texts& a, const Array& width) {
  return each_text<std::string>(
      "zfill", {a, width}, [](const Given& in) { return with_zeros(in.text(0), in.number(1)); });
}
Array array(const Array& obj) { return asarray(obj); }
Array asarray(const Array& obj) { return obj.astype(utf8); }

}  // namespace sheaf::np::strings
