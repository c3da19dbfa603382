// SPDX-License-Identifier: MIT
#pragma once
// A picture inside an SVG: PNG without compression, so that no library is needed for it.

#include <string>

#include "draw/surface.hpp"

namespace sheaf::draw {

// RGBA, 8 bits each.
[[nodiscard]] std::string plain_png(const Bitmap& bitmap);

}  // namespace sheaf::draw
