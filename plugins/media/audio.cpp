// SPDX-License-Identifier: MIT
// sheaf.audio: the samples of a recording, or of a video's sound track.
//
//   recording  ── demux ─ decode ─ resample, mix ──►  rows: one a sample
//                                                     (samples,) mono, else (samples, channels)
//
// Model: all sources of a file share one rate and one number of channels: the parameters', else
// those of the file being resumed, else those of the first readable source.
// Values are FFmpeg's: float32 in [-1, 1) for integer samples (int16 / 32768), int16 unchanged.
// Source: a local file. Failure: sdk::Error, see ffmpeg.hpp.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}

#include "media/ffmpeg.hpp"
#include <sheaf/sdk.hpp>

namespace sheaf::media {
namespace {

constexpr std::int64_t slot_elements = 65536;  // of one reservation: 256 KiB of float32

// A layout that frees what it owns.
class Layout {
 public:
  explicit Layout(const AVChannelLayout& other) {
    // A plain WAV says how many channels there are, not which; as FFmpeg's programs, we guess.
    if (other.order == AV_CHANNEL_ORDER_UNSPEC) {
      av_channel_layout_default(&plain_, other.nb_channels);
    } else if (av_channel_layout_copy(&plain_, &other) < 0) {
      throw std::bad_alloc();
    }
  }
  explicit Layout(int channels) { av_channel_layout_default(&plain_, channels); }
  ~Layout() { av_channel_layout_uninit(&plain_); }
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;

  // Not const: that is how FFmpeg 5 takes layouts which it only reads.
  [[nodiscard]] AVChannelLayout& plain() noexcept { return plain_; }
  [[nodiscard]] std::string text() const {
    std::array<char, 128> buffer{};
    av_channel_layout_describe(&plain_, buffer.data(), buffer.size());
    return buffer.data();
  }

 private:
  AVChannelLayout plain_{};
};

std::optional<Decoder> open_track(const sdk::Source& source, std::int64_t track) {
  if (source.path_bytes().empty()) throw sdk::Error("not a local file: copy it to a disk first");
  Input input = Input::open(source.path_bytes(), source.id());
  const std::optional<int> stream = input.audio_stream(track);
  if (!stream) return std::nullopt;
  return std::optional<Decoder>(std::in_place, std::move(input), *stream);
}

std::optional<std::int64_t> stored_number(const sdk::Survey& survey, std::string_view name) {
  const std::optional<sdk::ArrayView> value = survey.stored(name);
  if (!value || value->dtype() != sdk::dtype_of<std::int64_t>() || value->size() != 1) {
    return std::nullopt;
  }
  return value->elements<std::int64_t>()[0];
}

}  // namespace

class Audio {
 public:
  static void declare(sdk::Declaration<Audio>& feature);
  void survey(const sdk::Survey& survey);
  void describe(sdk::Description& file) const;
  sdk::Result load(const sdk::Source& source, sdk::Sink& sink);

 private:
  // What rows look like; the layout in FFmpeg's words ("mono", "5.1").
  struct Format {
    std::int64_t rate = 44100;  // Hz
    std::int64_t channels = 1;
    std::string layout = "mono";
  };
  class Writer;
  [[nodiscard]] bool decided() const;
  [[nodiscard]] bool look_at(const sdk::Source& source);
  [[nodiscard]] bool take_stored(const sdk::Survey& survey);
  void take_agreed(std::string_view text);
  void apply_parameters();

  std::optional<std::int64_t> rate_;
  std::string channels_ = "as-is";
  std::string dtype_ = "float32";
  std::int64_t track_ = -1;
  Format format_;
};

// Turns the frames of one source into rows in the host's slots.
class Audio::Writer {
 public:
  // `expected` rows are a hint that keeps the slots of short recordings short; 0: not known.
  Writer(sdk::Sink& sink, const Audio& feature, std::int64_t expected)
      : sink_(&sink), feature_(&feature), expected_(expected) {
    if (feature.format_.channels > 1) item_shape_.push_back(feature.format_.channels);
  }

