// SPDX-License-Identifier: MIT
// sheaf.video: the frames of a video, and their times.
//
//   video ── demux ─ decode ─ choose ─ scale, turn upright ──► frames: (height, width, channels)
//                                                          └─► time: seconds
//
// Model: a row a frame, uint8. A frame is shown from its time on; times are the file's own, those
// that ffprobe calls pts_time. Videos of several sizes make the output ragged, unless `size` is
// given. Source: a local file. Failure: sdk::Error, see media.hpp.
#include "media/video.hpp"

#include <charconv>
#include <string_view>

namespace sheaf::media {
namespace {

constexpr std::int64_t longest_side = 16384;

std::int64_t side(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < 1 || value > longest_side) {
    throw sdk::PluginError("size is WIDTHxHEIGHT, as 320x240, each 1 to 16384; '" +
                           std::string(text) + "' is no side");
  }
  return value;
}

}  // namespace

void Video::declare(sdk::Declaration<Video>& feature) {
  feature.name("sheaf.video")
      .summary("Frames of videos and their times (all that FFmpeg decodes)")
      .pattern(R"(\.(3g2|3gp|amv|apng|asf|av1|avi|dav|divx|dv|f4v|flv|gif|gxf|h26[1345]|hevc|ivf)"
               R"(|ivr|m1v|m2p|m2t|m2ts|m2v|m4v|mjpe?g|mk3d|mkv|mov|mp4|mpe|mpeg|mpg|mts|mxf|nsv)"
               R"(|nut|obu|ogm|ogv|qt|rm|rmvb|rpl|tod|trp|ts|ty|vc1|vob|webm|wmv|wtv|y4m)$)")
      .ignore_case()
      .opt_in();
  feature.parameter("stride", &Video::stride_, "take one of so many frames, from the first on")
      .range(1, 1e9);
  feature
      .parameter("count", &Video::count_,
                 "take so many frames of each video, spread evenly over its length")
      .range(1, 1e6);
  feature.parameter("size", &Video::size_, "pixels to scale to: WIDTHxHEIGHT; unset: as they are");
  feature.parameter("color", &Video::color_, "rgb: three channels; grey: one")
      .choices({"rgb", "grey"});
  feature
      .parameter(
          "layout", &Video::layout_,
          "fixed: one array, all frames alike; ragged: each video its own shape; auto: fixed "
          "until a video differs, then ragged")
      .choices({"auto", "fixed", "ragged"});
  feature.parameter("track", &Video::track_, "video track, counted from 0; -1: the first")
      .range(-1, 255);
}

void Video::open() {
  wanted_.stride = stride_;
  wanted_.count = count_.value_or(0);
  wanted_.grey = color_ == "grey";
  wanted_.track = track_;
  if (count_ && stride_ > 1) throw sdk::PluginError("count and stride can't be given together");
  if (!size_) return;
  const std::size_t x = size_->find('x');
  if (x == std::string::npos) side("");
  wanted_.width = side(std::string_view(*size_).substr(0, x));
  wanted_.height = side(std::string_view(*size_).substr(x + 1));
}

void Video::describe(sdk::Description& file) const {
  const auto extent = [](std::int64_t side) { return side > 0 ? side : sdk::per_source; };
  sdk::Output frames = sdk::Output::of<std::uint8_t>(
      "frames", {extent(wanted_.height), extent(wanted_.width), wanted_.channels()});
  if (!size_ && layout_ == "auto") frames.ragged_if_needed();
  if (layout_ == "ragged") frames.ragged();
  file.add(frames);
  file.add(sdk::Output::of<double>("time", {}));
  file.attr("channels", wanted_.grey ? "grey" : "RGB");
  file.attr("time_unit", "s");
}

sdk::Result Video::load(const sdk::Source& source, sdk::Sink& sink) {
  const Place place = place_of(source);
  if (!engine_) engine_ = make_engine();
  return engine_->load_frames(place, wanted_, sink);
}

}  // namespace sheaf::media
