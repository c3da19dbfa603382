// SPDX-License-Identifier: MIT
#pragma once
// The two pickles that Sheaf writes and knows: None and bytes.
//
// Model: ch5mpy takes every opaque scalar for a pickle, so what isn't one is wrapped as a literal
// of Python's pickle protocol 4. Reading compares with the few forms that Python gives such
// literals: nothing is ever executed, and any other pickle stays bytes.

#include <optional>
#include <string>

#include "core/objects/tree.hpp"

namespace sheaf::objects {

[[nodiscard]] std::vector<std::byte> pickle_of_none();
[[nodiscard]] std::vector<std::byte> pickle_of(const std::vector<std::byte>& bytes);
// None or bytes, where the pickle is such a literal.
[[nodiscard]] std::optional<Tree> literal_in(const std::vector<std::byte>& pickle);
// "module.Class" where it is the pickle of a class, else "".
[[nodiscard]] std::string class_in(const std::vector<std::byte>& pickle);

}  // namespace sheaf::objects
