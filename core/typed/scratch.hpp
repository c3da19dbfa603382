// SPDX-License-Identifier: MIT
#pragma once
// A folder for one file that goes with its handle.
//
// Model: `sheaf-<process id>-XXXXXX`, in memory (/dev/shm) or where temporary files go; removed
// with what is in it. What a killed process left goes when the next one is made. Failure: Error.

#include <filesystem>

namespace sheaf::typed {

class ScratchFolder {
 public:
  enum class Place { Memory, Disk };

  [[nodiscard]] static ScratchFolder create(Place place);
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace sheaf::typed
