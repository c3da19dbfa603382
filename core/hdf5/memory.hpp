// SPDX-License-Identifier: MIT
#pragma once
// Memory for what a file says it holds: a file may say anything.

#include <concepts>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

// `width` zeroed Ts for each element of `shape`. Throws Error (Io) naming what `describe()` says
// when the machine doesn't have as much.
template <class T, class Describe>
requires std::invocable<Describe> std::vector<T> memory_for(const Shape& shape, std::size_t width,
                                                            Describe describe) {
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
    throw Error(ErrorCode::Io, describe(), "no memory for rows of shape " + to_string(shape));
  } catch (const std::length_error&) {
    throw Error(ErrorCode::Io, describe(), "no memory for rows of shape " + to_string(shape));
  }
}

template <class T>
std::vector<T> memory_for(const Shape& shape, std::size_t width, const std::string& object) {
  return memory_for<T>(shape, width, [&] { return object; });
}

// HDF5 looks through the whole file for the name of an object that was opened without one, so it
// is asked only when it is needed.
template <class T>
std::vector<T> memory_for(const Shape& shape, std::size_t width, hid_t object,
                          const std::string& name = {}) {
  return memory_for<T>(shape, width, [&] { return describe(object, name); });
}

// Gives back what HDF5 allocated for elements of variable length that it read.
class Reclaim {
 public:
  Reclaim(const Datatype& type, const Dataspace& space, void* data)
      : type_(type.get()), space_(space.get()), data_(data) {}
  Reclaim(const Reclaim&) = delete;
  Reclaim& operator=(const Reclaim&) = delete;
  ~Reclaim() { H5Dvlen_reclaim(type_, space_, H5P_DEFAULT, data_); }

 private:
  hid_t type_;
  hid_t space_;
  void* data_;
};

}  // namespace sheaf::hdf5
