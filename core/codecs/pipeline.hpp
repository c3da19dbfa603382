// SPDX-License-Identifier: MIT
#pragma once
// The filters of one dataset, applied to whole chunks as HDF5 applies them.
//
//   chunk ──► shuffle ──► deflate ──► fletcher32 ──► bytes in the file + mask
//               bit 0       bit 1        bit 2        a bit is set where the step was left out
//
// Model: encoding goes through the steps in order and leaves out an optional one that doesn't make
// the chunk smaller; decoding goes back. A mask belongs to each chunk; HDF5 keeps it in the index.
// Threads: a Pipeline doesn't change, any number may use it, each with its own buffers.
// Failure: Error; decoding damaged bytes gives one, or (without a checksum) a wrong chunk of the
// right size.

#include <cstdint>
#include <vector>

#include "core/codecs/buffer.hpp"
#include "core/codecs/codec.hpp"

namespace sheaf::codecs {

class Pipeline {
 public:
  // Throws Error (Unsupported) for a filter that has no codec here.
  explicit Pipeline(std::vector<Filter> filters);

  [[nodiscard]] bool is_empty() const noexcept { return steps_.empty(); }
  // The bytes for the file are in `out` then; returns the mask. `spare` is room to work in.
  [[nodiscard]] std::uint32_t encode(Bytes chunk, Buffer& out, Buffer& spare) const;
  // `chunk_bytes` is the size of the chunk that comes out; `stored` lies in neither buffer.
  void decode(Bytes stored, std::uint32_t mask, std::size_t chunk_bytes, Buffer& out,
              Buffer& spare) const;
  // To `room`, which has just the chunk's size; the last step writes there by itself.
  void decode_to(Bytes stored, std::uint32_t mask, std::span<std::byte> room) const;

 private:
  struct Step {
    const Codec* codec;
    Filter filter;
  };
  std::vector<Step> steps_;
};

}  // namespace sheaf::codecs