  void push(const AVFrame& frame) {
    if (!resampler_ || differs(frame)) {
      flush();
      start(frame);
    }
    convert(const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
  }
  // The rows, once no more are coming.
  std::int64_t finish() {
    flush();
    commit();
    return rows_;
  }

 private:
  void start(const AVFrame& frame);
  [[nodiscard]] bool differs(const AVFrame& frame) const {
    return frame.format != sample_format_ || frame.sample_rate != rate_ ||
           frame.ch_layout.nb_channels != channels_;
  }
  void flush() {
    if (resampler_) convert(nullptr, 0);
  }
  void convert(const std::uint8_t** data, int samples);
  void reserve();
  void commit();

  sdk::Sink* sink_;
  const Audio* feature_;
  std::int64_t expected_;
  sdk::Shape item_shape_;
  Handle<SwrContext> resampler_;
  int sample_format_ = -1, rate_ = 0, channels_ = 0;  // what resampler_ takes
  std::uint8_t* slot_ = nullptr;
  std::int64_t size_ = 0, filled_ = 0, rows_ = 0;  // rows of the slot, in it, and in all
  std::size_t row_bytes_ = 0;
};

void Audio::Writer::start(const AVFrame& frame) {
  const Format& wanted = feature_->format_;
  const int channels = frame.ch_layout.nb_channels;
  if (frame.sample_rate <= 0 || channels <= 0) throw sdk::Error("it has no sample rate");
  if (feature_->channels_ == "as-is" && channels != wanted.channels) {
    throw sdk::Error("it has " + std::to_string(channels) + " channels, and the file's rows have " +
                     std::to_string(wanted.channels) +
                     ", as the first source: set channels=mono or channels=stereo");
  }
  Layout from(frame.ch_layout);
  Layout mixed(static_cast<int>(wanted.channels));
  // As many channels as wanted are copied, whatever they are called.
  Layout& to = channels == wanted.channels ? from : mixed;
  const bool integer = feature_->dtype_ == "int16";
  SwrContext* raw = nullptr;
  int code =
      swr_alloc_set_opts2(&raw, &to.plain(), integer ? AV_SAMPLE_FMT_S16 : AV_SAMPLE_FMT_FLT,
                          static_cast<int>(wanted.rate), &from.plain(),
                          static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
  resampler_.reset(raw);
  // Mixed so that nothing exceeds 1: FFmpeg itself does so for integers, but not for floats. And
  // one channel is copied to both of two, where it would lower it by 3 dB.
  constexpr std::array<double, 2> copies{1, 1};
  if (code >= 0) code = av_opt_set_double(raw, "rematrix_maxval", 1, 0);
  if (code >= 0 && channels < wanted.channels) code = swr_set_matrix(raw, copies.data(), 1);
  if (code >= 0) code = swr_init(raw);
  if (code < 0) {
    throw sdk::Error("FFmpeg can't turn " + from.text() + " at " +
                     std::to_string(frame.sample_rate) + " Hz into " + to.text() + " at " +
                     std::to_string(wanted.rate) + " Hz: " + error_text(code));
  }
  sample_format_ = frame.format;
  rate_ = frame.sample_rate;
  channels_ = channels;
  row_bytes_ = static_cast<std::size_t>(wanted.channels) * (integer ? 2 : 4);
}

// FFmpeg keeps what doesn't fit the slot, and gives it when asked with no new samples.
void Audio::Writer::convert(const std::uint8_t** data, int samples) {
  for (;;) {
    if (filled_ == size_) {
      if (swr_get_out_samples(resampler_.get(), samples) == 0) return;
      reserve();
    }
    std::uint8_t* at = slot_ + static_cast<std::size_t>(filled_) * row_bytes_;
    const int made =
        swr_convert(resampler_.get(), &at, static_cast<int>(size_ - filled_), data, samples);
    if (made < 0) throw sdk::Error("FFmpeg can't resample: " + error_text(made));
    filled_ += made;
    if (filled_ < size_) return;
    samples = 0;
  }
}

void Audio::Writer::reserve() {
  commit();
  const std::int64_t most = std::max<std::int64_t>(slot_elements / feature_->format_.channels, 1);
  const std::int64_t left = expected_ - rows_;
  size_ = left > 0 ? std::min(left, most) : most;
  const sheaf_slot slot = sink_->reserve_slot(0, size_, item_shape_, 0);
  slot_ = static_cast<std::uint8_t*>(slot.data);
}

void Audio::Writer::commit() {
  if (filled_ > 0) sink_->commit(0, filled_);
  rows_ += filled_;
  size_ = filled_ = 0;
}

void Audio::declare(sdk::Declaration<Audio>& feature) {
  feature.name("sheaf.audio").ignore_case();
  feature.summary("Samples of recordings and of videos' sound tracks (all that FFmpeg decodes)");
  feature.pattern(
      R"(\.(8svx|aac|aa3|ac3|adts|adx|aea|aif|aifc|aiff|aiffc|amr|ape|aptx|aptxhd|ast|at3|au|avr)"
      R"(|awb|bwf|c2|caf|dsf|dss|dts|dtshd|eac3|ec3|flac|fla|g722|g729|gsm|hca|iff|ircam|latm|lbc)"
      R"(|loas|m1a|m2a|m4a|m4b|m4r|mka|mlp|mmf|mp1|mp2|mp3|mpa|mpc|mpp|nist|nsp|oga|ogg|oma|omg)"
      R"(|opus|paf|pvf|qcp|ra|rf64|rso|sbc|sds|sdx|sf|shn|snd|sox|sph|spx|svx|tak|thd|tta|vag|voc)"
      R"(|vqf|w64|wav|wave|weba|wma|wsd|wv|wve|xa|xwma)$)");
  feature.pattern(
      R"(\.(3g2|3ga|3gp|amv|asf|avi|dav|divx|dv|f4a|f4b|f4v|flv|gxf|ivr|m2p|m2t|m2ts|m4v|mk3d|mkv)"
      R"(|mov|mp4|mpe|mpeg|mpg|mts|mxf|nsv|nut|ogm|ogv|ogx|pva|qt|rm|rmvb|rpl|tod|trp|ts|ty|vob)"
      R"(|webm|wmv|wtv)$)");
  feature.parameter("rate", &Audio::rate_, "sample rate in Hz; unset: that of the first source")
      .range(1, 768000);
  feature
      .parameter("channels", &Audio::channels_,
                 "as-is (all sources have as many as the first), or mixed to mono or stereo")
      .choices({"as-is", "mono", "stereo"});
  feature.parameter("dtype", &Audio::dtype_, "of a sample: float32 (-1 to 1) or int16")
      .choices({"float32", "int16"});
  feature.parameter("track", &Audio::track_, "audio track, counted from 0; -1: the best one")
      .range(-1, 255);
}

void Audio::survey(const sdk::Survey& survey) {
  if (!survey.is_first()) return take_agreed(survey.agreed());
  if (!take_stored(survey) && !decided()) {
    bool found = false, some_are_away = false;
    for (std::size_t i = 0; i < survey.size() && !found; ++i) {
      survey.check_cancelled();
      found = look_at(survey[i]);
      some_are_away |= survey[i].path_bytes().empty();
    }
    if (!found && some_are_away) {
      throw sdk::PluginError(
          "none of the recordings is a local file, so there is none to take sample rate and "
          "channels from: set both, as in -f audio:rate=16000,channels=mono");
    }
  }
  apply_parameters();
  survey.agree(std::to_string(format_.rate) + ' ' + std::to_string(format_.channels) + ' ' +
               format_.layout);
}

// Whether the parameters leave nothing to the sources.
bool Audio::decided() const { return rate_ && channels_ != "as-is"; }

void Audio::apply_parameters() {
  if (rate_) format_.rate = *rate_;
  if (channels_ == "as-is") return;
  format_.channels = channels_ == "mono" ? 1 : 2;
  format_.layout = channels_;
}

// Takes the format of a source, or says that it can't be read: load will say why.
bool Audio::look_at(const sdk::Source& source) {
  try {
    std::optional<Decoder> decoder = open_track(source, track_);
    const AVFrame* frame = decoder ? decoder->next() : nullptr;
    if (frame == nullptr || frame->sample_rate <= 0) return false;
    Layout layout(frame->ch_layout);
    format_ = {frame->sample_rate, layout.plain().nb_channels, layout.text()};
    return true;
  } catch (const std::exception&) {  // out of memory, too: one source mustn't end the survey
    return false;
  }
}

bool Audio::take_stored(const sdk::Survey& survey) {
  const std::optional<std::int64_t> rate = stored_number(survey, "sample_rate");
  const std::optional<std::int64_t> channels = stored_number(survey, "channels");
  if (!rate || !channels || *rate < 1 || *channels < 1) return false;
  format_ = {*rate, *channels, Layout(static_cast<int>(*channels)).text()};
  const std::optional<sdk::ArrayView> layout = survey.stored("channel_layout");
  if (layout && layout->dtype() == sdk::utf8 && layout->size() == 1) {
    format_.layout = layout->strings()[0];
  }
  return true;
}

void Audio::take_agreed(std::string_view text) {
  const char* const end = text.data() + text.size();
  const auto rate = std::from_chars(text.data(), end, format_.rate);
  const char* const second = std::min(rate.ptr + 1, end);
  const auto channels = std::from_chars(second, end, format_.channels);
  if (rate.ec != std::errc{} || channels.ec != std::errc{} || channels.ptr == end) {
    throw sdk::PluginError("the instances don't agree on a format: '" + std::string(text) + "'");
  }
  format_.layout.assign(channels.ptr + 1, end);
}

void Audio::describe(sdk::Description& file) const {
  const sdk::Shape item = format_.channels > 1 ? sdk::Shape{format_.channels} : sdk::Shape{};
  file.add(dtype_ == "int16" ? sdk::Output::of<std::int16_t>("audio", item)
                             : sdk::Output::of<float>("audio", item));
  file.attr("sample_rate", format_.rate);  // Hz
  file.attr("channels", format_.channels);
  file.attr("channel_layout", format_.layout);
}

sdk::Result Audio::load(const sdk::Source& source, sdk::Sink& sink) {
  std::optional<Decoder> decoder = open_track(source, track_);
  if (!decoder) return sdk::Result::Skip;
  const AVStream& stream = decoder->stream();
  const AVRational row{1, static_cast<int>(format_.rate)};
  Writer writer(sink, *this,
                av_rescale_q_rnd(std::max<std::int64_t>(stream.duration, 0), stream.time_base, row,
                                 AV_ROUND_UP));
  int frames = 0;
  while (const AVFrame* frame = decoder->next()) {
    sink.check_cancelled();
    if (++frames % 64 == 0) sink.progress(decoder->position());
    writer.push(*frame);
  }
  return writer.finish() == 0 ? sdk::Result::Empty : sdk::Result::Ok;
}

}  // namespace sheaf::media

SHEAF_PLUGIN("sheaf.media", "0.1.0", "MIT", "Recordings, decoded by FFmpeg", sheaf::media::Audio);
