// SPDX-License-Identifier: MIT
#pragma once
// Memory for what a file says it holds: a file may say anything.

#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

// `width` zeroed Ts for each element of `shape`. Throws Error (Io) naming `object` when the
// machine doesn't have as much.
template <class T>
std::vector<T> memory_for(const Shape& shape, std::size_t width, const std::string& object) {
  auto count = static_cast<std::int64_t>(width);
  if (element_count(shape) == 0) return {};
  bool is_too_large = false;
  for (const std::int64_t extent : shape) {
    is_too_large |= __builtin_mul_overflow(count, extent, &count);
  }
  try {
    if (is_too_large) throw std::bad_alloc();
    return std::vector<T>(static_cast<std::size_t>(count));
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::Io, object, "no memory for rows of shape " + to_string(shape));
  } catch (const std::length_error&) {
    throw Error(ErrorCode::Io, object, "no memory for rows of shape " + to_string(shape));
  }
}

}  // namespace sheaf::hdf5
