// SPDX-License-Identifier: MIT
#include "core/layout/pack_array.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/chunks.hpp"
#include "core/hdf5/copy.hpp"
#include "core/hdf5/memory.hpp"
#include "core/hdf5/selection.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/column.hpp"
#include "core/layout/names.hpp"

namespace sheaf::layout {
namespace {

constexpr std::int64_t block_bytes = std::int64_t{8} << 20;

// What takes the rows of the new array, block by block.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void append(const void* data, std::int64_t rows) = 0;
  virtual void finish() {}
};

// Elements of fixed size in chunks of whole rows: encoded in threads.
class ColumnSink final : public Sink {
 public:
  ColumnSink(const ArrayCopy& copy, const Storage& storage)
      : column_({copy.group, names::array, hdf5::copy_of(hdf5::type_of(*copy.from)),
                 creation(copy, storage)},
                hdf5::copy_of(hdf5::type_of(*copy.from)), uint8, copy.encoder) {}

  void append(const void* data, std::int64_t rows) override { column_.append(data, rows); }
  void finish() override {
    column_.flush();
    column_.close();
  }

 private:
  static hdf5::DatasetCreation creation(const ArrayCopy& copy, const Storage& storage) {
    const Shape shape = hdf5::shape_of(*copy.from);
    return {{shape.begin() + 1, shape.end()},
            storage.chunk_rows,
            storage.filters,
            hdf5::fill_value_of(*copy.from)};
  }

  FixedColumn column_;
};

// Everything else goes through HDF5: variable lengths, tiles, filters without a codec here.
class DatasetSink final : public Sink {
 public:
  DatasetSink(const ArrayCopy& copy, const Storage& storage)
      : type_(hdf5::copy_of(hdf5::type_of(*copy.from))), shape_(hdf5::shape_of(*copy.from)) {
    const bool has_chunks = !hdf5::chunks_of(*copy.from).empty();
    if (has_chunks && storage == storage_of(*copy.from)) {
      dataset_ = hdf5::create_dataset_like(copy.group, names::array, *copy.from, copy.rows->rows);
      return;
    }
    dataset_ = hdf5::create_dataset(
        copy.group, names::array, type_,
        {{shape_.begin() + 1, shape_.end()}, storage.chunk_rows, storage.filters, std::nullopt});
    shape_[0] = copy.rows->rows;
    hdf5::set_shape(dataset_, shape_);
  }

  void append(const void* data, std::int64_t rows) override {
    shape_[0] = rows;
    hdf5::write_rows(dataset_, type_, next_, shape_, data);
    next_ += rows;
  }

 private:
  hdf5::Datatype type_;
  Shape shape_;
  hdf5::Dataset dataset_;
  std::int64_t next_ = 0;
};

// Brings rows together from wherever they are, a block of whole new chunks at a time.
class Gathering {
 public:
  Gathering(const ArrayCopy& copy, const Storage& storage)
      : copy_(copy),
        type_(hdf5::type_of(*copy.from)),
        is_variable_(hdf5::is_variable(type_)),
        shape_(hdf5::shape_of(*copy.from)) {
    shape_[0] = 1;
    row_bytes_ = element_count(shape_) * static_cast<std::int64_t>(hdf5::size_of(type_));
    const std::int64_t chunk = storage.chunk_rows;
    const std::int64_t fitting = block_bytes / std::max<std::int64_t>(row_bytes_, 1);
    block_rows_ = std::min(std::max<std::int64_t>(fitting / chunk, 1) * chunk,
                           std::max<std::int64_t>(copy.rows->rows, 1));
  }

  void run(Sink& sink) {
    Shape whole = shape_;
    whole[0] = block_rows_;
    auto block =
        hdf5::memory_for<std::byte>(whole, hdf5::size_of(type_), hdf5::describe(copy_.from->get()));
    for (std::int64_t done = 0; done < copy_.rows->rows;) {
      const std::int64_t rows = fill(block.data());
      whole[0] = rows;
      const hdf5::Dataspace space = hdf5::make_space(whole);
      std::optional<hdf5::Reclaim> reclaim;
      if (is_variable_) reclaim.emplace(type_, space, block.data());
      sink.append(block.data(), rows);
      done += rows;
      copy_.advance(rows);
    }
    sink.finish();
  }

