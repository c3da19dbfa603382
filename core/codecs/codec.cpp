// SPDX-License-Identifier: MIT
#include "core/codecs/codec.hpp"

#include <algorithm>
#include <array>

#include "core/error.hpp"

namespace sheaf::codecs {
namespace {

constexpr std::array<const Codec*, 7> all{&deflate, &shuffle, &fletcher32, &lzf,
                                          &blosc,   &lz4,     &zstd};

}  // namespace

const Codec* find_codec(unsigned id) noexcept {
  const auto found =
      std::find_if(all.begin(), all.end(), [id](auto* codec) { return codec->id == id; });
  return found == all.end() ? nullptr : *found;
}

void fail_damaged(const Codec& codec, const std::string& what) {
  throw Error(ErrorCode::Corrupt, codec.name, "a damaged chunk: " + what);
}

}  // namespace sheaf::codecs
