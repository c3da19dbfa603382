// SPDX-License-Identifier: MIT
#pragma once
// A dataset: shape, dtype, and parts of it read and written. Arrays with NumPy's vocabulary are
// core/array's.
//
// Model: a view of the file, not a copy. A box is a first element and extents, an axis each.
// Threads, failure: as File.

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "core/objects/item.hpp"

namespace sheaf::objects {

class Array {
 public:
  Array(std::shared_ptr<Store> store, std::string path);

  [[nodiscard]] Shape shape() const;
  [[nodiscard]] Dtype dtype() const;  // throws Error (Unsupported) where Dtype has no match
  [[nodiscard]] std::int64_t size() const;
  // All, or a box of it.
  [[nodiscard]] Value read() const;
  [[nodiscard]] Value read(const Shape& first, const Shape& extents) const;
  // Of the same extents; converted to the dtype, unless that loses values: then Error (Invalid).
  void write(const Value& value) const;
  void write(const Shape& first, const Value& value) const;
  // Grows or shrinks it where the dataset allows that.
  void resize(const Shape& shape) const;
  [[nodiscard]] Attributes attrs() const;
  [[nodiscard]] Item item() const { return {store_, path_}; }

 private:
  std::shared_ptr<Store> store_;
  std::string path_;
};

// Array([1, 2, 3], shape=(3,), dtype=int64)
std::ostream& operator<<(std::ostream& out, const Array& array);

}  // namespace sheaf::objects
