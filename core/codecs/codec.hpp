// SPDX-License-Identifier: MIT
#pragma once
// HDF5's filters as functions on the bytes of one chunk, each interchangeable with the filter that
// is registered under its id: either one reads what the other one wrote.
//
// Model: a Codec is a pair of functions without state; a Filter is a codec with its options, as a
// dataset's filter pipeline message stores it. Encoders are deterministic: the bytes depend on the
// chunk and the options only, not on the thread or on what was encoded before.
// Threads: any; what is expensive to set up is kept a thread.
// Failure: Error (Corrupt) that names the codec, for bytes that no encoder makes. A decoder never
// reads or writes outside of what it was given, whatever the bytes are.
// Start at pipeline.hpp.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/codecs/buffer.hpp"

namespace sheaf::codecs {

inline constexpr unsigned deflate_id = 1, shuffle_id = 2, fletcher32_id = 3;
inline constexpr unsigned lzf_id = 32000, blosc_id = 32001, lz4_id = 32004, zstd_id = 32015;

using Values = std::span<const unsigned>;  // a filter's options, HDF5's cd_values

struct Codec {
  unsigned id;
  const char* name;
  // False when the result wouldn't be smaller; `out` holds anything then. Shuffle and fletcher32
  // always say true.
  bool (*encode)(Bytes chunk, Values values, Buffer& out);
  // Throws when the result would have more than `most` bytes.
  void (*decode)(Bytes stored, Values values, std::size_t most, Buffer& out);
};

extern const Codec deflate, shuffle, fletcher32, lzf, blosc, lz4, zstd;

// Null for a filter that has no codec here.
[[nodiscard]] const Codec* find_codec(unsigned id) noexcept;

// One step of a pipeline.
struct Filter {
  unsigned id = 0;
  bool is_optional = true;  // a chunk may go without it
  std::vector<unsigned> values{};

  bool operator==(const Filter&) const = default;
};

// With the values that the registered filter stores for elements and chunks of so many bytes.
[[nodiscard]] Filter shuffle_filter(std::size_t element_bytes);
[[nodiscard]] Filter deflate_filter(unsigned level);
[[nodiscard]] Filter lzf_filter(std::size_t chunk_bytes);
[[nodiscard]] Filter lz4_filter();
[[nodiscard]] Filter zstd_filter(unsigned level);
// Blosc with lz4 inside; it shuffles bytes by itself if `has_shuffle`.
[[nodiscard]] Filter blosc_filter(std::size_t element_bytes, std::size_t chunk_bytes,
                                  unsigned level, bool has_shuffle);
[[nodiscard]] Filter fletcher32_filter();

// For decoders.
[[noreturn]] void fail_damaged(const Codec& codec, const std::string& what);

}  // namespace sheaf::codecs
