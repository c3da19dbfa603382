// SPDX-License-Identifier: MIT
// All first bytes of the elements, then all second ones, and so on; bytes behind the last whole
// element stay where they are. Values: bytes an element.
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "core/codecs/codec.hpp"
#include "core/error.hpp"

namespace sheaf::codecs {
namespace {

constexpr std::size_t lanes = 16;
using Lanes [[gnu::vector_size(lanes)]] = std::uint8_t;

// `Width` vectors hold 16 elements of `Width` bytes, a power of two. A byte's place has log2(16 ×
// Width) bits, the lowest of which number the byte in its element. Taking the even bytes first and
// then the odd ones rotates these bits by one; after log2(Width) times the byte's number is on top:
// vector k then holds byte k of each element.
template <std::size_t Width>
using Block = std::array<Lanes, Width>;

Lanes even(Lanes a, Lanes b) {
  return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}
Lanes odd(Lanes a, Lanes b) {
  return __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}
Lanes low(Lanes a, Lanes b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
Lanes high(Lanes a, Lanes b) {
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15,
                                 31);
}

template <std::size_t Width>
Block<Width> split(Block<Width> block) {
  for (std::size_t round = 1; round < Width; round *= 2) {
    Block<Width> next;
    for (std::size_t pair = 0; pair < Width / 2; ++pair) {
      next[pair] = even(block[2 * pair], block[2 * pair + 1]);
      next[pair + Width / 2] = odd(block[2 * pair], block[2 * pair + 1]);
    }
    block = next;
  }
  return block;
}

template <std::size_t Width>
Block<Width> join(Block<Width> block) {
  for (std::size_t round = 1; round < Width; round *= 2) {
    Block<Width> next;
    for (std::size_t pair = 0; pair < Width / 2; ++pair) {
      next[2 * pair] = low(block[pair], block[pair + Width / 2]);
      next[2 * pair + 1] = high(block[pair], block[pair + Width / 2]);
    }
    block = next;
  }
  return block;
}

// Both return how many elements they did, a multiple of 16.
template <std::size_t Width>
std::size_t split_blocks(const std::byte* in, std::size_t elements, std::byte* out) {
  std::size_t element = 0;
  for (; element + lanes <= elements; element += lanes) {
    Block<Width> block;
    std::memcpy(block.data(), in + element * Width, sizeof block);
    block = split<Width>(block);
    for (std::size_t byte = 0; byte < Width; ++byte) {
      std::memcpy(out + byte * elements + element, &block[byte], lanes);
    }
  }
  return element;
}

template <std::size_t Width>
std::size_t join_blocks(const std::byte* in, std::size_t elements, std::byte* out) {
  std::size_t element = 0;
  for (; element + lanes <= elements; element += lanes) {
    Block<Width> block;
    for (std::size_t byte = 0; byte < Width; ++byte) {
      std::memcpy(&block[byte], in + byte * elements + element, lanes);
    }
    block = join<Width>(block);
    std::memcpy(out + element * Width, block.data(), sizeof block);
  }
  return element;
}

using Blocks = std::size_t (*)(const std::byte*, std::size_t, std::byte*);

std::size_t no_blocks(const std::byte*, std::size_t, std::byte*) { return 0; }

Blocks choose(std::size_t width, std::array<Blocks, 4> of_2_4_8_16) {
  if (width < 2 || width > 16 || !std::has_single_bit(width)) return no_blocks;
  return of_2_4_8_16[static_cast<std::size_t>(std::countr_zero(width)) - 1];
}

std::size_t width_of(Values values) {
  if (values.empty() || values[0] == 0) {
    throw Error(ErrorCode::Corrupt, shuffle.name,
                "the pipeline doesn't say how large elements are");
  }
  return values[0];
}

bool encode_shuffle(Bytes chunk, Values values, Buffer& out) {
  const std::size_t width = width_of(values);
  const std::size_t elements = chunk.size() / width;
  const std::span<std::byte> result = out.claim(chunk.size());
  const Blocks blocks =
      choose(width, {split_blocks<2>, split_blocks<4>, split_blocks<8>, split_blocks<16>});
  const std::size_t done = blocks(chunk.data(), elements, result.data());
  for (std::size_t byte = 0; byte < width; ++byte) {
    for (std::size_t element = done; element < elements; ++element) {
      result[byte * elements + element] = chunk[element * width + byte];
    }
  }
  const Bytes tail = chunk.subspan(elements * width);
  std::copy(tail.begin(), tail.end(),
            result.begin() + static_cast<std::ptrdiff_t>(elements * width));
  return true;
}

void decode_shuffle(Bytes stored, Values values, std::size_t most, Buffer& out) {
  const std::size_t width = width_of(values);
  if (stored.size() > most) fail_damaged(shuffle, "it is too long");
  const std::size_t elements = stored.size() / width;
  const std::span<std::byte> result = out.claim(stored.size());
  const Blocks blocks =
      choose(width, {join_blocks<2>, join_blocks<4>, join_blocks<8>, join_blocks<16>});
  const std::size_t done = blocks(stored.data(), elements, result.data());
  for (std::size_t byte = 0; byte < width; ++byte) {
    for (std::size_t element = done; element < elements; ++element) {
      result[element * width + byte] = stored[byte * elements + element];
    }
  }
  const Bytes tail = stored.subspan(elements * width);
  std::copy(tail.begin(), tail.end(),
            result.begin() + static_cast<std::ptrdiff_t>(elements * width));
}

}  // namespace

const Codec shuffle{shuffle_id, "shuffle", encode_shuffle, decode_shuffle};

Filter shuffle_filter(std::size_t element_bytes) {
  return {shuffle_id, true, {static_cast<unsigned>(element_bytes)}};
}

}  // namespace sheaf::codecs
