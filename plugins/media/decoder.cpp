// SPDX-License-Identifier: MIT
// Decoding a stream, and what FFmpeg says about it: its errors and its log.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <limits>
#include <utility>

#include "media/media.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

namespace sheaf::media {
namespace {

// Streams of small packets that may be cut anywhere, and formats whose header may leave their end
// open: the last packet need not be whole.
constexpr const char* streams = "aac,ac3,caf,dts,eac3,loas,mlp,mp3,mpeg,mpegts,sbc,truehd,wav";

constexpr std::int64_t few_packets = 16;

// Of a frame: more is a header that lies.
constexpr std::int64_t most_pixels = std::int64_t{1} << 28U;

struct Log {
  std::array<char, 256> last{};
  int demuxer_errors = 0;
};
thread_local Log thread_log;

void keep_log(void* source, int level, const char* format, std::va_list arguments) {
  if (level > AV_LOG_ERROR) return;
  std::vsnprintf(thread_log.last.data(), thread_log.last.size(), format, arguments);
  const AVClass* about = source == nullptr ? nullptr : *static_cast<const AVClass* const*>(source);
  if (about == nullptr || about->get_category == nullptr) return;
  if (about->get_category(source) == AV_CLASS_CATEGORY_DEMUXER) ++thread_log.demuxer_errors;
}

// Without the end of the sentence: it goes into one of ours.
std::string_view last_line() {
  std::string_view line = thread_log.last.data();
  while (!line.empty() && (line.back() == '\n' || line.back() == '.')) line.remove_suffix(1);
  return line;
}

// Damage in a lossless stream is found by its checksums alone. The lossy ones often carry wrong
// checksums and are left as they are.
int strictness(AVCodecID id) {
  const AVCodecDescriptor* about = avcodec_descriptor_get(id);
  const int props = about == nullptr ? 0 : about->props;
  const bool lossless = (props & AV_CODEC_PROP_LOSSLESS) != 0;
  const bool strict = lossless && ((props & AV_CODEC_PROP_LOSSY) == 0 || id == AV_CODEC_ID_WAVPACK);
  return strict ? AV_EF_CRCCHECK | AV_EF_EXPLODE : 0;
}

}  // namespace

void Free::operator()(AVCodecContext* codec) const noexcept { avcodec_free_context(&codec); }
void Free::operator()(AVFormatContext* format) const noexcept { avformat_close_input(&format); }
void Free::operator()(AVFrame* frame) const noexcept { av_frame_free(&frame); }
void Free::operator()(AVIOContext* io) const noexcept { avio_closep(&io); }
void Free::operator()(AVPacket* packet) const noexcept { av_packet_free(&packet); }
void Free::operator()(SwrContext* resampler) const noexcept { swr_free(&resampler); }
void Free::operator()(SwsContext* scaler) const noexcept { sws_freeContext(scaler); }

std::string error_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> buffer{};
  av_strerror(code, buffer.data(), buffer.size());
  const std::string_view log = last_line();
  return log.empty() ? buffer.data() : std::string(buffer.data()) + "; " + std::string(log);
}

std::string seconds(double value) {
  std::array<char, 64> buffer{};  // no printf: its decimal point is the locale's
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::fixed, 2)
                       .ptr;
  return std::string(buffer.data(), end) + " s";
}

void begin_log() {
  [[maybe_unused]] static const bool silenced = (av_log_set_callback(&keep_log), true);
  thread_log = Log{};
}

bool is_one_of(const AVInputFormat& format, const char* names) {
  return av_match_list(format.name, names, ',') > 0;
}

Handle<AVCodecContext> open_codec(const AVCodecParameters& parameters, const AVRational& unit) {
  const AVCodec* decoder = avcodec_find_decoder(parameters.codec_id);
  if (decoder == nullptr) {
    throw sdk::Error(std::string("this FFmpeg has no decoder for ") +
                     avcodec_get_name(parameters.codec_id) +
                     ": convert the recording with a program that has");
  }
  Handle<AVCodecContext> codec = owned(avcodec_alloc_context3(decoder));
  int code = avcodec_parameters_to_context(codec.get(), &parameters);
  codec->pkt_timebase = unit;
  codec->thread_count = 1;
  codec->err_recognition = strictness(parameters.codec_id);
  codec->max_pixels = most_pixels;
  if (code >= 0) code = avcodec_open2(codec.get(), decoder, nullptr);
  if (code < 0) {
    throw sdk::Error("FFmpeg can't decode this " + std::string(decoder->name) +
                     " stream: " + error_text(code));
  }
  return codec;
}

