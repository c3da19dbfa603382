// SPDX-License-Identifier: MIT
// The preview of sheaf.audio.
//
// Model: a waveform reads all samples, piece by piece; a spectrogram only what it shows. Both know
// the time from the attribute sample_rate. Pictures are as high as they need to be.
#include "media/audio_preview.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "draw/paint.hpp"
#include "draw/waveform.hpp"
#include "media/media.hpp"
#include "media/spectrum.hpp"

namespace sheaf::media {

// Rows of a recording.
struct Sound {
  explicit Sound(const sdk::Stored& stored);
  template <class T>
  void read(std::int64_t start, std::int64_t stop, std::vector<T>& to) const {
    to.resize(static_cast<std::size_t>((stop - start) * channels));
    rows_of.read_bytes(0, start, stop, std::as_writable_bytes(std::span(to)));
  }
  // The channels' mean.
  template <class T>
  void read_mono(std::int64_t start, std::int64_t stop, float unit, std::span<float> to) const;

  const sdk::Stored& rows_of;
  std::int64_t rows, channels;
  double rate = 0;  // Hz; 0: unknown
  bool integer;     // int16, else float
};

Sound::Sound(const sdk::Stored& stored)
    : rows_of(stored), rows(std::max<std::int64_t>(stored.rows(), 0)) {
  const auto item = stored.item_shape();
  if (item.size() > 1) throw sdk::Error("isn't samples, or samples by channels");
  channels = item.empty() ? 1 : item[0];
  integer = stored.output().dtype == sdk::dtype_of<std::int16_t>();
  if (!integer && !(stored.output().dtype == sdk::dtype_of<float>())) {
    throw sdk::Error("isn't float32 or int16, as sheaf.audio stores samples");
  }
  const auto found = stored.attr("sample_rate");
  if (found && found->size() == 1 && found->dtype() == sdk::dtype_of<std::int64_t>()) {
    rate = static_cast<double>(found->elements<std::int64_t>()[0]);
  }
}

template <class T>
void Sound::read_mono(std::int64_t start, std::int64_t stop, float unit,
                      std::span<float> to) const {
  std::vector<T> samples;
  read(start, stop, samples);
  const auto width = static_cast<std::size_t>(channels);
  for (std::size_t i = 0; i < to.size(); ++i) {
    float sum = 0;
    for (std::size_t c = 0; c < width; ++c) sum += static_cast<float>(samples[i * width + c]);
    to[i] = width == 0 ? 0 : sum * unit / static_cast<float>(width);
  }
}

namespace {

template <class T>
void add_all(const Sound& sound, draw::Envelope& envelope) {
  std::vector<T> samples;
  const std::int64_t most =
      std::max<std::int64_t>(4 * slot_elements / std::max<std::int64_t>(sound.channels, 1), 1);
  for (std::int64_t at = 0; at < sound.rows; at += most) {
    sound.rows_of.check_cancelled();
    sound.read(at, std::min(at + most, sound.rows), samples);
    envelope.add(std::span<const T>(samples));
  }
}

// Low enough to show a shape: a channel is four times as long as it is high.
std::uint32_t suitable_height(const sdk::Canvas& canvas, std::int64_t channels) {
  const std::uint32_t lanes = static_cast<std::uint32_t>(std::clamp<std::int64_t>(channels, 1, 64));
  const std::uint32_t wanted = canvas.width() / 10 + lanes * (canvas.width() / 5);
  return std::min(canvas.height(), std::max(wanted, 96U));
}

}  // namespace

void AudioPreview::declare(sdk::Preview<AudioPreview>& preview) {
  preview.makes(SHEAF_PREVIEW_RGBA | SHEAF_PREVIEW_SVG | SHEAF_PREVIEW_TEXT);
  preview
      .parameter(
          "style", &AudioPreview::style_,
          "waveform: how far samples reach over time; spectrogram: how loud each frequency is")
      .choices({"waveform", "spectrogram"});
  preview
      .parameter("n_fft", &AudioPreview::n_fft_,
                 "of a spectrogram: samples of a piece, an even number; unset: about 40 ms")
      .range(16, 65536);
  preview.parameter("range", &AudioPreview::range_, "of a spectrogram: dB from black to white")
      .range(1, 300);
}

void AudioPreview::render(const sdk::Stored& stored, sdk::Canvas& canvas) const {
  const Sound sound(stored);
  if (style_ == "spectrogram") {
    draw_spectrogram(sound, canvas);
  } else {
    draw_waveform(sound, canvas);
  }
}

void AudioPreview::draw_waveform(const Sound& sound, sdk::Canvas& canvas) const {
  draw::Envelope envelope(sound.rows, sound.channels, canvas.width());
  sound.integer ? add_all<std::int16_t>(sound, envelope) : add_all<float>(sound, envelope);
  if (canvas.kind() == SHEAF_PREVIEW_TEXT) {
    canvas.text(draw::waveform_text(envelope, {sound.rate}, canvas.width(), canvas.height()));
    return;
  }
  draw::paint(
      canvas, canvas.width(), suitable_height(canvas, sound.channels),
      [&](draw::Surface& surface) { draw::draw_waveform(surface, envelope, {sound.rate}); });
}

void AudioPreview::draw_spectrogram(const Sound& sound, sdk::Canvas& canvas) const {
  if (canvas.kind() == SHEAF_PREVIEW_TEXT) {
    throw sdk::PluginError("style=spectrogram can't be drawn as text; as rgba or svg it can");
  }
  const double rate = sound.rate > 0 ? sound.rate : 1;
  const auto n_fft = n_fft_ ? static_cast<std::size_t>(*n_fft_) : usual_n_fft(rate);
  if (n_fft % 2 != 0) throw sdk::PluginError("n_fft must be an even number");
  draw::HeatPlot plot;
  plot.decibels = spectrogram(sound.rows, n_fft, canvas.width(),
                              [&](std::int64_t start, std::int64_t stop, std::span<float> to) {
                                sound.rows_of.check_cancelled();
                                sound.integer
                                    ? sound.read_mono<std::int16_t>(start, stop, 0x1p-15F, to)
                                    : sound.read_mono<float>(start, stop, 1, to);
                              });
  plot.range = range_;
  plot.seconds = static_cast<double>(sound.rows) / rate;
  for (std::size_t i = 0; i <= n_fft / 2; ++i) {
    plot.frequencies.push_back(rate * static_cast<double>(i) / static_cast<double>(n_fft));
  }
  plot.headline = draw::duration(plot.seconds) + ", " + draw::frequency(rate);
  draw::paint(canvas, canvas.width(), std::min(canvas.height(), std::max(canvas.width() / 2, 96U)),
              [&](draw::Surface& surface) { draw::draw_heat(surface, plot); });
}

}  // namespace sheaf::media
