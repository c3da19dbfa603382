// SPDX-License-Identifier: MIT
#pragma once
// What a recording looks like: its waveform, or its spectrogram (audio_preview.cpp).

#include <cstdint>
#include <optional>
#include <string>

#include <sheaf/sdk.hpp>

namespace sheaf::media {

struct Sound;

class AudioPreview {
 public:
  static void declare(sdk::Preview<AudioPreview>& preview);
  void render(const sdk::Stored& stored, sdk::Canvas& canvas) const;

 private:
  void draw_waveform(const Sound& sound, sdk::Canvas& canvas) const;
  void draw_spectrogram(const Sound& sound, sdk::Canvas& canvas) const;

  std::string style_ = "waveform";
  std::optional<std::int64_t> n_fft_;
  double range_ = 80;
};

}  // namespace sheaf::media
