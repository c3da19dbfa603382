// SPDX-License-Identifier: MIT
#include "core/array/sorting/inverse.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "core/array/engine/evaluate.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t least_range = 1 << 10;
constexpr std::int64_t most_ranges = 1024;

}  // namespace

Inverse::Inverse(ExtentsPtr extents, const Limits& limits, std::int64_t tasks, std::size_t memory)
    : extents_(std::move(extents)), total_(limits.total) {
  if (total_ == 0) return;
  const auto fitting = static_cast<std::int64_t>(memory) / extents_->extent_bytes();
  const std::int64_t ranges = std::clamp<std::int64_t>(fitting, 1, most_ranges);
  range_ = std::max((total_ + ranges - 1) / ranges, least_range);
  range_ = static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(range_)));
  const auto bits_for = [](std::int64_t count) {
    return static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(count)));
  };
  place_bits_ = bits_for(range_ - 1);
  number_bits_ = bits_for(limits.numbers);
  is_packed_ = place_bits_ + number_bits_ + bits_for(limits.buckets - 1) <= 64;
  for (std::int64_t task = 0; task < tasks; ++task) {
    std::vector<SegmentWriter>& own = writers_.emplace_back();
    for (std::int64_t first = 0; first < total_; first += range_) own.emplace_back(extents_);
  }
}

NodePtr Inverse::array(const std::vector<std::int64_t>& sizes) {
  std::vector<std::int64_t> before(sizes.size() + 1, 0);
  std::partial_sum(sizes.begin(), sizes.end(), before.begin() + 1);
  const std::int64_t ranges = (total_ + range_ - 1) / range_;
  std::vector<std::vector<Segments>> parts(static_cast<std::size_t>(ranges));
  for (std::vector<SegmentWriter>& own : writers_) {
    for (std::size_t range = 0; range < parts.size(); ++range) {
      parts[range].push_back(own[range].finish());
    }
  }
  std::vector<Segments> filled(parts.size());
  run_tasks(ranges, budget_for({}).threads, {}, [&](std::int64_t range, Pass&) {
    const auto at = static_cast<std::size_t>(range);
    filled[at] = fill(range, parts[at], before);
  });
  return segments_array(extents_, filled, int64);
}

Segments Inverse::fill(std::int64_t range, const std::vector<Segments>& parts,
                       const std::vector<std::int64_t>& before) const {
  const std::int64_t first = range * range_;
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(std::min(range_, total_ - first)));
  std::vector<std::byte> room(static_cast<std::size_t>(extents_->extent_bytes()));
  for (const Segments& part : parts) {
    for (const Segment& segment : part) fill_from(segment, room, before, numbers);
  }
  SegmentWriter writer(extents_);
  for (const std::int64_t number : numbers) writer.put(number);
  return writer.finish();
}

void Inverse::fill_from(const Segment& segment, std::vector<std::byte>& room,
                        const std::vector<std::int64_t>& before,
                        std::vector<std::int64_t>& numbers) const {
  extents_->file()->read(segment.offset, room.data(), static_cast<std::size_t>(segment.bytes));
  extents_->give_back(segment);
  const std::uint64_t number_mask = (std::uint64_t{1} << number_bits_) - 1;
  const auto set = [&](std::uint64_t place, std::uint64_t named) {
    numbers[place] = before[named >> number_bits_] + static_cast<std::int64_t>(named & number_mask);
  };
  if (is_packed_) {
    const auto* packed = reinterpret_cast<const std::uint64_t*>(room.data());
    const auto count = static_cast<std::size_t>(segment.bytes) / sizeof(std::uint64_t);
    const unsigned named_bits = 64U - place_bits_;
    const std::uint64_t named_mask = ~std::uint64_t{0} >> place_bits_;
    for (std::size_t at = 0; at < count; ++at) {
      set(packed[at] >> named_bits, packed[at] & named_mask);
    }
    return;
  }
  const auto* pairs = reinterpret_cast<const Pair*>(room.data());
  const auto count = static_cast<std::size_t>(segment.bytes) / sizeof(Pair);
  for (std::size_t at = 0; at < count; ++at) set(pairs[at].place, pairs[at].number);
}

}  // namespace sheaf::np
