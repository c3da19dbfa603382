// SPDX-License-Identifier: MIT
#pragma once
// Arrays of one dtype, one behind the other: read whole by several tasks, or here and there.
//
// Model: an element's place is that in the flattened arrays, and counts through all of them. Blocks
// come to tasks in any order. A sample has few places with several neighbours each, for a place may
// take a whole chunk to be read. Failure: Error of what is read.

#include <functional>
#include <vector>

#include "core/array/engine/node.hpp"

namespace sheaf::np {

struct InputBlock {
  const NodePtr& input;
  Box box;
  std::uint64_t first;  // place of the input's first element
};
// Prepared inputs; each(task, block, pass) returns whether to go on. `extra_bytes`: see
// budget_for().
void for_each_input_block(
    const std::vector<NodePtr>& inputs, std::int64_t tasks, std::size_t extra_bytes,
    const std::function<bool(std::int64_t task, const InputBlock& block, Pass& pass)>& each);

// Calls take(elements, place) with `at_once` neighbours at each of about so many places; always the
// same ones.
void for_each_sample(const std::vector<NodePtr>& inputs, std::int64_t places, std::int64_t at_once,
                     const std::function<void(const Buffer& elements, std::uint64_t place)>& take);

[[nodiscard]] std::int64_t total_size(const std::vector<NodePtr>& inputs);

}  // namespace sheaf::np
