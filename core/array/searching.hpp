// SPDX-License-Identifier: MIT
#pragma once
// Where elements are that are true, and where some belong.
//
//   np::nonzero(a > 0)   np::extract(a > 0, a)   np::searchsorted(edges, values)
//
// Model: nonzero, flatnonzero and argwhere read their array twice, when they are called: places are
// counted, then kept, in a temporary file where they are many. extract counts when it is called,
// and is a(mask) after that. searchsorted is lazy. Failure: Error (Invalid).

#include <optional>
#include <string_view>
#include <vector>

#include "core/array/array.hpp"

namespace sheaf::np {

// An array of places for each axis; one for an array without axes.
[[nodiscard]] std::vector<Array> nonzero(const Array& a);
[[nodiscard]] std::vector<Array> where(const Array& condition);
[[nodiscard]] Array flatnonzero(const Array& a);
// A row for each place.
[[nodiscard]] Array argwhere(const Array& a);
// Elements of the flattened array where the flattened condition holds.
[[nodiscard]] Array extract(const Array& condition, const Array& arr);
// Sides: left, right. `a` is in order, or `sorter` puts it so.
[[nodiscard]] Array searchsorted(const Array& a, const Array& v, std::string_view side = "left",
                                 const std::optional<Array>& sorter = {});

}  // namespace sheaf::np
