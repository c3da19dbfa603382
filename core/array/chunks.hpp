// SPDX-License-Identifier: MIT
#pragma once
// An array block by block, in memory: one of them, or several side by side.
//
//   for (const np::Chunk& chunk : np::chunks(a)) use(chunk.box, chunk.values);
//   for (const auto& [box, values, others] : np::chunks(a, b)) …
//
// Model: blocks follow the chunks of the dataset and come in row-major order; each is read when the
// loop comes to it. Arrays of a pair are broadcast to one shape. A loop runs on one thread; several
// may loop over one array. Failure: Error.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

#include "core/array/array.hpp"
#include "core/array/engine/box.hpp"

namespace sheaf::np {

struct Chunk {
  Box box;
  Value values;
};
struct ChunkPair {
  Box box;
  Value first;
  Value second;
};

template <class Item>
class ChunkRange {
 public:
  class Iterator {
   public:
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    Iterator(const ChunkRange& range, std::int64_t number) : range_(&range), number_(number) {
      read();
    }
    const Item& operator*() const noexcept { return item_; }
    const Item* operator->() const noexcept { return &item_; }
    Iterator& operator++() {
      ++number_;
      read();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const noexcept {
      return number_ >= range_->blocks_.count();
    }

   private:
    void read() {
      if (number_ < range_->blocks_.count()) item_ = range_->at(number_);
    }
    const ChunkRange* range_ = nullptr;
    std::int64_t number_ = 0;
    Item item_{};
  };

  ChunkRange(std::vector<Array> arrays, Blocks blocks)
      : arrays_(std::move(arrays)), blocks_(std::move(blocks)) {}
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }
  [[nodiscard]] std::int64_t size() const noexcept { return blocks_.count(); }
  [[nodiscard]] Item at(std::int64_t number) const;

 private:
  std::vector<Array> arrays_;
  Blocks blocks_;
};

[[nodiscard]] ChunkRange<Chunk> chunks(const Array& a);
[[nodiscard]] ChunkRange<ChunkPair> chunks(const Array& a, const Array& b);

}  // namespace sheaf::np
