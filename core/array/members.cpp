// SPDX-License-Identifier: MIT
// What Array does beyond elements: datasets that grow, lists, chunks.
#include <algorithm>
#include <cstring>

#include "core/array/chunks.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/graph.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/shaping.hpp"
#include "core/array/shaping/made.hpp"
#include "core/error.hpp"
#include "core/objects/array.hpp"
#include "core/objects/names.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t most_chunk_bytes = std::int64_t{4} << 20U;

const objects::Item& item_behind(const Array& array, const std::string& function) {
  if (const objects::Item* item = item_of(array.node())) return *item;
  throw Error(ErrorCode::Invalid, function + "()",
              "takes an array that is a dataset, not a part of one or what is computed; store() "
              "makes a dataset of it");
}

objects::Tree list_of(const Value& value, std::size_t axis, std::size_t first) {
  if (axis == value.shape.size()) {
    if (value.dtype.is_string()) return Value::of(value.strings[first]);
    const std::size_t size = value.dtype.size();
    const std::byte* begin = value.bytes.data() + first * size;
    return Value{value.dtype, {}, {begin, begin + size}, {}};
  }
  std::size_t step = 1;
  for (std::size_t inner = axis + 1; inner < value.shape.size(); ++inner) {
    step *= static_cast<std::size_t>(value.shape[inner]);
  }
  objects::Tree::List list;
  for (std::int64_t at = 0; at < value.shape[axis]; ++at) {
    list.push_back(list_of(value, axis + 1, first + static_cast<std::size_t>(at) * step));
  }
  return list;
}

Blocks blocks_of(const std::vector<Array>& arrays) {
  std::vector<NodePtr> nodes;
  std::int64_t bytes = 0;
  for (const Array& one : arrays) {
    nodes.push_back(one.node());
    bytes += std::max<std::int64_t>(16, static_cast<std::int64_t>(one.dtype().size()));
  }
  prepare(nodes);
  const std::int64_t room =
      std::min(most_chunk_bytes, static_cast<std::int64_t>(options().max_memory / 4));
  return {nodes.front()->shape(),
          block_extents(nodes.front()->shape(), grain_of(nodes.front()), room / bytes)};
}

Array box_of(const Array& array, const Box& box) {
  std::vector<Index> indices;
  for (std::size_t axis = 0; axis < box.first.size(); ++axis) {
    indices.emplace_back(slice(box.first[axis], box.first[axis] + box.count[axis]));
  }
  return Array(select(array.node(), indices));
}

}  // namespace

std::int64_t Array::len() const {
  if (ndim() > 0) return shape().front();
  throw Error(ErrorCode::Invalid, "len()", "is there for arrays with axes");
}

Array Array::reshape(const Shape& shape) const { return np::reshape(*this, shape); }
Array Array::ravel() const { return Array(reshaped(node_, {size()})); }
Array Array::flatten() const { return ravel(); }

objects::Tree Array::tolist() const { return list_of(load(), 0, 0); }

void Array::expand(std::int64_t axis, std::int64_t by) {
  const objects::Item item = item_behind(*this, "expand");
  Shape wanted = shape();
  std::int64_t& extent = wanted[axis_of(axis, ndim())];
  if (extent + by < 0) {
    throw Error(ErrorCode::Invalid, item.describe(),
                "can't shrink by " + std::to_string(-by) + " along axis " + std::to_string(axis) +
                    " of the shape " + to_string(shape()));
  }
  extent += by;
  item.array().resize(wanted);
  node_ = dataset_node(item);
}

void Array::contract(std::int64_t axis, std::int64_t by) { expand(axis, -by); }

void Array::astype_in_place(Dtype dtype) {
  const objects::Item item = item_behind(*this, "astype_in_place");
  if (dtype == this->dtype()) return;
  // The file is changed by one thread, which holds it until all is there.
  Options limits = options();
  limits.threads = 1;
  const OptionsScope scope(limits);
  const Array converted = astype(dtype);
  const Shape chunks = node_->grain();
  const bool grows = !chunks.empty();
  item.make([&](const objects::Item& to) {
    if (grows) {
      (void)to.make_array(dtype, shape());
      Array(to).write(converted);
    } else {
      store(to, converted);
    }
    std::vector<std::pair<std::string, objects::Tree>> attributes = item.attrs().items();
    std::erase_if(attributes, [&](const auto& one) {
      return to.attrs().contains(one.first) || one.first == objects::names::dtype_attr;
    });
    to.attrs().set(attributes);
  });
  node_ = dataset_node(item);
}

template <>
Chunk ChunkRange<Chunk>::at(std::int64_t number) const {
  const Box box = blocks_.at(number);
  return {box, box_of(arrays_[0], box).load()};
}
template <>
ChunkPair ChunkRange<ChunkPair>::at(std::int64_t number) const {
  const Box box = blocks_.at(number);
  return {box, box_of(arrays_[0], box).load(), box_of(arrays_[1], box).load()};
}

ChunkRange<Chunk> chunks(const Array& a) { return {{a}, blocks_of({a})}; }

ChunkRange<ChunkPair> chunks(const Array& a, const Array& b) {
  const Shape shape = broadcast_shape({a.shape(), b.shape()});
  const std::vector<Array> both{Array(broadcast(a.node(), shape)),
                                Array(broadcast(b.node(), shape))};
  return {both, blocks_of(both)};
}

}  // namespace sheaf::np
