// SPDX-License-Identifier: MIT
#include "draw/paint.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

namespace sheaf::draw {
namespace {

std::optional<Element> element_of(sheaf_dtype dtype) {
  switch (dtype.code) {
    case SHEAF_BOOL:
      return Element::U8;
    case SHEAF_UINT:
      return dtype.bits == 8    ? Element::U8
             : dtype.bits == 16 ? Element::U16
             : dtype.bits == 32 ? Element::U32
                                : Element::U64;
    case SHEAF_INT:
      return dtype.bits == 8    ? Element::I8
             : dtype.bits == 16 ? Element::I16
             : dtype.bits == 32 ? Element::I32
                                : Element::I64;
    case SHEAF_FLOAT:
      if (dtype.bits == 32) return Element::F32;
      if (dtype.bits == 64) return Element::F64;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

void paint_pictures(const sdk::Stored& stored, std::uint32_t output, std::int64_t count,
                    Brightness brightness, sdk::Canvas& canvas) {
  const sheaf_dtype dtype = stored.output(output).dtype;
  const auto item = stored.item_shape(output);
  const std::optional<Element> element = element_of(dtype);
  if ((item.size() != 2 && item.size() != 3) || !element) {
    throw sdk::Error("has rows that aren't pictures: (height, width) or (height, width, channels)");
  }
  Pictures pictures;
  pictures.rows = stored.rows(output);
  pictures.shape.element = *element;
  pictures.shape.height = static_cast<std::size_t>(item[0]);
  pictures.shape.width = static_cast<std::size_t>(item[1]);
  pictures.shape.channels = item.size() == 3 ? static_cast<std::size_t>(item[2]) : 1;
  pictures.row_bytes =
      pictures.shape.height * pictures.shape.width * pictures.shape.channels * (dtype.bits / 8U);
  if (pictures.rows <= 0 || pictures.row_bytes == 0) throw sdk::Error("has no pixels to show");
  pictures.read = [&](std::int64_t row, std::span<std::byte> to) {
    stored.check_cancelled();
    stored.read_bytes(output, row, row + 1, to);
  };
  const Bitmap sheet =
      contact_sheet(pictures, count, {canvas.width(), canvas.height()}, brightness);
  const auto pixels = canvas.pixels(sheet.width, sheet.height);
  std::memcpy(pixels.data(), sheet.rgba.data(), sheet.rgba.size());
}

}  // namespace sheaf::draw
