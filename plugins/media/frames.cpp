// SPDX-License-Identifier: MIT
// The module with FFmpeg: frames of videos to rows, and what headers say.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

#include "media/media.hpp"

namespace sheaf::media {
namespace {

constexpr std::int64_t slot_bytes = std::int64_t{4} << 20U;  // of one reservation, about

// By how many quarters of a full turn, clockwise, frames have to be turned to stand upright.
int quarter_turns(const AVStream& stream) {
  std::size_t size = 0;
  const std::uint8_t* const data =
      av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (data == nullptr || size < 9 * sizeof(std::int32_t)) return 0;
  std::int32_t matrix[9];
  std::memcpy(matrix, data, sizeof matrix);
  const double angle = av_display_rotation_get(matrix);  // counterclockwise; NaN: no rotation
  if (std::isnan(angle)) return 0;
  return static_cast<int>((std::lround(-angle / 90) % 4 + 4) % 4);
}

// Turns pixels of `channels` bytes clockwise; `from` has lines of `stride` bytes.
void turn(const std::uint8_t* from, std::ptrdiff_t stride, std::int64_t height, std::int64_t width,
          std::int64_t channels, int turns, std::uint8_t* to) {
  const auto pixel = static_cast<std::size_t>(channels);
  if (turns == 0) {
    const std::size_t line = static_cast<std::size_t>(width) * pixel;
    for (std::int64_t y = 0; y < height; ++y)
      std::memcpy(to + y * width * channels, from + y * stride, line);
    return;
  }
  const std::int64_t line = turns == 2 ? width : height;  // of the result, in pixels
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      const std::int64_t row = turns == 1 ? x : turns == 2 ? height - 1 - y : width - 1 - x;
      const std::int64_t column = turns == 1 ? height - 1 - y : turns == 2 ? width - 1 - x : y;
      std::memcpy(to + (row * line + column) * channels, from + y * stride + x * channels, pixel);
    }
  }
}

// Frames as upright pixels of one size.
class Scaler {
 public:
  Scaler(const Frames& wanted, int turns) : wanted_(&wanted), turns_(turns) {}

  // The first frame decides the size where none is wanted.
  void start(const AVFrame& frame) {
    const bool on_side = turns_ % 2 == 1;
    height_ = wanted_->height > 0 ? wanted_->height : on_side ? frame.width : frame.height;
    width_ = wanted_->width > 0 ? wanted_->width : on_side ? frame.height : frame.width;
    const int width = static_cast<int>(on_side ? height_ : width_);
    const int height = static_cast<int>(on_side ? width_ : height_);
    // Lines that FFmpeg may write past the end of, as it does for the sake of speed.
    pixels_ = owned(av_frame_alloc());
    pixels_->format = wanted_->grey ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24;
    pixels_->width = width;
    pixels_->height = height;
    if (av_frame_get_buffer(pixels_.get(), 64) < 0) throw std::bad_alloc();
  }
  [[nodiscard]] sdk::Shape shape() const { return {height_, width_, wanted_->channels()}; }
  [[nodiscard]] std::int64_t row_bytes() const { return height_ * width_ * wanted_->channels(); }
  void scale(const AVFrame& frame, std::uint8_t* to) {
    prepare(frame);
    const int made = sws_scale(context_.get(), frame.data, frame.linesize, 0, frame.height,
                               pixels_->data, pixels_->linesize);
    if (made != pixels_->height) throw sdk::Error("FFmpeg can't scale it: " + error_text(made));
    turn(pixels_->data[0], pixels_->linesize[0], pixels_->height, pixels_->width,
         wanted_->channels(), turns_, to);
  }

 private:
  void prepare(const AVFrame& frame) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    context_.reset(
        sws_getCachedContext(context_.release(), frame.width, frame.height, format, pixels_->width,
                             pixels_->height, static_cast<AVPixelFormat>(pixels_->format),
                             SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT,
                             nullptr, nullptr, nullptr));
    if (!context_) throw sdk::Error("FFmpeg can't scale it: " + error_text(AVERROR(EINVAL)));
    const bool full_range = frame.color_range == AVCOL_RANGE_JPEG ||
                            format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P ||
                            format == AV_PIX_FMT_YUVJ444P || format == AV_PIX_FMT_YUVJ440P;
    const int* const usual = sws_getCoefficients(SWS_CS_DEFAULT);
    sws_setColorspaceDetails(context_.get(), sws_getCoefficients(frame.colorspace),
                             full_range ? 1 : 0, usual, wanted_->grey ? 1 : 0, 0, 1 << 16, 1 << 16);
  }

  const Frames* wanted_;
  int turns_;
  std::int64_t height_ = 0, width_ = 0;
  Handle<AVFrame> pixels_;
  Handle<SwsContext> context_;
};

// Which of the frames are taken.
class Choice {
 public:
  Choice(const Frames& wanted, std::int64_t total) : wanted_(&wanted), total_(total) {}
  // How often the next frame of the video is: more than once where fewer are there than wanted.
  [[nodiscard]] std::int64_t next() {
    const std::int64_t frame = frame_++;
    if (wanted_->count == 0) return frame % wanted_->stride == 0 ? 1 : 0;
    std::int64_t times = 0;
    for (; taken_ < wanted_->count && place_of(taken_) == frame; ++taken_) ++times;
    return times;
  }
  // How many are still to come when there are no more frames.
  [[nodiscard]] std::int64_t missing() const noexcept {
    return wanted_->count == 0 ? 0 : wanted_->count - taken_;
  }

