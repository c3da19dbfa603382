// SPDX-License-Identifier: MIT
#pragma once
// sheaf.video: the frames of a video and when they are shown (video.cpp); sheaf.media_info: what
// the headers of videos and recordings say (info.cpp).

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "media/media.hpp"
#include "media/video_preview.hpp"

namespace sheaf::media {

class Video {
 public:
  using Preview = VideoPreview;
  static void declare(sdk::Declaration<Video>& feature);
  void open();
  void describe(sdk::Description& file) const;
  sdk::Result load(const sdk::Source& source, sdk::Sink& sink);

 private:
  std::int64_t stride_ = 1, track_ = -1;
  std::optional<std::int64_t> count_;
  std::optional<std::string> size_;
  std::string color_ = "rgb", layout_ = "auto";
  Frames wanted_;
  std::unique_ptr<Engine> engine_;
};

class MediaInfo {
 public:
  static void declare(sdk::Declaration<MediaInfo>& feature);
  static void describe(sdk::Description& file);
  void load(const sdk::Source& source, sdk::Sink& sink);

 private:
  std::unique_ptr<Engine> engine_;
};

}  // namespace sheaf::media
