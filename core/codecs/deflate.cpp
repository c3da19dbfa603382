// SPDX-License-Identifier: MIT
// A zlib stream, made by libdeflate. Values: the level, 0 to 9.
#include <algorithm>
#include <array>
#include <libdeflate.h>
#include <memory>

#include "core/codecs/codec.hpp"
#include "core/error.hpp"

namespace sheaf::codecs {
namespace {

struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const noexcept {
    libdeflate_free_compressor(compressor);
  }
};
struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const noexcept {
    libdeflate_free_decompressor(decompressor);
  }
};

constexpr unsigned levels = 10;

// Setting one up costs more than encoding a small chunk.
libdeflate_compressor* compressor_of(unsigned level) {
  thread_local std::array<std::unique_ptr<libdeflate_compressor, FreeCompressor>, levels> made;
  auto& compressor = made[level];
  if (!compressor) compressor.reset(libdeflate_alloc_compressor(static_cast<int>(level)));
  if (!compressor) throw std::bad_alloc();
  return compressor.get();
}

libdeflate_decompressor* decompressor() {
  thread_local std::unique_ptr<libdeflate_decompressor, FreeDecompressor> made;
  if (!made) made.reset(libdeflate_alloc_decompressor());
  if (!made) throw std::bad_alloc();
  return made.get();
}

bool encode_deflate(Bytes chunk, Values values, Buffer& out) {
  if (chunk.empty()) return false;
  const unsigned level = values.empty() ? 0 : std::min(values[0], levels - 1);
  const std::span<std::byte> room = out.claim(chunk.size() - 1);
  const std::size_t size = libdeflate_zlib_compress(compressor_of(level), chunk.data(),
                                                    chunk.size(), room.data(), room.size());
  out.cut(size);
  return size != 0;
}

void decode_deflate(Bytes stored, Values /*values*/, std::size_t most, Buffer& out) {
  const std::span<std::byte> room = out.claim(most);
  std::size_t size = 0;
  const libdeflate_result result = libdeflate_zlib_decompress(
      decompressor(), stored.data(), stored.size(), room.data(), room.size(), &size);
  if (result == LIBDEFLATE_INSUFFICIENT_SPACE) fail_damaged(deflate, "it is too long");
  if (result != LIBDEFLATE_SUCCESS) fail_damaged(deflate, "it is no zlib stream");
  out.cut(size);
}

}  // namespace

const Codec deflate{deflate_id, "deflate", encode_deflate, decode_deflate};

Filter deflate_filter(unsigned level) { return {deflate_id, true, {level}}; }

}  // namespace sheaf::codecs
