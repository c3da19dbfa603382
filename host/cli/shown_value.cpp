// SPDX-License-Identifier: MIT
#include "host/cli/shown_value.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "host/cli/format.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

using objects::Outline;
using objects::Tree;

constexpr std::int64_t most_elements = 6;  // more are shown by the first and last three
constexpr std::int64_t edge_elements = 3;
constexpr std::size_t value_width = 60;

std::string elements_text(const Value& value, std::size_t room) {
  std::string text;
  const auto count = static_cast<std::size_t>(element_count(value.shape));
  for (std::size_t at = 0; at < count; ++at) {
    const bool is_text = value.dtype.is_string();
    text += at == 0 ? "" : ", ";
    text += is_text ? quoted_line(value.strings[at], room) : show_element(value, at);
  }
  return text;
}

// A few elements at one end of an array: of its first or last row of the innermost axis.
Value end_of(const Outline& outline, const Shape& shape, std::int64_t count, bool is_last) {
  Shape first(shape.size(), 0), extents(shape.size(), 1);
  extents.back() = std::min(shape.back(), count);
  for (std::size_t axis = 0; is_last && axis < shape.size(); ++axis) {
    first[axis] = shape[axis] - extents[axis];
  }
  return outline.read(first, extents);
}

// As NumPy prints it, by its edges.
class EdgesText {
 public:
  EdgesText(const Outline& outline, const Shape& shape)
      : outline_(outline), shape_(shape), first_(shape.size(), 0) {}

  [[nodiscard]] std::string axis(std::size_t axis) {
    const std::int64_t extent = shape_[axis];
    if (extent <= most_elements) return "[" + part(axis, 0, extent) + "]";
    const bool is_last = axis + 1 == shape_.size();
    return "[" + part(axis, 0, edge_elements) + separator(axis) + "..." + (is_last ? ", " : "") +
           (is_last ? "" : separator(axis).substr(1)) +
           part(axis, extent - edge_elements, edge_elements) + "]";
  }

 private:
  [[nodiscard]] std::string separator(std::size_t axis) const {
    return axis + 1 == shape_.size() ? ", " : ",\n" + std::string(axis + 1, ' ');
  }

  std::string part(std::size_t axis, std::int64_t first, std::int64_t count) {
    first_[axis] = first;
    if (axis + 1 == shape_.size()) {
      Shape extents(shape_.size(), 1);
      extents[axis] = count;
      return elements_text(outline_.read(first_, extents), value_width);
    }
    std::string text;
    for (std::int64_t at = 0; at < count; ++at) {
      first_[axis] = first + at;
      text += (at == 0 ? "" : separator(axis)) + this->axis(axis + 1);
    }
    return text;
  }

  const Outline& outline_;
  const Shape& shape_;
  Shape first_;
};

// Line breaks and tabs stay.
std::string text_lines(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find_first_of("\n\t"), text.size());
    result += printable(text.substr(0, plain));
    if (plain < text.size()) result += text[plain];
    text.remove_prefix(std::min(plain + 1, text.size()));
  }
  return result;
}

}  // namespace

std::string quoted_line(std::string_view text, std::size_t room) {
  // Of a long text no more is looked at than fits.
  const std::string inner = printable(text.substr(0, room * 4));
  return '"' + shorten(inner, std::max<std::size_t>(room, 8) - 2) + '"';
}

std::string array_line(const Outline& outline, const Shape& shape, std::size_t room) {
  const std::int64_t count = element_count(shape);
  if (count == 0) return "[]";
  if (count <= most_elements) {
    const Value value = outline.read(Shape(shape.size(), 0), shape);
    std::string text = value.dtype.is_string() ? '[' + elements_text(value, room) + ']'
                                               : show_inline(value, room * 8);
    if (columns_of(text) <= room || count == 1) return shorten(text, room);
  }
  std::string text;
  for (std::int64_t edge = std::min(edge_elements, count / 2); edge > 0; --edge) {
    const std::string begin = elements_text(end_of(outline, shape, edge, false), room / 3);
    const std::string end = elements_text(end_of(outline, shape, edge, true), room / 3);
    text = fmt::format("[{}, …, {}]", begin, end);
    if (columns_of(text) <= room) break;
  }
  return shorten(text, room);
}

std::string bytes_line(const objects::Bytes& bytes, std::size_t room) {
  const std::string size = human_bytes(static_cast<std::int64_t>(bytes.data.size()));
  if (bytes.is_pickle) return "a pickle of " + size;
  std::string text = size + ":";
  for (std::size_t at = 0; at < bytes.data.size() && text.size() < room; ++at) {
    text += fmt::format(" {:02x}", std::to_integer<unsigned>(bytes.data[at]));
  }
  return shorten(text, room);
}

void print_value(const Tree& tree) {
  if (const Value* value = tree.value()) {
    if (value->dtype.is_string() && value->shape.empty()) {
      fmt::print("{}\n", text_lines(value->strings[0]));
    } else if (value->shape.empty()) {
      fmt::print("{}\n", show(*value));
    } else {
      fmt::print("{}\n{} {}\n", show(*value), to_string(value->shape), value->dtype.name());
    }
  } else if (const objects::Bytes* bytes = tree.bytes()) {
    fmt::print("{}\n", bytes_line(*bytes, bytes->data.size() * 4 + value_width));
  } else {
    fmt::print("none\n");
  }
}

void print_array(Outline& outline, const Outline::Entry& entry) {
  constexpr std::int64_t most_whole = 1000;
  constexpr std::size_t most_axes = 4;
  if (element_count(entry.shape) <= most_whole) {
    return print_value(outline.read(Shape(entry.shape.size(), 0), entry.shape));
  }
  const std::string text = entry.shape.size() > most_axes
                               ? array_line(outline, entry.shape, value_width)
                               : EdgesText(outline, entry.shape).axis(0);
  fmt::print("{}\n{} {}\n", text, to_string(entry.shape), entry.type);
}

}  // namespace sheaf::host::cli
