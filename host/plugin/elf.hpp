// SPDX-License-Identifier: MIT
#pragma once
// A shared library as a file: its program headers, and bytes of it by offset or by address.
//
// Model: nothing is mapped and nothing of it runs. Every read says where and how much and is held
// against the file's size and a limit, since files are hostile: what doesn't fit is nullopt, never
// an exception. What the bytes mean is the business of note.cpp and host/conformance.
// Threads: any, it only reads. Start with ElfFile::open.

#include <cstdint>
#include <cstring>
#include <elf.h>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "host/descriptor.hpp"

namespace sheaf::host::plugin {

class ElfFile {
 public:
  // A shared library for this machine, or why it is none: "is no shared library".
  [[nodiscard]] static std::variant<ElfFile, std::string> open(const std::filesystem::path& file);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] const std::vector<Elf64_Phdr>& segments() const noexcept { return segments_; }
  // The first segment of a type (PT_DYNAMIC …), or null.
  [[nodiscard]] const Elf64_Phdr* find_segment(std::uint32_t type) const;
  // Whether all that would be mapped is there. Mapping what isn't is a SIGBUS at the first look.
  [[nodiscard]] bool is_whole() const;

  // `size` bytes of the file, at most `max_read`.
  [[nodiscard]] std::optional<std::string> bytes(std::uint64_t offset, std::uint64_t size) const;
  // The same by the address they would be mapped at.
  [[nodiscard]] std::optional<std::string> bytes_at(std::uint64_t address,
                                                    std::uint64_t size) const;
  // A struct of <elf.h> by its address.
  template <class T>
  [[nodiscard]] std::optional<T> struct_at(std::uint64_t address) const {
    const auto read = bytes_at(address, sizeof(T));
    if (!read) return std::nullopt;
    T value;
    std::memcpy(&value, read->data(), sizeof value);
    return value;
  }

  // More than the tables of any library have.
  static constexpr std::uint64_t max_read = 256U << 20U;

 private:
  ElfFile(std::filesystem::path path, Descriptor file, std::uint64_t size)
      : path_(std::move(path)), file_(std::move(file)), size_(size) {}
  [[nodiscard]] std::string read_headers();

  std::filesystem::path path_;
  Descriptor file_;
  std::uint64_t size_;
  std::vector<Elf64_Phdr> segments_;
};

}  // namespace sheaf::host::plugin
