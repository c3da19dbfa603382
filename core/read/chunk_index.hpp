// SPDX-License-Identifier: MIT
#pragma once
// Where the elements of a dataset lie in the file.
//
//   grid: axis 0 ─►  0   1   2  …          a chunk has a number, row-major over the grid;
//   chunks           @   @   -             each has an address, or none: nobody wrote it
//
// Model: a contiguous dataset is one chunk that holds all. Version-1 B-trees are walked here, once,
// each node once, in time linear in their number; HDF5 is asked for other indexes. Where HDF5 has
// to read the elements themselves (compact, virtual, external, a grid of more chunks than can be
// counted) the index says Library.
// Threads: an index doesn't change. Failure: Error (Corrupt) for an index that breaks the format.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/hdf5/dataset.hpp"
#include "core/read/mapped_file.hpp"
#include "core/value.hpp"

namespace sheaf::read {

// A dataset's shape cut into chunks.
class Grid {
 public:
  // Extents of a chunk are at least 1, and so are elements' bytes.
  Grid(Shape shape, Shape chunk, std::size_t element_bytes);

  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] const Shape& chunk() const noexcept { return chunk_; }
  [[nodiscard]] std::size_t element_bytes() const noexcept { return element_bytes_; }
  [[nodiscard]] std::uint64_t chunk_rows() const noexcept {
    return static_cast<std::uint64_t>(chunk_[0]);
  }
  [[nodiscard]] std::size_t chunk_bytes() const noexcept { return chunk_bytes_; }
  // Of chunks with the same rows.
  [[nodiscard]] std::uint64_t slab() const noexcept { return slab_; }
  [[nodiscard]] std::uint64_t chunks() const noexcept { return chunks_; }
  // Whether it can be counted in 64 bits.
  [[nodiscard]] bool is_countable() const noexcept { return is_countable_; }
  // Whether rows are whole in their chunk, one behind the other.
  [[nodiscard]] bool has_whole_rows() const noexcept { return has_whole_rows_; }
  [[nodiscard]] Shape first_of(std::uint64_t number) const;
  [[nodiscard]] std::uint64_t number_of(const Shape& first) const;

 private:
  Shape shape_;
  Shape chunk_;
  Shape counts_;  // of chunks an axis
  std::size_t element_bytes_;
  std::size_t chunk_bytes_ = 0;
  std::uint64_t slab_ = 0;
  std::uint64_t chunks_ = 0;
  bool is_countable_ = true;
  bool has_whole_rows_ = true;
};

struct Chunk {
  std::uint64_t address = 0;
  std::uint32_t bytes = 0;  // as encoded
  std::uint32_t mask = 0;   // of filters that were left out
};

// Addresses of chunks that aren't there, and of those that aren't inside of the file.
inline constexpr std::uint64_t missing = UINT64_MAX, outside = UINT64_MAX - 1;

class ChunkIndex {
 public:
  enum class Kind : std::uint8_t { Addresses, Library };

  // `element_bytes` as they are in the file.
  [[nodiscard]] static ChunkIndex build(const MappedFile& file, const hdf5::Dataset& dataset,
                                        const Shape& shape, std::size_t element_bytes);
  // What HDF5 is to read, in chunks that needn't be the dataset's.
  [[nodiscard]] static ChunkIndex library(const Shape& shape, std::size_t element_bytes);
  [[nodiscard]] static ChunkIndex library(Grid grid);
  // The walk alone: `header` is the address of the dataset's object header.
  [[nodiscard]] static ChunkIndex walk(const MappedFile& file, std::uint64_t base,
                                       std::uint64_t header, Grid grid);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] const Grid& grid() const noexcept { return grid_; }
  [[nodiscard]] Chunk at(std::uint64_t number) const noexcept;
  // One for each chunk of the grid; empty when most of them aren't there.
  [[nodiscard]] const std::vector<Chunk>& all() const noexcept { return dense_; }
  // Whether a chunk is missing or outside.
  [[nodiscard]] bool has_holes() const noexcept { return has_holes_; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  using Found = std::vector<std::pair<std::uint64_t, Chunk>>;  // in order of their numbers
  explicit ChunkIndex(Grid grid) : grid_(std::move(grid)) {}
  [[nodiscard]] static ChunkIndex ask(const MappedFile& file, const hdf5::Dataset& dataset,
                                      Grid grid);
  void keep(const MappedFile& file, Found found);

  Kind kind_ = Kind::Addresses;
  Grid grid_;
  std::vector<Chunk> dense_;
  Found sparse_;
  std::uint64_t count_ = 0;
  bool has_holes_ = false;
};

}  // namespace sheaf::read
