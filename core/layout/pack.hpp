// SPDX-License-Identifier: MIT
#pragma once
// Writes a file anew, as compactly as its content allows.
//
//   old: │ a │ - │ c │ a' │ b │   rows in any order, some without a source, space lost in between
//   new: │ a' │ b │ c │           rows in the order of /__src__/id, every table in its plain form
//
// Model: rows that needn't move, in chunks and filters that stay, are copied chunk by chunk as they
// are encoded; others are decoded and encoded. Everything else in the file comes along: groups,
// datasets, attributes and links of the user's own. Only references that lead to rows which moved
// can't, and are told in the report.
// The same file and options give the same bytes, with any number of threads. Memory is bounded by
// the tables and a few chunks.
// Threads: one at a time. Failure: Error; then the old file is as it was. A damaged file is refused
// where the damage is met: verify() finds all of it.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/layout/compression.hpp"

namespace sheaf::layout {

// How an array is stored from now on; what isn't set stays.
struct StorageChange {
  std::optional<std::int64_t> chunk_rows{};  // elements for a ragged array
  std::optional<Compression> compression{};
  std::optional<int> level{};  // of the compression
  std::optional<bool> shuffle{};
  std::optional<bool> fletcher32{};

  bool operator==(const StorageChange&) const = default;
};

struct PackOptions {
  StorageChange storage{};                            // of all arrays
  std::map<std::string, StorageChange> by_feature{};  // by path, wins; its outputs too
  bool overwrite = false;                             // a target that isn't the file itself
  unsigned threads = 0;                               // that encode; 0: as there are cores
};

struct PackReport {
  std::int64_t bytes_before = 0;
  std::int64_t bytes_after = 0;
  std::int64_t rows_dropped = 0;     // without a source
  std::int64_t sources_dropped = 0;  // whose id came again later
  std::int64_t keys_dropped = 0;     // twice, or without an array
  std::int64_t arrays_copied = 0;    // chunk by chunk, as they were encoded
  std::int64_t arrays_encoded = 0;
  std::vector<std::string> lost;  // references that couldn't be carried over, a line an object
};

// Bytes of the old file's arrays, and what of them is done.
using PackProgress = std::function<void(std::int64_t done, std::int64_t total)>;

// `target` may be the file itself, or a link to it: it is replaced when the new one is durable.
PackReport pack(const std::filesystem::path& file, const std::filesystem::path& target,
                const PackOptions& options, const PackProgress& progress);

}  // namespace sheaf::layout
