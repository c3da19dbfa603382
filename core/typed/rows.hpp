// SPDX-License-Identifier: MIT
#pragma once
// A Value as rows of an output.
//
// Model: the first axis counts rows, unless the value has as few axes as one item: then it is one
// row. The view is good as long as this and the Value are. Failure: Error (Invalid).

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/layout/spec.hpp"

namespace sheaf::typed {

class Rows {
 public:
  // `item_axes` is how many a row has; `object` names the output in messages.
  Rows(const Value& value, std::size_t item_axes, const std::string& object);

  [[nodiscard]] layout::RowsView view() const noexcept;
  // Of the rows: (rows, …item)
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  // One of them.
  [[nodiscard]] layout::RowsView row(std::size_t number) const;
  // Flat elements, as ragged outputs store them.
  [[nodiscard]] layout::RowsView flat_view() const noexcept;

 private:
  const std::byte* data_;
  std::size_t row_bytes_ = 0;  // of what isn't strings
  Shape shape_;
  std::string texts_;
  std::vector<std::int64_t> offsets_;  // of strings
};

}  // namespace sheaf::typed
