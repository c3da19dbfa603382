// SPDX-License-Identifier: MIT
#include "core/loader/fit.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.hpp"
#include "core/loader/random.hpp"

namespace sheaf::loader {
namespace {

template <class T>
void put(Element& element, double value) {
  const T converted = static_cast<T>(value);
  std::memcpy(element.data(), &converted, sizeof converted);
}

void put_integer(Element& element, double value, Dtype dtype) {
  if (dtype.kind == DtypeKind::Uint && value >= 0x1p63) {
    put<std::uint64_t>(element, value);
  } else {
    put<std::int64_t>(element, value);  // little-endian: the first bytes are the narrower number
  }
}

bool holds(double value, Dtype dtype) noexcept {
  if (dtype.kind == DtypeKind::Bool) return value == 0 || value == 1;
  const bool is_signed = dtype.kind == DtypeKind::Int;
  double limit = 1;
  for (unsigned bit = is_signed ? 1 : 0; bit < dtype.bits; ++bit) limit *= 2;
  return value < limit && value >= (is_signed ? -limit : 0) && value == std::trunc(value);
}

std::size_t elements(const Shape& shape, std::size_t first_axis) noexcept {
  std::size_t count = 1;
  for (std::size_t axis = first_axis; axis < shape.size(); ++axis) {
    count *= static_cast<std::size_t>(shape[axis]);
  }
  return count;
}

void fill(std::byte* to, std::size_t count, const Element& pad, std::size_t element_bytes) {
  const auto* end = pad.begin() + element_bytes;
  if (std::all_of(pad.begin(), end, [&](std::byte byte) { return byte == pad[0]; })) {
    std::memset(to, std::to_integer<int>(pad[0]), count * element_bytes);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) std::copy(pad.begin(), end, to + i * element_bytes);
}

std::int64_t origin(const FitCopy& copy, std::size_t axis) noexcept {
  const std::int64_t more = copy.from_shape[axis] - copy.to_shape[axis];
  if (more <= 0 || copy.crop == CropFrom::Start) return 0;
  if (copy.crop == CropFrom::Centre) return more / 2;
  return static_cast<std::int64_t>(
      below(hash(copy.seed, axis), static_cast<std::uint64_t>(more) + 1));
}

// Axis after axis; the last ones that are whole on both sides go as one piece.
void copy_axis(const FitCopy& copy, std::size_t axis, std::size_t whole_from, const std::byte* from,
               std::byte* to) {
  const std::size_t from_bytes = elements(copy.from_shape, axis + 1) * copy.element_bytes;
  const std::size_t to_bytes = elements(copy.to_shape, axis + 1) * copy.element_bytes;
  const std::int64_t count = std::min(copy.from_shape[axis], copy.to_shape[axis]);
  from += static_cast<std::size_t>(origin(copy, axis)) * from_bytes;
  if (axis + 1 >= whole_from) {
    std::memcpy(to, from, static_cast<std::size_t>(count) * to_bytes);
    return;
  }
  for (std::int64_t i = 0; i < count; ++i) {
    copy_axis(copy, axis + 1, whole_from, from, to);
    from += from_bytes;
    to += to_bytes;
  }
}

}  // namespace

Element element_of(double value, Dtype dtype, const std::string& object) {
  Element element{};
  if (value == 0) return element;
  const bool is_whole = dtype.kind == DtypeKind::Int || dtype.kind == DtypeKind::Uint ||
                        dtype.kind == DtypeKind::Bool;
  if (dtype == float16 || dtype.is_string() || (is_whole && !holds(value, dtype))) {
    throw Error(ErrorCode::Unsupported, object,
                "can't be padded with " + std::to_string(value) + ", being " + dtype.name());
  }
  if (is_whole) {
    put_integer(element, value, dtype);
  } else if (dtype == float32 || dtype == complex64) {
    put<float>(element, value);  // of a complex number the real part
  } else {
    put<double>(element, value);
  }
  return element;
}

void common_shape(const Fit& fit, std::span<const Shape> own, Shape& common) {
  common = own.front();
  for (std::size_t axis = 0; axis < common.size(); ++axis) {
    if (axis < fit.shape.size() && fit.shape[axis] > 0) {
      common[axis] = fit.shape[axis];
      continue;
    }
    for (const Shape& shape : own) {
      common[axis] = fit.lengths == Lengths::Pad ? std::max(common[axis], shape[axis])
                                                 : std::min(common[axis], shape[axis]);
    }
  }
}

void copy_fitted(const FitCopy& copy) {
  const std::size_t axes = copy.to_shape.size();
  bool is_padded = false;
  std::size_t whole_from = axes;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    is_padded = is_padded || copy.from_shape[axis] < copy.to_shape[axis];
  }
  while (whole_from > 0 && copy.from_shape[whole_from - 1] == copy.to_shape[whole_from - 1]) {
    --whole_from;
  }
  if (is_padded) fill(copy.to, elements(copy.to_shape, 0), copy.pad, copy.element_bytes);
  if (elements(copy.from_shape, 0) == 0 || elements(copy.to_shape, 0) == 0) return;
  if (axes == 0) {
    std::memcpy(copy.to, copy.from, copy.element_bytes);
    return;
  }
  copy_axis(copy, 0, whole_from, copy.from, copy.to);
}

}  // namespace sheaf::loader
