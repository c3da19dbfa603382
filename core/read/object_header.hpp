// SPDX-License-Identifier: MIT
#pragma once
// The header of an object in the file, read without HDF5, as far as the chunk index needs it: where
// a dataset says that its elements lie (HDF5 File Format Specification 3.0, IV.A and IV.A.2.i).
//
//   version 1:  prefix ─ messages ─┐            ┌─ messages
//   version 2:  OHDR ─── messages ─┴ continued ─┴─ OCHK messages ─ continued …
//
// Model: addresses have eight bytes. Threads: any. Failure: Error (Corrupt) for what breaks the
// format; all that is read is inside of the file, and as many bytes at most as it has.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/read/mapped_file.hpp"

namespace sheaf::read {

inline constexpr std::uint64_t undefined_address = UINT64_MAX;

struct DataLayout {
  enum class Kind : std::uint8_t { Contiguous, ChunkTree, Other };
  Kind kind = Kind::Other;
  std::uint64_t address = undefined_address;  // of the elements, or of the version-1 B-tree
  std::uint64_t bytes = 0;                    // contiguous
  std::vector<std::uint64_t> chunk{};         // elements an axis, then bytes an element
};

// `base` is what addresses count from. Other for what isn't read here.
[[nodiscard]] DataLayout read_layout(const MappedFile& file, std::uint64_t base,
                                     std::uint64_t header);

// Bytes of the file with a place to read from, little-endian.
class Cursor {
 public:
  // Throws Corrupt unless all of them are in the file.
  Cursor(const MappedFile& file, std::uint64_t offset, std::uint64_t size);

  // One number of so many bytes, up to 8.
  [[nodiscard]] std::uint64_t number(unsigned bytes);
  void skip(std::uint64_t bytes);
  [[nodiscard]] bool next_is(const char* signature);
  [[nodiscard]] std::uint64_t left() const noexcept { return bytes_.size() - at_; }
  // The next bytes as a cursor of their own.
  [[nodiscard]] Cursor part(std::uint64_t bytes);
  [[noreturn]] void fail(const std::string& what) const;

 private:
  Cursor(const MappedFile& file, std::vector<std::uint8_t> bytes)
      : file_(&file), bytes_(std::move(bytes)) {}

  const MappedFile* file_;
  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

}  // namespace sheaf::read
