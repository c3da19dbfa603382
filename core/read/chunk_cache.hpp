// SPDX-License-Identifier: MIT
#pragma once
// Decoded chunks that all arrays of a file share, as many bytes of them as it may keep.
//
// Model: least recently used ones go first; who holds one keeps its memory. Threads: any; one
// decodes a chunk while others that want it wait. Failure: what the decoder throws, to the one who
// called it; those who waited try themselves.

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "core/codecs/buffer.hpp"

namespace sheaf::read {

struct ChunkKey {
  std::uint64_t array = 0;
  std::uint64_t chunk = 0;
  bool operator==(const ChunkKey&) const = default;
};

class ChunkCache {
 public:
  using Data = std::shared_ptr<const codecs::Buffer>;
  using Decode = std::function<void(codecs::Buffer& out)>;

  explicit ChunkCache(std::size_t most_bytes) noexcept : most_bytes_(most_bytes) {}

  [[nodiscard]] Data get(const ChunkKey& key, const Decode& decode);
  // Whether some thread decodes it just now.
  [[nodiscard]] bool is_decoding(const ChunkKey& key);
  // Null when it isn't there.
  [[nodiscard]] Data find(const ChunkKey& key);
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.load(); }
  [[nodiscard]] std::size_t most_bytes() const noexcept { return most_bytes_; }

 private:
  struct Hash {
    std::size_t operator()(const ChunkKey& key) const noexcept {
      return (key.chunk + key.array * 0x9E3779B97F4A7C15U) * 0xD6E8FEB86659FD93U >> 7U;
    }
  };
  struct Entry {
    Data data;                           // null while somebody decodes it
    std::list<ChunkKey>::iterator used;  // once it is there
  };
  struct Shard {
    std::mutex mutex;
    std::condition_variable changed;
    std::unordered_map<ChunkKey, Entry, Hash> entries;
    std::list<ChunkKey> order;  // the one used last is in front
  };
  class Claim;
  static constexpr std::size_t shard_count = 16;

  [[nodiscard]] std::size_t shard_of(const ChunkKey& key) const noexcept {
    return Hash{}(key) % shard_count;
  }
  [[nodiscard]] static Data look(Shard& shard, const ChunkKey& key);
  void make_room(const ChunkKey& newest);

  std::size_t most_bytes_;
  std::atomic<std::size_t> bytes_{0};
  std::atomic<std::size_t> turn_{0};
  std::array<Shard, shard_count> shards_;
};

}  // namespace sheaf::read
