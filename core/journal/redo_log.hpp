// SPDX-License-Identifier: MIT
#pragma once
// The journal: a file beside the one it protects. docs/journal.md has its format.
//
//   0        header of the record with an even number    ┐ 4096 bytes each
//   4096     header of the record with an odd number     ┘
//   8192 …   blocks, in the order they were written; behind them the index of the record
//
// Model: blocks are appended while a transaction goes on; seal() writes index and header and makes
// all of it durable: from then on the record counts. A record is kept whole until another one
// replaces it.
// Threads: one at a time. Failure: Error.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sheaf::journal {

inline constexpr std::size_t block_size = 4096;
using Block = std::array<std::byte, block_size>;

// The smallest multiple of a block that isn't less.
[[nodiscard]] constexpr std::uint64_t whole_blocks(std::uint64_t bytes) noexcept {
  return (bytes + block_size - 1) / block_size * block_size;
}

[[nodiscard]] std::uint64_t hash_of(const void* data, std::size_t size) noexcept;

// Where a block of the protected file stands in the journal.
struct Entry {
  std::uint64_t number = 0;    // of the block in the file
  std::uint64_t position = 0;  // in the journal
  std::uint64_t hash = 0;
};

struct Record {
  std::uint64_t sequence = 0;
  std::uint64_t file_size = 0;  // once the record is applied
  std::uint64_t inode = 0;      // of the protected file
  std::uint64_t before = 0;     // hash of its first block, before …
  std::uint64_t after = 0;      // … and after
  // Whether the record before it may not have been applied when this one was written.
  bool needs_previous = false;
  std::vector<Entry> entries;
};

class RedoLog {
 public:
  // Creates it where needed and locks it for this process. Throws Error (Io) when another one has
  // it.
  [[nodiscard]] static RedoLog open(const std::string& path, const std::string& protects);
  // To read only; nothing when there is none.
  [[nodiscard]] static std::optional<RedoLog> look(const std::string& path);
  RedoLog(RedoLog&& other) noexcept;
  RedoLog& operator=(RedoLog&& other) noexcept;
  ~RedoLog();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  // Whether its name still leads to it.
  [[nodiscard]] bool is_named() const noexcept;
  // The record that counts, checked to the last byte.
  [[nodiscard]] std::optional<Record> latest() const;
  void read(const Entry& entry, Block& block) const;
  // False when the block isn't what the entry says.
  [[nodiscard]] bool try_read(const Entry& entry, Block& block) const;

  // Appends one block; the entry is valid until restart().
  [[nodiscard]] Entry append(std::uint64_t number, const Block& block);
  // Makes the record count, and durable. Its entries must have come from append().
  void seal(Record& record);
  // Blocks are written from the beginning again: no record is needed any more.
  void restart();
  // A record whose seal() failed must not come back.
  void revoke();
  // Forgets all records, durably.
  void clear();
  // Takes the journal away. Only a new RedoLog can be opened after it.
  void remove();

 private:
  RedoLog(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  [[nodiscard]] std::optional<Record> read_header(std::uint64_t slot) const;
  [[nodiscard]] bool read_entries(Record& record, std::uint64_t index, std::uint64_t index_hash,
                                  std::uint64_t count) const;

  std::string path_;
  int descriptor_;
  std::uint64_t end_ = 2 * block_size;
  std::uint64_t sequence_ = 0;
  bool last_needs_previous_ = false;
};

}  // namespace sheaf::journal
