// SPDX-License-Identifier: MIT
#include "core/array/engine/evaluate.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "core/array/engine/graph.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/engine/strided.hpp"
#include "core/array/engine/sweep.hpp"

namespace sheaf::np {
namespace {

// Half of a core's second-level cache goes to one block of a graph.
constexpr std::int64_t most_block_bytes = std::int64_t{512} << 10U;
constexpr std::int64_t text_bytes = 64;         // a guess, for memory
constexpr std::int64_t long_run = 1 << 18;      // elements, of one write to rows without chunks
constexpr std::int64_t few_elements = 1 << 14;  // aren't worth a thread

std::int64_t element_bytes(const Node& node) {
  return node.dtype().is_string() ? text_bytes : static_cast<std::int64_t>(node.dtype().size());
}

// Whether writing a block of `to` may change what a later block of `from` reads.
bool disturbs(const NodePtr& to, const NodePtr& from, bool is_moved) {
  if (from == to) return is_moved;
  if (from->inputs().empty()) {
    return from->storage() != nullptr && from->storage() == to->storage();
  }
  if (const auto* sweeping = dynamic_cast<const Sweeping*>(from.get())) {
    if (sweeping->is_swept()) return false;
  }
  const std::vector<NodePtr> inputs = from->inputs();
  return std::ranges::any_of(inputs, [&](const NodePtr& input) {
    return disturbs(to, input, is_moved || !from->is_elementwise());
  });
}

}  // namespace

bool reads_storage(const NodePtr& node, const void* storage) {
  if (storage == nullptr) return false;
  const Graph graph({node});
  return std::ranges::any_of(graph.nodes(), [&](const NodePtr& below) {
    return below->inputs().empty() && below->storage() == storage;
  });
}

bool disturbs(const NodePtr& to, const NodePtr& from) { return disturbs(to, from, false); }

Budget budget_for(const std::vector<NodePtr>& roots, std::size_t extra_bytes) {
  const Options limits = options();
  Budget budget;
  budget.threads = limits.threads != 0 ? limits.threads : std::thread::hardware_concurrency();
  budget.threads = std::max(1U, budget.threads);
  std::int64_t bytes = static_cast<std::int64_t>(extra_bytes);
  std::int64_t widest = 1;
  const Graph graph(roots);
  for (const NodePtr& node : graph.nodes()) {
    if (node->constant() != nullptr) continue;
    bytes += 2 * element_bytes(*node);  // its own, and one that is converted or cut
    widest = std::max(widest, element_bytes(*node));
  }
  const auto memory = static_cast<std::int64_t>(limits.max_memory / budget.threads);
  budget.most_elements = std::max<std::int64_t>(1, memory / std::max<std::int64_t>(bytes, 1));
  budget.block_elements =
      std::clamp<std::int64_t>(most_block_bytes / widest, 1, budget.most_elements);
  return budget;
}

namespace {

// Those with inputs of one shape share a pass, as many as have room for their states.
void sweep_all(std::vector<const Sweeping*> waiting) {
  while (!waiting.empty()) {
    const auto shape = [](const Sweeping* of) { return of->swept().front()->shape(); };
    std::vector<const Sweeping*> together;
    std::size_t bytes = 0;
    std::erase_if(waiting, [&](const Sweeping* one) {
      const bool fits =
          together.empty() || (shape(one) == shape(together.front()) &&
                               bytes + one->state_bytes() <= options().max_memory / 2);
      if (!fits) return false;
      bytes += one->state_bytes();
      together.push_back(one);
      return true;
    });
    sweep(together);
  }
}

}  // namespace

// In rounds: what needs no sweep is prepared, inputs first; what waits for one is swept together,
// and what lies above it has its turn in the next round.
void prepare(const std::vector<NodePtr>& roots) {
  std::vector<NodePtr> left = Graph(roots).nodes();
  std::unordered_set<const Node*> blocked;
  while (!left.empty()) {
    std::vector<const Sweeping*> waiting;
    blocked.clear();
    std::erase_if(left, [&](const NodePtr& node) {
      const std::vector<NodePtr> inputs = node->inputs();
      const bool is_ready = std::ranges::none_of(
          inputs, [&](const NodePtr& input) { return blocked.contains(input.get()); });
      const auto* sweeping = dynamic_cast<const Sweeping*>(node.get());
      const bool waits = sweeping != nullptr && sweeping->needs_sweep();
      if (is_ready && !waits) {
        node->prepare();
        return true;
      }
      blocked.insert(node.get());
      if (is_ready) waiting.push_back(sweeping);
      return false;
    });
    sweep_all(std::move(waiting));
  }
}

void run_tasks(std::int64_t count, unsigned threads, const std::vector<NodePtr>& roots,
               const std::function<void(std::int64_t task, Pass& pass)>& step) {
  const std::vector<const Node*> shared = Graph(roots).shared();
  const Options limits = options();
  std::atomic<std::int64_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      const OptionsScope scope(limits);  // of the thread that asks
      Pass pass(shared);
      for (std::int64_t task = next++; task < count; task = next++) {
        pass.next_block();
        step(task, pass);
      }
    } catch (...) {  // a thread's entry: the caller gets it
      next = count;
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  const auto wanted = std::min<std::int64_t>(threads, count);
  for (std::int64_t at = 1; at < wanted; ++at) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
}

namespace {

// Chunks stay whole: several of them beside each other make a run.
Shape extents_with_run(const Shape& shape, Shape grain, const Budget& budget, std::int64_t run) {
  Shape extents = block_extents(shape, grain, budget.block_elements);
  if (extents.empty() || extents.back() >= std::min(run, shape.back())) return extents;
  if (grain.empty()) return extents;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    grain[axis] = std::clamp<std::int64_t>(grain[axis], 1, std::max<std::int64_t>(shape[axis], 1));
  }
  const std::int64_t count = element_count(grain);
  const std::int64_t times =
      std::min((run + grain.back() - 1) / grain.back(), budget.most_elements / count);
  if (times < 2 || grain.back() * times <= extents.back()) return extents;
  grain.back() *= times;
  return block_extents(shape, grain, std::max(budget.block_elements, count * times));
}

}  // namespace

