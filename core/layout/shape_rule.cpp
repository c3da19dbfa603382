// SPDX-License-Identifier: MIT
#include "core/layout/shape_rule.hpp"

#include <algorithm>
#include <utility>

namespace sheaf::layout {
namespace {

bool fits(const Shape& item, const Shape& spec) noexcept {
  return std::equal(item.begin(), item.end(), spec.begin(), spec.end(),
                    [](std::int64_t extent, std::int64_t wanted) {
                      return extent >= 0 && (wanted < 0 || extent == wanted);
                    });
}

std::string with_words(const Shape& spec) {
  std::string text = to_string(spec);
  for (std::size_t at = text.find("-1"); at != std::string::npos; at = text.find("-1", at)) {
    text.replace(at, 2, "any");
  }
  return text;
}

}  // namespace

ShapeRule::ShapeRule(Shape spec) : spec_(std::move(spec)), least_(spec_) {
  for (std::int64_t& extent : least_) extent = std::max<std::int64_t>(extent, 0);
}

void ShapeRule::fix(const Shape& item, const std::string& source) {
  fixed_ = item;
  source_ = source;
  is_fixed_ = true;
}

bool ShapeRule::admits(const Shape& item) const noexcept { return fits(item, spec_); }

std::optional<std::string> ShapeRule::refuse(const Shape& item) const {
  if (!fits(item, spec_)) {
    return "rows have the shape " + to_string(item) + ", but the feature declares " +
           with_words(spec_);
  }
  if (!is_fixed_) return std::nullopt;
  return "rows have the shape " + to_string(item) + ", but those of '" + source_ + "' have " +
         to_string(fixed_) +
         "; bring all sources to one size, or store them ragged, each with its own shape";
}

}  // namespace sheaf::layout
