// SPDX-License-Identifier: MIT
#pragma once
// What the parts of sheaf.media share. sheaf_media.so reads short plain WAVs by itself; all else
// goes to media/ffmpeg.so, which is loaded when it is first needed.
//
//   audio.cpp ──► wav.cpp             video.cpp   info.cpp             sheaf_media.so
//       └────────────────► Engine ◄───────┴───────────┘                (module.cpp finds it)
//                Input (input.cpp) ──► Decoder ──► rows                media/ffmpeg.so
//
// Model: Input::open probes a file and reads its header; Decoder takes the Input over and gives the
// frames of one stream, one after the other, in bounded memory.
// Safety: a source may be hostile. Only the file itself is ever opened: formats that name other
// files or addresses (playlists, concat scripts) are refused.
// Failure: sdk::Error with FFmpeg's own words, where in the recording, and what to do.
// Threads: an object is used by one thread at a time and starts no others.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include <sheaf/sdk.hpp>

struct AVCodecContext;
struct AVCodecParameters;
struct AVFormatContext;
struct AVFrame;
struct AVInputFormat;
struct AVIOContext;
struct AVPacket;
struct AVRational;
struct AVStream;
struct SwrContext;
struct SwsContext;

namespace sheaf::media {

constexpr std::int64_t slot_elements = 65536;  // of one reservation: 256 KiB of float32

// What rows look like; the layout in FFmpeg's words ("mono", "5.1").
struct Format {
  std::int64_t rate = 44100;  // Hz
  std::int64_t channels = 1;
  std::string layout = "mono";
};

// What is to become of every source.
struct Wanted {
  Format format;
  bool as_is = true;     // a source must have as many channels as the format
  bool integer = false;  // int16 instead of float32
  std::int64_t track = -1;
};

// A WAV in memory.
struct Wav {
  enum class Sample : std::uint8_t { U8, S16, S24, S32, F32, F64 };
  std::int64_t rate, channels;
  std::string_view layout;  // empty: FFmpeg has to name it
  Sample sample;
  std::string_view data;  // whole rows, at least one
};
[[nodiscard]] constexpr std::size_t sample_size(Wav::Sample sample) noexcept {
  constexpr std::size_t sizes[] = {1, 2, 3, 4, 4, 8};
  return sizes[static_cast<std::size_t>(sample)];
}
// Nothing where it isn't plain and whole: FFmpeg then reads it, or says what is wrong.
[[nodiscard]] std::optional<Wav> plain_wav(std::string_view file);
// Whether its samples become rows without being resampled or mixed.
[[nodiscard]] bool can_load(const Wav& wav, const Wanted& wanted);
void load_wav(const Wav& wav, const Wanted& wanted, sdk::Sink& sink);

// Where a recording lies, and what it is called: one that was fetched has no ending in its path.
struct Place {
  std::string_view path;
  std::string_view name;
};

[[nodiscard]] Place place_of(const sdk::Source& source);

// What is to become of the frames of every video.
struct Frames {
  std::int64_t stride = 1;  // each of so many is taken
  std::int64_t count = 0;   // 0: all of those; else so many, spread over the whole length
  std::int64_t width = 0, height = 0;  // pixels; 0: the video's own
  bool grey = false;                   // one channel instead of RGB
  std::int64_t track = -1;

  [[nodiscard]] std::int64_t channels() const noexcept { return grey ? 1 : 3; }
};

// What a header says; empty or 0 where it says nothing.
struct Info {
  std::string container, video_codec, audio_codec, created;
  double seconds = 0, frame_rate = 0;
  std::int64_t width = 0, height = 0, sample_rate = 0, channels = 0;
};

// FFmpeg as one instance of a feature uses it; keeps what the next source can use again.
class Engine {
 public:
  virtual ~Engine() = default;
  // The format of a recording; throws, or gives nothing, where it can't be read.
  [[nodiscard]] virtual std::optional<Format> look_at(const Place& place, std::int64_t track) = 0;
  // What FFmpeg takes this many channels for where a file doesn't say.
  [[nodiscard]] virtual std::string usual_layout(std::int64_t channels) const = 0;
  // `file` is the whole file where it is short, with `padding` bytes behind it, else empty.
  [[nodiscard]] virtual sdk::Result load(const Place& place, std::string_view file,
                                         const Wanted& wanted, sdk::Sink& sink) = 0;

  // Output 0 gets frames, output 1 their times in seconds.
  [[nodiscard]] virtual sdk::Result load_frames(const Place& place, const Frames& wanted,
                                                sdk::Sink& sink) = 0;
  [[nodiscard]] virtual Info info(const Place& place) = 0;

