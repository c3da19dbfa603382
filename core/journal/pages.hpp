// SPDX-License-Identifier: MIT
#pragma once
// Blocks of a file that are held back: written, but not to the file yet.
//
// Model: whole blocks by number. Up to a limit they are in memory, then the least recently begun
// ones move to the journal and come back from there when they are needed.
// Threads: one at a time. Failure: Error, of the journal.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/journal/redo_log.hpp"

namespace sheaf::journal {

class Pages {
 public:
  [[nodiscard]] bool empty() const noexcept { return pages_.empty(); }
  [[nodiscard]] bool has(std::uint64_t number) const { return pages_.contains(number); }
  [[nodiscard]] bool has_any(std::uint64_t first, std::uint64_t last) const;
  [[nodiscard]] std::size_t bytes_in_memory() const noexcept { return in_memory_ * block_size; }

  // Copies a block that is here.
  void read(std::uint64_t number, const RedoLog* log, Block& block) const;
  // The block in memory, to be written to; `load` fills one that isn't here.
  template <class Load>
  Block& change(std::uint64_t number, const RedoLog* log, const Load& load) {
    const bool is_here = has(number);
    Block& block = bring(number, log);
    if (!is_here) load(block);
    return block;
  }

  // Moves all to the log, and frees their memory.
  void spill(RedoLog& log);
  // Entries for all blocks, once all of them are in the log.
  [[nodiscard]] std::vector<Entry> entries() const;
  // Takes over the pages of `newer`, which win.
  void merge(Pages&& newer);
  void clear() noexcept;
  // Calls visit(number) for each.
  template <class Visit>
  void each(const Visit& visit) const {
    for (const auto& [number, page] : pages_) visit(number);
  }

 private:
  // In memory: a new one with any content, one that is in the log with what it has there.
  Block& bring(std::uint64_t number, const RedoLog* log);
  struct Page {
    std::unique_ptr<Block> memory;
    std::optional<Entry> in_log;
  };
  std::map<std::uint64_t, Page> pages_;
  std::size_t in_memory_ = 0;
};

}  // namespace sheaf::journal
