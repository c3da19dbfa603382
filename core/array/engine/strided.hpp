// SPDX-License-Identifier: MIT
#pragma once
// Copies between boxes in memory, with any step an axis.
//
// Model: elements are bytes of one size, or texts. Runs that are one behind the other on both sides
// are copied as one. Threads: any. Failure: none.

#include <cstddef>
#include <string>

#include "core/array/engine/box.hpp"
#include "core/array/engine/buffer.hpp"

namespace sheaf::np {

// Where elements lie: one of the two.
struct Elements {
  std::byte* bytes = nullptr;
  std::string* strings = nullptr;
  std::size_t size = 0;  // of one, in bytes; 0: texts
};

// out[i, j, …] = from[from_at + i * steps[0] + j * steps[1] …], steps in elements; and back.
void gather(const Elements& from, std::int64_t from_at, const Shape& steps, const Shape& count,
            const Elements& out);
void scatter(const Elements& values, const Shape& count, const Elements& to, std::int64_t to_at,
             const Shape& steps);

// A box of a row-major array.
void copy_box_out(const Elements& from, const Shape& shape, const Box& box, Buffer& out);
void copy_box_in(const Buffer& values, const Box& box, const Elements& to, const Shape& shape);

[[nodiscard]] inline Elements elements_of(Buffer& buffer) {
  return {buffer.bytes(), buffer.strings().data(), buffer.dtype().size()};
}
// Not to be written.
[[nodiscard]] inline Elements elements_of(const Buffer& buffer) {
  return {const_cast<std::byte*>(buffer.bytes()), const_cast<std::string*>(buffer.strings().data()),
          buffer.dtype().size()};
}

}  // namespace sheaf::np
