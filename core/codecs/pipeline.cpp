// SPDX-License-Identifier: MIT
#include "core/codecs/pipeline.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/error.hpp"

namespace sheaf::codecs {

Pipeline::Pipeline(std::vector<Filter> filters) {
  for (Filter& filter : filters) {
    const Codec* codec = find_codec(filter.id);
    if (codec == nullptr) {
      throw Error(ErrorCode::Unsupported, "filter " + std::to_string(filter.id),
                  "has no codec in Sheaf");
    }
    steps_.push_back({codec, std::move(filter)});
  }
}

std::uint32_t Pipeline::encode(Bytes chunk, Buffer& out, Buffer& spare) const {
  std::uint32_t mask = 0;
  Bytes current = chunk;
  for (std::size_t index = 0; index < steps_.size(); ++index) {
    const Step& step = steps_[index];
    if (step.codec->encode(current, step.filter.values, spare)) {
      out.swap(spare);
      current = out.bytes();
    } else if (step.filter.is_optional) {
      mask |= std::uint32_t{1} << index;
    } else {
      throw Error(ErrorCode::Invalid, step.codec->name, "doesn't make a chunk smaller, but must");
    }
  }
  if (current.data() == chunk.data()) {
    std::copy(chunk.begin(), chunk.end(), out.claim(chunk.size()).begin());
  }
  return mask;
}

void Pipeline::decode(Bytes stored, std::uint32_t mask, std::size_t chunk_bytes, Buffer& out,
                      Buffer& spare) const {
  // Other encoders keep a step that makes the chunk a little longer.
  const std::size_t most = chunk_bytes + chunk_bytes / 64 + 64;
  Bytes current = stored;
  for (std::size_t index = steps_.size(); index-- > 0;) {
    if ((mask >> index & 1U) != 0) continue;
    const Step& step = steps_[index];
    step.codec->decode(current, step.filter.values, std::max(most, current.size()), spare);
    out.swap(spare);
    current = out.bytes();
  }
  if (current.data() == stored.data()) {
    std::copy(stored.begin(), stored.end(), out.claim(stored.size()).begin());
  }
  if (out.size() != chunk_bytes) {
    throw Error(ErrorCode::Corrupt, "chunk",
                "a damaged chunk: it has " + std::to_string(out.size()) + " bytes, not " +
                    std::to_string(chunk_bytes));
  }
}

void Pipeline::decode_to(Bytes stored, std::uint32_t mask, std::span<std::byte> room) const {
  thread_local Buffer kept;
  Buffer own = std::move(kept);
  Buffer lent = Buffer::over(room);
  // Each step writes to `spare` and changes the two.
  const bool is_odd = steps_.size() % 2 == 1;
  Buffer& out = is_odd ? own : lent;
  Buffer& spare = is_odd ? lent : own;
  decode(stored, mask, room.size(), out, spare);
  if (out.bytes().data() != room.data()) {
    std::copy(out.bytes().begin(), out.bytes().end(), room.begin());
  }
  kept = std::move(own.is_own() ? own : lent);
}

}  // namespace sheaf::codecs
