// SPDX-License-Identifier: MIT
#pragma once
// Opens and creates HDF5 files the way all of Sheaf wants them (docs/format.md, "Container").
//
// Model: superblock 2, no timestamps, raw chunks aligned to pages, closing fails while an id of
// the file is still open (a leak is an error), descriptors aren't inherited by child processes.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/hdf5/handle.hpp"

namespace sheaf::hdf5 {

// Allocations of at least `alignment_threshold` bytes begin at a multiple of `alignment`.
inline constexpr std::int64_t alignment = 4096;
inline constexpr std::int64_t alignment_threshold = 32768;

// For journal::JournaledFile, which opens files for writing. Little metadata is kept in memory:
// what is appended isn't looked at again; those who do look again want more.
[[nodiscard]] PropertyList creation_properties();
[[nodiscard]] PropertyList access_properties(std::size_t metadata_bytes = std::size_t{1} << 20U);
// A new file without a journal; truncates what is at `path`.
[[nodiscard]] File create_file(const std::string& path);
// Its last commit. Throws Error: NotFound, Permission, Invalid when it is no ordinary file, Corrupt
// when it isn't a HDF5 file or is cut off.
[[nodiscard]] File open_file(const std::string& path);
// What open_file() begins with, for those who open one by other means.
void check_readable(const std::string& path);
[[nodiscard]] PropertyList reading_properties();
// HDF5 opens files without O_CLOEXEC: a child process would inherit the descriptor and its lock.
void keep_from_children(const File& file);
[[nodiscard]] int descriptor_of(const File& file);
// Where addresses inside of the file count from (a user block lies before it); nothing when an
// address or a length has other than eight bytes.
[[nodiscard]] std::optional<std::uint64_t> base_address(const File& file);
void flush(const File& file);
// Bytes of the file as HDF5 sees it.
[[nodiscard]] std::int64_t file_bytes(const File& file);

}  // namespace sheaf::hdf5
