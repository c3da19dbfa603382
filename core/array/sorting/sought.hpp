// SPDX-License-Identifier: MIT
#pragma once
// Where elements belong in an array that is in order.
//
// Model: the array lies in memory where it fits into a quarter of it; else every so many elements
// are kept, and what lies between two of them is read where a block of wanted elements needs it,
// in order. Threads: any may look, each with a Pass of its own. Failure: Error of what is read.

#include <memory>
#include <vector>

#include "core/array/engine/node.hpp"

namespace sheaf::np {

enum class Side { Left, Right };

class Sought {
 public:
  Sought(const Sought&) = delete;
  Sought& operator=(const Sought&) = delete;
  virtual ~Sought() = default;

  // Of a prepared array of one axis, in order.
  [[nodiscard]] static std::shared_ptr<const Sought> of(const NodePtr& sorted);

  // places[i]: how many elements are before wanted[i] (left), or not behind it (right).
  virtual void find(const Buffer& wanted, Side side, std::int64_t* places) const = 0;
  // Which are there; a NaN never is.
  virtual void contains(const Buffer& wanted, bool* found) const = 0;

 protected:
  Sought() = default;
};

}  // namespace sheaf::np
