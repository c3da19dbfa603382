// SPDX-License-Identifier: MIT
#include "core/array/engine/reduce.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/spill.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t short_run = 16;     // elements; shorter ones are turned …
constexpr std::int64_t turned_rows = 512;  // … so many at a time
constexpr std::int64_t good_rows = 16;     // of a block whose columns have a state each
// A box of the result that takes so many elements for each of its own may be found again and again.
constexpr std::int64_t cheap_to_find = 16;

// Column by column.
template <std::size_t size>
void turn(const std::byte* from, std::int64_t rows, std::int64_t columns, std::byte* to) {
  for (std::int64_t column = 0; column < columns; ++column) {
    const std::byte* element = from + column * static_cast<std::int64_t>(size);
    for (std::int64_t row = 0; row < rows; ++row, to += size) {
      std::memcpy(to, element, size);
      element += columns * static_cast<std::int64_t>(size);
    }
  }
}

Shape result_shape(const Shape& shape, const Shape& axes, bool keeps_axes) {
  Shape result;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool is_reduced = std::ranges::count(axes, static_cast<std::int64_t>(axis)) > 0;
    if (!is_reduced) result.push_back(shape[axis]);
    if (is_reduced && keeps_axes) result.push_back(1);
  }
  return result;
}

}  // namespace

Reduction::Reduction(NodePtr input, Shape axes, bool keeps_axes, Reducer reducer, double parameter)
    : Node(reducer.output, result_shape(input->shape(), axes, keeps_axes)),
      input_(std::move(input)),
      reducer_(std::move(reducer)),
      parameter_(parameter),
      keeps_axes_(keeps_axes),
      is_reduced_(input_->shape().size()),
      kept_(input_->shape()),
      position_steps_(input_->shape().size()) {
  for (const std::int64_t axis : axes) is_reduced_[static_cast<std::size_t>(axis)] = true;
  std::int64_t step = 1;
  for (std::size_t axis = kept_.size(); axis-- > 0;) {
    if (!is_reduced_[axis]) continue;
    position_steps_[axis] = step;
    step *= kept_[axis];
    kept_[axis] = 1;
  }
  if (step == 0 && !reducer_.has_identity && size() > 0) {
    throw Error(
        ErrorCode::Invalid, reducer_.name,
        "has no outcome for an axis of no elements (shape " + to_string(input_->shape()) + ")");
  }
}

std::size_t Reduction::state_bytes() const {
  return static_cast<std::size_t>(element_count(kept_)) * reducer_.state_bytes;
}

bool Reduction::needs_sweep() const {
  const std::lock_guard lock(mutex_);
  return !result_ && state_bytes() <= options().max_memory / 8;
}

bool Reduction::is_swept() const {
  const std::lock_guard lock(mutex_);
  return result_ != nullptr;
}

void Reduction::begin(std::int64_t tasks) const {
  states_.assign(static_cast<std::size_t>(tasks), std::vector<std::byte>(state_bytes()));
  for (auto& states : states_) reducer_.init(states.data(), element_count(kept_));
}

void Reduction::accumulate(std::int64_t task, const Box& box, Pass& pass) const {
  const Pass::BufferPtr block = pass.read(input_, box);
  fold_block(box, Shape(kept_.size(), 0), kept_, *block,
             states_[static_cast<std::size_t>(task)].data());
}

void Reduction::end() const {
  for (std::size_t task = 1; task < states_.size(); ++task) {
    reducer_.merge(states_[0].data(), states_[task].data(), element_count(kept_));
  }
  Value value{dtype(),
              shape(),
              std::vector<std::byte>(static_cast<std::size_t>(size()) * dtype().size()),
              {}};
  finish(states_[0].data(), size(), value.bytes.data());
  states_.clear();
  const std::lock_guard lock(mutex_);
  result_ = memory_node(std::move(value));
}

