// SPDX-License-Identifier: MIT
#pragma once
// FFmpeg behind RAII: a local recording opened for demuxing, and one of its streams decoded.
//
// Model: Input::open probes a file and reads its header; Decoder takes the Input over and gives the
// frames of one stream, one after the other, in bounded memory.
// Safety: a source may be hostile. Only the file itself is ever opened: formats that name other
// files or addresses (playlists, concat scripts) are refused.
// Failure: sdk::Error with FFmpeg's own words, where in the recording, and what to do.
// Threads: an object is used by one thread at a time and starts no others.

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>

struct AVCodecContext;
struct AVFormatContext;
struct AVFrame;
struct AVInputFormat;
struct AVIOContext;
struct AVPacket;
struct AVStream;
struct SwrContext;

namespace sheaf::media {

struct Free {
  void operator()(AVCodecContext* codec) const noexcept;
  void operator()(AVFormatContext* format) const noexcept;
  void operator()(AVFrame* frame) const noexcept;
  void operator()(AVIOContext* io) const noexcept;
  void operator()(AVPacket* packet) const noexcept;
  void operator()(SwrContext* resampler) const noexcept;
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
  // `path` is bytes, not an address: "a:b.wav" is a file of that name. The ending of `name` tells
  // what kind it may be: a source that was fetched has none in its path.
  [[nodiscard]] static Input open(std::string_view path, std::string_view name);

  // The index of the audio track with this number (from 0), or of the best one where it is
  // negative. Nothing where the file has a picture but no sound.
  [[nodiscard]] std::optional<int> audio_stream(std::int64_t track) const;

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

class Decoder {
 public:
  Decoder(Input input, int stream);

  // The next frame, valid until the next call; nullptr after the last. Throws where the stream is
  // damaged, or ends before it should.
  [[nodiscard]] const AVFrame* next();
  [[nodiscard]] const AVStream& stream() const noexcept { return *stream_; }
  // How much of the file was read, 0 to 1.
  [[nodiscard]] double position() const noexcept;

 private:
  struct Damage {
    std::string text;
    double second;
    std::int64_t first, last;  // packets
  };
  void feed();
  void note_damage(std::string text, std::int64_t packets = 1);
  void check_end() const;
  [[nodiscard]] double second() const noexcept;

  Input input_;
  AVStream* stream_;
  Handle<AVCodecContext> codec_;
  Handle<AVPacket> packet_;
  Handle<AVFrame> frame_;
  std::int64_t packets_ = 0;  // given to the decoder
  std::int64_t samples_ = 0;  // got from it, a channel
  int rate_ = 0;              // of the last frame
  int demuxer_errors_ = 0;    // logged so far
  std::optional<Damage> damage_;
};

}  // namespace sheaf::media
