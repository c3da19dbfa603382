// SPDX-License-Identifier: MIT
#pragma once
// What a disk may hold after the power failed.
//
// Model: a RecordingSystem notes each change that the journal makes to a folder while it really
// makes it. After any of them the power may fail. Then all that was synced is there; of the rest
// each change happened or not, in any order; a write happened for any of its 512-byte sectors, and
// some of the others are garbage. Names (created, renamed, removed) follow the folder's syncs.
// Threads: any that write, one that does the rest.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "core/journal/system.hpp"

namespace sheaf::test {

using Bytes = std::vector<std::byte>;

struct Change {
  enum class Kind { Write, Resize, Sync, FailedSync, Create, Rename, Remove, SyncNames };
  Kind kind;
  int file = -1;  // what a name led to, by number
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  Bytes bytes = {};
  std::string from = {};
  std::string to = {};
  // At the time of the change.
  int committing = 0;
  int committed = 0;
};

// Files by name.
using Folder = std::map<std::string, Bytes>;

class RecordingSystem : public journal::System {
 public:
  // Sets itself; `folder` is as durable at first as it is.
  explicit RecordingSystem(std::filesystem::path folder);
  ~RecordingSystem() override;
  RecordingSystem(const RecordingSystem&) = delete;
  RecordingSystem& operator=(const RecordingSystem&) = delete;

  int open(const std::string& path, int flags) override;
  void write(int descriptor, const std::string& path, std::uint64_t offset, const void* data,
             std::size_t size) override;
  // The same, on any file system.
  int open_direct(int descriptor) noexcept override;
  bool write_direct(int descriptor, const std::string& path, std::uint64_t offset, const void* data,
                    std::size_t size) override;
  void sync(int descriptor, const std::string& path) override;
  void resize(int descriptor, const std::string& path, std::uint64_t size) override;
  void remove(const std::string& path) override;
  void sync_folder(const std::string& path) override;
  void rename(const std::filesystem::path& from, const std::filesystem::path& to);

  std::atomic<int> committing = 0;
  std::atomic<int> committed = 0;
  // The sync with this number, counted from 1, fails: what it was for is never written. So do the
  // next ones.
  int failing_sync = 0;
  int failures = 1;
  [[nodiscard]] int syncs() const noexcept { return syncs_; }
  [[nodiscard]] int direct_writes() const noexcept { return direct_writes_; }
  [[nodiscard]] const Folder& begin() const noexcept { return begin_; }
  [[nodiscard]] const std::vector<Change>& changes() const noexcept { return changes_; }

 private:
  [[nodiscard]] std::string name_of(const std::string& path) const;
  void note(Change change);

  std::filesystem::path folder_;
  Folder begin_;
  std::map<std::string, int> names_;
  int files_ = 0;
  int syncs_ = 0;
  std::atomic<int> direct_writes_ = 0;
  std::mutex mutex_;  // over the names and the changes
  std::vector<Change> changes_;
};

// Makes nothing durable, which takes its time. Sets itself.
class HastySystem : public journal::System {
 public:
  HastySystem() { journal::set_system(this); }
  ~HastySystem() override { journal::set_system(nullptr); }
  HastySystem(const HastySystem&) = delete;
  HastySystem& operator=(const HastySystem&) = delete;
  void sync(int /*descriptor*/, const std::string& /*path*/) override {}
  void sync_folder(const std::string& /*path*/) override {}
};

// Changes that may or may not have reached the disk, in their order.
struct Open {
  std::vector<std::size_t> pending;    // the next sync is about them
  std::vector<std::size_t> forgotten;  // writes that a failed sync was about: no later one is
};
[[nodiscard]] Open pending(const std::vector<Change>& changes, std::size_t count);
// What the disk holds when the power fails after `count` changes, and of those that are pending
// those happened whose bit is set in `subset`, whole and in order …
[[nodiscard]] Folder crash(const Folder& begin, const std::vector<Change>& changes,
                           std::size_t count, std::uint64_t subset);
// … or any, in any order, torn.
[[nodiscard]] Folder crash(const Folder& begin, const std::vector<Change>& changes,
                           std::size_t count, std::mt19937_64& random);
// Files keep their inodes, which journals know.
void materialise(const Folder& folder, const std::filesystem::path& path);

}  // namespace sheaf::test
