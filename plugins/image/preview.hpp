// SPDX-License-Identifier: MIT
#pragma once
// What images look like: themselves, scaled down to fit; several rows as a contact sheet.

#include <cstdint>
#include <string>

#include "draw/paint.hpp"
#include <sheaf/sdk.hpp>

namespace sheaf::image {

class ImagePreview {
 public:
  static void declare(sdk::Preview<ImagePreview>& preview) {
    preview.makes(SHEAF_PREVIEW_RGBA);
    preview
        .parameter("brightness", &ImagePreview::brightness_,
                   "natural: from black to white is what the element type can hold, of floating "
                   "point 0 to 1; data: from the smallest value to the largest")
        .choices({"natural", "data"});
    preview.parameter("count", &ImagePreview::count_, "rows at most, evenly spaced").range(1, 1024);
  }
  void render(const sdk::Stored& stored, sdk::Canvas& canvas) const {
    draw::paint_pictures(stored, 0, count_,
                         brightness_ == "data" ? draw::Brightness::Data : draw::Brightness::Natural,
                         canvas);
  }

 private:
  std::string brightness_ = "natural";
  std::int64_t count_ = 16;
};

}  // namespace sheaf::image
