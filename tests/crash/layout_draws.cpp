// SPDX-License-Identifier: MIT
#include "tests/crash/layout_draws.hpp"

#include <string>
#include <utility>

namespace sheaf::crash {
namespace {

Value numbers(Random& random, Dtype dtype, Shape shape, unsigned mask) {
  Value value{dtype, std::move(shape), {}, {}};
  value.bytes.resize(static_cast<std::size_t>(element_count(value.shape)) * dtype.size());
  for (std::byte& byte : value.bytes) byte = static_cast<std::byte>(random.next() & mask);
  return value;
}

Value texts(Random& random, std::int64_t rows) {
  Value value{utf8, {rows}, {}, {}};
  for (std::int64_t row = 0; row < rows; ++row) {
    value.strings.push_back("text " + std::string(random.below(60), 'x') +
                            std::to_string(random.next()));
  }
  return value;
}

}  // namespace

std::int64_t number_below(Random& random, std::uint64_t limit) {
  return static_cast<std::int64_t>(random.below(limit));
}

Value draw_cell(Random& random, std::size_t feature, bool is_even) {
  switch (feature) {
    case 0:
      return numbers(random, uint8, {1 + number_below(random, 3), 3, 2}, 0xff);
    case 1:
      return numbers(random, uint8, {1 + number_below(random, 2), 24, 8}, 0x11);
    case 2:
      return numbers(random, float32, {1, number_below(random, 900)}, 0x3f);
    case 3:
      return texts(random, 1 + number_below(random, 2));
    default:
      if (is_even || random.chance(50)) return numbers(random, uint16, {1, 4, 6}, 0xff);
      return numbers(random, uint16, {1, 1 + number_below(random, 9), 1 + number_below(random, 9)},
                     0xff);
  }
}

Value draw_attr(Random& random) {
  switch (random.below(4)) {
    case 0:
      return Value::of(random.next());
    case 1:
      return numbers(random, float64, {1 + number_below(random, 40)}, 0x3f);
    case 2:
      // Over 64 KiB HDF5 stores attributes densely.
      return Value::of(std::string(random.chance(5) ? 70000 : random.below(300), 'a') + "b");
    default:
      return texts(random, 1 + number_below(random, 5));
  }
}

std::vector<layout::FeatureSpec> features(std::uint64_t seed) {
  using layout::Compression;
  using layout::Ragged;
  Random random(seed);
  const auto rows = static_cast<std::int64_t>(1 + random.below(12));
  const layout::DatasetOptions plain{.chunk_rows = rows};
  const layout::DatasetOptions packed{
      .chunk_rows = rows, .compression = Compression::Deflate, .shuffle = true};
  const auto wave = random.chance(50) ? layout::DatasetOptions{.chunk_rows = 500 * rows}
                                      : layout::DatasetOptions{.chunk_rows = 500 * rows,
                                                               .compression = Compression::Deflate};
  return {{paths[0], {{"", uint8, {3, 2}, Ragged::Never, plain}}, {}},
          {paths[1], {{"", uint8, {24, 8}, Ragged::Never, packed}}, {}},
          {paths[2], {{"", float32, {-1}, Ragged::Always, wave}}, {}},
          {paths[3], {{"", utf8, {}, Ragged::Never, {}}}, {}},
          {paths[4], {{"", uint16, {-1, -1}, Ragged::IfNeeded, packed}}, {}}};
}

}  // namespace sheaf::crash
