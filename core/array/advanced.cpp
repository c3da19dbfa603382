// SPDX-License-Identifier: MIT
// Index lists and masks in brackets.
#include "core/array/select.hpp"
#include "core/error.hpp"

namespace sheaf::np {

NodePtr select_elements(const NodePtr&, const std::vector<Index>&) {
  throw Error(ErrorCode::Unsupported, "array", "index lists");
}

}  // namespace sheaf::np
