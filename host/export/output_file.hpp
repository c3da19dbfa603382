// SPDX-License-Identifier: MIT
#pragma once
// A file that is written from front to back.
//
// Failure: Error that names what the user asked for, not the temporary name it is written under.
// Threads: one.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace sheaf::host {

class OutputFile {
 public:
  // Nothing may be there yet: neither a file nor a link.
  [[nodiscard]] static OutputFile create(const std::filesystem::path& path, std::string object);
  // One that is there, empty.
  [[nodiscard]] static OutputFile open(const std::filesystem::path& path, std::string object);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  void write(std::span<const std::byte> bytes);
  void close();

 private:
  OutputFile(const std::filesystem::path& path, int flags, std::string object);

  int descriptor_;
  std::string object_;
};

}  // namespace sheaf::host
