// SPDX-License-Identifier: MIT
#pragma once
// Makes whole chunks of a column's rows, as the filters of its dataset take them.
//
// Model: rows in memory → elements of the stored type → a chunk, filled up where there are too few
// rows → the encoder, which writes it. Failure: Error.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/codecs/pipeline.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/layout/chunk_encoder.hpp"

namespace sheaf::layout {

class FilteredChunks {
 public:
  // All of them must outlive this.
  FilteredChunks(ChunkEncoder& encoder, const hdf5::DatasetCreation& creation,
                 const hdf5::Datatype& memory, const hdf5::Datatype& stored);

  // The chunk that begins at `first`, of which `rows` rows are there.
  void submit(const hdf5::Dataset& dataset, std::int64_t first, const void* data,
              std::int64_t rows);
  // Brings everything that was submitted to the file.
  void drain() { encoder_->drain(); }

 private:
  void fill(const hdf5::Dataset& dataset, std::byte* begin, std::size_t elements);

  ChunkEncoder* encoder_;
  const hdf5::Datatype* memory_;  // null where the elements needn't be converted
  const hdf5::Datatype* stored_;
  std::shared_ptr<const codecs::Pipeline> pipeline_;
  std::size_t row_elements_;
  std::size_t chunk_elements_;
  std::size_t memory_bytes_;  // of an element
  std::size_t stored_bytes_;
};

}  // namespace sheaf::layout
