// SPDX-License-Identifier: MIT
#include "core/array/engine/chunk_encoder.hpp"

#include <algorithm>
#include <utility>

#include "core/array/engine/strided.hpp"
#include "core/hdf5/chunks.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/types.hpp"

namespace sheaf::np {

std::unique_ptr<ChunkEncoder> ChunkEncoder::of(const hdf5::Dataset& dataset, Dtype dtype) {
  if (hdf5::place_of(dataset) != hdf5::Place::Chunked || dtype.is_string()) return nullptr;
  std::vector<codecs::Filter> filters = hdf5::filter_pipeline(dataset);
  const bool has_codecs = std::ranges::all_of(filters, [](const codecs::Filter& filter) {
    return codecs::find_codec(filter.id) != nullptr;
  });
  if (!has_codecs || !hdf5::equal(hdf5::type_of(dataset), hdf5::memory_type(dtype))) {
    return nullptr;
  }
  return std::unique_ptr<ChunkEncoder>(
      new ChunkEncoder(dataset, codecs::Pipeline(std::move(filters))));
}

ChunkEncoder::ChunkEncoder(const hdf5::Dataset& dataset, codecs::Pipeline filters)
    : shape_(hdf5::shape_of(dataset)),
      chunk_(hdf5::chunks_of(dataset)),
      fill_(hdf5::fill_element(dataset)),
      filters_(std::move(filters)) {}

bool ChunkEncoder::fits(const Box& box) const {
  for (std::size_t axis = 0; axis < shape_.size(); ++axis) {
    const std::int64_t end = box.first[axis] + box.count[axis];
    if (box.first[axis] % chunk_[axis] != 0) return false;
    if (end % chunk_[axis] != 0 && end != shape_[axis]) return false;
  }
  return true;
}

// At an edge the rest is filled, for arrays that grow later.
void ChunkEncoder::cut(const Buffer& values, const Shape& shape, const Box& part,
                       Buffer& chunk) const {
  chunk.reset(values.dtype(), element_count(chunk_));
  if (part.count == chunk_) return copy_box_out(elements_of(values), shape, part, chunk);
  for (std::size_t at = 0; at < chunk.size_bytes(); at += fill_.size()) {
    std::ranges::copy(fill_, chunk.bytes() + at);
  }
  Buffer inside;
  inside.reset(values.dtype(), part.size());
  copy_box_out(elements_of(values), shape, part, inside);
  copy_box_in(inside, {Shape(chunk_.size(), 0), part.count}, elements_of(chunk), chunk_);
}

std::vector<ChunkEncoder::Chunk> ChunkEncoder::encode(const Box& box, const Buffer& values) const {
  std::vector<Chunk> encoded;
  Buffer chunk;
  codecs::Buffer spare;
  const Blocks parts(box.count, chunk_);
  for (std::int64_t number = 0; number < parts.count(); ++number) {
    const Box part = parts.at(number);
    const bool is_all = part.count == box.count && part.count == chunk_;
    if (!is_all) cut(values, box.count, part, chunk);
    const Buffer& elements = is_all ? values : chunk;
    Chunk made;
    for (std::size_t axis = 0; axis < chunk_.size(); ++axis) {
      made.first.push_back(box.first[axis] + part.first[axis]);
    }
    made.bytes = {elements.bytes(), elements.size_bytes()};
    if (!is_all || !filters_.is_empty()) {
      made.mask = filters_.encode(made.bytes, made.encoded, spare);
      made.bytes = made.encoded.bytes();
    }
    encoded.push_back(std::move(made));
  }
  return encoded;
}

}  // namespace sheaf::np
