// SPDX-License-Identifier: MIT
// Rows of a source wherever they lie. sheaf-worker links this and not stored.cpp, which opens files.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/extend/stored.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::extend {
namespace {

using layout::Span;

constexpr std::size_t longest_read = std::size_t{1} << 29U;  // bytes

}  // namespace

std::size_t StoredOutput::row_bytes() const {
  return static_cast<std::size_t>(element_count(item_shape)) * dtype.size();
}

const StoredOutput& StoredSource::checked(std::uint32_t output, Span rows) const {
  if (output >= outputs().size()) {
    throw Error(ErrorCode::Invalid, printable(id()),
                fmt::format("has no output {}; there are {}", output, outputs().size()));
  }
  const StoredOutput& from = outputs()[output];
  const bool is_there = rows.start >= 0 && rows.start <= rows.stop && rows.stop <= from.rows;
  if (!is_there) {
    throw Error(ErrorCode::Invalid, printable(id()),
                fmt::format("has no rows {} to {}; there are {}", rows.start, rows.stop,
                            std::max<std::int64_t>(from.rows, 0)));
  }
  return from;
}

void StoredSource::read(std::uint32_t output, std::int64_t start, std::int64_t stop,
                        std::span<std::byte> out) {
  const StoredOutput& from = checked(output, {start, stop});
  const auto rows = static_cast<std::size_t>(stop - start);
  if (from.dtype.is_string() || rows * from.row_bytes() != out.size()) {
    throw Error(ErrorCode::Invalid, printable(id()),
                from.dtype.is_string()
                    ? std::string("has strings here, which are read one by one")
                    : fmt::format("takes {} bytes for {} rows, and room is for {}",
                                  rows * from.row_bytes(), rows, out.size()));
  }
  if (!out.empty()) read_bytes(output, {start, stop}, out);
}

Value StoredSource::read(std::uint32_t output, std::int64_t start, std::int64_t stop) {
  const StoredOutput& from = checked(output, {start, stop});
  Value value{from.dtype, {stop - start}, {}, {}};
  if (from.dtype.is_string()) {
    value.strings = read_texts(output, {start, stop});
    return value;
  }
  value.shape.insert(value.shape.end(), from.item_shape.begin(), from.item_shape.end());
  const std::size_t bytes = static_cast<std::size_t>(stop - start) * from.row_bytes();
  if (bytes > longest_read) {
    throw Error(ErrorCode::Invalid, printable(id()),
                "would be read with too many rows at once; read them in parts");
  }
  value.bytes.resize(bytes);
  if (bytes > 0) read_bytes(output, {start, stop}, value.bytes);
  return value;
}

std::string StoredSource::read_text(std::uint32_t output, std::int64_t row) {
  const StoredOutput& from = checked(output, {row, row + 1});
  if (from.dtype.is_string()) return std::move(read_texts(output, {row, row + 1}).at(0));
  throw Error(ErrorCode::Invalid, printable(id()), "has numbers here, no text");
}

}  // namespace sheaf::host::extend
