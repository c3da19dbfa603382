// SPDX-License-Identifier: MIT
#pragma once
// Ufuncs by name, from Arrays to an Array: call("add", a, b). Failure: see ufunc.hpp.

#include <string_view>

#include "core/array/array.hpp"
#include "core/array/engine/ufunc.hpp"

namespace sheaf::np {

template <class... Arrays>
[[nodiscard]] Array call(std::string_view name, const Arrays&... inputs) {
  return Array(apply(ufunc(name), {inputs.node()...}));
}

}  // namespace sheaf::np
