// SPDX-License-Identifier: MIT
#pragma once
// Numbers that come in any order, each with its place, as an array.
//
//   (place, bucket, number) ─► ranges of places, in extents ─► each range in memory ─► extents
//
// Model: numbers count from the start of their bucket; what is before the bucket is added at last,
// when all buckets are known. The three are packed into 8 bytes where these have room, else 16.
// Every place below `total` comes once. Threads: a task has writers of its own. Failure: Error of
// the temporary files.

#include "core/array/sorting/extents.hpp"

namespace sheaf::np {

class Inverse {
 public:
  struct Limits {
    std::int64_t total = 0;
    std::int64_t buckets = 1;
    std::int64_t numbers = 0;  // of one bucket
  };
  Inverse(ExtentsPtr extents, const Limits& limits, std::int64_t tasks, std::size_t memory);

  void put(std::int64_t task, std::uint64_t place, std::int64_t bucket, std::int64_t number) {
    const auto range = place / static_cast<std::uint64_t>(range_);
    const std::uint64_t in_range = place % static_cast<std::uint64_t>(range_);
    SegmentWriter& writer = writers_[static_cast<std::size_t>(task)][range];
    const std::uint64_t named =
        (static_cast<std::uint64_t>(bucket) << number_bits_) | static_cast<std::uint64_t>(number);
    if (is_packed_) {
      writer.put((in_range << (64U - place_bits_)) | named);
    } else {
      writer.put(Pair{in_range, named});
    }
  }
  // `sizes`: how many numbers each bucket has. Once.
  [[nodiscard]] NodePtr array(const std::vector<std::int64_t>& sizes);

 private:
  struct Pair {
    std::uint64_t place;
    std::uint64_t number;  // and the bucket
  };

  [[nodiscard]] Segments fill(std::int64_t range, const std::vector<Segments>& parts,
                              const std::vector<std::int64_t>& before) const;
  void fill_from(const Segment& segment, std::vector<std::byte>& room,
                 const std::vector<std::int64_t>& before, std::vector<std::int64_t>& numbers) const;

  ExtentsPtr extents_;
  std::int64_t total_;
  std::int64_t range_ = 1;  // places of one; a power of two
  unsigned place_bits_ = 1;
  unsigned number_bits_ = 1;
  bool is_packed_ = false;
  std::vector<std::vector<SegmentWriter>> writers_;
};

}  // namespace sheaf::np
