// SPDX-License-Identifier: MIT
// sheaf.media_info: what the headers of recordings and videos say, a row a file.
#include "media/audio.hpp"
#include "media/video.hpp"

namespace sheaf::media {

void MediaInfo::declare(sdk::Declaration<MediaInfo>& feature) {
  feature.name("sheaf.media_info")
      .summary("Duration, codecs, rates and sizes of recordings and videos, without decoding them")
      .pattern(R"(\.(3gp|aac|ac3|aif|aiff|amr|ape|asf|au|avi|caf|dv|flac|flv|gif|m2ts|m4a|m4b|m4v)"
               R"(|mka|mkv|mov|mp2|mp3|mp4|mpeg|mpg|mts|mxf|nut|oga|ogg|ogm|ogv|opus|qt|rm|spx|ts)"
               R"(|tta|vob|w64|wav|webm|wma|wmv|wv|y4m)$)")
      .ignore_case()
      .companion()
      .opt_in();
}

void MediaInfo::describe(sdk::Description& file) {
  for (const char* name : {"container", "video_codec", "audio_codec", "created"}) {
    file.add(sdk::Output::strings(name));
  }
  for (const char* name : {"duration", "frame_rate"}) {
    file.add(sdk::Output::of<double>(name, {}));
  }
  for (const char* name : {"width", "height", "sample_rate", "channels"}) {
    file.add(sdk::Output::of<std::int64_t>(name, {}));
  }
  file.attr("duration_unit", "s");
  file.attr("rate_unit", "Hz");
}

void MediaInfo::load(const sdk::Source& source, sdk::Sink& sink) {
  if (!engine_) engine_ = make_engine();
  const Info info = engine_->info(place_of(source));
  std::uint32_t output = 0;
  for (const std::string* text :
       {&info.container, &info.video_codec, &info.audio_codec, &info.created}) {
    sink.write_string(output++, sdk::replace_invalid_utf8(*text));
  }
  for (const double number : {info.seconds, info.frame_rate}) sink.write_scalar(output++, number);
  for (const std::int64_t number : {info.width, info.height, info.sample_rate, info.channels}) {
    sink.write_scalar(output++, number);
  }
}

}  // namespace sheaf::media
