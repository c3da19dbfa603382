// SPDX-License-Identifier: MIT
#pragma once
// VALUE on the command line: JSON, or else text.
//
// Model: null is none, an object a dictionary. A list becomes an array where all of it is numbers,
// or bool, or text, in rows of one length; else a list. Whole numbers are int64, or uint64 where
// they must be; others float64. Failure: Error (Invalid) that names `object`.

#include <optional>
#include <string>

#include "core/objects/tree.hpp"

namespace sheaf::host::cli {

struct ValueOptions {
  enum class As : std::uint8_t { JsonOrText, Json, Text } as = As::JsonOrText;
  std::optional<Dtype> dtype{};  // of all numbers in it; null and "nan" are NaN then
  bool keeps_lists = false;      // makes no arrays of lists
  bool is_attribute = false;     // which can be an empty array, and no list
};

[[nodiscard]] objects::Tree value_from(const std::string& text, const ValueOptions& options,
                                       const std::string& object);

}  // namespace sheaf::host::cli
