// SPDX-License-Identifier: MIT
#pragma once
// Arrays sorted along one axis.
//
// Model: done when it is first asked for, into a kept array. Lines that fit into memory are sorted
// there, several at a time; where too few neighbouring ones fit, the array is turned first, block
// by block, so that each line lies in one piece; longer lines are sorted out of core, one by one.
// Threads: any. Failure: Error.

#include "core/array/engine/node.hpp"

namespace sheaf::np {

// Values, or places along the axis; equal ones stay in order.
[[nodiscard]] NodePtr sorted_along(const NodePtr& input, std::size_t axis, bool gives_places);

}  // namespace sheaf::np
