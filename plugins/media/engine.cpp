// SPDX-License-Identifier: MIT
// The module with FFmpeg: frames to rows, and FLACs that are short enough to be decoded at once.
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}

#include "media/media.hpp"

namespace sheaf::media {
namespace {

static_assert(Engine::padding >= AV_INPUT_BUFFER_PADDING_SIZE);

// A layout that frees what it owns.
class Layout {
 public:
  Layout() = default;
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
  Layout(Layout&& other) noexcept : plain_(std::exchange(other.plain_, {})) {}
  Layout& operator=(Layout&& other) noexcept {
    std::swap(plain_, other.plain_);
    return *this;
  }

  // Not const: that is how FFmpeg 5 takes layouts which it only reads.
  [[nodiscard]] AVChannelLayout& plain() noexcept { return plain_; }
  [[nodiscard]] std::string text() const {
    std::array<char, 128> buffer{};
    av_channel_layout_describe(&plain_, buffer.data(), buffer.size());
    return buffer.data();
  }
  [[nodiscard]] bool operator==(const Layout& other) const {
    return av_channel_layout_compare(&plain_, &other.plain_) == 0;
  }

 private:
  AVChannelLayout plain_{};
};

// FFmpeg's resampler for one kind of frames and one kind of rows.
struct Resampler {
  // What it takes.
  int sample_format = -1, rate = 0;
  Layout layout;
  // What it makes.
  std::int64_t wanted_rate = 0, wanted_channels = 0;
  bool integer = false;
  Handle<SwrContext> context;