Decoder::Decoder(Input input, int stream)
    : input_(std::move(input)),
      stream_(input_.format_->streams[stream]),
      codec_(open_codec(*stream_->codecpar, stream_->time_base)),
      packet_(owned(av_packet_alloc())),
      frame_(owned(av_frame_alloc())) {
  // Ogg has no header apart from its pages: what opening met there is damage, too.
  is_video_ = stream_->codecpar->codec_type == AVMEDIA_TYPE_VIDEO;
  const bool ogg = is_one_of(*input_.format_->iformat, "ogg");
  demuxer_errors_ = ogg ? 0 : thread_log.demuxer_errors;
  for (unsigned i = 0; i < input_.format_->nb_streams; ++i) {
    if (static_cast<int>(i) != stream) input_.format_->streams[i]->discard = AVDISCARD_ALL;
  }
}

const AVFrame* Decoder::next() {
  for (;;) {
    const int code = avcodec_receive_frame(codec_.get(), frame_.get());
    if (code == 0) {
      if (damage_ && packets_ > damage_->last) {
        throw sdk::Error("damaged at " + seconds(damage_->second) + ": " + damage_->text +
                         "; copy it again, or exclude it");
      }
      count_frame();
      return frame_.get();
    }
    if (code == AVERROR_EOF) {
      check_end();
      return nullptr;
    }
    if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
    if (code == AVERROR(EAGAIN)) {
      feed();
    } else {
      note_damage(error_text(code));
    }
  }
}

void Decoder::count_frame() {
  if (!is_video_) {
    samples_ += frame_->nb_samples;
    rate_ = frame_->sample_rate;
    return;
  }
  ++samples_;
  // What was lost is made up by the decoder from other frames.
  if ((frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame_->decode_error_flags != 0) {
    note_damage(error_text(AVERROR_INVALIDDATA));
    damage_->last = packets_ - 1;
  }
  if (const double time = frame_time(); !std::isnan(time)) frame_end_ = time;
}

double Decoder::frame_time() const noexcept {
  const std::int64_t time = frame_->best_effort_timestamp;
  if (time == AV_NOPTS_VALUE) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(time) * av_q2d(stream_->time_base);
}

void Decoder::feed() {
  int code = input_.read(*packet_);
  // A demuxer that meets damage looks for the next packet that is whole, and only logs it.
  if (thread_log.demuxer_errors != demuxer_errors_) note_damage(std::string(last_line()));
  demuxer_errors_ = thread_log.demuxer_errors;
  if (code == AVERROR_EOF && input_.io_->error < 0 && input_.io_->error != AVERROR_EOF) {
    code = input_.io_->error;  // FFmpeg calls a failing disk the end of the file, too
  }
  if (code < 0 && code != AVERROR_EOF) {
    throw sdk::Error("can't be read after " + seconds(second()) + ": " + error_text(code) +
                     " (is it cut?)");
  }
  if (code >= 0 && packet_->stream_index != stream_->index) {
    av_packet_unref(packet_.get());
    return;
  }
  packets_ += code < 0 ? 0 : 1;
  if (code >= 0 && (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0) {
    // What a transport stream calls a packet is split into several, of which one has the flag.
    const bool split = is_one_of(*input_.format_->iformat, "mpeg,mpegts");
    note_damage("a packet isn't whole", split ? few_packets : 1);
  }
  code = avcodec_send_packet(codec_.get(), code < 0 ? nullptr : packet_.get());
  av_packet_unref(packet_.get());
  if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
  if (code < 0 && code != AVERROR_EOF) note_damage(error_text(code));
}

// Whether it matters is seen later: a frame after it makes it damage in the middle.
void Decoder::note_damage(std::string text, std::int64_t packets) {
  if (!damage_) damage_ = Damage{std::move(text), second(), packets_, packets_ + packets - 1};
}

void Decoder::check_end() const {
  const bool at_end = damage_ && packets_ - damage_->first < few_packets;
  const bool may_be_cut = is_one_of(*input_.format_->iformat, streams);
  if (damage_ && !(samples_ > 0 && at_end && may_be_cut)) {
    throw sdk::Error("it was cut, or is damaged, at " + seconds(damage_->second) + ": " +
                     damage_->text + "; copy it again from where it came");
  }
  if (is_video_ && samples_ > 0) return;  // a header's duration is that of the longest track
  if (is_video_) throw sdk::Error("FFmpeg finds no frames in it: is it a video?");
  if (samples_ == 0 && stream_->codecpar->sample_rate <= 0) {
    throw sdk::Error("FFmpeg finds no samples in it: is it a recording?");
  }
  if (second() + input_.tolerance_ < input_.promised_) {
    throw sdk::Error("it was cut: it holds " + seconds(second()) + " of the " +
                     seconds(input_.promised_) + " it announces; copy it again from where it came");
  }
}

double Decoder::second() const noexcept {
  if (is_video_) return frame_end_;
  return rate_ > 0 ? static_cast<double>(samples_) / rate_ : 0;
}

double Decoder::position() const noexcept {
  const std::int64_t size = avio_size(input_.io_.get());
  if (size <= 0) return 0;
  return std::min(1.0,
                  static_cast<double>(avio_tell(input_.io_.get())) / static_cast<double>(size));
}

}  // namespace sheaf::media
