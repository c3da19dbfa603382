// SPDX-License-Identifier: MIT
// A Blosc 1 buffer. Values: revision of the filter, version of Blosc's format, bytes an element,
// bytes a chunk, level 0 to 9, shuffle (0 none, 1 bytes, 2 bits), compressor (0 blosclz, 1 lz4, 2
// lz4hc, 3 snappy, 4 zlib, 5 zstd).
#include <blosc.h>

#include "core/codecs/codec.hpp"
#include "core/error.hpp"

namespace sheaf::codecs {
namespace {

constexpr unsigned blosc_revision = 2;
constexpr unsigned usual_level = 5;

// `values` may end early: the registered filter's defaults follow.
unsigned value_or(Values values, std::size_t index, unsigned otherwise) {
  return index < values.size() ? values[index] : otherwise;
}

const char* compressor_of(Values values) {
  const char* name = nullptr;
  const unsigned code = value_or(values, 6, BLOSC_BLOSCLZ);
  if (blosc_compcode_to_compname(static_cast<int>(code), &name) < 0 || name == nullptr) {
    throw Error(ErrorCode::Unsupported, blosc.name,
                "has no compressor number " + std::to_string(code) + " here");
  }
  return name;
}

bool encode_blosc(Bytes chunk, Values values, Buffer& out) {
  if (chunk.empty() || chunk.size() > BLOSC_MAX_BUFFERSIZE) return false;
  const std::span<std::byte> room = out.claim(chunk.size() - 1);
  // The one with a context takes nothing from the environment and starts no threads.
  const int size = blosc_compress_ctx(static_cast<int>(value_or(values, 4, usual_level)),
                                      static_cast<int>(value_or(values, 5, BLOSC_SHUFFLE)),
                                      value_or(values, 2, 1), chunk.size(), chunk.data(),
                                      room.data(), room.size(), compressor_of(values), 0, 1);
  if (size < 0) throw Error(ErrorCode::Io, blosc.name, "can't encode a chunk");
  out.cut(static_cast<std::size_t>(size));
  return size != 0;
}

void decode_blosc(Bytes stored, Values /*values*/, std::size_t most, Buffer& out) {
  std::size_t size = 0;
  if (blosc_cbuffer_validate(stored.data(), stored.size(), &size) < 0) {
    fail_damaged(blosc, "it is no Blosc buffer");
  }
  if (size > most) fail_damaged(blosc, "it is too long");
  const std::span<std::byte> room = out.claim(size);
  const int done = blosc_decompress_ctx(stored.data(), room.data(), room.size(), 1);
  if (done < 0 || static_cast<std::size_t>(done) != size) fail_damaged(blosc, "a block is broken");
}

}  // namespace

const Codec blosc{blosc_id, "blosc", encode_blosc, decode_blosc};

Filter blosc_filter(std::size_t element_bytes, std::size_t chunk_bytes, unsigned level,
                    bool has_shuffle) {
  const std::size_t width = element_bytes > BLOSC_MAX_TYPESIZE ? 1 : element_bytes;
  return {blosc_id,
          true,
          {blosc_revision, BLOSC_VERSION_FORMAT, static_cast<unsigned>(width),
           static_cast<unsigned>(chunk_bytes), level,
           static_cast<unsigned>(has_shuffle ? BLOSC_SHUFFLE : BLOSC_NOSHUFFLE), BLOSC_LZ4}};
}

}  // namespace sheaf::codecs
