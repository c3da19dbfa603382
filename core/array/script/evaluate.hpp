// SPDX-License-Identifier: MIT
#pragma once
// Expressions as Python and NumPy have them, over arrays: "mean(a[::2] * 2, axis=0)".
//
// Model: numbers, text, True, False, None, lists, tuples, names, calls with named arguments, dtypes
// by name, selections in brackets, methods (a.sum()), operators with Python's precedence; `np.` in
// front of a function is left out. Nothing else: no assignments, no loops.
// Failure: Error (Invalid) that shows the place in the text and says what was expected; NotFound
// for names, with the nearest ones.

#include <functional>
#include <string>
#include <string_view>

#include "core/array/script/argument.hpp"

namespace sheaf::np::script {

// What a name stands for; none where it stands for nothing.
using Lookup = std::function<std::optional<Array>(const std::string& name)>;

[[nodiscard]] Argument evaluate(std::string_view text, const Lookup& lookup);

}  // namespace sheaf::np::script
