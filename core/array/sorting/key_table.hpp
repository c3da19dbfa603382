// SPDX-License-Identifier: MIT
#pragma once
// Keys that differ, each with how often it is there and where it is first.
//
// Model: a hash table with open addressing, at most half full, which grows up to a number of
// entries. An entry without a count is empty. Threads: one writes; many may look. Failure: none.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace sheaf::np {

template <class Key>
class KeyTable {
 public:
  struct Entry {
    Key key{};
    std::int64_t count = 0;
    std::uint64_t first = 0;  // place
  };

  // That at most so many entries are kept for, a power of two.
  explicit KeyTable(std::size_t most) : most_(most), entries_(std::min<std::size_t>(most, 16)) {
    set_shift();
  }

  // False: there is no room for it.
  bool add(const Entry& more) {
    Entry* entry = &entries_[slot_of(more.key)];
    if (entry->count == 0) {
      if (2 * (used_ + 1) > entries_.size()) {
        if (2 * entries_.size() > most_) return false;
        grow();
        entry = &entries_[slot_of(more.key)];
      }
      ++used_;
      *entry = more;
      return true;
    }
    entry->count += more.count;
    entry->first = std::min(entry->first, more.first);
    return true;
  }
  // Null where it isn't there.
  [[nodiscard]] const Entry* find(Key key) const {
    const Entry& entry = entries_[slot_of(key)];
    return entry.count == 0 ? nullptr : &entry;
  }
  // In any order.
  [[nodiscard]] std::vector<Entry> all() const {
    std::vector<Entry> found;
    for (const Entry& entry : entries_) {
      if (entry.count != 0) found.push_back(entry);
    }
    return found;
  }

 private:
  void set_shift() { shift_ = 64 - (std::bit_width(entries_.size()) - 1); }
  // Of the key, or where it would be.
  [[nodiscard]] std::size_t slot_of(Key key) const {
    auto bits = static_cast<std::uint64_t>(key);
    if constexpr (sizeof(Key) > 8)
      bits ^= static_cast<std::uint64_t>(key >> 64U) * 0xff51afd7ed558ccdU;
    std::size_t slot = (bits * 0x9e3779b97f4a7c15U) >> shift_;  // Fibonacci hashing
    while (entries_[slot].count != 0 && entries_[slot].key != key) {
      slot = (slot + 1) & (entries_.size() - 1);
    }
    return slot;
  }
  void grow() {
    std::vector<Entry> old(2 * entries_.size());
    old.swap(entries_);
    set_shift();
    for (const Entry& entry : old) {
      if (entry.count != 0) entries_[slot_of(entry.key)] = entry;
    }
  }

  std::size_t most_;
  std::size_t used_ = 0;
  int shift_ = 60;
  std::vector<Entry> entries_;
};

}  // namespace sheaf::np
