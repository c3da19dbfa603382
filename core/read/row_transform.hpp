// SPDX-License-Identifier: MIT
#pragma once
// Rows changed on their way out of a file: normalised, made float, reshaped.
//
//   auto plain = read::File::open("photos.h5");
//   auto file = read::transformed(plain, {{"image", {open_to_float}}});  //
//   core/read/transformed.hpp
//
// Model: one row in, one row out; which rows are whose stays as it is. An OpenTransform is told
// what rows there are and makes a RowTransform of it, or throws an Error that says why it can't.
// Core has none of its own; host/extend/transform.hpp makes them of plugins. Threads: any number at
// once. Failure: Error.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/layout/spec.hpp"

namespace sheaf::read {

// What is to be transformed. Never strings.
struct RowType {
  Dtype dtype;
  Shape item_shape;  // of one row; -1: known per source
  std::vector<layout::Attribute> attrs;
};

class RowTransform {
 public:
  RowTransform() = default;
  RowTransform(const RowTransform&) = delete;
  RowTransform& operator=(const RowTransform&) = delete;
  virtual ~RowTransform() = default;

  // Of what is made; never strings.
  [[nodiscard]] virtual Dtype dtype() const noexcept = 0;
  // The shape of what becomes of a row of `item_shape`, in which no extent is -1.
  [[nodiscard]] virtual Shape item_shape(const Shape& item_shape) const = 0;
  // Makes `rows` new rows of as many at `in`; both have just the bytes that these take.
  virtual void apply(const Shape& item_shape, std::int64_t rows, std::span<const std::byte> in,
                     std::span<std::byte> out) const = 0;
};

using OpenTransform = std::function<std::shared_ptr<const RowTransform>(const RowType&)>;
// One after the other.
using OpenTransforms = std::vector<OpenTransform>;

}  // namespace sheaf::read
