// SPDX-License-Identifier: MIT
#include "core/array/reduce.hpp"

#include <algorithm>
#include <utility>

#include "core/array/cast.hpp"
#include "core/array/evaluate.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

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
  reducer_.finish(states_[0].data(), size(), parameter_, value.bytes.data());
  states_.clear();
  const std::lock_guard lock(mutex_);
  result_ = memory_node(std::move(value));
}

// Of a box of the result, with all of the reduced axes; result axes may lack these.
Box Reduction::input_box(const Box& box) const {
  Box whole = Box::whole(input_->shape());
  std::size_t at = 0;
  const bool keeps_axes = shape().size() == input_->shape().size();
  for (std::size_t axis = 0; axis < is_reduced_.size(); ++axis) {
    if (is_reduced_[axis]) {
      at += keeps_axes ? 1 : 0;
      continue;
    }
    whole.first[axis] = box.first[at];
    whole.count[axis] = box.count[at++];
  }
  return whole;
}

void Reduction::read(const Box& box, Buffer& out, Pass& pass) const {
  NodePtr result;
  {
    const std::lock_guard lock(mutex_);
    result = result_;
  }
  if (result) return result->read(box, out, pass);
  out.reset(dtype(), box.size());
  const Box whole = input_box(box);
  Shape kept_count = whole.count;
  for (std::size_t axis = 0; axis < kept_count.size(); ++axis) {
    if (is_reduced_[axis]) kept_count[axis] = 1;
  }
  std::vector<std::byte> states(static_cast<std::size_t>(box.size()) * reducer_.state_bytes);
  reducer_.init(states.data(), box.size());
  const Budget budget = budget_for({input_}, reducer_.state_bytes);
  const Blocks blocks(whole.count, block_extents(whole.count, {}, budget.block_elements));
  for (std::int64_t number = 0; number < blocks.count(); ++number) {
    Box part = blocks.at(number);
    for (std::size_t axis = 0; axis < part.first.size(); ++axis) {
      part.first[axis] += whole.first[axis];
    }
    fold_block(part, whole.first, kept_count, *pass.read(input_, part), states.data());
  }
  reducer_.finish(states.data(), box.size(), parameter_, out.bytes());
}

// Axes from the one returned on are one run: all reduced and whole, or all kept and whole, or the
// last one alone.
std::size_t Reduction::run_axis(const Shape& count, const Shape& kept_count) const {
  std::size_t tail = count.empty() ? 0 : count.size() - 1;
  while (tail > 0 && is_reduced_[tail] == is_reduced_[tail - 1] &&
         count[tail] == (is_reduced_[tail] ? input_->shape()[tail] : kept_count[tail])) {
    --tail;
  }
  return tail;
}

void Reduction::fold_block(const Box& box, const Shape& kept_first, const Shape& kept_count,
                           const Buffer& block, std::byte* states) const {
  if (box.size() == 0) return;
  Buffer converted;
  if (block.dtype() != reducer_.input) cast(block, reducer_.input, converted);
  const std::byte* from = block.dtype() != reducer_.input ? converted.bytes() : block.bytes();
  const std::size_t axes = box.count.size();
  const std::size_t tail = run_axis(box.count, kept_count);
  std::int64_t run = 1;
  for (std::size_t axis = tail; axis < axes; ++axis) run *= box.count[axis];
  const auto fold = axes == 0 || is_reduced_[axes - 1] ? reducer_.fold : reducer_.fold_each;
  const Shape strides = strides_of(kept_count);
  Shape at(tail, 0);
  while (true) {
    std::int64_t state = 0;
    std::int64_t position = 0;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      const std::int64_t index = box.first[axis] + (axis < tail ? at[axis] : 0);
      if (is_reduced_[axis]) {
        position += index * position_steps_[axis];
      } else {
        state += (index - kept_first[axis]) * strides[axis];
      }
    }
    fold(states + static_cast<std::size_t>(state) * reducer_.state_bytes, from, run, position);
    from += static_cast<std::size_t>(run) * reducer_.input.size();
    std::size_t axis = tail;
    while (axis > 0 && ++at[axis - 1] == box.count[axis - 1]) at[--axis] = 0;
    if (axis == 0) return;
  }
}

}  // namespace sheaf::np
