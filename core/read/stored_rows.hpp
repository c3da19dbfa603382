// SPDX-License-Identifier: MIT
#pragma once
// Rows of one dataset, by the fastest way that its layout allows.
//
//   unfiltered, rows whole in their chunk   copied from their address in the file
//   unfiltered, chunks that cut rows        the same, run by run; short runs through the cache
//   filtered                                whole chunks through the cache, decoded by our codecs
//   what needs a conversion, and the rest   the same, but HDF5 reads the chunk
//
// Model: which way it is, and the chunk index, are found out at the first read. A chunk that is
// wanted whole is decoded to where it is wanted, unless the array fits into the cache. Several
// chunks are decoded at once; in a scan the next ones ahead.
// Threads: any number at once. Failure: Error that names the dataset.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/codecs/pipeline.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/spec.hpp"
#include "core/read/chunk_cache.hpp"
#include "core/read/chunk_index.hpp"
#include "core/read/decode_pool.hpp"
#include "core/read/lazy.hpp"

namespace sheaf::read {

// What all arrays of a file share.
struct Shared {
  const MappedFile& file;
  ChunkCache& cache;
  DecodePool& pool;
};

class StoredRows {
 public:
  // `dataset` stays open while this lives.
  StoredRows(const Shared& shared, const hdf5::Dataset& dataset, const hdf5::TypeInfo& type,
             Shape shape);
  // Elements as they are in the file, whatever they are.
  StoredRows(const Shared& shared, const hdf5::Dataset& dataset, std::size_t element_bytes,
             Shape shape);

  [[nodiscard]] const std::optional<Dtype>& dtype() const noexcept { return type_.dtype; }
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] std::size_t row_bytes() const noexcept { return row_bytes_; }

  void require_readable() const;
  // Whether HDF5 reads the elements.
  [[nodiscard]] bool is_by_hdf5() const { return !plan().pipeline; }

  void read(layout::Span rows, std::span<std::byte> out) const;
  void gather(std::span<const std::int64_t> rows, std::span<std::byte> out) const;
  void gather(std::span<const layout::Span> spans, std::span<std::byte> out) const;
  // A box: `count` elements an axis from `first` on.
  void read_box(const Shape& first, const Shape& count, std::span<std::byte> out) const;
  // Extents of chunks; the shape's where it has none.
  [[nodiscard]] const Shape& chunk() const { return plan().index.grid().chunk(); }
  [[nodiscard]] std::optional<std::span<const std::byte>> view(layout::Span rows) const;
  // As a Value, strings too.
  [[nodiscard]] Value value(layout::Span rows) const;

 private:
  struct Plan {
    ChunkIndex index;
    std::optional<codecs::Pipeline> pipeline;  // empty: HDF5 reads the chunks
    std::vector<std::uint64_t> addresses;      // of chunks, where rows are copied from the file
    std::vector<std::byte> fill;               // one element, in memory
    bool is_copied = false;                    // from these addresses
    bool is_kept = false;                      // in the cache, as a whole
  };
  struct Piece {  // rows of one slab of chunks
    std::uint64_t slab = 0;
    std::int64_t start = 0;
    std::int64_t stop = 0;
    std::byte* out = nullptr;
  };
  struct Box {
    Shape first, count;
  };
  using Group = std::span<const Piece>;  // of the same slab

  [[nodiscard]] const Plan& plan() const;
  [[nodiscard]] Plan make_plan() const;
  [[nodiscard]] ChunkIndex make_index(const std::vector<codecs::Filter>& filters) const;
  void check(layout::Span rows) const;
  void check_room(std::uint64_t rows, std::size_t bytes) const;
  [[noreturn]] void fail_outside(std::uint64_t number) const;

  void check_box(const Shape& first, const Shape& count, std::size_t bytes) const;
  [[nodiscard]] Box box_of(const Piece& piece) const;
  [[nodiscard]] bool read_part(const Plan& plan, std::uint64_t number, const Box& box,
                               std::byte* out) const;
  void copy_box_rows(const Plan& plan, const Shape& first, const Shape& count,
                     std::byte* out) const;
  void cut_rows(const Plan& plan, const Shape& first, const Shape& count, std::byte* out) const;
  void copy_rows(const Plan& plan, layout::Span rows, std::byte* out) const;
  void cut(const Plan& plan, layout::Span rows, std::byte* out, std::vector<Piece>& pieces) const;
  void read_pieces(const Plan& plan, std::vector<Piece>& pieces) const;
  [[nodiscard]] bool take_cached(const Plan& plan, Group group) const;
  void read_group(const Plan& plan, Group group) const;
  [[nodiscard]] bool is_ahead(std::uint64_t number) const;
  void read_ahead(const Plan& plan, layout::Span rows) const;
  void deliver(const Plan& plan, std::uint64_t number, Group group, const std::byte* chunk) const;
  [[nodiscard]] ChunkCache::Data chunk(const Plan& plan, std::uint64_t number) const;
  void decode(const Plan& plan, std::uint64_t number, codecs::Buffer& out) const;
  void decode_to(const Plan& plan, std::uint64_t number, std::span<std::byte> room) const;
  void read_by_hdf5(const Plan& plan, std::uint64_t number, std::byte* out) const;

  const Shared shared_;
  const hdf5::Dataset& dataset_;
  hdf5::TypeInfo type_;
  bool is_raw_ = false;
  Shape shape_;
  std::size_t element_bytes_;
  std::size_t row_bytes_;
  std::uint64_t serial_;  // its key in the cache
  Lazy<Plan> plan_;
  mutable std::atomic<std::int64_t> next_row_{0};  // where a scan would go on
  mutable std::atomic<std::uint64_t> ahead_{0};    // chunks before it are decoded, or will be
};

}  // namespace sheaf::read
