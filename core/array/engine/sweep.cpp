// SPDX-License-Identifier: MIT
#include "core/array/engine/sweep.hpp"

#include <algorithm>

#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/graph.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t most_tasks = 16;

// As many as have room for their states in half of the memory.
std::int64_t tasks_for(const std::vector<const Sweeping*>& together, std::int64_t blocks) {
  std::size_t bytes = 1;
  for (const Sweeping* one : together) bytes += one->state_bytes();
  const auto fitting = static_cast<std::int64_t>(options().max_memory / 2 / bytes);
  return std::clamp<std::int64_t>(std::min(fitting, most_tasks), 1,
                                  std::max<std::int64_t>(blocks, 1));
}

}  // namespace

void sweep(const std::vector<const Sweeping*>& wanted) {
  std::vector<const Sweeping*> together = wanted;
  std::ranges::sort(together);  // two threads that want the same ones lock them in one order
  std::vector<std::unique_lock<std::mutex>> locks;
  for (const Sweeping* one : together) locks.emplace_back(one->preparing());
  together = wanted;
  std::erase_if(together, [](const Sweeping* one) { return !one->needs_sweep(); });
  if (together.empty()) return;
  std::vector<NodePtr> inputs;
  for (const Sweeping* one : together) {
    for (const NodePtr& input : one->swept()) inputs.push_back(input);
  }
  const Budget budget = budget_for(inputs);
  const Shape& shape = inputs.front()->shape();
  Shape grain = grain_of(inputs.front());
  for (const Sweeping* one : together) {
    if (grain.empty()) grain = one->block_grain();
  }
  const Blocks blocks(shape, block_extents(shape, grain, budget.block_elements));
  const std::int64_t tasks = tasks_for(together, blocks.count());
  for (const Sweeping* one : together) one->begin(tasks);
  // An input that several sweep counts as shared, and is read once a block.
  run_tasks(tasks, budget.threads, inputs, [&](std::int64_t task, Pass& pass) {
    const std::int64_t stop = blocks.count() * (task + 1) / tasks;
    for (std::int64_t number = blocks.count() * task / tasks; number < stop; ++number) {
      pass.next_block();
      const Box box = blocks.at(number);
      for (const Sweeping* one : together) one->accumulate(task, box, pass);
    }
  });
  for (const Sweeping* one : together) one->end();
}

}  // namespace sheaf::np
