// SPDX-License-Identifier: MIT
#pragma once
// The superblock at the beginning of a HDF5 file, as far as recovery needs it (HDF5 File Format
// Specification 3.0, II.A).
//
// Threads: any. Failure: none; what isn't a superblock is said so.

#include <cstdint>
#include <optional>

#include "core/journal/redo_log.hpp"

namespace sheaf::journal {

// Bytes that all versions use for what changes: signature to end of file address.
inline constexpr std::size_t superblock_bytes = 48;

// Identifies a state of the file: equal for equal superblocks.
[[nodiscard]] inline std::uint64_t superblock_hash(const Block& first) noexcept {
  return hash_of(first.data(), superblock_bytes);
}

// The end of file that a superblock of version 2 or 3 names; nothing when there is none, or its
// checksum is wrong: it was torn.
[[nodiscard]] std::optional<std::uint64_t> end_of_file(const Block& first) noexcept;

}  // namespace sheaf::journal
