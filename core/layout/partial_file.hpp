// SPDX-License-Identifier: MIT
#pragma once
// A file that exists under a temporary name until it is complete.
//
// Model: create() reserves `<name>.partial-<pid>` beside the target; sync() makes it durable,
// publish() renames it; destruction before that removes it. What a killed process left of such a
// file goes when the next one is created, unless something was committed in it. Threads: one at a
// time. Failure: Error that names the target.

#include <filesystem>

namespace sheaf::layout {

class PartialFile {
 public:
  // Throws Error: Exists (the target is there and `overwrite` isn't set), NotFound (its folder
  // isn't), Permission.
  [[nodiscard]] static PartialFile create(const std::filesystem::path& target, bool overwrite);
  PartialFile(PartialFile&& other) noexcept;
  PartialFile& operator=(PartialFile&&) = delete;
  ~PartialFile();

  // The name it has now.
  [[nodiscard]] const std::filesystem::path& name() const noexcept { return name_; }
  [[nodiscard]] bool is_published() const noexcept { return published_; }
  [[nodiscard]] bool target_exists() const;

  // Makes durable what was written. Not needed after a commit of the journal, which did that.
  void sync();
  // Gives a file that is durable its name, for good. When the target appeared meanwhile, throws
  // Error (Exists) and leaves the complete file under its temporary name, which the message gives.
  // An incomplete file never replaces another one: it keeps its temporary name then. Returns the
  // name it has now.
  std::filesystem::path publish(bool is_complete = true);

 private:
  PartialFile(std::filesystem::path target, std::filesystem::path name, int descriptor,
              bool overwrite);
  void rename_to_target();
  void sync_folder() const;

  std::filesystem::path target_;
  std::filesystem::path name_;
  int descriptor_;
  bool overwrite_;
  bool published_ = false;
};

}  // namespace sheaf::layout
