// SPDX-License-Identifier: MIT
#pragma once
// One array of a file, read at the speed of memory where its layout allows.
//
//                        ┌ unfiltered ─► copied out of a mapping of the file
//   rows ─► chunk index ─┤
//                        └ filtered ───► decoded into a cache that all arrays of the file share
//
// Model: rows along axis 0, numbered from 0; a row is row_bytes() bytes, row-major. Strings have no
// fixed size: they come as a Value only.
// Threads: any number at once. Failure: Error that names the file and the array: Invalid for rows
// that aren't there, Corrupt for chunks that can't be decoded or that the file ends before.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/layout/spec.hpp"

namespace sheaf::read {

class Array {
 public:
  Array() = default;
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;
  virtual ~Array() = default;

  // Throws Error (Unsupported) that names the type, for elements that Dtype has no match for.
  virtual void require_readable() const {}
  // uint8 for what can't be read.
  [[nodiscard]] virtual Dtype dtype() const noexcept = 0;
  // The whole array's; shape()[0] is the number of rows.
  [[nodiscard]] virtual const Shape& shape() const noexcept = 0;
  // 0 for strings.
  [[nodiscard]] virtual std::size_t row_bytes() const noexcept = 0;

  // Copies rows start ≤ r < stop to `out`, which has just that many bytes.
  virtual void read(layout::Span rows, std::span<std::byte> out) const = 0;
  // One row each, in the order given, rows may repeat.
  virtual void gather(std::span<const std::int64_t> rows, std::span<std::byte> out) const = 0;
  // Ranges of rows, back to back.
  virtual void gather(std::span<const layout::Span> spans, std::span<std::byte> out) const = 0;
  // The bytes where they lie, without a copy: when they are contiguous in the mapping of a file
  // that has no writer. They live as long as the File. Should another program cut the file short,
  // touching them is a SIGBUS.
  [[nodiscard]] virtual std::optional<std::span<const std::byte>> view(layout::Span rows) const = 0;
  // Of any dtype; negative numbers count from the end, as in NumPy.
  [[nodiscard]] virtual Value rows(std::int64_t start, std::int64_t stop) const = 0;
};

}  // namespace sheaf::read
