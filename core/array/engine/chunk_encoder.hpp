// SPDX-License-Identifier: MIT
#pragma once
// Whole chunks of a dataset, encoded by the thread that has their elements.
//
//   block ──► chunks, those at the edges filled up ──► filters ──► hdf5::write_chunk
//
// Model: HDF5 would encode them too, but one after the other while everybody waits for the file;
// and chunks without filters would be copied into its cache first.
// Threads: any number encode. Failure: Error of a codec.

#include <memory>
#include <vector>

#include "core/array/engine/box.hpp"
#include "core/array/engine/buffer.hpp"
#include "core/codecs/pipeline.hpp"
#include "core/hdf5/handle.hpp"

namespace sheaf::np {

class ChunkEncoder {
 public:
  struct Chunk {
    Shape first;
    codecs::Bytes bytes;  // of `encoded`, or of the block itself
    codecs::Buffer encoded;
    std::uint32_t mask = 0;
  };

  // None where HDF5 must write: without chunks, with filters that have no codec here, and where
  // elements are stored in another form than memory has them in.
  [[nodiscard]] static std::unique_ptr<ChunkEncoder> of(const hdf5::Dataset& dataset, Dtype dtype);

  // Whether the box is made of whole chunks, as far as the array goes.
  [[nodiscard]] bool fits(const Box& box) const;
  // `values` must outlive them.
  [[nodiscard]] std::vector<Chunk> encode(const Box& box, const Buffer& values) const;

 private:
  ChunkEncoder(const hdf5::Dataset& dataset, codecs::Pipeline filters);
  void cut(const Buffer& values, const Shape& shape, const Box& part, Buffer& chunk) const;

  Shape shape_;
  Shape chunk_;
  std::vector<std::byte> fill_;
  codecs::Pipeline filters_;
};

}  // namespace sheaf::np
