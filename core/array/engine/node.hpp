// SPDX-License-Identifier: MIT
#pragma once
// What an Array is inside: a node of a graph that can be read block by block.
//
//   mean(a * 2 + b[::3])     dataset a ─► multiply ─► add ─► reduce        a block of `add` asks
//                            dataset b ─► view ────────┘                   for the blocks it needs
//
// Model: a node has a dtype and a shape, and gives the elements of any box. It never changes; what
// takes a pass over its inputs (a mean, a sort) is found out once, in prepare(), before blocks are
// read. Threads: any may read, each with a Pass of its own. Failure: Error.

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "core/array/engine/box.hpp"
#include "core/array/engine/buffer.hpp"
#include "core/value.hpp"

namespace sheaf::np {

class Pass;
class Node;
using NodePtr = std::shared_ptr<const Node>;

class Node {
 public:
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  virtual ~Node() = default;

  [[nodiscard]] Dtype dtype() const noexcept { return dtype_; }
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] std::int64_t size() const noexcept { return element_count(shape_); }

  // The elements of a box that lies inside, row-major. `out` is reset by it.
  virtual void read(const Box& box, Buffer& out, Pass& pass) const = 0;
  // Writes them where it is a view of a dataset or of memory.
  virtual void write(const Box& box, const Buffer& values) const;
  [[nodiscard]] virtual bool is_writable() const noexcept { return false; }
  // Lets `f` change what lies in a box, all at once, where that is better than to write parts of it
  // one by one; false: it isn't, and nothing was done.
  virtual bool change(const Box& box, const std::function<void(Buffer& values)>& f) const;
  // Comes before the first write() of an assignment.
  virtual void begin_write() const {}
  // Whether blocks must be written one by one, in order.
  [[nodiscard]] virtual bool writes_in_order() const noexcept { return false; }
  // Takes all elements of a node of its shape and dtype, another way than block by block.
  virtual bool assign_from(const NodePtr& values) const;
  // Gives all its elements to a prepared node of its shape and dtype, which can be written in any
  // order, another way than block by block.
  virtual bool assign_to(const NodePtr& to) const;
  // Whether an element comes of those at the same place (or, broadcast, at the one place) alone.
  [[nodiscard]] virtual bool is_elementwise() const noexcept { return false; }
  // Does, once, what must be done before anything is read; inputs are prepared.
  virtual void prepare() const {}
  [[nodiscard]] virtual std::vector<NodePtr> inputs() const { return {}; }
  // Blocks of these extents are read with the least effort; no axes: any.
  [[nodiscard]] virtual Shape grain() const { return {}; }
  // Whether writing is much less effort where every block has whole ones of these.
  [[nodiscard]] virtual bool wants_whole_grain() const noexcept { return false; }
  // The number of a constant: NumPy's rules for dtypes look at it.
  [[nodiscard]] virtual const Value* constant() const noexcept { return nullptr; }
  // Equal where two nodes lie in one dataset or memory: what is written there changes both.
  [[nodiscard]] virtual const void* storage() const noexcept { return nullptr; }

 protected:
  Node(Dtype dtype, Shape shape) : dtype_(dtype), shape_(std::move(shape)) {}
  // change() of a node that can be read and written: by a copy.
  void change_copy(const Box& box, const std::function<void(Buffer& values)>& f) const;

 private:
  Dtype dtype_;
  Shape shape_;
};

// What one thread needs for one block: buffers that are used again, and what was read already.
class Pass {
 public:
  using BufferPtr = std::shared_ptr<const Buffer>;

  // Nodes that several others of the graph read are kept for the block.
  explicit Pass(std::vector<const Node*> shared = {}) : shared_(std::move(shared)) {}

  [[nodiscard]] BufferPtr read(const NodePtr& node, const Box& box);
  // For a step's own use.
  [[nodiscard]] std::shared_ptr<Buffer> scratch();
  // Throws Error (Cancelled) where somebody wants it to end.
  void next_block();

 private:
  struct Kept {
    const Node* node;
    Box box;
    BufferPtr buffer;
  };
  std::vector<const Node*> shared_;
  std::vector<Kept> kept_;
  std::vector<std::shared_ptr<Buffer>> pool_;
};

// Elements start ≤ i < stop of the flattened node.
void read_flat(const NodePtr& node, std::int64_t start, std::int64_t stop, Buffer& out, Pass& pass);
// `count` elements from one buffer to a place in another, of the same dtype.
void copy_elements(const Buffer& from, std::int64_t from_at, Buffer& to, std::int64_t to_at,
                   std::int64_t count);

// A value in memory; a scalar too, and whether it is one of C++ (see constant()).
[[nodiscard]] NodePtr memory_node(Value value);
[[nodiscard]] NodePtr constant_node(Value scalar);

}  // namespace sheaf::np
