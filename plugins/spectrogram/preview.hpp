// SPDX-License-Identifier: MIT
#pragma once
// What a spectrogram looks like: a heat map over time and frequency (preview.cpp).

#include <sheaf/sdk.hpp>

namespace sheaf::spectrogram {

class SpectrogramPreview {
 public:
  static void declare(sdk::Preview<SpectrogramPreview>& preview);
  void render(const sdk::Stored& stored, sdk::Canvas& canvas) const;

 private:
  double range_ = 80;
};

}  // namespace sheaf::spectrogram
