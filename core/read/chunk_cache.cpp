// SPDX-License-Identifier: MIT
#include "core/read/chunk_cache.hpp"

#include <utility>

namespace sheaf::read {

// Gives up the entry of a chunk that couldn't be decoded.
class ChunkCache::Claim {
 public:
  Claim(Shard& shard, const ChunkKey& key) : shard_(shard), key_(key) {}
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  ~Claim() {
    if (is_kept) return;
    const std::lock_guard lock(shard_.mutex);
    shard_.entries.erase(key_);
    shard_.changed.notify_all();
  }
  bool is_kept = false;

 private:
  Shard& shard_;
  ChunkKey key_;
};

ChunkCache::Data ChunkCache::look(Shard& shard, const ChunkKey& key) {
  const auto found = shard.entries.find(key);
  if (found == shard.entries.end() || !found->second.data) return nullptr;
  shard.order.splice(shard.order.begin(), shard.order, found->second.used);
  return found->second.data;
}

bool ChunkCache::is_decoding(const ChunkKey& key) {
  Shard& shard = shards_[shard_of(key)];
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.entries.find(key);
  return found != shard.entries.end() && found->second.data == nullptr;
}

ChunkCache::Data ChunkCache::find(const ChunkKey& key) {
  Shard& shard = shards_[shard_of(key)];
  const std::lock_guard lock(shard.mutex);
  return look(shard, key);
}

ChunkCache::Data ChunkCache::get(const ChunkKey& key, const Decode& decode) {
  Shard& shard = shards_[shard_of(key)];
  std::unique_lock lock(shard.mutex);
  while (true) {
    if (Data data = look(shard, key)) return data;
    if (shard.entries.try_emplace(key).second) break;
    shard.changed.wait(lock);
  }
  lock.unlock();
  auto buffer = std::make_shared<codecs::Buffer>();
  Claim claim(shard, key);
  decode(*buffer);
  lock.lock();
  shard.order.push_front(key);
  Entry& entry = shard.entries[key];
  entry.data = buffer;
  entry.used = shard.order.begin();
  bytes_ += buffer->size();
  claim.is_kept = true;
  shard.changed.notify_all();
  lock.unlock();
  make_room(key);
  return buffer;
}

// One of each shard in turn, so that no shard is emptied for the others. What has just come goes
// last: when it is too large by itself.
void ChunkCache::make_room(const ChunkKey& newest) {
  std::size_t fruitless = 0;
  while (bytes_.load() > most_bytes_ && fruitless < 2 * shard_count) {
    Shard& shard = shards_[turn_++ % shard_count];
    Data gone;  // freed without the lock
    const std::lock_guard lock(shard.mutex);
    const bool is_last_round = fruitless >= shard_count;
    if (shard.order.empty() || (shard.order.back() == newest && !is_last_round)) {
      ++fruitless;
      continue;
    }
    const auto found = shard.entries.find(shard.order.back());
    bytes_ -= found->second.data->size();
    gone = std::move(found->second.data);
    shard.entries.erase(found);
    shard.order.pop_back();
    fruitless = is_last_round ? fruitless : 0;
  }
}

}  // namespace sheaf::read
