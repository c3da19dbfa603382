// SPDX-License-Identifier: MIT
#include "core/read/chunk_index.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/hdf5/chunks.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/links.hpp"
#include "core/read/object_header.hpp"

namespace sheaf::read {
namespace {

constexpr std::uint64_t most_asked = 4096;  // chunks; HDF5 takes the square of that
constexpr std::uint64_t library_chunk_bytes = 1 << 16;
constexpr unsigned most_levels = 16;

bool multiply(std::uint64_t& product, std::uint64_t factor) noexcept {
  return !__builtin_mul_overflow(product, factor, &product);
}

// A version-1 B-tree of chunks (the Specification, III.A.1), node type 1.
class TreeWalk {
 public:
  using Found = std::vector<std::pair<std::uint64_t, Chunk>>;

  TreeWalk(const MappedFile& file, std::uint64_t base, const Grid& grid)
      : file_(file),
        base_(base),
        grid_(grid),
        axes_(grid.shape().size()),
        key_bytes_(8 + 8 * (axes_ + 1)),
        first_(axes_) {}

  Found walk(std::uint64_t root) {
    visit(root, std::nullopt);
    return std::move(found_);
  }

 private:
  void visit(std::uint64_t address, std::optional<std::uint64_t> expected_level);
  void take_chunk(Cursor& node, const Chunk& chunk, bool is_inside);
  bool read_first(Cursor& node);

