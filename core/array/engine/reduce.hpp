// SPDX-License-Identifier: MIT
#pragma once
// Reductions along axes: what a Reducer makes of runs of elements, and the node that applies it.
//
//   block (2, 3, 4), axis 2      a run of a reduced axis goes to one state (fold)
//                    axis 1      rows of kept axes go to states, column by column (fold_each)
//
// Model: where the states of the whole result fit, one sweep finds them; where they don't, each box
// of the result is found when it is read, or all of them before, box by box, where that would read
// the same elements too often. Short runs are turned first, so that a Reducer, functions over raw
// states, always has long ones. Failure: Error.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/array/engine/graph.hpp"
#include "core/array/engine/node.hpp"
#include "core/array/engine/sweep.hpp"

namespace sheaf::np {

struct Reducer {
  Dtype input;  // elements are converted to it
  Dtype output;
  std::size_t state_bytes = 0;
  // Whether there is an outcome for no elements at all: a sum has one, a minimum hasn't.
  bool has_identity = true;
  std::string name{};  // for messages

  void (*init)(void* states, std::int64_t count) = nullptr;
  // `position`: the place of the first element along the reduced axes, row-major.
  void (*fold)(void* state, const void* run, std::int64_t count, std::int64_t position) = nullptr;
  // Row-major rows, whose columns go to a state each; rows are at successive positions.
  void (*fold_each)(void* states, const void* rows, std::int64_t row_count, std::int64_t columns,
                    std::int64_t position) = nullptr;
  void (*merge)(void* states, const void* later, std::int64_t count) = nullptr;
  // `parameter`: ddof of a variance and the like.
  void (*finish)(const void* states, std::int64_t count, double parameter, void* out) = nullptr;
  // One element that counts beside those of the array; or none.
  std::vector<std::byte> initial{};
};

// Of a struct that says what is done:
//   struct Sum { using Input = …; using State = …; using Output = …;
//     static void fold(State&, const Input* run, std::int64_t count, std::int64_t position);
//     static void merge(State&, const State& later);
//     static Output finish(const State&, double parameter); };
// A State that is made by State{} is that of no elements. `fold_each` folds one by one, unless the
// struct has its own. Positions of one state needn't come in order.
template <class Step>
[[nodiscard]] Reducer reducer_of(Dtype input, Dtype output, std::string name,
                                 bool has_identity = true);

class Reduction : public Node, public Sweeping {
 public:
  // Axes in increasing order.
  Reduction(NodePtr input, Shape axes, bool keeps_axes, Reducer reducer, double parameter = 0);

  void read(const Box& box, Buffer& out, Pass& pass) const override;
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }
  [[nodiscard]] Shape grain() const override { return kept_of(grain_of(input_)); }
  void prepare() const override;

  [[nodiscard]] bool needs_sweep() const override;
  [[nodiscard]] bool is_swept() const override;
  [[nodiscard]] std::vector<NodePtr> swept() const override { return {input_}; }
  [[nodiscard]] Shape block_grain() const override;
  [[nodiscard]] std::size_t state_bytes() const override;
  void begin(std::int64_t tasks) const override;
  void accumulate(std::int64_t task, const Box& box, Pass& pass) const override;
  void end() const override;

 private:
  [[nodiscard]] Box input_box(const Box& box) const;
  [[nodiscard]] Shape kept_of(const Shape& of_input) const;
  void find(const Box& box, Buffer& out) const;
  void finish(std::byte* states, std::int64_t count, std::byte* out) const;
  [[nodiscard]] std::size_t run_start(const Shape& count, const Shape& kept_count,
                                      std::size_t end) const;
  void fold_block(const Box& box, const Shape& kept_first, const Shape& kept_count,
                  const Buffer& block, std::byte* states) const;
  void fold_rows(std::byte* states, const std::byte* from, std::int64_t rows, std::int64_t run,
                 std::int64_t position) const;
  void fold_turned(std::byte* states, const std::byte* from, std::int64_t rows, std::int64_t run,
                   std::int64_t position) const;

  NodePtr input_;
  Reducer reducer_;
  double parameter_;
  bool keeps_axes_;
  std::vector<bool> is_reduced_;                        // an axis of the input
  Shape kept_;                                          // extents of kept axes, 1 for reduced ones
  Shape position_steps_;                                // of reduced axes
  mutable std::vector<std::vector<std::byte>> states_;  // of tasks
  mutable NodePtr result_;
  mutable std::mutex mutex_;
};

template <class Step>
Reducer reducer_of(Dtype input, Dtype output, std::string name, bool has_identity) {
  using Input = typename Step::Input;
  using State = typename Step::State;
  using Output = typename Step::Output;
  static_assert(std::is_trivially_copyable_v<State>);
  Reducer made{input, output, sizeof(State), has_identity, std::move(name)};
  made.init = [](void* states, std::int64_t count) {
    for (std::int64_t at = 0; at < count; ++at) static_cast<State*>(states)[at] = State{};
  };
  made.fold = [](void* state, const void* run, std::int64_t count, std::int64_t position) {
    Step::fold(*static_cast<State*>(state), static_cast<const Input*>(run), count, position);
  };
  made.fold_each = [](void* states, const void* rows, std::int64_t row_count, std::int64_t columns,
                      std::int64_t position) {
    auto* all_states = static_cast<State*>(states);
    const auto* elements = static_cast<const Input*>(rows);
    if constexpr (requires {
                    Step::fold_each(all_states, elements, row_count, columns, position);
                  }) {
      Step::fold_each(all_states, elements, row_count, columns, position);
    } else {
      for (std::int64_t row = 0; row < row_count; ++row) {
        for (std::int64_t at = 0; at < columns; ++at) {
          Step::fold(all_states[at], elements++, 1, position + row);
        }
      }
    }
  };
  made.merge = [](void* states, const void* later, std::int64_t count) {
    for (std::int64_t at = 0; at < count; ++at) {
      Step::merge(static_cast<State*>(states)[at], static_cast<const State*>(later)[at]);
    }
  };
  made.finish = [](const void* states, std::int64_t count, double parameter, void* out) {
    for (std::int64_t at = 0; at < count; ++at) {
      static_cast<Output*>(out)[at] =
          Step::finish(static_cast<const State*>(states)[at], parameter);
    }
  };
  return made;
}

}  // namespace sheaf::np
