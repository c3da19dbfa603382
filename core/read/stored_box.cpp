// SPDX-License-Identifier: MIT
// Boxes that cut rows.
#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "core/hdf5/memory.hpp"
#include "core/read/copy_box.hpp"
#include "core/read/stored_rows.hpp"

namespace sheaf::read {
namespace {

constexpr std::size_t short_run = 2048;  // bytes; rather than many of these, more is read at once
constexpr std::size_t most_scratch = std::size_t{1} << 20U;

// Calls `each` for every index of the axes before the last one.
template <class Each>
void for_each_index(const Shape& count, std::size_t axes, Each each) {
  Shape at(axes, 0);
  while (true) {
    each(at);
    std::size_t axis = axes;
    while (axis > 0 && ++at[axis - 1] == count[axis - 1]) at[--axis] = 0;
    if (axis == 0) return;
  }
}

}  // namespace

void StoredRows::check_box(const Shape& first, const Shape& count, std::size_t bytes) const {
  bool is_inside = first.size() == shape_.size() && count.size() == shape_.size();
  std::uint64_t wanted = element_bytes_;
  for (std::size_t axis = 0; is_inside && axis < shape_.size(); ++axis) {
    is_inside = first[axis] >= 0 && count[axis] >= 0 && first[axis] <= shape_[axis] &&
                count[axis] <= shape_[axis] - first[axis];
    wanted *= static_cast<std::uint64_t>(count[axis]);
  }
  if (is_inside && wanted == bytes) return;
  throw Error(ErrorCode::Invalid, hdf5::describe(dataset_.get()),
              "a box of " + to_string(count) + " from " + to_string(first) +
                  " on isn't inside its shape " + to_string(shape_) +
                  ", or has no room in the memory given");
}

void StoredRows::read_box(const Shape& first, const Shape& count, std::span<std::byte> out) const {
  require_readable();
  check_box(first, count, out.size());
  if (out.empty()) return;
  if (std::equal(count.begin() + 1, count.end(), shape_.begin() + 1)) {
    return read({first[0], first[0] + count[0]}, out);
  }
  const Plan& plan = this->plan();
  if (plan.is_copied) return copy_box_rows(plan, first, count, out.data());
  const Grid& grid = plan.index.grid();
  const Box box{first, count};
  const std::size_t axes = first.size();
  Shape begin(axes);
  Shape chunks(axes);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    begin[axis] = first[axis] / grid.chunk()[axis];
    chunks[axis] = (first[axis] + count[axis] - 1) / grid.chunk()[axis] - begin[axis] + 1;
  }
  for_each_index(chunks, axes, [&](const Shape& at) {
    Shape corner(axes);
    for (std::size_t axis = 0; axis < axes; ++axis) {
      corner[axis] = (begin[axis] + at[axis]) * grid.chunk()[axis];
    }
    const std::uint64_t number = grid.number_of(corner);
    if (read_part(plan, number, box, out.data())) return;
    if (plan.pipeline && plan.index.at(number).address == missing) {
      copy_part(grid, corner, first, count, nullptr, plan.fill, out.data());
    } else {
      const ChunkCache::Data data = chunk(plan, number);
      copy_part(grid, corner, first, count, data->bytes().data(), plan.fill, out.data());
    }
  });
}

// What goes straight to its place, past the cache: any part of a chunk without filters, unless its
// runs are short; else a whole chunk that isn't kept.
bool StoredRows::read_part(const Plan& plan, std::uint64_t number, const Box& box,
                           std::byte* out) const {
  const Grid& grid = plan.index.grid();
  const Chunk chunk = plan.pipeline ? plan.index.at(number) : Chunk{};
  const bool is_raw =
      plan.pipeline && plan.pipeline->is_empty() && chunk.bytes == grid.chunk_bytes();
  if (chunk.address >= outside || (!is_raw && plan.is_kept)) return false;
  const Part part(grid, grid.first_of(number), box.first, box.count);
  if (is_raw && part.run() >= short_run) {
    part.for_each_run([&](std::size_t source, std::size_t target) {
      shared_.file.copy(chunk.address + source, part.run(), out + target);
    });
    return true;
  }
  if (part.run() != grid.chunk_bytes() || plan.is_kept || is_ahead(number)) return false;
  part.for_each_run([&](std::size_t, std::size_t target) {
    decode_to(plan, number, {out + target, part.run()});
  });
  return true;
}

// Run by run, or whole rows at a time where runs are short.
void StoredRows::copy_box_rows(const Plan& plan, const Shape& first, const Shape& count,
                               std::byte* out) const {
  const std::size_t run = static_cast<std::size_t>(count.back()) * element_bytes_;
  if (run < short_run && row_bytes_ <= most_scratch) {
    return cut_rows(plan, first, count, out);
  }
  const std::size_t axes = first.size();
  for_each_index(count, axes - 1, [&](const Shape& at) {
    const auto row = static_cast<std::uint64_t>(first[0] + at[0]);
    const std::uint64_t number = row / plan.index.grid().chunk_rows();
    const std::uint64_t address = plan.addresses[number];
    if (address == outside) fail_outside(number);
    std::size_t within = row % plan.index.grid().chunk_rows();
    for (std::size_t axis = 1; axis < axes; ++axis) {
      const std::int64_t index = first[axis] + (axis + 1 < axes ? at[axis] : 0);
      within = within * static_cast<std::size_t>(shape_[axis]) + static_cast<std::size_t>(index);
    }
    if (address == missing) {
      fill({out, run}, plan.fill);
    } else {
      shared_.file.copy(address + within * element_bytes_, run, out);
    }
    out += run;
  });
}

void StoredRows::cut_rows(const Plan& plan, const Shape& first, const Shape& count,
                          std::byte* out) const {
  const std::size_t bytes =
      static_cast<std::size_t>(element_count(count) / count[0]) * element_bytes_;
  const auto most = static_cast<std::int64_t>(most_scratch / row_bytes_);
  thread_local codecs::Buffer scratch;
  Shape whole = shape_;
  Shape part_first = first;
  Shape part = count;
  part_first[0] = 0;
  for (std::int64_t at = 0; at < count[0]; at += most) {
    part[0] = whole[0] = std::min(most, count[0] - at);
    const std::int64_t row = first[0] + at;
    copy_rows(plan, {row, row + part[0]},
              scratch.claim(static_cast<std::size_t>(part[0]) * row_bytes_).data());
    copy_part(Grid(whole, whole, element_bytes_), Shape(whole.size(), 0), part_first, part,
              scratch.bytes().data(), {}, out + static_cast<std::size_t>(at) * bytes);
  }
}

}  // namespace sheaf::read
