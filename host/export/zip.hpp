// SPDX-License-Identifier: MIT
#pragma once
// Writes a .npz: a zip archive of .npy files, stored without compression as numpy.savez does.
//
// Model: entry after entry; what goes past 4 GiB is written as zip64. No times, so that the same
// arrays give the same bytes. Failure: Error that names the file. Threads: one.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

struct archive;

namespace sheaf::host {

class ZipWriter {
 public:
  // Into a file that is there, empty; `object` is what errors call it.
  ZipWriter(const std::filesystem::path& path, std::string object);

  void begin(const std::string& name, std::int64_t bytes);
  // As many bytes altogether as the entry was begun with.
  void write(std::span<const std::byte> bytes);
  void close();

 private:
  struct Free {
    void operator()(::archive* writer) const noexcept;
  };
  void check(int result);

  std::string object_;
  std::unique_ptr<::archive, Free> writer_;
};

}  // namespace sheaf::host
