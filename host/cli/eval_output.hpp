// SPDX-License-Identifier: MIT
#pragma once
// Where the result of an expression goes: to the screen, as JSON, or into a file.
//
// Model: to the screen as NumPy prints it; into a file as one dataset, whose commit is the last
// step. Failure: Error that says what can be stored or printed instead.

#include <string>

#include "core/array/script/argument.hpp"
#include "core/objects/file.hpp"

namespace sheaf::host::cli {

void print_result(const np::script::Argument& result);
void print_json(const np::script::Argument& result);

// OUT.h5:/PATH
struct EvalTarget {
  std::string file, path;

  [[nodiscard]] static EvalTarget parse(const std::string& text);
  // Whether it is that file, by whatever name.
  [[nodiscard]] bool is(const std::string& other) const;
  // Throws Error where something is there that mustn't be replaced.
  [[nodiscard]] objects::Item place_in(const objects::File& output, bool replaces,
                                       bool forces) const;
};

// The one array that it is.
[[nodiscard]] np::Array array_to_store(const np::script::Argument& result);

}  // namespace sheaf::host::cli