  const MappedFile& file_;
  std::uint64_t base_;
  const Grid& grid_;
  std::size_t axes_;
  std::uint64_t key_bytes_;
  Shape first_;  // of the key read last
  std::uint64_t nodes_ = 0;
  Found found_;
};

// Levels go down by one, and no more nodes are visited than the file has room for: whatever a
// damaged tree says, that ends.
void TreeWalk::visit(std::uint64_t address, std::optional<std::uint64_t> expected_level) {
  constexpr std::uint64_t head = 24;
  if (address > file_.size() || base_ > file_.size() - address) file_.fail_short();
  Cursor prefix(file_, base_ + address, head);
  const bool is_node = prefix.next_is("TREE") && prefix.number(1) == 1;
  const std::uint64_t level = is_node ? prefix.number(1) : 0;
  if (!is_node || level > most_levels || (expected_level && level != *expected_level) ||
      ++nodes_ > file_.size() / head) {
    prefix.fail("a chunk index is broken");
  }
  const std::uint64_t entries = prefix.number(2);
  Cursor node(file_, base_ + address + head, entries * (key_bytes_ + 8));
  for (std::uint64_t entry = 0; entry < entries; ++entry) {
    Chunk chunk;
    chunk.bytes = static_cast<std::uint32_t>(node.number(4));
    chunk.mask = static_cast<std::uint32_t>(node.number(4));
    const bool is_inside = read_first(node);
    chunk.address = node.number(8);
    if (level > 0) {
      visit(chunk.address, level - 1);
    } else {
      take_chunk(node, chunk, is_inside);
    }
  }
}

// Whether such a chunk is in the grid.
bool TreeWalk::read_first(Cursor& node) {
  bool is_inside = true;
  for (std::size_t axis = 0; axis < axes_; ++axis) {
    const std::uint64_t first = node.number(8);
    const auto chunk = static_cast<std::uint64_t>(grid_.chunk()[axis]);
    if (first % chunk != 0) node.fail("a chunk index is broken");
    is_inside = is_inside && first < static_cast<std::uint64_t>(grid_.shape()[axis]);
    first_[axis] = static_cast<std::int64_t>(first);
  }
  node.skip(8);
  return is_inside;
}

void TreeWalk::take_chunk(Cursor& node, const Chunk& chunk, bool is_inside) {
  if (!is_inside) return;  // behind what the dataset was cut to
  const std::uint64_t number = grid_.number_of(first_);
  if (!found_.empty() && number <= found_.back().first) node.fail("a chunk index is broken");
  found_.emplace_back(number, chunk);
  Chunk& taken = found_.back().second;
  if (__builtin_add_overflow(taken.address, base_, &taken.address)) taken.address = outside;
}

// Extents of 0 are unknown to a grid: nothing lies in it then.
Shape at_least_one(Shape shape) {
  for (std::int64_t& extent : shape) extent = std::max<std::int64_t>(extent, 1);
  return shape;
}

}  // namespace

Grid::Grid(Shape shape, Shape chunk, std::size_t element_bytes)
    : shape_(std::move(shape)), chunk_(std::move(chunk)), element_bytes_(element_bytes) {
  std::uint64_t bytes = element_bytes_;
  slab_ = 1;
  for (std::size_t axis = 0; axis < shape_.size(); ++axis) {
    const std::int64_t extent = shape_[axis];
    counts_.push_back(extent / chunk_[axis] + (extent % chunk_[axis] != 0 ? 1 : 0));
    is_countable_ = is_countable_ && multiply(bytes, static_cast<std::uint64_t>(chunk_[axis]));
    if (axis == 0) continue;
    is_countable_ = is_countable_ && multiply(slab_, static_cast<std::uint64_t>(counts_[axis]));
    has_whole_rows_ = has_whole_rows_ && chunk_[axis] == shape_[axis];
  }
  chunks_ = slab_;
  is_countable_ = is_countable_ && multiply(chunks_, static_cast<std::uint64_t>(counts_[0])) &&
                  bytes <= SIZE_MAX / 2;
  chunk_bytes_ = is_countable_ ? static_cast<std::size_t>(bytes) : 0;
}

Shape Grid::first_of(std::uint64_t number) const {
  Shape first(shape_.size());
  for (std::size_t axis = first.size(); axis-- > 0;) {
    const auto count = static_cast<std::uint64_t>(counts_[axis]);
    first[axis] = static_cast<std::int64_t>(number % count) * chunk_[axis];
    number /= count;
  }
  return first;
}

std::uint64_t Grid::number_of(const Shape& first) const {
  std::uint64_t number = 0;
  for (std::size_t axis = 0; axis < first.size(); ++axis) {
    number = number * static_cast<std::uint64_t>(counts_[axis]) +
             static_cast<std::uint64_t>(first[axis] / chunk_[axis]);
  }
  return number;
}

ChunkIndex ChunkIndex::library(const Shape& shape, std::size_t element_bytes) {
  Shape chunk = at_least_one(shape);
  std::uint64_t row_bytes = element_bytes;
  for (std::size_t axis = 1; axis < chunk.size(); ++axis) {
    if (!multiply(row_bytes, static_cast<std::uint64_t>(chunk[axis]))) row_bytes = UINT64_MAX;
  }
  const std::uint64_t rows = std::max<std::uint64_t>(1, library_chunk_bytes / row_bytes);
  chunk[0] = std::min(chunk[0], static_cast<std::int64_t>(rows));
  return library(Grid(shape, std::move(chunk), element_bytes));
}

ChunkIndex ChunkIndex::library(Grid grid) {
  ChunkIndex index(std::move(grid));
  index.kind_ = Kind::Library;
  return index;
}

ChunkIndex ChunkIndex::build(const MappedFile& file, const hdf5::Dataset& dataset,
                             const Shape& shape, std::size_t element_bytes) {
  const hdf5::Place place = hdf5::place_of(dataset);
  const auto base = hdf5::base_address(file.hdf5());
  if (!base || (place != hdf5::Place::Contiguous && place != hdf5::Place::Chunked)) {
    return library(shape, element_bytes);
  }
  const bool is_chunked = place == hdf5::Place::Chunked;
  Grid grid(shape, is_chunked ? hdf5::chunks_of(dataset) : at_least_one(shape), element_bytes);
  if (!grid.is_countable()) return library(shape, element_bytes);
  const std::uint64_t header = hdf5::address_of(dataset.get());
  try {
    if (read_layout(file, *base, header).kind != DataLayout::Kind::Other) {
      return walk(file, *base, header, std::move(grid));
    }
    return is_chunked ? ask(file, dataset, std::move(grid)) : library(shape, element_bytes);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Corrupt || error.object() != file.name()) throw;
    throw Error(ErrorCode::Corrupt, hdf5::describe(dataset.get()),
                std::string(error.what()).substr(error.object().size() + 2));
  }
}

