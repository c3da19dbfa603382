// SPDX-License-Identifier: MIT
#pragma once
// The features of a file that layout_model.cpp edits, and rows and attributes for them.
//
// Threads: any. Failure: none.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/layout/spec.hpp"
#include "core/value.hpp"
#include "tests/crash/random.hpp"

namespace sheaf::crash {

inline constexpr std::size_t feature_count = 5;
inline constexpr std::array<const char*, feature_count> paths{"plain", "packed", "wave", "text",
                                                              "deep/scan"};

// Rows of one shape with and without a filter, ragged ones, texts, and the last ones, which become
// ragged when another shape comes. Chunks and filters depend on the seed.
[[nodiscard]] std::vector<layout::FeatureSpec> features(std::uint64_t seed);
// What one source has of a feature. `is_even`: all scans have one shape so far.
[[nodiscard]] Value draw_cell(Random& random, std::size_t feature, bool is_even);
[[nodiscard]] Value draw_attr(Random& random);
[[nodiscard]] std::int64_t number_below(Random& random, std::uint64_t limit);

}  // namespace sheaf::crash
