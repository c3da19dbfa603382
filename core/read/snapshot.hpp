// SPDX-License-Identifier: MIT
#pragma once
// A file as it is at one commit: its ids, and its outputs with what each source has of them.
//
// Model: what takes time is found out when it is first asked for: the index of the ids, the cells
// of an output, its chunks. Nothing here changes after that. Threads: any. Failure: Error.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout/find_outputs.hpp"
#include "core/layout/id_index.hpp"
#include "core/read/stored_rows.hpp"

namespace sheaf::read {

class SnapshotOutput {
 public:
  SnapshotOutput(const Shared& shared, layout::FoundOutput found);
  // A dataset that has no sources.
  SnapshotOutput(const Shared& shared, std::string path, hdf5::Dataset dataset);
  SnapshotOutput(const SnapshotOutput&) = delete;
  SnapshotOutput& operator=(const SnapshotOutput&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool is_ragged() const noexcept { return found_ && found_->shapes; }
  [[nodiscard]] const StoredRows& rows() const noexcept { return rows_; }
  [[nodiscard]] std::optional<layout::Span> span(std::size_t source) const;
  [[nodiscard]] std::optional<Shape> shape(std::size_t source) const;
  [[nodiscard]] std::optional<Value> get(std::size_t source) const;

 private:
  using Cells = const std::vector<layout::Span>*;
  struct Extents {
    Cells cells;
    std::vector<std::int64_t> all;
  };
  [[nodiscard]] Shape shape_of(std::size_t source, layout::Span cell) const;
  [[nodiscard]] Shape ragged_shape(std::size_t source, std::int64_t elements) const;

  std::string path_;
  mutable std::optional<layout::FoundOutput> found_;  // its cells are read once, in cells_
  hdf5::Dataset dataset_;                             // where nothing was found
  StoredRows rows_;
  Lazy<Cells> cells_;
  Lazy<Extents> extents_;
};

class Snapshot {
 public:
  [[nodiscard]] static std::unique_ptr<Snapshot> open(const std::filesystem::path& path,
                                                      bool is_mapped, ChunkCache& cache,
                                                      DecodePool& pool);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot() { shared_.pool.forget_later(); }

  [[nodiscard]] const MappedFile& file() const noexcept { return *file_; }
  [[nodiscard]] const std::vector<std::string>& ids() const noexcept { return ids_; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view id) const;
  [[nodiscard]] const std::vector<std::unique_ptr<SnapshotOutput>>& outputs() const noexcept {
    return outputs_;
  }

 private:
  Snapshot(std::unique_ptr<MappedFile> file, ChunkCache& cache, DecodePool& pool)
      : file_(std::move(file)), shared_{*file_, cache, pool} {}
  void read_ids();
  void find_datasets();

  std::unique_ptr<MappedFile> file_;
  Shared shared_;
  std::vector<std::string> ids_;
  Lazy<layout::IdIndex> index_;
  std::vector<std::unique_ptr<SnapshotOutput>> outputs_;
};

}  // namespace sheaf::read
