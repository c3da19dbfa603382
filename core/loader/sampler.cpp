// SPDX-License-Identifier: MIT
#include "core/loader/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/loader/random.hpp"

namespace sheaf::loader {
namespace {

constexpr double draws = 0x1p32;  // in a column

void check(bool is_right, const std::string& object, const char* message) {
  if (!is_right) throw Error(ErrorCode::Invalid, object, message);
}

// What is shuffled as a whole: items, or blocks of them.
std::uint64_t shuffled_things(const Sampling& sampling, std::int64_t items) noexcept {
  return static_cast<std::uint64_t>(sampling.block > 1 ? items / sampling.block : items);
}

}  // namespace

Sampler::Sampler(const Sampling& sampling, const ItemTable& items, std::size_t sources,
                 const std::string& object)
    : sampling_(sampling), items_(items), positions_(items.items()) {
  check(sampling.world_size >= 1 && sampling.rank >= 0 && sampling.rank < sampling.world_size,
        object, "rank must be 0 or more and less than world_size");
  check(sampling.block >= 0 && sampling.mixed >= 1, object,
        "block must be 0 or more, and mixed 1 or more");
  check(sampling.samples >= 0, object, "samples must be 0 or more");
  if (sampling.order == Order::Weighted) {
    weigh(sources, object);
    if (sampling.samples > 0) positions_ = sampling.samples;
  } else {
    check(sampling.weights.empty() && sampling.samples == 0, object,
          "weights and samples are for the order Weighted");
  }
}

std::int64_t Sampler::positions_of_rank() const noexcept {
  const std::int64_t world = sampling_.world_size;
  return (positions_ + (sampling_.pads_ranks ? world - 1 : 0)) / world;
}

// Vose's way of making Walker's table.
void Sampler::weigh(std::size_t sources, const std::string& object) {
  check(sampling_.weights.size() == sources, object,
        "weights must be as many as the file has sources");
  std::vector<double> scaled;
  std::vector<std::size_t> cells;
  for (std::size_t cell = 0; cell < items_.cells(); ++cell) {
    const std::int64_t source = items_.source(cell);
    if (source < 0) break;
    const double weight = sampling_.weights[static_cast<std::size_t>(source)];
    check(std::isfinite(weight) && weight >= 0, object, "a weight is negative or no number");
    if (weight == 0) continue;
    cells.push_back(cell);
    scaled.push_back(weight);
  }
  const double sum = std::accumulate(scaled.begin(), scaled.end(), 0.0);
  check(sum > 0 && std::isfinite(sum), object,
        "no source that has all inputs has a weight, or their sum is too large");
  for (double& weight : scaled) weight *= static_cast<double>(scaled.size()) / sum;

  std::vector<std::size_t> small;
  std::vector<std::size_t> large;
  for (std::size_t i = 0; i < scaled.size(); ++i) (scaled[i] < 1 ? small : large).push_back(i);
  columns_.resize(scaled.size());
  for (std::size_t i = 0; i < scaled.size(); ++i) {
    columns_[i] = {static_cast<std::uint64_t>(draws), cells[i], cells[i]};
  }
  while (!small.empty() && !large.empty()) {
    const std::size_t lesser = small.back();
    const std::size_t greater = large.back();
    small.pop_back();
    columns_[lesser].limit = static_cast<std::uint64_t>(scaled[lesser] * draws);
    columns_[lesser].alias = cells[greater];
    scaled[greater] -= 1 - scaled[lesser];
    if (scaled[greater] >= 1) continue;
    large.pop_back();
    small.push_back(greater);
  }
}

EpochOrder::EpochOrder(const Sampler& sampler, std::int64_t epoch) noexcept
    : sampler_(sampler),
      key_(hash(sampler.sampling_.seed, epoch)),
      shuffle_(shuffled_things(sampler.sampling_, sampler.items_.items()), key_) {}

std::int64_t EpochOrder::item(std::int64_t position) const noexcept {
  switch (sampler_.sampling_.order) {
    case Order::Sequential:
      return position;
    case Order::Weighted:
      return weighted(position);
    case Order::Shuffled:
      break;
  }
  const auto at = static_cast<std::uint64_t>(position);
  if (sampler_.sampling_.block > 1) return in_blocks(at);
  return static_cast<std::int64_t>(shuffle_(at));
}

// Blocks in shuffled order, `mixed` of them shuffled item by item. The grid of blocks begins
// somewhere else in each epoch, so that the items that fill no block are others each time.
std::int64_t EpochOrder::in_blocks(std::uint64_t position) const noexcept {
  const auto items = static_cast<std::uint64_t>(sampler_.items_.items());
  const auto block = static_cast<std::uint64_t>(sampler_.sampling_.block);
  const auto mixed = static_cast<std::uint64_t>(sampler_.sampling_.mixed);
  const std::uint64_t blocks = items / block;
  const std::uint64_t origin = below(hash(key_, 1), items);
  const auto item = [&](std::uint64_t at) {
    return static_cast<std::int64_t>((at + origin) % items);
  };
  if (position >= blocks * block) {
    const std::uint64_t whole = blocks * block;
    return item(whole + Permutation(items - whole, hash(key_, 2))(position - whole));
  }
  const std::uint64_t group = position / block / mixed;
  const std::uint64_t before = group * mixed;
  const std::uint64_t together = std::min(mixed, blocks - before);
  const Permutation inner(together * block, hash(key_, 3, group));
  const std::uint64_t at = inner(position - before * block);
  return item(shuffle_(before + at / block) * block + at % block);
}

std::int64_t EpochOrder::weighted(std::int64_t position) const noexcept {
  const std::uint64_t first = hash(key_, 4, position);
  const Sampler::Column& column = sampler_.columns_[below(first, sampler_.columns_.size())];
  const std::uint64_t second = hash(key_, 5, position);
  const std::size_t cell = (second >> 32U) < column.limit ? column.own : column.alias;
  const auto count = static_cast<std::uint64_t>(sampler_.items_.count(cell));
  const std::uint64_t third = count == 1 ? 0 : below(hash(key_, 6, position), count);
  return sampler_.items_.number(cell, static_cast<std::int64_t>(third));
}

}  // namespace sheaf::loader
