// SPDX-License-Identifier: MIT
#pragma once
// Locks of a protected file, and what brings it back to its last commit.
//
// Model: a writer holds a lock of its own on the journal for its whole life (redo_log.hpp), and a
// shared flock on the file, which HDF5's own readers take too; it holds that one exclusively while
// pages go to the file. Threads: one at a time a file. Failure: Error.

#include <cstdint>
#include <string>

#include "core/journal/guarded_file.hpp"

namespace sheaf::journal {

// Throws Error (NotFound) when it isn't there.
[[nodiscard]] int open_protected(const std::string& path, int flags);
[[nodiscard]] std::uint64_t inode_of(int descriptor, const std::string& path);

// Throws Error (Io) when another process keeps the file locked.
void share_lock(int descriptor, const std::string& path);
// Alone, at once or not at all; back to share_lock() by that.
[[nodiscard]] bool own_lock(int descriptor, const std::string& path);

// While it lives, no record is applied to the file: what a reader finds beside it stays true until
// HDF5 has a lock of its own. It waits for a writer that has a journal; one that has none, and a
// file that can't be opened, are left to HDF5's words.
class ReadLock {
 public:
  explicit ReadLock(const std::string& path);
  ~ReadLock();
  ReadLock(const ReadLock&) = delete;
  ReadLock& operator=(const ReadLock&) = delete;

 private:
  int descriptor_;
};

// Whether the record is about this file in this state, or one that it was about to leave.
[[nodiscard]] bool belongs_to(const Record& record, int descriptor, const std::string& path);
// Leaves the journal where it is.
Recovery recover_with(const RedoLog& log, int descriptor, const std::string& path);

}  // namespace sheaf::journal
