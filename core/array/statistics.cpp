// SPDX-License-Identifier: MIT
#include "core/array/statistics.hpp"

#include <algorithm>
#include <numeric>

#include "core/array/reduce.hpp"
#include "core/array/view.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// Pairwise, by eights: the compiler makes vectors of it.
template <class Wide, class T>
Wide pairwise_sum(const T* run, std::int64_t count) {
  if (count < 128) {
    Wide lanes[8] = {};
    std::int64_t at = 0;
    for (; at + 8 <= count; at += 8) {
      for (int lane = 0; lane < 8; ++lane) lanes[lane] += static_cast<Wide>(run[at + lane]);
    }
    Wide rest{};
    for (; at < count; ++at) rest += static_cast<Wide>(run[at]);
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
           ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7])) + rest;
  }
  const std::int64_t half = count / 16 * 8;
  return pairwise_sum<Wide>(run, half) + pairwise_sum<Wide>(run + half, count - half);
}

template <class T, class Wide, class Out>
struct Sum {
  using Input = T;
  using State = Wide;
  using Output = Out;
  static void fold(State& state, const Input* run, std::int64_t count, std::int64_t) {
    state += pairwise_sum<Wide>(run, count);
  }
  static void fold_each(State* states, const Input* run, std::int64_t count, std::int64_t) {
    for (std::int64_t at = 0; at < count; ++at) states[at] += static_cast<Wide>(run[at]);
  }
  static void merge(State& state, const State& later) { state += later; }
  static Output finish(const State& state, double) { return static_cast<Output>(state); }
};

}  // namespace

Array sum(const Array& a, const Along& along) {
  Shape axes;
  if (along.is_whole) {
    axes.resize(a.ndim());
    std::iota(axes.begin(), axes.end(), 0);
  }
  for (const std::int64_t axis : along.axes) {
    axes.push_back(static_cast<std::int64_t>(axis_of(axis, a.ndim())));
  }
  std::ranges::sort(axes);
  return Array(std::make_shared<Reduction>(
      a.node(), axes, along.keepdims,
      reducer_of<Sum<double, double, double>>(float64, float64, "sum")));
}

}  // namespace sheaf::np