 private:
  // The middle of each of `count` equal parts.
  [[nodiscard]] std::int64_t place_of(std::int64_t i) const {
    return (2 * i + 1) * total_ / (2 * wanted_->count);
  }

  const Frames* wanted_;
  std::int64_t total_, frame_ = 0, taken_ = 0;
};

// Frames and times on their way into slots.
class FrameWriter {
 public:
  FrameWriter(sdk::Sink& sink, const Frames& wanted, int turns)
      : sink_(&sink), scaler_(wanted, turns) {}

  void push(const AVFrame& frame, double time, std::int64_t times) {
    if (rows_ == 0) {
      scaler_.start(frame);
      most_ = std::max<std::int64_t>(slot_bytes / scaler_.row_bytes(), 1);
    }
    for (; times > 0; --times, ++rows_) {
      if (times_.empty()) {
        slot_ = static_cast<std::uint8_t*>(sink_->reserve_slot(0, most_, scaler_.shape(), 0).data);
      }
      last_ = slot_ + static_cast<std::ptrdiff_t>(times_.size()) * scaler_.row_bytes();
      scaler_.scale(frame, last_);
      times_.push_back(time);
      if (static_cast<std::int64_t>(times_.size()) == most_) flush();
    }
  }
  std::int64_t finish() {
    flush();
    return rows_;
  }

 private:
  void flush() {
    if (times_.empty()) return;
    sink_->commit(0, static_cast<std::int64_t>(times_.size()));
    sink_->write<double>(1, times_, static_cast<std::int64_t>(times_.size()));
    times_.clear();
  }

  sdk::Sink* sink_;
  Scaler scaler_;
  std::int64_t most_ = 0, rows_ = 0;
  std::uint8_t *slot_ = nullptr, *last_ = nullptr;
  std::vector<double> times_;
};

double duration_of(const AVFormatContext& format) {
  if (format.duration > 0) return static_cast<double>(format.duration) / AV_TIME_BASE;
  return 0;
}

std::string text_of(const AVDictionary* tags, const char* name) {
  const AVDictionaryEntry* const entry = av_dict_get(tags, name, nullptr, 0);
  return entry == nullptr ? "" : entry->value;
}

}  // namespace

sdk::Result load_frames(const Place& place, const Frames& wanted, sdk::Sink& sink) {
  Input input = Input::open(place, true);
  const std::optional<int> stream = input.video_stream(wanted.track);
  if (!stream) return sdk::Result::Skip;
  const std::int64_t total =
      wanted.count > 0 ? Input::open(place, true).count_packets(*stream, sink) : 0;
  const int turns = quarter_turns(*input.format().streams[*stream]);
  Decoder decoder(std::move(input), *stream);
  FrameWriter writer(sink, wanted, turns);
  Choice choice(wanted, std::max<std::int64_t>(total, 1));
  const Handle<AVFrame> last = owned(av_frame_alloc());
  double last_time = 0;
  while (const AVFrame* frame = decoder.next()) {
    sink.check_cancelled();
    const std::int64_t times = choice.next();
    if (times > 0) {
      writer.push(*frame, decoder.frame_time(), times);
      sink.progress(decoder.position());
    }
    if (wanted.count == 0) continue;
    av_frame_unref(last.get());
    if (av_frame_ref(last.get(), frame) < 0) throw std::bad_alloc();
    last_time = decoder.frame_time();
  }
  // Packets that held no frame were counted: the last one stands for what they promised.
  if (choice.missing() > 0 && last->width > 0) writer.push(*last, last_time, choice.missing());
  return writer.finish() == 0 ? sdk::Result::Empty : sdk::Result::Ok;
}

Info read_info(const Place& place) {
  const Input input = Input::open(place, true);
  const AVFormatContext& format = input.format();
  Info info;
  info.container = format.iformat->name;
  info.seconds = duration_of(format);
  info.created = text_of(format.metadata, "creation_time");
  bool has_video = false, has_audio = false;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const AVStream& stream = *format.streams[i];
    const AVCodecParameters& codec = *stream.codecpar;
    const bool cover = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    if (codec.codec_type == AVMEDIA_TYPE_VIDEO && !cover && !std::exchange(has_video, true)) {
      info.video_codec = avcodec_get_name(codec.codec_id);
      info.width = codec.width;
      info.height = codec.height;
      const AVRational rate = stream.avg_frame_rate;
      info.frame_rate = rate.den > 0 ? av_q2d(rate) : 0;
    }
    if (codec.codec_type == AVMEDIA_TYPE_AUDIO && !std::exchange(has_audio, true)) {
      info.audio_codec = avcodec_get_name(codec.codec_id);
      info.sample_rate = codec.sample_rate;
      info.channels = codec.ch_layout.nb_channels;
    }
  }
  if (!has_video && !has_audio) throw sdk::Error("there is neither sound nor picture in it");
  return info;
}

}  // namespace sheaf::media
