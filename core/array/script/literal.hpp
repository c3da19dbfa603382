// SPDX-License-Identifier: MIT
#pragma once
// What stands for itself in an expression: numbers, constants, the names of dtypes.
//
//   folded("power", {2, 64})          2**64: whole numbers among themselves
//
// Model: operators between whole numbers are computed at once, exactly, as Python does; so is what
// fits neither int64 nor uint64 on the way (Argument::exact), which is a float64 beside an array.
// Failure: none; what isn't one is left to others.

#include <optional>
#include <string>
#include <string_view>

#include "core/array/script/argument.hpp"

namespace sheaf::np::script {

// "12", "1.5e3"; none where it isn't one.
[[nodiscard]] std::optional<Argument> number_of(std::string_view text, bool is_imaginary);
// Of whole numbers, and of -1.5; none where another operand is there, or a division by 0.
[[nodiscard]] std::optional<Argument> folded(std::string_view function, const List& operands);
// pi, e, inf, nan
[[nodiscard]] std::optional<Argument> constant_of(std::string_view name);
[[nodiscard]] bool is_dtype(const std::string& name);

}  // namespace sheaf::np::script
