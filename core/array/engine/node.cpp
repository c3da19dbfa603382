// SPDX-License-Identifier: MIT
#include "core/array/engine/node.hpp"

#include <algorithm>
#include <cstring>

#include "core/array/engine/strided.hpp"
#include "core/array/options.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// A Value, which may be written.
class MemoryNode : public Node {
 public:
  MemoryNode(Value value, bool is_constant)
      : Node(value.dtype, value.shape), value_(std::move(value)), is_constant_(is_constant) {}

  void read(const Box& box, Buffer& out, Pass&) const override {
    out.reset(dtype(), box.size());
    copy_box_out(elements(), shape(), box, out);
  }
  void write(const Box& box, const Buffer& values) const override {
    copy_box_in(values, box, elements(), shape());
  }
  bool change(const Box& box, const std::function<void(Buffer&)>& f) const override {
    change_copy(box, f);
    return true;
  }
  [[nodiscard]] bool is_writable() const noexcept override { return !is_constant_; }
  [[nodiscard]] const Value* constant() const noexcept override {
    return is_constant_ ? &value_ : nullptr;
  }
  [[nodiscard]] const void* storage() const noexcept override { return this; }

 private:
  [[nodiscard]] Elements elements() const {
    return {value_.bytes.data(), value_.strings.data(), dtype().size()};
  }
  mutable Value value_;
  bool is_constant_;
};

}  // namespace

void Node::write(const Box&, const Buffer&) const {
  throw Error(ErrorCode::Invalid, "array",
              "can't be written: it is computed; store() makes a dataset of it");
}

bool Node::change(const Box&, const std::function<void(Buffer&)>&) const { return false; }
void Node::change_copy(const Box& box, const std::function<void(Buffer&)>& f) const {
  Buffer values;
  Pass pass;
  read(box, values, pass);
  f(values);
  write(box, values);
}
bool Node::assign_from(const NodePtr&) const { return false; }
bool Node::assign_to(const NodePtr&) const { return false; }

void Pass::next_block() {
  check_stop();
  kept_.clear();
}

std::shared_ptr<Buffer> Pass::scratch() {
  for (const std::shared_ptr<Buffer>& buffer : pool_) {
    if (buffer.use_count() == 1) return buffer;
  }
  pool_.push_back(std::make_shared<Buffer>());
  return pool_.back();
}

Pass::BufferPtr Pass::read(const NodePtr& node, const Box& box) {
  const bool is_shared = std::ranges::find(shared_, node.get()) != shared_.end();
  if (is_shared) {
    for (const Kept& kept : kept_) {
      if (kept.node == node.get() && kept.box == box) return kept.buffer;
    }
  }
  std::shared_ptr<Buffer> buffer = scratch();
  node->read(box, *buffer, *this);
  if (is_shared) kept_.push_back({node.get(), box, buffer});
  return buffer;
}

void copy_elements(const Buffer& from, std::int64_t from_at, Buffer& to, std::int64_t to_at,
                   std::int64_t count) {
  if (from.dtype().is_string()) {
    std::copy_n(from.strings().begin() + from_at, count, to.strings().begin() + to_at);
    return;
  }
  const auto size = static_cast<std::int64_t>(from.dtype().size());
  if (count > 0) {
    std::memcpy(to.bytes() + to_at * size, from.bytes() + from_at * size,
                static_cast<std::size_t>(count * size));
  }
}

void read_flat(const NodePtr& node, std::int64_t start, std::int64_t stop, Buffer& out,
               Pass& pass) {
  const std::int64_t begin = start;
  for_each_run(node->shape(), start, stop, [&](const Box& box, std::int64_t at, std::int64_t size) {
    if (size == stop - begin) {
      node->read(box, out, pass);
      return;
    }
    if (at == begin) out.reset(node->dtype(), stop - begin);
    const Pass::BufferPtr part = pass.read(node, box);
    copy_elements(*part, 0, out, at - begin, size);
  });
  if (start == stop) out.reset(node->dtype(), 0);
}

NodePtr memory_node(Value value) { return std::make_shared<MemoryNode>(std::move(value), false); }
NodePtr constant_node(Value scalar) {
  return std::make_shared<MemoryNode>(std::move(scalar), true);
}

}  // namespace sheaf::np
