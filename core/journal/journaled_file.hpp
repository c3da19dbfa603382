// SPDX-License-Identifier: MIT
#pragma once
// A HDF5 file opened for writing, whose changes happen commit by commit.
//
//   create ── … ── commit ── renamed ──┐
//   open   ────────────────────────────┴── … ── commit ── … ── rollback ── … ── close
//
// Model: whatever HDF5 does between two commits (new datasets, attributes, strings, chunks that are
// compressed anew) is in the file after the second one, or not at all: under SIGKILL, a full disk
// and power loss. Reading processes see the last commit. docs/journal.md tells how.
// Threads: one at a time. Failure: Error; after a failed commit only rollback() and destruction are
// left, which take the file back to its last commit (before the first one: destruction alone).

#include <filesystem>
#include <memory>
#include <optional>

#include "core/error.hpp"
#include "core/hdf5/handle.hpp"
#include "core/journal/guarded_file.hpp"

namespace sheaf::journal {

class JournaledFile {
 public:
  // `path` is an empty file that was reserved under a temporary name; nothing in it is valid before
  // the first commit. `creation` and `access` are property lists (core/hdf5/file.hpp).
  [[nodiscard]] static JournaledFile create(const std::filesystem::path& path, hid_t creation,
                                            hid_t access, const Options& options = {});
  // Recovers it first. Throws Error (Io) when another process writes to it.
  [[nodiscard]] static JournaledFile open(const std::filesystem::path& path, hid_t access,
                                          const Options& options = {});
  JournaledFile(JournaledFile&&) noexcept;
  JournaledFile& operator=(JournaledFile&&) noexcept;
  // Drops what wasn't committed.
  ~JournaledFile();

  [[nodiscard]] const hdf5::File& file() const noexcept;
  // Throws what failed since the last commit: writes report it late.
  void check() const;
  void commit();
  // A created file has its name: after its first commit, before anything else.
  void renamed(const std::filesystem::path& path);
  // Closes every id of the file, takes it back to its last commit and opens it again.
  void rollback();
  // Drops what wasn't committed. The file is plain HDF5 then, without a journal.
  void close();

 private:
  struct State;
  explicit JournaledFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The committed state, read-only: also when a journal waits beside the file, which isn't changed.
struct CommittedFile {
  hdf5::File file;
  std::shared_ptr<const GuardedFile> guarded;  // null: no journal waits
};
[[nodiscard]] CommittedFile open_committed(const std::filesystem::path& path, hid_t access);
// The same, for those who read through HDF5 alone.
[[nodiscard]] hdf5::File open_for_reading(const std::filesystem::path& path, hid_t access);

}  // namespace sheaf::journal
