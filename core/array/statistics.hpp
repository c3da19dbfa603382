// SPDX-License-Identifier: MIT
#pragma once
// sum, mean and their like, along axes.
//
// Model: axes may be negative; none are all of them. The outcome is an Array that isn't computed
// before it is asked for; several of the same input are found in one pass. Failure: Error.

#include "core/array/array.hpp"

namespace sheaf::np {

// Along which axes, and whether these stay, with one element.
struct Along {
  Along() = default;
  Along(std::int64_t axis, bool keepdims_ = false) : axes{axis}, keepdims(keepdims_) {}
  Along(std::initializer_list<std::int64_t> all, bool keepdims_ = false)
      : axes(all), keepdims(keepdims_), is_whole(false) {}
  Shape axes{};
  bool keepdims = false;
  bool is_whole = axes.empty();  // all axes
};

[[nodiscard]] Array sum(const Array& a, const Along& along = {});
[[nodiscard]] Array mean(const Array& a, const Along& along = {});

}  // namespace sheaf::np
