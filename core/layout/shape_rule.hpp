// SPDX-License-Identifier: MIT
#pragma once
// Decides whether the shape of a row fits what an output holds.
//
// Model: a spec with -1 for what isn't known, and the shape that some source fixed. A refusal is
// a text for the user: both shapes, who fixed the other one, and the remedy.

#include <optional>
#include <string>

#include "core/layout/spec.hpp"

namespace sheaf::layout {

class ShapeRule {
 public:
  explicit ShapeRule(Shape spec);

  [[nodiscard]] std::optional<std::string> check(const Shape& item) const {
    if (is_fixed_ && item == fixed_) return std::nullopt;
    return refuse(item);
  }
  // Whether it fits the spec, whatever was fixed.
  [[nodiscard]] bool admits(const Shape& item) const noexcept;
  // `item` must have passed check().
  void fix(const Shape& item, const std::string& source);
  void forget() noexcept { is_fixed_ = false; }

  [[nodiscard]] bool is_fixed() const noexcept { return is_fixed_; }
  // What was fixed; before that the spec with 0 for -1.
  [[nodiscard]] const Shape& shape() const noexcept { return is_fixed_ ? fixed_ : least_; }

 private:
  [[nodiscard]] std::optional<std::string> refuse(const Shape& item) const;

  Shape spec_;
  Shape least_;
  Shape fixed_;
  std::string source_;  // that fixed it
  bool is_fixed_ = false;
};

}  // namespace sheaf::layout
