// SPDX-License-Identifier: MIT
#pragma once
// The mel scale as a bank of filters over the bins of a Fourier transform.
//
//   power ┌─╱╲─╱╲──╱ ╲────╱    ╲──┐   triangles, of height 1, evenly spaced in mel,
//         └──────────────────────┘   each from the middle of one neighbour to that of the other
//
// Model: mel = 2595 log10(1 + f / 700), as HTK has it; weights are those of torchaudio's and
// librosa's filter banks with htk and without norm. Threads: const calls from any.

#include <cstddef>
#include <span>
#include <vector>

namespace sheaf::spectrogram {

class MelBank {
 public:
  // Frequencies in Hz; `bins` of them from 0 to rate / 2.
  MelBank(std::size_t filters, double lowest, double highest, std::size_t bins, double rate);

  // `power` of each bin to the weighted sum of each filter.
  void apply(std::span<const float> power, std::span<float> to) const;
  // Of the middles of the filters, Hz.
  [[nodiscard]] const std::vector<double>& frequencies() const noexcept { return middles_; }
  // How many filters are so narrow that no bin lies in them.
  [[nodiscard]] std::size_t empty() const noexcept;

 private:
  struct Filter {
    std::size_t first = 0;  // bin
    std::vector<float> weights;
  };
  std::vector<Filter> filters_;
  std::vector<double> middles_;
};

}  // namespace sheaf::spectrogram
