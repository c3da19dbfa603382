// SPDX-License-Identifier: MIT
#pragma once
// Finds the number of an id among ids that somebody else keeps.
//
// Model: a hash table of (part of the hash, number), open addressing; `id_at(number)` gives the
// text to compare with. 16 bytes an id at most times, and no allocation a look-up.

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace sheaf::layout {

class IdIndex {
 public:
  template <class IdAt>
  [[nodiscard]] std::optional<std::size_t> find(std::string_view id, const IdAt& id_at) const {
    if (slots_.empty()) return std::nullopt;
    const Slot& slot = slots_[locate(id, hash_of(id), id_at)];
    if (slot.is_free()) return std::nullopt;
    return slot.number;
  }

  // An id that is there already gets the new number.
  template <class IdAt>
  void insert(std::string_view id, std::size_t number, const IdAt& id_at) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    const std::uint32_t hash = hash_of(id);
    Slot& slot = slots_[locate(id, hash, id_at)];
    if (slot.is_free()) ++used_;
    slot = {hash, static_cast<std::uint32_t>(number)};
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = free;
    static constexpr std::uint32_t free = UINT32_MAX;
    [[nodiscard]] bool is_free() const noexcept { return number == free; }
  };

  static std::uint32_t hash_of(std::string_view id) noexcept {
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(id));
  }

  // The slot that holds the id, or the free one where it belongs.
  template <class IdAt>
  std::size_t locate(std::string_view id, std::uint32_t hash, const IdAt& id_at) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (!slots_[at].is_free() &&
           (slots_[at].hash != hash || std::string_view(id_at(slots_[at].number)) != id)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    const std::size_t mask = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.is_free()) continue;
      std::size_t at = slot.hash & mask;
      while (!slots_[at].is_free()) at = (at + 1) & mask;
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two of them, at most half in use
  std::size_t used_ = 0;
};

}  // namespace sheaf::layout