void Reduction::finish(std::byte* states, std::int64_t count, std::byte* out) const {
  if (!reducer_.initial.empty()) {
    for (std::int64_t at = 0; at < count; ++at) {
      reducer_.fold(states + static_cast<std::size_t>(at) * reducer_.state_bytes,
                    reducer_.initial.data(), 1, 0);
    }
  }
  reducer_.finish(states, count, parameter_, out);
}

// Columns with a state each are best read several rows at a time.
Shape Reduction::block_grain() const {
  const std::size_t axes = kept_.size();
  const std::size_t kept = run_start(input_->shape(), kept_, axes);
  if (kept == 0 || is_reduced_[axes - 1]) return {};
  Shape grain(axes, 1);
  grain[kept - 1] = good_rows;
  return grain;
}

// Of a box of the result, with all of the reduced axes; result axes may lack these.
Box Reduction::input_box(const Box& box) const {
  Box whole = Box::whole(input_->shape());
  std::size_t at = 0;
  for (std::size_t axis = 0; axis < is_reduced_.size(); ++axis) {
    if (is_reduced_[axis]) {
      at += keeps_axes_ ? 1 : 0;
      continue;
    }
    whole.first[axis] = box.first[at];
    whole.count[axis] = box.count[at++];
  }
  return whole;
}

Shape Reduction::kept_of(const Shape& of_input) const {
  Shape kept;
  if (of_input.size() != is_reduced_.size()) return kept;
  for (std::size_t axis = 0; axis < is_reduced_.size(); ++axis) {
    if (!is_reduced_[axis]) kept.push_back(of_input[axis]);
    if (is_reduced_[axis] && keeps_axes_) kept.push_back(1);
  }
  return kept;
}

void Reduction::prepare() const {
  if (is_swept() || needs_sweep() || size() == 0) return;
  if (input_->size() / size() <= cheap_to_find) return;
  const std::lock_guard only_one(preparing());
  if (is_swept()) return;
  // Boxes as large as may be: each reads its part of the input along all of the reduced axes.
  const Budget budget = budget_for({input_});
  const std::size_t memory = options().max_memory / budget.threads / 4;
  const auto most = static_cast<std::int64_t>(memory / (reducer_.state_bytes + dtype().size()));
  const NodePtr all = kept_array(dtype(), shape());
  const Blocks blocks(shape(), block_extents(shape(), grain(), most));
  run_tasks(blocks.count(), budget.threads, {input_}, [&](std::int64_t number, Pass& pass) {
    const std::shared_ptr<Buffer> found = pass.scratch();
    find(blocks.at(number), *found);
    all->write(blocks.at(number), *found);
  });
  const std::lock_guard lock(mutex_);
  result_ = all;
}

void Reduction::read(const Box& box, Buffer& out, Pass& pass) const {
  NodePtr result;
  {
    const std::lock_guard lock(mutex_);
    result = result_;
  }
  if (result) return result->read(box, out, pass);
  find(box, out);
}

void Reduction::find(const Box& box, Buffer& out) const {
  out.reset(dtype(), box.size());
  const Box whole = input_box(box);
  Shape kept_count = whole.count;
  for (std::size_t axis = 0; axis < kept_count.size(); ++axis) {
    if (is_reduced_[axis]) kept_count[axis] = 1;
  }
  std::vector<std::byte> states(static_cast<std::size_t>(box.size()) * reducer_.state_bytes);
  reducer_.init(states.data(), box.size());
  const Budget budget = budget_for({input_}, reducer_.state_bytes);
  Shape grain = grain_of(input_);
  if (grain.empty()) grain = block_grain();
  const Blocks blocks(whole.count, block_extents(whole.count, grain, budget.block_elements));
  Pass own(Graph({input_}).shared());  // one block's inputs are forgotten before the next one
  for (std::int64_t number = 0; number < blocks.count(); ++number) {
    Box part = blocks.at(number);
    for (std::size_t axis = 0; axis < part.first.size(); ++axis) {
      part.first[axis] += whole.first[axis];
    }
    own.next_block();
    fold_block(part, whole.first, kept_count, *own.read(input_, part), states.data());
  }
  finish(states.data(), box.size(), out.bytes());
}

