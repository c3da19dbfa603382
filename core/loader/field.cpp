// SPDX-License-Identifier: MIT
#include "core/loader/field.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "core/error.hpp"

namespace sheaf::loader {

Field::Field(const read::File& file, const read::Output& output)
    : array_(&output.array()),
      object_(file.name() + ":/" + output.path()),
      rank_(array_->shape().size()) {
  if (rank_ == 0) {
    throw Error(ErrorCode::Invalid, object_, "is a single value, which has no rows to load");
  }
}

Field Field::whole(const read::File& file, const read::Output& output) {
  Field field(file, output);
  field.starts_ = {0};
  field.rows_ = field.array_->shape()[0];
  return field;
}

Field Field::of_sources(const read::File& file, const read::Output& output) {
  Field field(file, output);
  field.is_ragged_ = output.is_ragged();
  const std::size_t sources = file.ids().size();
  field.starts_.reserve(sources);
  field.stops_.reserve(sources);
  if (field.is_ragged_) field.rank_ = 0;
  for (std::size_t source = 0; source < sources; ++source) {
    const layout::Span span = output.span(source).value_or(layout::Span{});
    field.starts_.push_back(span.start);
    field.stops_.push_back(span.stop);
    if (field.is_ragged_) field.add_extents(file, output, source);
  }
  return field;
}

void Field::add_extents(const read::File& file, const read::Output& output, std::size_t source) {
  const std::optional<Shape> shape = output.shape(source);
  if (shape && rank_ == 0) {
    rank_ = shape->size();
    extents_.assign(source * rank_, 0);
  }
  if (shape && shape->size() != rank_) {
    throw Error(ErrorCode::Invalid, object_,
                "has " + std::to_string(shape->size()) + " axes in source '" + file.ids()[source] +
                    "' and " + std::to_string(rank_) +
                    " in those before it, so they can't be in one batch");
  }
  const layout::Span span{starts_[source], stops_[source]};
  if (shape && !has_elements(*shape, span.stop - span.start)) {
    throw Error(ErrorCode::Corrupt, object_,
                "has another shape than elements in source '" + file.ids()[source] + "'");
  }
  if (shape) {
    extents_.insert(extents_.end(), shape->begin(), shape->end());
  } else {
    extents_.resize(extents_.size() + rank_);
  }
}

std::int64_t Field::extent(std::size_t cell, std::size_t axis) const noexcept {
  if (is_ragged_) return extents_[cell * rank_ + axis];
  if (axis > 0) return array_->shape()[axis];
  return stops_.empty() ? rows_ : stops_[cell] - starts_[cell];
}

void Field::shape(std::size_t cell, Shape& shape) const {
  shape.resize(rank_);
  for (std::size_t axis = 0; axis < rank_; ++axis) shape[axis] = extent(cell, axis);
}

void Field::keep(const std::vector<std::int64_t>& cells) {
  // In place: cells come in ascending order, so none is overwritten before it is read.
  std::size_t kept = 0;
  bool is_even = !is_ragged_;
  for (const std::int64_t number : cells) {
    const auto cell = static_cast<std::size_t>(number);
    const layout::Span rows = span(cell);
    if (kept == 0) rows_ = rows.stop - rows.start;
    is_even = is_even && rows.stop - rows.start == rows_;
    starts_[kept] = rows.start;
    if (!stops_.empty()) stops_[kept] = rows.stop;
    if (is_ragged_) {
      std::copy_n(extents_.begin() + static_cast<std::ptrdiff_t>(cell * rank_), rank_,
                  extents_.begin() + static_cast<std::ptrdiff_t>(kept * rank_));
    }
    ++kept;
  }
  starts_.resize(kept);
  if (is_even) stops_.clear();
  if (!stops_.empty()) stops_.resize(kept);
  if (is_ragged_) extents_.resize(kept * rank_);
  if (kept * 2 < starts_.capacity()) starts_.shrink_to_fit();
  stops_.shrink_to_fit();
  extents_.shrink_to_fit();
}

}  // namespace sheaf::loader
