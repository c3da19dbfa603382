// SPDX-License-Identifier: MIT
#include "core/objects/compare_datasets.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/chunks.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/types.hpp"

namespace sheaf::objects {
namespace {

constexpr std::int64_t box_bytes = std::int64_t{1} << 20;
constexpr std::int64_t small_bytes = 4096;                      // of a dataset
constexpr std::int64_t common_bytes = std::int64_t{32} << 20;   // of a box that suits two grids
constexpr std::int64_t encoded_bytes = std::int64_t{64} << 20;  // of a chunk, unless filtered
constexpr std::int64_t variable_elements = 512;                 // a box: each may be long

std::string range_text(const Shape& first, const Shape& count) {
  Shape last = first;
  for (std::size_t axis = 0; axis < last.size(); ++axis) last[axis] += count[axis] - 1;
  return to_string(first) + " to " + to_string(last);
}

Shape extents_at(const Shape& shape, const Shape& first, const Shape& box) {
  Shape count = box;
  for (std::size_t axis = 0; axis < count.size(); ++axis) {
    count[axis] = std::min(box[axis], shape[axis] - first[axis]);
  }
  return count;
}

struct Encoded {
  std::span<const std::byte> bytes{};
  std::uint32_t mask = 0;  // of filters that were left out
};

bool are_equal(std::span<const std::byte> a, std::span<const std::byte> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

// One of the two, and what of it is in memory.
class Source {
 public:
  Source(const ComparedDataset& compared, const Shape& shape)
      : dataset_(compared.dataset), shape_(shape), block_(compared.elements) {}

  // HDF5 takes long to tell: not where a dataset is small.
  void look_at_chunks() {
    chunk_ = hdf5::chunks_of(dataset_);
    filters_ = hdf5::filter_pipeline(dataset_);
  }

  [[nodiscard]] const hdf5::Dataset& dataset() const noexcept { return dataset_; }
  [[nodiscard]] const Shape& chunk() const noexcept { return chunk_; }
  [[nodiscard]] const std::vector<codecs::Filter>& filters() const noexcept { return filters_; }

  const std::byte* read(const Shape& first, const Shape& count) {
    try {
      block_.read(dataset_, first, count);
      return block_.data();
    } catch (const Error& error) {
      fail_at(first, count, error);
    }
  }

  // As it is in the file; empty where it isn't there. False: it is said to be too large for one.
  bool read_encoded(const Shape& first, std::int64_t chunk_bytes, Encoded& encoded) {
    try {
      const auto bytes = hdf5::chunk_bytes(dataset_, first);
      encoded = {};
      if (!bytes) return true;
      if (std::cmp_greater(*bytes, 2 * chunk_bytes + box_bytes)) return false;
      if (encoded_.size() < *bytes) encoded_.resize(*bytes);
      encoded.mask = hdf5::read_chunk(dataset_, first, encoded_.data());
      encoded.bytes = {encoded_.data(), *bytes};
      return true;
    } catch (const Error& error) {
      fail_at(first, extents_at(shape_, first, chunk_), error);
    }
  }

 private:
  [[noreturn]] static void fail_as(const Shape& first, const Shape& count, const Error& error) {
    throw Error(error.code(), error.object(),
                "elements " + range_text(first, count) + ": " + error.message(),
                error.hdf5_stack());
  }

  // Of a box of many chunks, the first that can't be read is to blame.
  [[noreturn]] void fail_at(const Shape& first, const Shape& count, const Error& error) {
    if (first.empty()) throw error;
    chunk_ = hdf5::chunks_of(dataset_);
    if (chunk_.empty()) fail_as(first, count, error);
    Shape begin = first;
    Shape end = first;
    for (std::size_t axis = 0; axis < begin.size(); ++axis) {
      begin[axis] -= begin[axis] % chunk_[axis];
      end[axis] += count[axis];
    }
    Shape at = begin;
    do {
      const Shape extents = extents_at(shape_, at, chunk_);
      try {
        block_.read(dataset_, at, extents);
      } catch (const Error& of_chunk) {
        fail_as(at, extents, of_chunk);
      }
    } while (next_within(begin, end, at));
    fail_as(first, count, error);
  }

  [[nodiscard]] bool next_within(const Shape& begin, const Shape& end, Shape& at) const {
    for (std::size_t axis = at.size(); axis-- > 0;) {
      at[axis] += chunk_[axis];
      if (at[axis] < end[axis]) return true;
      at[axis] = begin[axis];
    }
    return false;
  }

  const hdf5::Dataset& dataset_;
  const Shape& shape_;
  Shape chunk_;
  std::vector<codecs::Filter> filters_;
  hdf5::ElementBlock block_;
  std::vector<std::byte> encoded_;
};

std::int64_t bytes_of(const Shape& box, std::size_t element) {
  Shape all = box;
  all.push_back(static_cast<std::int64_t>(element));
  return element_count(all);
}

// What boxes are multiples of.
class Unit {
 public:
  Unit(const Shape& shape, std::size_t element)
      : shape_(shape), element_(element), unit_(shape.size(), 1) {}

  void include(const Source& source) {
    const Shape& chunk = source.chunk();
    if (chunk.empty()) return;
    if (source.filters().empty() && bytes_of(clamped(chunk), element_) > box_bytes) return;
    Shape common = unit_;
    Shape larger = unit_;
    for (std::size_t axis = 0; axis < common.size(); ++axis) {
      larger[axis] = std::max(unit_[axis], chunk[axis]);
      const std::int64_t step = chunk[axis] / std::gcd(unit_[axis], chunk[axis]);
      const bool is_too_large = __builtin_mul_overflow(unit_[axis], step, &common[axis]);
      if (is_too_large) common[axis] = shape_[axis];
    }
    unit_ = clamped(bytes_of(clamped(common), element_) <= common_bytes ? common : larger);
  }

  // As many of them as fit, whole rows first.
  [[nodiscard]] Shape box(std::int64_t most_bytes) const {
    Shape box = clamped(unit_);
    for (std::size_t axis = box.size(); axis-- > 0;) {
      const std::int64_t steps = std::max<std::int64_t>(
          most_bytes / std::max<std::int64_t>(bytes_of(box, element_), 1), 1);
      std::int64_t extent = 0;
      const bool is_too_large = __builtin_mul_overflow(box[axis], steps, &extent);
      box[axis] = is_too_large ? shape_[axis] : std::min(extent, shape_[axis]);
      if (box[axis] < shape_[axis]) break;
    }
    return box;
  }

 private:
  [[nodiscard]] Shape clamped(Shape box) const {
    for (std::size_t axis = 0; axis < box.size(); ++axis) {
      box[axis] = std::clamp<std::int64_t>(box[axis], 1, std::max<std::int64_t>(shape_[axis], 1));
    }
    return box;
  }

  const Shape& shape_;
  std::size_t element_;
  Shape unit_;
};

class DatasetComparison {
 public:
  DatasetComparison(const ComparedDataset& a, const ComparedDataset& b, const Shape& shape,
                    bool only_whether, ElementComparison& comparison)
      : element_(std::max(a.elements.type.size, b.elements.type.size)),
        is_variable_(!a.elements.type.is_flat()),
        shape_(shape),
        a_(a, shape),
        b_(b, shape),
        only_whether_(only_whether),
        comparison_(comparison) {}

  void run() {
    if (element_count(shape_) == 0) return;
    const bool is_small = !is_variable_ && bytes_of(shape_, element_) <= small_bytes;
    if (is_small || shape_.empty()) return compare(Shape(shape_.size(), 0), shape_);
    a_.look_at_chunks();
    b_.look_at_chunks();
    if (is_encoded_alike()) return run_encoded();
    Shape first(shape_.size(), 0);
    const Shape box = box_shape();
    do {
      compare(first, extents_at(shape_, first, box));
    } while (!is_over() && hdf5::next_chunk(shape_, box, first));
  }

 private:
  [[nodiscard]] bool is_over() const { return only_whether_ && comparison_.found().differing > 0; }

  void compare(const Shape& first, const Shape& count) {
    comparison_.compare(a_.read(first, count), b_.read(first, count), first, count);
  }

  [[nodiscard]] Shape box_shape() const {
    Unit unit(shape_, element_);
    const auto handles = variable_elements * static_cast<std::int64_t>(element_);
    for (const Source* source : {&a_, &b_}) {
      const bool is_costly =
          !source->filters().empty() && bytes_of(source->chunk(), element_) > box_bytes;
      if (!is_variable_ || is_costly) unit.include(*source);
    }
    return unit.box(is_variable_ ? handles : box_bytes);
  }

  [[nodiscard]] bool is_encoded_alike() const {
    if (!comparison_.bytes_suffice() || a_.chunk().empty() || a_.chunk() != b_.chunk())
      return false;
    if (a_.filters() != b_.filters()) return false;
    if (a_.filters().empty() && bytes_of(a_.chunk(), element_) > encoded_bytes) return false;
    return hdf5::place_of(a_.dataset()) == hdf5::Place::Chunked &&
           hdf5::place_of(b_.dataset()) == hdf5::Place::Chunked &&
           hdf5::equal(hdf5::type_of(a_.dataset()), hdf5::type_of(b_.dataset())) &&
           hdf5::fill_element(a_.dataset()) == hdf5::fill_element(b_.dataset());
  }

  void run_encoded() {
    if (hdf5::chunk_count(a_.dataset()) == 0 && hdf5::chunk_count(b_.dataset()) == 0) return;
    Shape first(shape_.size(), 0);
    const std::int64_t bytes = bytes_of(a_.chunk(), element_);
    Encoded a, b;
    do {
      const bool is_same = a_.read_encoded(first, bytes, a) && b_.read_encoded(first, bytes, b) &&
                           a.mask == b.mask && are_equal(a.bytes, b.bytes);
      if (!is_same) compare(first, extents_at(shape_, first, a_.chunk()));
    } while (!is_over() && hdf5::next_chunk(shape_, a_.chunk(), first));
  }

  std::size_t element_;
  bool is_variable_;
  const Shape& shape_;
  Source a_, b_;
  bool only_whether_;
  ElementComparison& comparison_;
};

}  // namespace

void compare_datasets(const ComparedDataset& a, const ComparedDataset& b, const Shape& shape,
                      bool only_whether, ElementComparison& comparison) {
  DatasetComparison(a, b, shape, only_whether, comparison).run();
}

}  // namespace sheaf::objects
