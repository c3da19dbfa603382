// SPDX-License-Identifier: MIT
// LibLZF's stream, as h5py's filter stores it. Values: revision of h5py's filter, version of
// LibLZF's interface, bytes a chunk.
//
// A stream is a sequence of two kinds of items:
//
//   000LLLLL …                       L + 1 bytes as they are
//   LLLOOOOO OOOOOOOO                L + 2 bytes, as they are O + 1 bytes before; L is 1 to 6
//   111OOOOO LLLLLLLL OOOOOOOO       the same with L + 9 bytes
//
// The encoder is our own: LibLZF's starts with whatever its table holds from the call before, so
// that the same chunk needn't give the same bytes (lzf.h says so).
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "core/codecs/codec.hpp"

namespace sheaf::codecs {
namespace {

constexpr unsigned lzf_revision = 4;
constexpr unsigned interface_version = 0x0105;

constexpr std::size_t longest_run = 32;
constexpr std::size_t shortest_match = 3;
constexpr std::size_t longest_match = 264;
constexpr std::size_t farthest = 8192;
constexpr unsigned hash_bits = 14;

class Encoder {
 public:
  Encoder(Bytes in, std::span<std::byte> out) : in_(in), out_(out) {}

  // Bytes of the stream, 0 where there is no room for it.
  std::size_t run() {
    std::size_t at = 0;
    while (at + shortest_match <= in_.size()) {
      std::size_t from = replace(at);
      const std::size_t length = match(from, at);
      if (length < shortest_match) {
        ++at;
        continue;
      }
      if (!put_run(at) || !put_match(at - from, length)) return 0;
      // Of what lies in a match only the end is remembered: all of it would cost more than it
      // gains.
      at += length;
      remember(at - 2);
      remember(at - 1);
      run_begin_ = at;
    }
    return put_run(in_.size()) ? used_ : 0;
  }

 private:
  [[nodiscard]] std::size_t slot(std::size_t at) const {
    const auto byte = [&](std::size_t index) {
      return std::to_integer<std::uint32_t>(in_[at + index]);
    };
    const std::uint32_t word = byte(0) | byte(1) << 8U | byte(2) << 16U;
    return (word * 2654435761U) >> (32U - hash_bits);
  }
  // Places are kept plus one, so that 0 is none.
  std::size_t replace(std::size_t at) {
    return std::exchange(places_[slot(at)], static_cast<std::uint32_t>(at + 1));
  }
  void remember(std::size_t at) {
    if (at + shortest_match <= in_.size()) (void)replace(at);
  }

  // `from` is a place plus one; makes it the place.
  [[nodiscard]] std::size_t match(std::size_t& from, std::size_t at) const {
    if (from == 0 || at - --from > farthest) return 0;
    const std::size_t most = std::min(longest_match, in_.size() - at);
    std::size_t length = 0;
    while (length < most && in_[from + length] == in_[at + length]) ++length;
    return length;
  }

  bool put_run(std::size_t end) {
    while (run_begin_ < end) {
      const std::size_t length = std::min(longest_run, end - run_begin_);
      if (out_.size() - used_ < length + 1) return false;
      out_[used_++] = static_cast<std::byte>(length - 1);
      std::memcpy(out_.data() + used_, in_.data() + run_begin_, length);
      used_ += length;
      run_begin_ += length;
    }
    return true;
  }

  bool put_match(std::size_t distance, std::size_t length) {
    if (out_.size() - used_ < 3) return false;
    const std::size_t offset = distance - 1;
    const std::size_t code = length - 2;
    out_[used_++] = static_cast<std::byte>(std::min<std::size_t>(code, 7) << 5U | offset >> 8U);
    if (code >= 7) out_[used_++] = static_cast<std::byte>(code - 7);
    out_[used_++] = static_cast<std::byte>(offset & 0xFFU);
    return true;
  }

  Bytes in_;
  std::span<std::byte> out_;
  std::size_t used_ = 0;
  std::size_t run_begin_ = 0;
  std::array<std::uint32_t, std::size_t{1} << hash_bits> places_{};
};

struct Item {
  bool is_run;
  std::size_t length;    // of what it stands for
  std::size_t distance;  // of a match
};

// Takes an item's head off the stream.
Item take_item(Bytes& stream) {
  const auto take = [&stream] {
    if (stream.empty()) fail_damaged(lzf, "it is cut off");
    const auto byte = std::to_integer<std::size_t>(stream.front());
    stream = stream.subspan(1);
    return byte;
  };
  const std::size_t head = take();
  if (head < longest_run) {
    if (stream.size() < head + 1) fail_damaged(lzf, "it is cut off");
    return {true, head + 1, 0};
  }
  const std::size_t code = head >> 5U;
  const std::size_t length = code == 7 ? take() + 9 : code + 2;
  const std::size_t low = take();
  return {false, length, (head & 0x1FU) * 256 + low + 1};
}

std::size_t decoded_size(Bytes stream, std::size_t most) {
  std::size_t size = 0;
  while (!stream.empty()) {
    const Item item = take_item(stream);
    if (item.is_run) stream = stream.subspan(item.length);
    if (item.distance > size) fail_damaged(lzf, "it points to before its begin");
    size += item.length;
    if (size > most) fail_damaged(lzf, "it is too long");
  }
  return size;
}

bool encode_lzf(Bytes chunk, Values /*values*/, Buffer& out) {
  // Places are kept in 32 bits.
  if (chunk.empty() || chunk.size() >= 0xFFFFFFFFU) return false;
  const std::size_t size = Encoder(chunk, out.claim(chunk.size() - 1)).run();
  out.cut(size);
  return size != 0;
}

void decode_lzf(Bytes stored, Values /*values*/, std::size_t most, Buffer& out) {
  std::byte* to = out.claim(decoded_size(stored, most)).data();
  while (!stored.empty()) {
    const Item item = take_item(stored);
    if (item.is_run) {
      to = std::copy_n(stored.data(), item.length, to);
      stored = stored.subspan(item.length);
    } else if (item.distance >= item.length) {
      to = std::copy_n(to - item.distance, item.length, to);
    } else {
      // The match reaches into what it makes.
      for (std::size_t byte = 0; byte < item.length; ++byte, ++to) *to = *(to - item.distance);
    }
  }
}

}  // namespace

const Codec lzf{lzf_id, "lzf", encode_lzf, decode_lzf};

Filter lzf_filter(std::size_t chunk_bytes) {
  return {lzf_id, true, {lzf_revision, interface_version, static_cast<unsigned>(chunk_bytes)}};
}

}  // namespace sheaf::codecs
