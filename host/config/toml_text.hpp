// SPDX-License-Identifier: MIT
#pragma once
// Values as TOML 1.0 writes them (https://toml.io/en/v1.0.0).
//
// Model: text that must be escaped stands in double quotes, and what is full of backslashes, as
// patterns are, in single ones. Threads: any. Failure: Error (Invalid) for text that isn't UTF-8,
// which TOML can't hold.

#include <string>
#include <string_view>

namespace sheaf::host {

[[nodiscard]] std::string toml_text(std::string_view text);
// Always with a point, an exponent or a name, so that it reads as a number that isn't whole.
[[nodiscard]] std::string toml_number(double number);

}  // namespace sheaf::host
