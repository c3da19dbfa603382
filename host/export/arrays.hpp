// SPDX-License-Identifier: MIT
#pragma once
// What an export writes: arrays with a name and a type, whose elements come block by block.
//
// Model: an ExportArray knows its shape from the beginning, and so its size in bytes; elements()
// hands them out in order, in blocks of some MiB, so that memory doesn't grow with the array.
// Failure: Error. Threads: one at a time.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/layout/spec.hpp"
#include "core/read/array.hpp"
#include "host/export/npy.hpp"

namespace sheaf::host {

// Takes bytes; throws what keeps it from doing so.
using Sink = std::function<void(std::span<const std::byte>)>;

struct ExportArray {
  std::string name;
  NpyType type;
  std::function<void(const Sink&)> elements;

  [[nodiscard]] std::int64_t bytes() const;
};

// Header and elements.
void write_npy(const ExportArray& array, const Sink& sink);

// The rows of `spans`, one behind the other. `array` has to live as long. Strings are looked
// through once for the longest one. Throws Error (Unsupported) for strings whose fixed-width form
// would be out of all proportion.
[[nodiscard]] ExportArray rows_array(std::string name, const read::Array& array,
                                     std::vector<layout::Span> spans);
// `next(i)` is text number i of `count`.
[[nodiscard]] ExportArray texts_array(std::string name, std::size_t count,
                                      std::function<const std::string&(std::size_t)> next);
[[nodiscard]] ExportArray numbers_array(std::string name, Shape shape,
                                        std::vector<std::int64_t> numbers);

// Calls `use` with each string of the rows, in order.
void for_each_text(const read::Array& array, const std::vector<layout::Span>& spans,
                   const std::function<void(const std::string&)>& use);

}  // namespace sheaf::host