  static constexpr std::size_t padding = 64;
};
// The name changes with the classes above, so that module and plugin are of the same build.
using EngineEntry = Engine* (*)();
#define SHEAF_MEDIA_FFMPEG_ENTRY sheaf_media_ffmpeg_v2
// Loads the module when it is first called.
[[nodiscard]] std::unique_ptr<Engine> make_engine();

struct Free {
  void operator()(AVCodecContext* codec) const noexcept;
  void operator()(AVFormatContext* format) const noexcept;
  void operator()(AVFrame* frame) const noexcept;
  void operator()(AVIOContext* io) const noexcept;
  void operator()(AVPacket* packet) const noexcept;
  void operator()(SwrContext* resampler) const noexcept;
  void operator()(SwsContext* scaler) const noexcept;
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

template <class T>
[[nodiscard]] Handle<T> owned(T* raw) {
  if (raw == nullptr) throw std::bad_alloc();
  return Handle<T>(raw);
}

// FFmpeg logs for the whole process. From the first call on, it prints nothing; what it would say
// on this thread is kept for error_text, and forgotten by the next call.
void begin_log();
// What FFmpeg calls the error, and the last line it would have logged on this thread.
[[nodiscard]] std::string error_text(int code);
// "1.25 s"
[[nodiscard]] std::string seconds(double value);

// Whether one of a format's names is in the list, which commas separate.
[[nodiscard]] bool is_one_of(const AVInputFormat& format, const char* names);

class Input {
 public:
  // The path is bytes, not an address: "a:b.wav" is a file of that name. The ending of the name
  // tells what kind it may be.
  // With `look`, packets are decoded to find out what the header may not say; videos need that.
  [[nodiscard]] static Input open(const Place& place, bool look = false);

  // The index of the audio track with this number (from 0), or of the best one where it is
  // negative. Nothing where the file has a picture but no sound.
  [[nodiscard]] std::optional<int> audio_stream(std::int64_t track) const;
  // The same of video tracks. Nothing where the file has sound but no picture; a cover is none.
  [[nodiscard]] std::optional<int> video_stream(std::int64_t track) const;
  [[nodiscard]] const AVFormatContext& format() const noexcept { return *format_; }
  // Reads all to count the packets of a stream.
  [[nodiscard]] std::int64_t count_packets(int stream, const sdk::Sink& sink);

 private:
  friend class Decoder;
  Input() = default;
  void open_io(std::string_view path);
  void read_header(const std::string& url);
  void measure_data();
  [[nodiscard]] int read(AVPacket& packet);  // FFmpeg's codes

  Handle<AVIOContext> io_;  // before format_, which reads from it until it is freed
  Handle<AVFormatContext> format_;
  // Seconds that the header speaks of, 0 where it doesn't, and how wrong that may be.
  double promised_ = 0, tolerance_ = 0;
  // Plain samples, read without the demuxer: bytes of one of all channels, and those not yet read.
  std::int64_t raw_block_ = 0, raw_left_ = 0;
};

// `unit` is that of the times in packets.
[[nodiscard]] Handle<AVCodecContext> open_codec(const AVCodecParameters& parameters,
                                                const AVRational& unit);

class Decoder {
 public:
  Decoder(Input input, int stream);

  // The next frame, valid until the next call; nullptr after the last. Throws where the stream is
  // damaged, or ends before it should.
  [[nodiscard]] const AVFrame* next();
  [[nodiscard]] const AVStream& stream() const noexcept { return *stream_; }
  // How much of the file was read, 0 to 1.
  [[nodiscard]] double position() const noexcept;
  // Where the last frame stands, from the file's zero; NaN where the file doesn't say.
  [[nodiscard]] double frame_time() const noexcept;

 private:
  struct Damage {
    std::string text;
    double second;
    std::int64_t first, last;  // packets
  };
  void feed();
  void note_damage(std::string text, std::int64_t packets = 1);
  void count_frame();
  void check_end() const;
  [[nodiscard]] double second() const noexcept;

  Input input_;
  AVStream* stream_;
  Handle<AVCodecContext> codec_;
  Handle<AVPacket> packet_;
  Handle<AVFrame> frame_;
  std::int64_t packets_ = 0;  // given to the decoder
  std::int64_t samples_ = 0;  // got from it, a channel; of a video: frames
  bool is_video_ = false;
  double frame_end_ = 0;    // of a video, s
  int rate_ = 0;            // of the last frame
  int demuxer_errors_ = 0;  // logged so far
  std::optional<Damage> damage_;
};

// What the module's Engine is made of besides (frames.cpp).
[[nodiscard]] sdk::Result load_frames(const Place& place, const Frames& wanted, sdk::Sink& sink);
[[nodiscard]] Info read_info(const Place& place);

}  // namespace sheaf::media
