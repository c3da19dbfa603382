// SPDX-License-Identifier: MIT
#include "core/value.hpp"

#include <limits>
#include <utility>

namespace sheaf {

std::int64_t element_count(const Shape& shape) noexcept {
  std::int64_t count = 1;
  bool is_too_large = false;
  for (const std::int64_t extent : shape) {
    if (extent == 0) return 0;
    is_too_large |= __builtin_mul_overflow(count, extent, &count);
  }
  return is_too_large ? std::numeric_limits<std::int64_t>::max() : count;
}

bool has_elements(const Shape& shape, std::int64_t elements) noexcept {
  std::int64_t product = 1;
  for (const std::int64_t extent : shape) {
    if (extent < 0 || __builtin_mul_overflow(product, extent, &product)) return false;
  }
  return product == elements;
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis != 0) text += ", ";
    text += std::to_string(shape[axis]);
  }
  text += shape.size() == 1 ? ",)" : ")";
  return text;
}

Value Value::of(std::string_view text) { return {utf8, {}, {}, {std::string(text)}}; }

Value Value::of(std::vector<std::string> texts) {
  const auto count = static_cast<std::int64_t>(texts.size());
  return {utf8, {count}, {}, std::move(texts)};
}

}  // namespace sheaf
