// SPDX-License-Identifier: MIT
#pragma once
// Brings a sample into another shape: cropped where it is longer, padded where it is shorter.
//
// Model: row-major arrays with equally many axes. Threads: any. Failure: Error (Unsupported) for a
// pad value that a dtype doesn't have here.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/dtype.hpp"
#include "core/loader/input.hpp"

namespace sheaf::loader {

// One element's bytes, as many as the dtype has.
using Element = std::array<std::byte, 16>;

[[nodiscard]] Element element_of(double value, Dtype dtype, const std::string& object);

// The shape for all samples of a batch. `own` are their shapes.
void common_shape(const Fit& fit, std::span<const Shape> own, Shape& common);

struct FitCopy {
  const std::byte* from;
  const Shape& from_shape;
  std::byte* to;
  const Shape& to_shape;
  std::size_t element_bytes;
  const Element& pad;
  CropFrom crop;
  std::uint64_t seed;  // of CropFrom::Random
};
void copy_fitted(const FitCopy& copy);

}  // namespace sheaf::loader
