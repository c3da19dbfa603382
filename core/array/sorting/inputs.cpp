// SPDX-License-Identifier: MIT
#include "core/array/sorting/inputs.hpp"

#include <algorithm>
#include <atomic>

#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/graph.hpp"

namespace sheaf::np {

void for_each_input_block(
    const std::vector<NodePtr>& inputs, std::int64_t tasks, std::size_t extra_bytes,
    const std::function<bool(std::int64_t task, const InputBlock& block, Pass& pass)>& each) {
  struct Part {
    NodePtr input;
    Blocks blocks;
    std::int64_t before;     // blocks
    std::uint64_t elements;  // before
  };
  const Budget budget = budget_for(inputs, extra_bytes);
  std::vector<Part> parts;
  std::int64_t blocks = 0;
  std::uint64_t elements = 0;
  for (const NodePtr& input : inputs) {
    const Shape& shape = input->shape();
    parts.push_back({input,
                     Blocks(shape, block_extents(shape, grain_of(input), budget.block_elements)),
                     blocks, elements});
    blocks += input->size() == 0 ? 0 : parts.back().blocks.count();
    elements += static_cast<std::uint64_t>(input->size());
  }
  std::atomic<std::int64_t> next{0};
  run_tasks(tasks, static_cast<unsigned>(tasks), inputs, [&](std::int64_t task, Pass& pass) {
    for (std::int64_t block = next++; block < blocks; block = next++) {
      pass.next_block();
      const auto part = std::ranges::upper_bound(parts, block, {}, &Part::before) - 1;
      const Box box = part->blocks.at(block - part->before);
      if (!each(task, {part->input, box, part->elements}, pass)) next = blocks;
    }
  });
}

void for_each_sample(const std::vector<NodePtr>& inputs, std::int64_t places, std::int64_t at_once,
                     const std::function<void(const Buffer& elements, std::uint64_t place)>& take) {
  const std::int64_t total = total_size(inputs);
  Pass pass;
  Buffer buffer;
  std::int64_t before = 0;
  std::uint64_t seed = 1;
  for (const NodePtr& input : inputs) {
    const std::int64_t size = input->size();
    if (size == 0) continue;
    const std::int64_t own = std::clamp<std::int64_t>(places * size / total, 1, size);
    for (std::int64_t at = 0; at < own; ++at) {
      seed = seed * 6364136223846793005U + 1442695040888963407U;  // Knuth's
      const std::int64_t from = size / own * at;
      const std::int64_t span = at + 1 == own ? size - from : size / own;
      const std::int64_t start =
          from + static_cast<std::int64_t>((seed >> 11U) % static_cast<std::uint64_t>(span));
      read_flat(input, start, std::min(start + at_once, size), buffer, pass);
      take(buffer, static_cast<std::uint64_t>(before + start));
      pass.next_block();
    }
    before += size;
  }
}

std::int64_t total_size(const std::vector<NodePtr>& inputs) {
  std::int64_t total = 0;
  for (const NodePtr& input : inputs) total += input->size();
  return total;
}

}  // namespace sheaf::np
