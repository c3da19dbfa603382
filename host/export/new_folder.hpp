// SPDX-License-Identifier: MIT
#pragma once
// A folder that exists under a temporary name until it is complete: PartialFile's brother.
//
// Model: create() makes `<name>.partial-<pid>` beside the target; publish() makes what is in it
// durable and renames it; destruction before that removes it. An empty folder gives way to it; one
// with something in it only if an export made it (it holds the marker, and as many files as that says)
// and `overwrite` is set: a slip must not cost files of somebody else's.
// Threads: one at a time. Failure: Error that names the target.

#include <filesystem>

namespace sheaf::host {

class NewFolder {
 public:
  // A file of this name says that an export made the folder.
  static constexpr const char* marker = ".sheaf-export";

  [[nodiscard]] static NewFolder create(const std::filesystem::path& target, bool overwrite);
  NewFolder(NewFolder&& other) noexcept;
  NewFolder& operator=(NewFolder&&) = delete;
  ~NewFolder();

  [[nodiscard]] const std::filesystem::path& name() const noexcept { return name_; }
  void publish();

 private:
  NewFolder(std::filesystem::path target, std::filesystem::path name, bool overwrite);
  void sync() const;

  std::filesystem::path target_;
  std::filesystem::path name_;  // empty: nothing to remove
  bool overwrite_;
};

}  // namespace sheaf::host