// Where the axes before `end` begin that are one run: all reduced or all kept, and whole but for
// the first of them.
std::size_t Reduction::run_start(const Shape& count, const Shape& kept_count,
                                 std::size_t end) const {
  if (end == 0) return 0;
  std::size_t start = end - 1;
  while (start > 0 && is_reduced_[start] == is_reduced_[start - 1] &&
         count[start] == (is_reduced_[start] ? input_->shape()[start] : kept_count[start])) {
    --start;
  }
  return start;
}

void Reduction::fold_block(const Box& box, const Shape& kept_first, const Shape& kept_count,
                           const Buffer& block, std::byte* states) const {
  if (box.size() == 0) return;
  Buffer converted;
  if (block.dtype() != reducer_.input) cast(block, reducer_.input, converted);
  const std::byte* from = block.dtype() != reducer_.input ? converted.bytes() : block.bytes();
  // Outer axes, rows of the other kind than their runs, runs.
  const std::size_t axes = box.count.size();
  const std::size_t tail = run_start(box.count, kept_count, axes);
  const bool has_rows = tail > 0 && is_reduced_[tail - 1] != is_reduced_[tail];
  const std::size_t outer = has_rows ? run_start(box.count, kept_count, tail) : tail;
  std::int64_t rows = 1;
  std::int64_t run = 1;
  for (std::size_t axis = outer; axis < axes; ++axis) {
    (axis < tail ? rows : run) *= box.count[axis];
  }
  const Shape strides = strides_of(kept_count);
  Shape at(outer, 0);
  while (true) {
    std::int64_t state = 0;
    std::int64_t position = 0;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      const std::int64_t index = box.first[axis] + (axis < outer ? at[axis] : 0);
      if (is_reduced_[axis]) {
        position += index * position_steps_[axis];
      } else {
        state += (index - kept_first[axis]) * strides[axis];
      }
    }
    fold_rows(states + static_cast<std::size_t>(state) * reducer_.state_bytes, from, rows, run,
              position);
    from += static_cast<std::size_t>(rows * run) * reducer_.input.size();
    std::size_t axis = outer;
    while (axis > 0 && ++at[axis - 1] == box.count[axis - 1]) at[--axis] = 0;
    if (axis == 0) return;
  }
}

void Reduction::fold_rows(std::byte* states, const std::byte* from, std::int64_t rows,
                          std::int64_t run, std::int64_t position) const {
  if (run < short_run && rows >= short_run) {
    return fold_turned(states, from, rows, run, position);
  }
  if (!is_reduced_.empty() && !is_reduced_.back()) {
    return reducer_.fold_each(states, from, rows, run, position);
  }
  for (std::int64_t row = 0; row < rows; ++row) {
    reducer_.fold(states, from, run, position);
    states += reducer_.state_bytes;
    from += static_cast<std::size_t>(run) * reducer_.input.size();
  }
}

void Reduction::fold_turned(std::byte* states, const std::byte* from, std::int64_t rows,
                            std::int64_t run, std::int64_t position) const {
  const std::size_t size = reducer_.input.size();
  const auto turn_them = size == 1   ? turn<1>
                         : size == 2 ? turn<2>
                         : size == 4 ? turn<4>
                         : size == 8 ? turn<8>
                                     : turn<16>;
  alignas(16) std::byte turned[turned_rows * short_run * 16];
  for (std::int64_t row = 0; row < rows; row += turned_rows) {
    const std::int64_t some = std::min(turned_rows, rows - row);
    turn_them(from + static_cast<std::size_t>(row * run) * size, some, run, turned);
    if (is_reduced_.back()) {
      reducer_.fold_each(states + static_cast<std::size_t>(row) * reducer_.state_bytes, turned, run,
                         some, position);
      continue;
    }
    for (std::int64_t column = 0; column < run; ++column) {
      reducer_.fold(states + static_cast<std::size_t>(column) * reducer_.state_bytes,
                    turned + static_cast<std::size_t>(column * some) * size, some, position + row);
    }
  }
}

}  // namespace sheaf::np
