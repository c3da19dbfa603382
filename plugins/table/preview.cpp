// SPDX-License-Identifier: MIT
// The preview of sheaf.table. A matrix is one output whose columns the attribute `columns` names; a
// table of several types has an output for each column.
#include "table/preview.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "draw/lines.hpp"

namespace sheaf::table {
namespace {

using Cells = std::vector<std::vector<std::string>>;

template <class T>
std::string number_text(const std::byte* data) {
  T number;
  std::memcpy(&number, data, sizeof(T));
  std::array<char, 32> text{};
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(number)) return "";  // a missing value
    constexpr int digits = 6;
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number,
                                       std::chars_format::general, digits)
                             .ptr};
  } else {
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
  }
}

std::string cell_text(sheaf_dtype dtype, const std::byte* data) {
  const bool is_signed = dtype.code == SHEAF_INT;
  if (dtype.code == SHEAF_BOOL) return *data == std::byte{0} ? "false" : "true";
  if (dtype.code == SHEAF_FLOAT) {
    return dtype.bits == 64 ? number_text<double>(data) : number_text<float>(data);
  }
  switch (dtype.bits) {
    case 8:
      return is_signed ? number_text<std::int8_t>(data) : number_text<std::uint8_t>(data);
    case 16:
      return is_signed ? number_text<std::int16_t>(data) : number_text<std::uint16_t>(data);
    case 32:
      return is_signed ? number_text<std::int32_t>(data) : number_text<std::uint32_t>(data);
    default:
      return is_signed ? number_text<std::int64_t>(data) : number_text<std::uint64_t>(data);
  }
}

std::vector<std::string> names_of(const sdk::Stored& stored) {
  const auto columns = stored.attr("columns");
  return columns && columns->dtype() == sdk::utf8 ? columns->strings() : std::vector<std::string>();
}

// Appends the cells of an output to the rows; `width` of them each.
void add_output(const sdk::Stored& stored, std::uint32_t output, std::size_t width, Cells& rows) {
  const sheaf_dtype dtype = stored.output(output).dtype;
  const auto count = static_cast<std::int64_t>(rows.size()) - 1;
  if (dtype == sdk::utf8) {
    for (std::int64_t row = 0; row < count; ++row) {
      rows[static_cast<std::size_t>(row) + 1].emplace_back(stored.text(output, row));
    }
    return;
  }
  const std::size_t size = dtype.bits / 8U;
  std::vector<std::byte> bytes(static_cast<std::size_t>(count) * width * size);
  stored.read_bytes(output, 0, count, bytes);
  for (std::size_t i = 0; i * size < bytes.size(); ++i) {
    rows[i / width + 1].push_back(cell_text(dtype, &bytes[i * size]));
  }
}

}  // namespace

void TablePreview::render(const sdk::Stored& stored, sdk::Canvas& canvas) const {
  const std::int64_t total = std::max<std::int64_t>(stored.rows(), 0);
  const std::int64_t room = std::max<std::int64_t>(canvas.height(), 2) - 1;
  const std::int64_t shown = total <= room ? total : room - 1;
  Cells rows(static_cast<std::size_t>(shown) + 1);
  rows[0] = names_of(stored);
  std::vector<bool> right;
  std::size_t columns = 0;
  for (std::uint32_t i = 0; i < stored.output_count(); ++i) {
    const sheaf_stored_output& output = stored.output(i);
    const auto item = stored.item_shape(i);
    const std::size_t width = item.empty() ? 1 : static_cast<std::size_t>(item[0]);
    add_output(stored, i, width, rows);
    right.insert(right.end(), width, !(output.dtype == sdk::utf8));
    columns += width;
    while (rows[0].size() < columns) rows[0].emplace_back(output.name.data, output.name.size);
  }
  canvas.text(draw::aligned(rows, right, canvas.width()));
  if (shown == total) return;
  const std::int64_t left = total - shown;
  canvas.text(
      draw::cut("… " + draw::grouped(left) + " more row" + (left == 1 ? "" : "s"), canvas.width()) +
      '\n');
}

}  // namespace sheaf::table
