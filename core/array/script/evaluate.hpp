// SPDX-License-Identifier: MIT
#pragma once
// Expressions as Python and NumPy have them, over arrays: "mean(a[::2] * 2, axis=0)".
//
// Model: numbers, text, True, False, None, lists, tuples, names, calls with named arguments, dtypes
// by name, selections in brackets, methods (a.sum()), operators with Python's precedence; `np.` in
// front of a function is left out. Paths of what the lookup finds are names, too (lexer.hpp); they
// come before constants and dtypes, which functions do, too. Nothing else: no assignments, no
// loops. A name is looked up once: `v[v > 0]` reads one array. A tuple or list that is called for
// ("modf(x)[1]") gives its entry.
// Failure: PlacedError (lexer.hpp) that shows the place in the text and says what was expected;
// NotFound for names, with the nearest ones.

#include <functional>
#include <string>
#include <string_view>

#include "core/array/script/argument.hpp"

namespace sheaf::np::script {

// What a name stands for; none where it stands for nothing.
using Lookup = std::function<std::optional<Array>(const std::string& name)>;

// Why a name, or what would be a path, stands for nothing: "isn't there; there are …".
using WhyNot = std::function<std::string(const std::string& name)>;

[[nodiscard]] Argument evaluate(std::string_view text, const Lookup& lookup,
                                const WhyNot& why_not = {});

}  // namespace sheaf::np::script
