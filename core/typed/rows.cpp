// SPDX-License-Identifier: MIT
#include "core/typed/rows.hpp"

#include "core/error.hpp"

namespace sheaf::typed {

Rows::Rows(const Value& value, std::size_t item_axes, const std::string& object)
    : data_(value.bytes.data()), shape_(value.shape) {
  if (shape_.size() == item_axes) shape_.insert(shape_.begin(), 1);
  if (shape_.size() != item_axes + 1) {
    throw Error(ErrorCode::Invalid, object,
                "a row has " + std::to_string(item_axes) + " axes, and an array of shape " +
                    to_string(value.shape) + " was given");
  }
  const bool is_whole =
      value.dtype.is_string()
          ? has_elements(shape_, static_cast<std::int64_t>(value.strings.size()))
          : value.bytes.size() ==
                static_cast<std::size_t>(element_count(shape_)) * value.dtype.size();
  if (!is_whole) {
    throw Error(ErrorCode::Invalid, object,
                "an array was given whose elements don't fill its shape " + to_string(value.shape));
  }
  row_bytes_ = shape_[0] == 0 ? 0 : value.bytes.size() / static_cast<std::size_t>(shape_[0]);
  if (!value.dtype.is_string()) return;
  offsets_.push_back(0);
  for (const std::string& text : value.strings) {
    texts_ += text;
    offsets_.push_back(static_cast<std::int64_t>(texts_.size()));
  }
}

layout::RowsView Rows::view() const noexcept {
  layout::RowsView view{shape_[0], Shape(shape_.begin() + 1, shape_.end()), data_, nullptr};
  if (offsets_.empty()) return view;
  view.data = texts_.data();
  view.offsets = offsets_.data();
  return view;
}

layout::RowsView Rows::row(std::size_t number) const {
  layout::RowsView row = view();
  row.rows = 1;
  if (offsets_.empty()) {
    row.data = data_ + number * row_bytes_;
  } else {
    row.offsets += static_cast<std::int64_t>(number) * element_count(row.item_shape);
  }
  return row;
}

layout::RowsView Rows::flat_view() const noexcept {
  layout::RowsView view = this->view();
  view.rows = element_count(shape_);
  view.item_shape.clear();
  return view;
}

}  // namespace sheaf::typed
