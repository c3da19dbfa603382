// SPDX-License-Identifier: MIT
#pragma once
// Which item stands at a position of an epoch.
//
//   rank's own number n ─► position n·world_size + rank ─► order of (seed, epoch) ─► item
//
// Model: a Sampler is the configuration checked against the items there are; an EpochOrder is one
// epoch of it, a pure function, cheap to make. Threads: any. Failure: Error (Invalid).

#include <cstdint>
#include <string>
#include <vector>

#include "core/loader/item_table.hpp"
#include "core/loader/permutation.hpp"
#include "core/loader/sampling.hpp"

namespace sheaf::loader {

class Sampler {
 public:
  // `items` must outlive it. `object` is named in errors; `sources` is how many the file has.
  Sampler(const Sampling& sampling, const ItemTable& items, std::size_t sources,
          const std::string& object);

  // Items of an epoch over all ranks, and of this one.
  [[nodiscard]] std::int64_t positions() const noexcept { return positions_; }
  [[nodiscard]] std::int64_t positions_of_rank() const noexcept;
  // The position of this rank's item number n.
  [[nodiscard]] std::int64_t position(std::int64_t n) const noexcept {
    return (n * sampling_.world_size + sampling_.rank) % positions_;
  }

 private:
  friend class EpochOrder;

  // A column of Walker's alias table: 2³² of 2³² draws, those below `limit` are the cell's own.
  struct Column {
    std::uint64_t limit;
    std::size_t own;
    std::size_t alias;
  };
  void weigh(std::size_t sources, const std::string& object);

  Sampling sampling_;
  const ItemTable& items_;
  std::int64_t positions_;
  std::vector<Column> columns_;
};

class EpochOrder {
 public:
  EpochOrder(const Sampler& sampler, std::int64_t epoch) noexcept;
  [[nodiscard]] std::int64_t item(std::int64_t position) const noexcept;

 private:
  [[nodiscard]] std::int64_t in_blocks(std::uint64_t position) const noexcept;
  [[nodiscard]] std::int64_t weighted(std::int64_t position) const noexcept;

  const Sampler& sampler_;
  std::uint64_t key_;
  Permutation shuffle_;  // of items, or of blocks
};

}  // namespace sheaf::loader
