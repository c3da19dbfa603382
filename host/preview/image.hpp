// SPDX-License-Identifier: MIT
#pragma once
// Pixels as previews are made of: R, G, B, A, a byte each, rows from the top; alpha isn't
// multiplied in.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sheaf::host::preview {

struct Size {
  std::uint32_t width = 0, height = 0;
  bool operator==(const Size&) const = default;
};

struct Image {
  Size size;
  std::vector<std::uint8_t> rgba;  // size.width × size.height × 4

  Image() = default;
  // Transparent.
  explicit Image(Size s) : size(s), rgba(std::size_t{s.width} * s.height * 4) {}
  Image(Size s, std::vector<std::uint8_t> pixels) : size(s), rgba(std::move(pixels)) {}
};

}  // namespace sheaf::host::preview
