// SPDX-License-Identifier: MIT
#include "core/read/stored_rows.hpp"

#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "core/hdf5/chunks.hpp"
#include "core/hdf5/memory.hpp"
#include "core/hdf5/strings.hpp"
#include "core/read/copy_box.hpp"
#include "core/read/mapped_rows.hpp"

namespace sheaf::read {
namespace {

std::size_t row_bytes_of(const Shape& shape, std::size_t element_bytes) {
  std::size_t bytes = element_bytes;
  for (std::size_t axis = 1; axis < shape.size(); ++axis) {
    if (__builtin_mul_overflow(bytes, static_cast<std::size_t>(shape[axis]), &bytes)) return 0;
  }
  return bytes;
}

std::uint64_t next_serial() noexcept {
  static std::atomic<std::uint64_t> serial{0};
  return serial.fetch_add(1);
}

}  // namespace

StoredRows::StoredRows(const Shared& shared, const hdf5::Dataset& dataset,
                       const hdf5::TypeInfo& type, Shape shape)
    : shared_(shared),
      dataset_(dataset),
      type_(type),
      shape_(std::move(shape)),
      element_bytes_(type.dtype ? type.dtype->size() : 0),
      row_bytes_(row_bytes_of(shape_, element_bytes_)),
      serial_(next_serial()) {}

StoredRows::StoredRows(const Shared& shared, const hdf5::Dataset& dataset,
                       std::size_t element_bytes, Shape shape)
    : shared_(shared),
      dataset_(dataset),
      is_raw_(true),
      shape_(std::move(shape)),
      element_bytes_(element_bytes),
      row_bytes_(row_bytes_of(shape_, element_bytes_)),
      serial_(next_serial()) {}

const StoredRows::Plan& StoredRows::plan() const {
  return plan_.get([this] { return make_plan(); });
}

ChunkIndex StoredRows::make_index(const std::vector<codecs::Filter>& filters) const {
  const bool is_as_stored = is_raw_ || hdf5::is_stored_as(hdf5::type_of(dataset_), *type_.dtype);
  if (!is_as_stored) return ChunkIndex::library(shape_, element_bytes_);
  const bool has_codecs = std::ranges::all_of(filters, [](const codecs::Filter& filter) {
    return codecs::find_codec(filter.id) != nullptr;
  });
  if (has_codecs) return ChunkIndex::build(shared_.file, dataset_, shape_, element_bytes_);
  Grid grid(shape_, hdf5::chunks_of(dataset_), element_bytes_);
  return grid.is_countable() ? ChunkIndex::library(std::move(grid))
                             : ChunkIndex::library(shape_, element_bytes_);
}

StoredRows::Plan StoredRows::make_plan() const {
  std::vector<codecs::Filter> filters = hdf5::filter_pipeline(dataset_);
  Plan plan{make_index(filters), {}, {}, {}};
  const Grid& grid = plan.index.grid();
  plan.is_kept = grid.is_countable() && grid.chunks() < SIZE_MAX / (grid.chunk_bytes() + 1) &&
                 grid.chunks() * grid.chunk_bytes() <= shared_.cache.most_bytes() / 2;
  if (plan.index.kind() == ChunkIndex::Kind::Library) return plan;
  plan.fill = hdf5::fill_element(dataset_);
  plan.is_copied = filters.empty() && grid.has_whole_rows() && !plan.index.all().empty();
  if (plan.is_copied) {
    for (const Chunk& chunk : plan.index.all()) {
      plan.addresses.push_back(chunk.address);
      // What has another size fails when it is decoded.
      if (chunk.bytes != 0 && chunk.bytes != grid.chunk_bytes()) plan.is_copied = false;
    }
  }
  plan.pipeline.emplace(std::move(filters));
  return plan;
}

void StoredRows::check(layout::Span rows) const {
  if (rows.start >= 0 && rows.start <= rows.stop && rows.stop <= shape_[0]) return;
  throw Error(ErrorCode::Invalid, hdf5::describe(dataset_.get()),
              "has " + std::to_string(shape_[0]) + " rows, not " + std::to_string(rows.start) +
                  " to " + std::to_string(rows.stop));
}

void StoredRows::require_readable() const {
  if (is_raw_ || type_.dtype) return;
  throw Error(ErrorCode::Unsupported, hdf5::describe(dataset_.get()),
              "holds elements of HDF5's type " + type_.text + ", which Sheaf can't read");
}

void StoredRows::check_room(std::uint64_t rows, std::size_t bytes) const {
  require_readable();
  if (!is_raw_ && type_.dtype->is_string()) {
    throw Error(ErrorCode::Invalid, hdf5::describe(dataset_.get()),
                "holds strings, which have no fixed size: read them as a Value");
  }
  std::uint64_t wanted = 0;
  if (__builtin_mul_overflow(rows, row_bytes_, &wanted) || wanted != bytes) {
    throw Error(ErrorCode::Invalid, hdf5::describe(dataset_.get()),
                "room for " + std::to_string(bytes) + " bytes was given, " + std::to_string(rows) +
                    " rows of " + std::to_string(row_bytes_) + " bytes are asked for");
  }
}

void StoredRows::fail_outside(std::uint64_t number) const {
  const std::int64_t row = plan().index.grid().first_of(number)[0];
  throw Error(ErrorCode::Corrupt, hdf5::describe(dataset_.get()),
              "the chunk with row " + std::to_string(row) + " isn't inside of the file");
}

void StoredRows::read(layout::Span rows, std::span<std::byte> out) const {
  check(rows);
  check_room(static_cast<std::uint64_t>(rows.stop - rows.start), out.size());
  if (out.empty()) return;
  const Plan& plan = this->plan();
  if (plan.is_copied) return copy_rows(plan, rows, out.data());
  read_ahead(plan, rows);
  std::vector<Piece> pieces;
  cut(plan, rows, out.data(), pieces);
  read_pieces(plan, pieces);
}

void StoredRows::gather(std::span<const std::int64_t> rows, std::span<std::byte> out) const {
  for (const std::int64_t row : rows) {
    if (row < 0 || row >= shape_[0]) check({row, row + 1});
  }
  check_room(rows.size(), out.size());
  if (out.empty()) return;
  const Plan& plan = this->plan();
  if (plan.is_copied && shared_.file.data() != nullptr && !plan.index.has_holes()) {
    const MappedRows from{shared_.file.data(), plan.addresses.data(),
                          plan.index.grid().chunk_rows(), row_bytes_};
    return shared_.file.guarded([&] { copy_each(from, rows, out.data()); });
  }
  std::vector<Piece> pieces;
  std::byte* at = out.data();
  for (const std::int64_t row : rows) {
    if (plan.is_copied) {
      copy_rows(plan, {row, row + 1}, at);
    } else {
      cut(plan, {row, row + 1}, at, pieces);
    }
    at += row_bytes_;
  }
  read_pieces(plan, pieces);
}

void StoredRows::gather(std::span<const layout::Span> spans, std::span<std::byte> out) const {
  std::uint64_t count = 0;
  for (const layout::Span span : spans) {
    check(span);
    if (__builtin_add_overflow(count, static_cast<std::uint64_t>(span.stop - span.start), &count)) {
      count = UINT64_MAX;
      break;
    }
  }
  check_room(count, out.size());
  if (out.empty()) return;
  const Plan& plan = this->plan();
  std::vector<Piece> pieces;
  std::byte* at = out.data();
  for (const layout::Span span : spans) {
    if (plan.is_copied) {
      copy_rows(plan, span, at);
    } else {
      cut(plan, span, at, pieces);
    }
    at += static_cast<std::size_t>(span.stop - span.start) * row_bytes_;
  }
  read_pieces(plan, pieces);
}

void StoredRows::copy_rows(const Plan& plan, layout::Span rows, std::byte* out) const {
  const MappedFile& file = shared_.file;
  const std::uint64_t chunk_rows = plan.index.grid().chunk_rows();
  if (file.data() != nullptr && !plan.index.has_holes()) {
    const MappedRows from{file.data(), plan.addresses.data(), chunk_rows, row_bytes_};
    return file.guarded([&] { copy_span(from, rows, out); });
  }
  for (auto row = static_cast<std::uint64_t>(rows.start);
       row < static_cast<std::uint64_t>(rows.stop);) {
    const std::uint64_t chunk = row / chunk_rows;
    const std::uint64_t within = row % chunk_rows;
    const std::uint64_t count =
        std::min(chunk_rows - within, static_cast<std::uint64_t>(rows.stop) - row);
    const std::size_t bytes = count * row_bytes_;
    const std::uint64_t address = plan.addresses[chunk];
    if (address == outside) fail_outside(chunk);
    if (address == missing) {
      fill({out, bytes}, plan.fill);
    } else {
      file.copy(address + within * row_bytes_, bytes, out);
    }
    out += bytes;
    row += count;
  }
}

void StoredRows::cut(const Plan& plan, layout::Span rows, std::byte* out,
                     std::vector<Piece>& pieces) const {
  const auto chunk_rows = static_cast<std::int64_t>(plan.index.grid().chunk_rows());
  while (rows.start < rows.stop) {
    const std::int64_t slab = rows.start / chunk_rows;
    const std::int64_t stop = std::min(rows.stop, (slab + 1) * chunk_rows);
    pieces.push_back({static_cast<std::uint64_t>(slab), rows.start, stop, out});
    out += static_cast<std::size_t>(stop - rows.start) * row_bytes_;
    rows.start = stop;
  }
}

void StoredRows::read_pieces(const Plan& plan, std::vector<Piece>& pieces) const {
  std::ranges::stable_sort(pieces, {}, &Piece::slab);
  std::vector<Group> groups;
  for (std::size_t begin = 0; begin < pieces.size();) {
    std::size_t end = begin + 1;
    while (end < pieces.size() && pieces[end].slab == pieces[begin].slab) ++end;
    const Group group(pieces.data() + begin, end - begin);
    if (!take_cached(plan, group)) groups.push_back(group);
    begin = end;
  }
  shared_.pool.run(groups.size(), [&](std::size_t group) { read_group(plan, groups[group]); });
}

// What is there already needs no other thread.
bool StoredRows::take_cached(const Plan& plan, Group group) const {
  if (plan.index.grid().slab() != 1) return false;
  const ChunkCache::Data data = shared_.cache.find({serial_, group[0].slab});
  if (data == nullptr) return false;
  deliver(plan, group[0].slab, group, data->bytes().data());
  return true;
}

void StoredRows::read_group(const Plan& plan, Group group) const {
  const Grid& grid = plan.index.grid();
  for (std::uint64_t part = 0; part < grid.slab(); ++part) {
    const std::uint64_t number = group[0].slab * grid.slab() + part;
    if (plan.pipeline && plan.index.at(number).address == missing) {
      deliver(plan, number, group, nullptr);
    } else if (group.size() > 1 || !read_part(plan, number, box_of(group[0]), group[0].out)) {
      deliver(plan, number, group, chunk(plan, number)->bytes().data());
    }
  }
}

StoredRows::Box StoredRows::box_of(const Piece& piece) const {
  Box box{Shape(shape_.size(), 0), shape_};
  box.first[0] = piece.start;
  box.count[0] = piece.stop - piece.start;
  return box;
}

void StoredRows::deliver(const Plan& plan, std::uint64_t number, Group group,
                         const std::byte* chunk) const {
  const Grid& grid = plan.index.grid();
  const Shape first = grid.first_of(number);
  for (const Piece& piece : group) {
    if (chunk != nullptr && grid.has_whole_rows()) {
      std::memcpy(piece.out, chunk + static_cast<std::size_t>(piece.start - first[0]) * row_bytes_,
                  static_cast<std::size_t>(piece.stop - piece.start) * row_bytes_);
    } else {
      const Box box = box_of(piece);
      copy_part(grid, first, box.first, box.count, chunk, plan.fill, piece.out);
    }
  }
}

// Whether it is in the cache, or will be once another thread has decoded it: rather than wait for
// that, the next ones are decoded meanwhile.
bool StoredRows::is_ahead(std::uint64_t number) const {
  const ChunkKey key{serial_, number};
  while (shared_.cache.is_decoding(key)) {
    if (!shared_.pool.help()) return true;
  }
  return shared_.cache.find(key) != nullptr;
}

// A call that goes on where another one stopped is taken for a scan. What is decoded ahead is
// wanted only as long as the scan hasn't come to it.
void StoredRows::read_ahead(const Plan& plan, layout::Span rows) const {
  const bool is_scan = next_row_.exchange(rows.stop, std::memory_order_relaxed) == rows.start;
  const Grid& grid = plan.index.grid();
  const std::uint64_t threads = shared_.pool.threads();
  if (!is_scan || !plan.pipeline || threads < 2 || grid.slab() != 1 ||
      grid.chunk_bytes() > shared_.cache.most_bytes() / (4 * threads)) {
    return;
  }
  const std::uint64_t first = static_cast<std::uint64_t>(rows.start) / grid.chunk_rows();
  const std::uint64_t last = static_cast<std::uint64_t>(rows.stop - 1) / grid.chunk_rows();
  if (last - first >= threads) return;  // it keeps them all busy by itself
  const std::uint64_t end = std::min(last + 1 + 2 * threads, grid.chunks());
  std::uint64_t number = std::max(last + 1, ahead_.load(std::memory_order_relaxed));
  if (number > end) number = last + 1;  // the scan began anew
  for (; number < end; ++number) {
    if (plan.index.at(number).address >= outside) continue;
    if (shared_.cache.find({serial_, number}) != nullptr) continue;
    const auto row = static_cast<std::int64_t>(number * grid.chunk_rows());
    const bool is_taken = shared_.pool.later([this, &plan, number, row] {
      if (next_row_.load(std::memory_order_relaxed) <= row) (void)chunk(plan, number);
    });
    if (!is_taken) break;
  }
  ahead_.store(number, std::memory_order_relaxed);
}

ChunkCache::Data StoredRows::chunk(const Plan& plan, std::uint64_t number) const {
  return shared_.cache.get({serial_, number},
                           [&](codecs::Buffer& out) { decode(plan, number, out); });
}

void StoredRows::decode(const Plan& plan, std::uint64_t number, codecs::Buffer& out) const {
  const std::size_t bytes = plan.index.grid().chunk_bytes();
  decode_to(plan, number, out.claim(bytes));
}

void StoredRows::decode_to(const Plan& plan, std::uint64_t number,
                           std::span<std::byte> room) const {
  if (!plan.pipeline) return read_by_hdf5(plan, number, room.data());
  thread_local codecs::Buffer stored;
  const Chunk chunk = plan.index.at(number);
  if (chunk.address == outside) fail_outside(number);
  if (plan.pipeline->is_empty() && chunk.bytes == room.size()) {
    return shared_.file.copy(chunk.address, chunk.bytes, room.data());
  }
  shared_.file.copy(chunk.address, chunk.bytes, stored.claim(chunk.bytes).data());
  try {
    plan.pipeline->decode_to(stored.bytes(), chunk.mask, room);
  } catch (const Error& error) {
    throw Error(error.code(), hdf5::describe(dataset_.get()),
                "the chunk with row " + std::to_string(plan.index.grid().first_of(number)[0]) +
                    ": " + error.what());
  }
}

void StoredRows::read_by_hdf5(const Plan& plan, std::uint64_t number, std::byte* out) const {
  const Grid& grid = plan.index.grid();
  const Shape first = grid.first_of(number);
  Shape count = grid.chunk();
  for (std::size_t axis = 0; axis < count.size(); ++axis) {
    count[axis] = std::min(count[axis], shape_[axis] - first[axis]);
  }
  const hdf5::Datatype memory = is_raw_ ? hdf5::type_of(dataset_) : hdf5::memory_type(*type_.dtype);
  hdf5::read_box(dataset_, memory, first, count, grid.chunk(), out);
}

std::optional<std::span<const std::byte>> StoredRows::view(layout::Span rows) const {
  check(rows);
  const auto count = static_cast<std::size_t>(rows.stop - rows.start);
  check_room(count, count * row_bytes_);
  const MappedFile& file = shared_.file;
  if (file.data() == nullptr || file.has_journal()) return std::nullopt;
  const Plan& plan = this->plan();
  if (!plan.is_copied) return std::nullopt;
  if (count == 0) return std::span<const std::byte>{};
  const Grid& grid = plan.index.grid();
  const std::uint64_t first = static_cast<std::uint64_t>(rows.start) / grid.chunk_rows();
  const std::uint64_t last = static_cast<std::uint64_t>(rows.stop - 1) / grid.chunk_rows();
  for (std::uint64_t chunk = first; chunk <= last; ++chunk) {
    const std::uint64_t expected = plan.addresses[first] + (chunk - first) * grid.chunk_bytes();
    if (plan.addresses[chunk] >= outside || plan.addresses[chunk] != expected) return std::nullopt;
  }
  const std::uint64_t within = static_cast<std::uint64_t>(rows.start) % grid.chunk_rows();
  return std::span(file.data() + plan.addresses[first] + within * row_bytes_, count * row_bytes_);
}

Value StoredRows::value(layout::Span rows) const {
  check(rows);
  if (!type_.dtype) check_room(0, 0);
  Value value{*type_.dtype, shape_, {}, {}};
  value.shape[0] = rows.stop - rows.start;
  if (value.dtype.is_string()) {
    value.strings = hdf5::read_strings(dataset_, rows.start, value.shape);
    return value;
  }
  value.bytes =
      hdf5::memory_for<std::byte>(value.shape, value.dtype.size(), hdf5::describe(dataset_.get()));
  read(rows, value.bytes);
  return value;
}

}  // namespace sheaf::read
