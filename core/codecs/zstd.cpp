// SPDX-License-Identifier: MIT
// A zstd frame that says how long its content is. Values: the level, 1 to 22.
#include <algorithm>
#include <memory>
#include <zstd.h>
#include <zstd_errors.h>

#include "core/codecs/codec.hpp"
#include "core/error.hpp"

namespace sheaf::codecs {
namespace {

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

ZSTD_CCtx* compression() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> made(ZSTD_createCCtx());
  if (!made) throw std::bad_alloc();
  return made.get();
}

ZSTD_DCtx* decompression() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> made(ZSTD_createDCtx());
  if (!made) throw std::bad_alloc();
  return made.get();
}

bool encode_zstd(Bytes chunk, Values values, Buffer& out) {
  if (chunk.empty()) return false;
  // What the registered filter takes when there is none, and does with one out of range.
  const int level = values.empty() ? ZSTD_CLEVEL_DEFAULT
                                   : std::clamp(static_cast<int>(values[0]), 1, ZSTD_maxCLevel());
  const std::span<std::byte> room = out.claim(chunk.size() - 1);
  const std::size_t size =
      ZSTD_compressCCtx(compression(), room.data(), room.size(), chunk.data(), chunk.size(), level);
  if (ZSTD_getErrorCode(size) == ZSTD_error_dstSize_tooSmall) return false;
  if (ZSTD_isError(size) != 0) throw Error(ErrorCode::Io, zstd.name, ZSTD_getErrorName(size));
  out.cut(size);
  return true;
}

void decode_zstd(Bytes stored, Values /*values*/, std::size_t most, Buffer& out) {
  const unsigned long long size = ZSTD_getFrameContentSize(stored.data(), stored.size());
  if (size == ZSTD_CONTENTSIZE_ERROR) fail_damaged(zstd, "it is no zstd frame");
  if (size == ZSTD_CONTENTSIZE_UNKNOWN) fail_damaged(zstd, "it doesn't say how long it is");
  if (size > most) fail_damaged(zstd, "it is too long");
  const std::span<std::byte> room = out.claim(static_cast<std::size_t>(size));
  const std::size_t done =
      ZSTD_decompressDCtx(decompression(), room.data(), room.size(), stored.data(), stored.size());
  if (ZSTD_isError(done) != 0) fail_damaged(zstd, ZSTD_getErrorName(done));
  out.cut(done);
}

}  // namespace

const Codec zstd{zstd_id, "zstd", encode_zstd, decode_zstd};

Filter zstd_filter(unsigned level) { return {zstd_id, true, {level}}; }

}  // namespace sheaf::codecs
