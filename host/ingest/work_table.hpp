// SPDX-License-Identifier: MIT
#pragma once
// The sources of a run and who loads which: compact, and readable by workers from shared memory.
//
//   rows     a fixed record a source: where its texts are, size, mtime, where its claims end
//   texts    ids and paths; an id that its path ends in takes no bytes of its own
//   claims   numbers of the features that load a source, one source behind the other
//
// Model: add() while the run is dispatched, then share() hands the three blocks on as one memory
// file, and attach() reads them in a worker. About 110 bytes a source with a path of 60.
// Threads: any, once nothing is added any more.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/source/source.hpp"

namespace sheaf::host {

// A Source whose texts lie in the table; `path` is followed by a zero byte.
struct SourceView {
  std::string_view id;
  std::string_view path;
  std::int64_t size = -1;
  std::int64_t mtime_ns = -1;
};

class WorkTable {
 public:
  WorkTable() = default;
  WorkTable(WorkTable&& other) noexcept { *this = std::move(other); }
  WorkTable& operator=(WorkTable&& other) noexcept;
  WorkTable(const WorkTable&) = delete;
  WorkTable& operator=(const WorkTable&) = delete;

  // Features in the order in which they load it.
  void add(const Source& source, std::span<const std::uint32_t> features);

  [[nodiscard]] std::size_t size() const noexcept { return view_.rows.size(); }
  [[nodiscard]] bool empty() const noexcept { return view_.rows.empty(); }
  [[nodiscard]] SourceView operator[](std::size_t source) const;
  [[nodiscard]] std::span<const std::uint32_t> claims(std::size_t source) const;

  // All of it in a sealed memory file, which the caller closes. Throws Error.
  [[nodiscard]] int share() const;
  // Reads what share() wrote; `file` may be closed afterwards. Throws Error.
  [[nodiscard]] static WorkTable attach(int file);

 private:
  struct Row {
    std::uint64_t path = 0;  // in texts
    std::uint64_t id = 0;
    std::uint32_t path_size = 0;
    std::uint32_t id_size = 0;
    std::int64_t size = -1;
    std::int64_t mtime_ns = -1;
    std::uint64_t claims_end = 0;
  };
  struct View {
    std::span<const Row> rows;
    std::string_view texts;
    std::span<const std::uint32_t> claims;
  };
  View view_;  // of the vectors below, or of an attached file
  std::vector<Row> rows_;
  std::string texts_;
  std::vector<std::uint32_t> claims_;
};

}  // namespace sheaf::host
