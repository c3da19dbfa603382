// SPDX-License-Identifier: MIT
#pragma once
// max, min, argmax, argmin of texts, ordered by code points (as Python's).
//
// Model: found at once, in one pass, and kept in memory. Failure: Error for no elements.

#include "core/array/statistics.hpp"

namespace sheaf::np {

[[nodiscard]] Array text_extreme(const Array& a, const Along& along, bool is_max, bool gives_place);

}  // namespace sheaf::np