void for_each_block(const NodePtr& node, const Shape& grain,
                    const std::function<void(const Box& box, const Buffer& block)>& each,
                    const Wanted& wanted) {
  // Whole chunks are encoded beside the block.
  Budget budget = budget_for({node}, wanted.is_whole_grain ? 2 * element_bytes(*node) : 0);
  if (node->size() <= few_elements) budget.threads = 1;
  if (wanted.is_whole_grain) {
    budget.block_elements = std::clamp(element_count(grain), budget.block_elements,
                                       std::max(budget.block_elements, budget.most_elements));
  }
  const Shape along = grain.empty() ? grain_of(node) : grain;
  const Shape extents = extents_with_run(node->shape(), along, budget, wanted.run);
  const Blocks blocks(node->shape(), extents);
  run_tasks(blocks.count(), budget.threads, {node}, [&](std::int64_t number, Pass& pass) {
    const Box box = blocks.at(number);
    each(box, *pass.read(node, box));
  });
}

Value load(const NodePtr& node) {
  prepare({node});
  Value value{node->dtype(), node->shape(), {}, {}};
  const auto count = static_cast<std::size_t>(node->size());
  if (value.dtype.is_string()) {
    value.strings.resize(count);
  } else {
    value.bytes.resize(count * value.dtype.size());
  }
  const Elements to{value.bytes.data(), value.strings.data(), value.dtype.size()};
  for_each_block(node, {}, [&](const Box& box, const Buffer& block) {
    copy_box_in(block, box, to, value.shape);
  });
  return value;
}

namespace {

void give_blocks(const NodePtr& from, const NodePtr& to) {
  if (!to->writes_in_order()) {
    if (from->assign_to(to)) return;
    for_each_block(from, to->grain(),
                   [&](const Box& box, const Buffer& block) { to->write(box, block); },
                   {to->grain().empty() ? long_run : 1, to->wants_whole_grain()});
    return;
  }
  // Blocks of elements that come one behind the other.
  const Budget budget = budget_for({from, to});
  const Blocks blocks(to->shape(), block_extents(to->shape(), {}, budget.block_elements));
  run_tasks(blocks.count(), 1, {from}, [&](std::int64_t number, Pass& pass) {
    const Box box = blocks.at(number);
    to->write(box, *pass.read(from, box));
  });
}

}  // namespace

void assign(const NodePtr& to, const NodePtr& from) {
  prepare({from, to});
  if (to->assign_from(from)) return;
  to->begin_write();
  give_blocks(disturbs(to, from, false) ? kept(from) : from, to);
}

void assign_new(const NodePtr& to, const NodePtr& from) {
  prepare({from, to});
  give_blocks(from, to);
}

}  // namespace sheaf::np
