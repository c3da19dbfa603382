// SPDX-License-Identifier: MIT
#pragma once
// Rows of the first axis in random order.
//
//   base, front to back ──► bins: runs of places ──► sorted in memory ──► target, bin by bin
//                           a temporary file
//
// Model: a box is gathered row by row, as by any index list. All rows at once (store(), an
// assignment, what is kept) go by way of bins, in two passes, with a temporary file of the rows and
// 4 bytes each; no order is ever in memory. The outcome is the same either way.
// Threads and failure: as Node.

#include "core/array/engine/node.hpp"
#include "core/loader/permutation.hpp"

namespace sheaf::np::random {

// `places` are what `order` says of 0, 1, 2 ….
[[nodiscard]] NodePtr shuffled(const NodePtr& base, const loader::Permutation& order,
                               const NodePtr& places);

}  // namespace sheaf::np::random
