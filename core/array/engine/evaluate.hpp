// SPDX-License-Identifier: MIT
#pragma once
// Works through arrays block by block, on all cores, within the memory that options() allows.
//
// Model: prepare() settles what a graph needs before its blocks are read: reductions within it that
// are ready at the same time and have inputs of one shape share one pass over them. Then every
// block goes through the whole graph at once: an input is read once.
// Threads: work runs on threads of its own; a target is written by several at a time, each block
// once. Failure: the first Error that a block throws; none is worked on any more when it comes.

#include <cstdint>
#include <functional>

#include "core/array/engine/node.hpp"
#include "core/array/options.hpp"

namespace sheaf::np {

// Bytes that a block of one node has at most, and so the number of elements.
struct Budget {
  std::int64_t block_elements = 1;
  std::int64_t most_elements = 1;  // where memory alone counts, and not the processor's caches
  unsigned threads = 1;
};
// For blocks that go through the graphs of all `roots`, whose elements take `extra_bytes` more.
[[nodiscard]] Budget budget_for(const std::vector<NodePtr>& roots, std::size_t extra_bytes = 0);

void prepare(const std::vector<NodePtr>& roots);

// Calls step(task, pass) for tasks 0 … count-1, in any order, by so many threads.
void run_tasks(std::int64_t count, unsigned threads, const std::vector<NodePtr>& roots,
               const std::function<void(std::int64_t task, Pass& pass)>& step);

// What blocks should have where memory allows it.
struct Wanted {
  std::int64_t run = 1;  // so many elements along the last axis
  bool is_whole_grain = false;
};
// All blocks of a prepared node, in any order.
void for_each_block(const NodePtr& node, const Shape& grain,
                    const std::function<void(const Box& box, const Buffer& block)>& each,
                    const Wanted& wanted = {});

// All of it in memory.
[[nodiscard]] Value load(const NodePtr& node);
// Whether anything below the node lies in that dataset or memory.
[[nodiscard]] bool reads_storage(const NodePtr& node, const void* storage);
// Whether writing a block of `to` may change what a later block of `from` reads.
[[nodiscard]] bool disturbs(const NodePtr& to, const NodePtr& from);
// Into a node of the same shape and dtype that can be written; where the two share a dataset, what
// is read is what was there before.
void assign(const NodePtr& to, const NodePtr& from);
// The same for a dataset that nothing reads.
void assign_new(const NodePtr& to, const NodePtr& from);

}  // namespace sheaf::np
