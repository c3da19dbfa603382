// SPDX-License-Identifier: MIT
#pragma once
// What a video looks like: some of its frames, evenly spaced, from left to right and down.

#include <cstdint>

#include "draw/paint.hpp"
#include <sheaf/sdk.hpp>

namespace sheaf::media {

class VideoPreview {
 public:
  static void declare(sdk::Preview<VideoPreview>& preview) {
    preview.makes(SHEAF_PREVIEW_RGBA);
    preview.parameter("count", &VideoPreview::count_, "frames at most, evenly spaced")
        .range(1, 1024);
  }
  void render(const sdk::Stored& stored, sdk::Canvas& canvas) const {
    draw::paint_pictures(stored, 0, count_, draw::Brightness::Natural, canvas);
  }

 private:
  std::int64_t count_ = 12;
};

}  // namespace sheaf::media
