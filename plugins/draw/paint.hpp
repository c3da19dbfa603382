// SPDX-License-Identifier: MIT
#pragma once
// From a preview's canvas to what it is drawn with.

#include <cstdint>
#include <span>

#include "draw/contact_sheet.hpp"
#include "draw/surface.hpp"
#include <sheaf/sdk.hpp>

namespace sheaf::draw {

// Calls `use` with a surface of the size, of pixels or of SVG as the canvas wants it.
template <class Use>
void paint(sdk::Canvas& canvas, std::uint32_t width, std::uint32_t height, Use&& use) {
  if (canvas.kind() == SHEAF_PREVIEW_SVG) {
    Svg svg(width, height);
    use(svg);
    canvas.text(svg.document());
  } else {
    Raster raster(width, height, canvas.pixels(width, height));
    use(raster);
  }
}

// A contact sheet of the rows of an output: (height, width) or (height, width, channels) each.
void paint_pictures(const sdk::Stored& stored, std::uint32_t output, std::int64_t count,
                    Brightness brightness, sdk::Canvas& canvas);

}  // namespace sheaf::draw
