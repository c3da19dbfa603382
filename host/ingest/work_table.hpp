// SPDX-License-Identifier: MIT
#pragma once
// The sources of a run and who loads which: compact, outside of the heap, and readable by workers.
//
//   rows    a fixed record a source: where its texts are, size, mtime, the number of its claims
//   texts   paths and ids; an id that its path ends in takes no bytes of its own
//   claims  the lists of features there are; sources share them
//
// Model: add() while the run is dispatched, then close(); from then on the rows and texts are a
// sealed memory file that share() hands to workers and attach() reads there. What was read of it is
// let go with forget(), so that a process holds a part of it only. About 100 bytes a source.
// Threads: any, once it is closed; forget() from one.

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/source/source.hpp"

namespace sheaf::host {

class WorkTable {
 public:
  using Claims = std::vector<std::uint32_t>;

  WorkTable();
  WorkTable(WorkTable&&) noexcept;
  WorkTable& operator=(WorkTable&&) noexcept;
  ~WorkTable();

  // Features in the order in which they load it.
  void add(const Source& source, const Claims& features);
  // Gives features other numbers.
  void renumber(std::span<const std::uint32_t> numbers);
  // Nothing is added any more. Throws Error.
  void close();

  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_; }  // of all sources
  [[nodiscard]] SourceView operator[](std::size_t source) const;
  [[nodiscard]] const Claims& claims(std::size_t source) const;
  // Lets go of what was read for sources before this one; it can be read again.
  void forget(std::size_t source) const;

  // Whether any of them has to be fetched.
  [[nodiscard]] bool has_remote() const noexcept { return has_remote_; }
  // Whether any path starts from the working directory.
  [[nodiscard]] bool has_relative() const noexcept { return has_relative_; }
  // Throws Error (Invalid) when two sources have one id.
  void check_unique() const;

  // The file, which stays this table's, and the claims as a worker needs them beside it.
  [[nodiscard]] int share() const;
  [[nodiscard]] const std::vector<Claims>& claim_lists() const { return claims_; }
  // Reads what share() gave; `file` may be closed afterwards. Throws Error.
  [[nodiscard]] static WorkTable attach(int file, std::vector<Claims> claims);

 private:
  struct Row;
  struct File;
  [[nodiscard]] const Row& row(std::size_t source) const;
  void open();
  void map();

  std::unique_ptr<File> file_;
  std::size_t count_ = 0;
  std::int64_t bytes_ = 0;
  bool has_remote_ = false;
  bool has_relative_ = false;
  std::vector<Claims> claims_;
  std::map<Claims, std::uint32_t> claim_numbers_;  // while sources are added
};

// For those who fetch; refers to the table.
[[nodiscard]] inline SourceList list_of(const WorkTable& table) {
  return {table.size(), [&table](std::size_t i) { return table[i]; }};
}

}  // namespace sheaf::host
