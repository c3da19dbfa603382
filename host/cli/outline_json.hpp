// SPDX-License-Identifier: MIT
#pragma once
// An outline of a file as JSON on stdout, written as it is read.
//
// Model: values alone, or (is_described) each with its kind, dtype, shape and attributes; the
// schema is in docs/objects.md. What JSON has no word for is an object with one key that begins
// with '@'. Failure: what can't be read stands in its place as {"@unreadable": reason}.

#include <cstddef>
#include <cstdint>

#include "core/objects/outline.hpp"

namespace sheaf::host::cli {

struct JsonOptions {
  std::size_t depth = static_cast<std::size_t>(-1);
  std::int64_t most_elements = objects::Outline::all;  // larger arrays are {"@array": …}
  bool is_described = false;
};

// False when values couldn't be read.
bool print_json(objects::Outline& outline, const JsonOptions& options);
void print_json(const objects::Tree& attribute);

}  // namespace sheaf::host::cli