ChunkIndex ChunkIndex::walk(const MappedFile& file, std::uint64_t base, std::uint64_t header,
                            Grid grid) {
  const DataLayout layout = read_layout(file, base, header);
  ChunkIndex index(std::move(grid));
  Found found;
  if (layout.kind == DataLayout::Kind::ChunkTree) {
    const Shape& chunk = index.grid_.chunk();
    bool is_equal = layout.chunk.size() == chunk.size() + 1 &&
                    layout.chunk.back() == index.grid_.element_bytes();
    for (std::size_t axis = 0; is_equal && axis < chunk.size(); ++axis) {
      is_equal = layout.chunk[axis] == static_cast<std::uint64_t>(chunk[axis]);
    }
    if (!is_equal) {
      throw Error(ErrorCode::Corrupt, file.name(), "is damaged: chunks have another shape");
    }
    if (layout.address != undefined_address) {
      found = TreeWalk(file, base, index.grid_).walk(layout.address - base);
    }
  } else if (layout.kind == DataLayout::Kind::Contiguous && index.grid_.chunks() > 0 &&
             layout.address != undefined_address) {
    const bool is_there = layout.bytes >= index.grid_.chunk_bytes();
    found.emplace_back(0, Chunk{is_there ? layout.address : outside, 0, 0});
  }
  index.keep(file, std::move(found));
  return index;
}

ChunkIndex ChunkIndex::ask(const MappedFile& file, const hdf5::Dataset& dataset, Grid grid) {
  if (grid.chunks() > most_asked) return library(std::move(grid));
  Found found;
  for (const hdf5::StoredChunk& stored : hdf5::list_chunks(dataset)) {
    const bool is_inside = std::ranges::equal(
        stored.first, grid.shape(),
        [](std::int64_t first, std::int64_t extent) { return first >= 0 && first < extent; });
    if (!is_inside) continue;
    found.emplace_back(
        grid.number_of(stored.first),
        Chunk{stored.address, static_cast<std::uint32_t>(stored.bytes), stored.mask});
  }
  std::ranges::sort(found, {}, &Found::value_type::first);
  ChunkIndex index(std::move(grid));
  index.keep(file, std::move(found));
  return index;
}

// Chunks without filters have their size in the file, too.
void ChunkIndex::keep(const MappedFile& file, Found found) {
  const std::uint64_t chunks = grid_.chunks();
  for (auto& [number, chunk] : found) {
    const std::uint64_t bytes = chunk.bytes != 0 ? chunk.bytes : grid_.chunk_bytes();
    if (chunk.address == missing) continue;
    if (chunk.address > file.size() || bytes > file.size() - chunk.address) {
      chunk.address = outside;
    }
    has_holes_ = has_holes_ || chunk.address == outside;
  }
  count_ = found.size();
  has_holes_ = has_holes_ || count_ < chunks;
  constexpr std::uint64_t always_dense = 1 << 16;
  if (chunks > always_dense && chunks / 8 > count_) {
    sparse_ = std::move(found);
    return;
  }
  dense_.assign(chunks, Chunk{missing, 0, 0});
  for (const auto& [number, chunk] : found) dense_[number] = chunk;
}

Chunk ChunkIndex::at(std::uint64_t number) const noexcept {
  if (!dense_.empty()) return dense_[number];
  const auto found = std::ranges::lower_bound(sparse_, number, {}, &Found::value_type::first);
  if (found == sparse_.end() || found->first != number) return {missing, 0, 0};
  return found->second;
}

}  // namespace sheaf::read