 private:
  std::int64_t fill(std::byte* block) {
    std::int64_t filled = 0;
    while (filled < block_rows_ && run_ < copy_.rows->runs.size()) {
      const Span run = copy_.rows->runs[run_];
      const std::int64_t begin = run.start + taken_;
      shape_[0] = std::min(run.stop - begin, block_rows_ - filled);
      hdf5::read_rows(*copy_.from, type_, begin, shape_, block + filled * row_bytes_);
      filled += shape_[0];
      taken_ += shape_[0];
      if (begin + shape_[0] < run.stop) continue;
      ++run_;
      taken_ = 0;
    }
    return filled;
  }

  const ArrayCopy& copy_;
  hdf5::Datatype type_;
  bool is_variable_;
  Shape shape_;
  std::int64_t row_bytes_ = 0;
  std::int64_t block_rows_ = 1;
  std::size_t run_ = 0;
  std::int64_t taken_ = 0;  // rows of that run
};

bool has_codecs(const std::vector<codecs::Filter>& filters) {
  return std::ranges::all_of(filters, [](const codecs::Filter& filter) {
    return codecs::find_codec(filter.id) != nullptr;
  });
}

// Whether a chunk has all axes but the first whole.
bool has_whole_rows(const hdf5::Dataset& dataset) {
  const Shape shape = hdf5::shape_of(dataset);
  const Shape chunk = hdf5::chunks_of(dataset);
  for (std::size_t axis = 1; axis < chunk.size(); ++axis) {
    if (chunk[axis] != std::max<std::int64_t>(shape[axis], 1)) return false;
  }
  return true;
}

}  // namespace

PackedRows pack_rows(const std::vector<Span>& cells) {
  PackedRows packed;
  packed.cells.reserve(cells.size());
  for (const Span& cell : cells) {
    if (cell == Span{}) {
      packed.cells.push_back(cell);
      continue;
    }
    const std::int64_t count = cell.stop - cell.start;
    packed.cells.push_back({packed.rows, packed.rows + count});
    packed.rows += count;
    if (count == 0) continue;
    if (!packed.runs.empty() && packed.runs.back().stop == cell.start) {
      packed.runs.back().stop = cell.stop;
    } else {
      packed.runs.push_back(cell);
    }
  }
  return packed;
}

bool copy_array(const ArrayCopy& copy) {
  const hdf5::Datatype type = hdf5::type_of(*copy.from);
  if (hdf5::has_references(type)) {
    throw Error(ErrorCode::Unsupported, hdf5::describe(copy.from->get()),
                "has references as its rows, which Sheaf can't pack");
  }
  const Storage old = storage_of(*copy.from);
  const Storage wanted = changed(*copy.from, copy.change);
  const std::int64_t rows = hdf5::shape_of(*copy.from)[0];
  const bool has_chunks = !hdf5::chunks_of(*copy.from).empty();
  const bool stays =
      copy.rows->rows == rows && (rows == 0 || copy.rows->runs == std::vector<Span>{{0, rows}});
  const bool is_variable = hdf5::is_variable(type);
  if (stays && wanted == old && has_chunks && !is_variable) {
    const hdf5::Dataset to = hdf5::create_dataset_like(copy.group, names::array, *copy.from, rows);
    std::int64_t done = 0;
    hdf5::copy_chunks(*copy.from, to,
                      [&](std::int64_t row) { copy.advance(row - std::exchange(done, row)); });
    return true;
  }
  const bool is_plain = !is_variable && has_codecs(wanted.filters) &&
                        (wanted != old || !has_chunks || has_whole_rows(*copy.from));
  std::unique_ptr<Sink> sink;
  if (is_plain) {
    sink = std::make_unique<ColumnSink>(copy, wanted);
  } else {
    sink = std::make_unique<DatasetSink>(copy, wanted);
  }
  Gathering(copy, wanted).run(*sink);
  return false;
}

}  // namespace sheaf::layout