  [[nodiscard]] bool resamples() const noexcept { return rate != wanted_rate; }
  [[nodiscard]] bool serves(const AVFrame& frame, const Layout& from, const Wanted& wanted) const {
    return context && frame.format == sample_format && frame.sample_rate == rate &&
           from == layout && wanted.format.rate == wanted_rate &&
           wanted.format.channels == wanted_channels && wanted.integer == integer;
  }
};

Handle<SwrContext> make_context(const AVFrame& frame, Layout& from, const Wanted& wanted) {
  const int channels = frame.ch_layout.nb_channels;
  const int rate = static_cast<int>(wanted.format.rate);
  Layout mixed(static_cast<int>(wanted.format.channels));
  // As many channels as wanted are copied, whatever they are called.
  Layout& to = channels == wanted.format.channels ? from : mixed;
  SwrContext* raw = nullptr;
  int code = swr_alloc_set_opts2(
      &raw, &to.plain(), wanted.integer ? AV_SAMPLE_FMT_S16 : AV_SAMPLE_FMT_FLT, rate,
      &from.plain(), static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
  Handle<SwrContext> context(raw);
  // Mixed so that nothing exceeds 1: FFmpeg itself does so for integers, but not for floats. And
  // one channel is copied to both of two, where it would lower it by 3 dB.
  constexpr std::array<double, 2> copies{1, 1};
  if (code >= 0) code = av_opt_set_double(raw, "rematrix_maxval", 1, 0);
  if (code >= 0 && channels < wanted.format.channels) code = swr_set_matrix(raw, copies.data(), 1);
  if (code >= 0) code = swr_init(raw);
  if (code >= 0) return context;
  throw sdk::Error("FFmpeg can't turn " + from.text() + " at " + std::to_string(frame.sample_rate) +
                   " Hz into " + to.text() + " at " + std::to_string(rate) +
                   " Hz: " + error_text(code));
}

// Turns the frames of one source into rows in the host's slots.
class Writer {
 public:
  // `expected` rows are a hint that keeps the slots of short recordings short; 0: not known.
  // `kept` is a resampler that an earlier source left, or empty; finish() leaves one for the next.
  Writer(sdk::Sink& sink, const Wanted& wanted, std::int64_t expected, Resampler& kept)
      : sink_(&sink), wanted_(&wanted), expected_(expected), kept_(&kept) {
    if (wanted.format.channels > 1) item_shape_.push_back(wanted.format.channels);
  }

  void push(const AVFrame& frame) {
    if (!resampler_.context || differs(frame)) {
      flush();
      start(frame);
    }
    convert(const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
  }
  // The rows, once no more are coming.
  std::int64_t finish() {
    flush();
    commit();
    if (resampler_.context) *kept_ = std::move(resampler_);
    return rows_;
  }

 private:
  void start(const AVFrame& frame);
  [[nodiscard]] bool differs(const AVFrame& frame) const {
    return frame.format != resampler_.sample_format || frame.sample_rate != resampler_.rate ||
           frame.ch_layout.nb_channels != channels_;
  }
  void flush() {
    if (resampler_.context) convert(nullptr, 0);
  }
  void convert(const std::uint8_t** data, int samples);
  void reserve();
  void commit();

  sdk::Sink* sink_;
  const Wanted* wanted_;
  std::int64_t expected_;
  Resampler* kept_;
  sdk::Shape item_shape_;
  Resampler resampler_;
  int channels_ = 0;  // that it takes
  std::uint8_t* slot_ = nullptr;
  std::int64_t size_ = 0, filled_ = 0, rows_ = 0;  // rows of the slot, in it, and in all
  std::size_t row_bytes_ = 0;
};

void Writer::start(const AVFrame& frame) {
  const Format& format = wanted_->format;
  channels_ = frame.ch_layout.nb_channels;
  if (frame.sample_rate <= 0 || channels_ <= 0) throw sdk::Error("it has no sample rate");
  if (wanted_->as_is && channels_ != format.channels) {
    throw sdk::Error("it has " + std::to_string(channels_) +
                     " channels, and the file's rows have " + std::to_string(format.channels) +
                     ", as the first source: set channels=mono or channels=stereo");
  }
  row_bytes_ = static_cast<std::size_t>(format.channels) * (wanted_->integer ? 2 : 4);
  Layout from(frame.ch_layout);
  resampler_ = std::exchange(*kept_, {});
  if (resampler_.serves(frame, from, *wanted_)) {
    // Without resampling nothing is left of the source before, and there is nothing to begin anew.
    if (!resampler_.resamples() || swr_init(resampler_.context.get()) >= 0) return;
  }
  resampler_ = {};
  Handle<SwrContext> context = make_context(frame, from, *wanted_);
  resampler_ = {frame.format,    frame.sample_rate, std::move(from),   format.rate,
                format.channels, wanted_->integer,  std::move(context)};
}

// FFmpeg keeps what doesn't fit the slot, and gives it when asked with no new samples.
void Writer::convert(const std::uint8_t** data, int samples) {
  SwrContext* const context = resampler_.context.get();
  for (;;) {
    if (filled_ == size_) {
      if (swr_get_out_samples(context, samples) == 0) return;
      reserve();
    }
    std::uint8_t* at = slot_ + static_cast<std::size_t>(filled_) * row_bytes_;
    const int made = swr_convert(context, &at, static_cast<int>(size_ - filled_), data, samples);
    if (made < 0) throw sdk::Error("FFmpeg can't resample: " + error_text(made));
    filled_ += made;
    if (filled_ < size_) return;
    samples = 0;
  }
}

void Writer::reserve() {
  commit();
  const std::int64_t most = std::max<std::int64_t>(slot_elements / wanted_->format.channels, 1);
  const std::int64_t left = expected_ - rows_;
  size_ = left > 0 ? std::min(left, most) : most;
  const sheaf_slot slot = sink_->reserve_slot(0, size_, item_shape_, 0);
  slot_ = static_cast<std::uint8_t*>(slot.data);
}

void Writer::commit() {
  if (filled_ > 0) sink_->commit(0, filled_);
  rows_ += filled_;
  size_ = filled_ = 0;
}

// A FLAC in memory whose header says all that decoding it takes.
// https://www.rfc-editor.org/rfc/rfc9639.html
struct Flac {
  static constexpr std::size_t header_size = 34;
  std::string_view header;  // STREAMINFO
  std::int64_t rate, channels, samples;
  std::string_view frames;

  [[nodiscard]] unsigned bits() const noexcept {
    return (AV_RB16(header.data() + 12) >> 4U & 31U) + 1;
  }
  // What a decoder goes by: sizes of blocks, rate, channels and bits.
  [[nodiscard]] std::array<char, 8> key() const noexcept {
    std::array<char, 8> made{};
    std::memcpy(made.data(), header.data(), 4);
    std::memcpy(made.data() + 4, header.data() + 10, 4);
    made[7] = static_cast<char>(static_cast<unsigned char>(made[7]) & 0xF0U);
    return made;
  }
};

// Nothing where it isn't plain: it then takes the way of all recordings.
std::optional<Flac> plain_flac(std::string_view file) {
  constexpr std::size_t start = 4, block_header = 4;
  constexpr unsigned last = 0x80, stream_info = 0, padding = 1, seek_table = 3, comment = 4;
  if (!file.starts_with("fLaC") || file.find("fLaC", start) != file.npos) return std::nullopt;
  Flac flac{};
  for (std::size_t at = start;;) {
    if (file.size() - at < block_header) return std::nullopt;
    const unsigned kind = AV_RB8(file.data() + at);
    const std::size_t size = AV_RB24(file.data() + at + 1);
    const bool is_first = at == start;
    at += block_header;
    if (size > file.size() - at) return std::nullopt;
    const unsigned type = kind & ~last;
    if (is_first != (type == stream_info)) return std::nullopt;
    if (is_first && size != Flac::header_size) return std::nullopt;
    if (is_first) flac.header = file.substr(at, size);
    if (!is_first && type != padding && type != seek_table && type != comment) return std::nullopt;
    at += size;
    if ((kind & last) == 0) continue;
    flac.frames = file.substr(at);
    break;
  }
  const char* const numbers = flac.header.data() + 10;
  flac.rate = AV_RB24(numbers) >> 4U;
  flac.channels = (AV_RB8(numbers + 2) >> 1U & 7U) + 1;
  flac.samples = static_cast<std::int64_t>(AV_RB64(numbers) & 0xFFFFFFFFFU);
  if (flac.rate == 0 || flac.samples == 0 || flac.frames.empty()) return std::nullopt;
  return flac;
}

// Decodes FLACs that are all of one kind with one decoder: opening one takes longer than decoding a
// second of speech, and so does FFmpeg's search for the frames, which the decoder finds as well.
class FlacDecoder {
 public:
  // Gives all frames to the writer; false where anything is unusual. The writer must not commit
  // before the end, so that what it has can be thrown away.
  [[nodiscard]] bool decode(const Flac& flac, Writer& writer, const sdk::Sink& sink);

 private:
  [[nodiscard]] Handle<AVCodecContext> codec_for(const Flac& flac);
  [[nodiscard]] bool receive_all(AVCodecContext* codec, const Flac& flac, Writer& writer,
                                 const sdk::Sink& sink);

  Handle<AVCodecContext> codec_;  // empty unless it read nothing but good FLACs of the kind
  std::array<char, 8> key_{};
  Handle<AVPacket> packet_ = owned(av_packet_alloc());
  Handle<AVFrame> frame_ = owned(av_frame_alloc());
};

Handle<AVCodecContext> FlacDecoder::codec_for(const Flac& flac) {
  if (codec_ && key_ == flac.key()) return std::move(codec_);
  codec_.reset();
  key_ = flac.key();
  AVCodecParameters* const parameters = avcodec_parameters_alloc();
  if (parameters == nullptr) throw std::bad_alloc();
  const std::unique_ptr<AVCodecParameters, void (*)(AVCodecParameters*)> owner(
      parameters, [](AVCodecParameters* made) { avcodec_parameters_free(&made); });
  parameters->codec_type = AVMEDIA_TYPE_AUDIO;
  parameters->codec_id = AV_CODEC_ID_FLAC;
  parameters->extradata =
      static_cast<std::uint8_t*>(av_mallocz(Flac::header_size + Engine::padding));
  if (parameters->extradata == nullptr) throw std::bad_alloc();
  parameters->extradata_size = Flac::header_size;
  std::memcpy(parameters->extradata, flac.header.data(), Flac::header_size);
  return open_codec(*parameters, {1, static_cast<int>(flac.rate)});
}

bool FlacDecoder::decode(const Flac& flac, Writer& writer, const sdk::Sink& sink) {
  begin_log();
  try {
    Handle<AVCodecContext> codec = codec_for(flac);
    if (!receive_all(codec.get(), flac, writer, sink)) return false;
    codec_ = std::move(codec);
    return true;
  } catch (const sdk::Cancelled&) {
    throw;
  } catch (const sdk::Error&) {  // said again, with the place, by the usual way
    return false;
  }
}

bool FlacDecoder::receive_all(AVCodecContext* codec, const Flac& flac, Writer& writer,
                              const sdk::Sink& sink) {
  // The decoder takes frame after frame out of it.
  packet_->data = reinterpret_cast<std::uint8_t*>(const_cast<char*>(flac.frames.data()));
  packet_->size = static_cast<int>(flac.frames.size());
  const int sent = avcodec_send_packet(codec, packet_.get());
  av_packet_unref(packet_.get());
  if (sent < 0) return false;
  const int format = flac.bits() > 16 ? AV_SAMPLE_FMT_S32 : AV_SAMPLE_FMT_S16;
  for (std::int64_t left = flac.samples;;) {
    const int code = avcodec_receive_frame(codec, frame_.get());
    if (code == AVERROR(EAGAIN)) return left == 0;
    if (code < 0) return false;
    sink.check_cancelled();
    left -= frame_->nb_samples;
    const bool usual = frame_->format == format && frame_->sample_rate == flac.rate &&
                       frame_->ch_layout.nb_channels == flac.channels;
    if (!usual || left < 0) return false;
    writer.push(*frame_);
  }
}

std::optional<Decoder> open_track(const Place& place, std::int64_t track) {
  Input input = Input::open(place);
  const std::optional<int> stream = input.audio_stream(track);
  if (!stream) return std::nullopt;
  return std::optional<Decoder>(std::in_place, std::move(input), *stream);
}

class Ffmpeg final : public Engine {
 public:
  std::optional<Format> look_at(const Place& place, std::int64_t track) override {
    std::optional<Decoder> decoder = open_track(place, track);
    const AVFrame* frame = decoder ? decoder->next() : nullptr;
    if (frame == nullptr || frame->sample_rate <= 0) return std::nullopt;
    Layout layout(frame->ch_layout);
    return Format{frame->sample_rate, layout.plain().nb_channels, layout.text()};
  }

  [[nodiscard]] std::string usual_layout(std::int64_t channels) const override {
    return Layout(static_cast<int>(channels)).text();
  }

  sdk::Result load(const Place& place, std::string_view file, const Wanted& wanted,
                   sdk::Sink& sink) override {
    if (load_at_once(file, wanted, sink)) return sdk::Result::Ok;
    std::optional<Decoder> decoder = open_track(place, wanted.track);
    if (!decoder) return sdk::Result::Skip;
    const AVStream& stream = decoder->stream();
    const AVRational row{1, static_cast<int>(wanted.format.rate)};
    Writer writer(sink, wanted,
                  av_rescale_q_rnd(std::max<std::int64_t>(stream.duration, 0), stream.time_base,
                                   row, AV_ROUND_UP),
                  kept_);
    int frames = 0;
    while (const AVFrame* frame = decoder->next()) {
      sink.check_cancelled();
      if (++frames % 64 == 0) sink.progress(decoder->position());
      writer.push(*frame);
    }
    return writer.finish() == 0 ? sdk::Result::Empty : sdk::Result::Ok;
  }

  sdk::Result load_frames(const Place& place, const Frames& wanted, sdk::Sink& sink) override {
    return media::load_frames(place, wanted, sink);
  }
  Info info(const Place& place) override { return media::read_info(place); }

 private:
  // A FLAC that fits one slot, so that nothing is committed before all of it was found good.
  [[nodiscard]] bool load_at_once(std::string_view file, const Wanted& wanted, sdk::Sink& sink) {
    const std::optional<Flac> flac = plain_flac(file);
    if (!flac || wanted.track > 0 || flac->rate != wanted.format.rate ||
        flac->channels != wanted.format.channels ||
        flac->samples * flac->channels > slot_elements) {
      return false;
    }
    Writer writer(sink, wanted, flac->samples, kept_);
    if (!flac_.decode(*flac, writer, sink)) return false;
    writer.finish();
    return true;
  }

  Resampler kept_;
  FlacDecoder flac_;
};

}  // namespace
}  // namespace sheaf::media

extern "C" __attribute__((visibility("default"))) sheaf::media::Engine* SHEAF_MEDIA_FFMPEG_ENTRY() {
  return new sheaf::media::Ffmpeg();
}
