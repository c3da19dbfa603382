// SPDX-License-Identifier: MIT
#include "core/layout/filtered_chunks.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/hdf5/types.hpp"

namespace sheaf::layout {

FilteredChunks::FilteredChunks(ChunkEncoder& encoder, const hdf5::DatasetCreation& creation,
                               const hdf5::Datatype& memory, const hdf5::Datatype& stored)
    : encoder_(&encoder),
      memory_(hdf5::equal(memory, stored) ? nullptr : &memory),
      stored_(&stored),
      pipeline_(std::make_shared<const codecs::Pipeline>(creation.filters)),
      row_elements_(static_cast<std::size_t>(element_count(creation.item_shape))),
      chunk_elements_(static_cast<std::size_t>(creation.chunk_rows) * row_elements_),
      memory_bytes_(hdf5::size_of(memory)),
      stored_bytes_(hdf5::size_of(stored)) {}

void FilteredChunks::submit(const hdf5::Dataset& dataset, std::int64_t first, const void* data,
                            std::int64_t rows) {
  const std::size_t elements = static_cast<std::size_t>(rows) * row_elements_;
  codecs::Buffer chunk = encoder_->take_buffer();
  // Conversion goes on in place.
  std::byte* bytes = chunk.claim(chunk_elements_ * std::max(memory_bytes_, stored_bytes_)).data();
  std::memcpy(bytes, data, elements * memory_bytes_);
  if (memory_ != nullptr) hdf5::convert(*memory_, *stored_, elements, bytes);
  chunk.cut(chunk_elements_ * stored_bytes_);
  fill(dataset, bytes + elements * stored_bytes_, chunk_elements_ - elements);
  encoder_->submit(dataset, first, pipeline_, std::move(chunk));
}

void FilteredChunks::fill(const hdf5::Dataset& dataset, std::byte* begin, std::size_t elements) {
  if (elements == 0) return;
  const std::vector<std::byte> element = hdf5::fill_element(dataset);
  for (std::size_t index = 0; index < elements; ++index) {
    std::copy(element.begin(), element.end(), begin + index * element.size());
  }
}

}  // namespace sheaf::layout
