// SPDX-License-Identifier: MIT
#pragma once
// The spectrogram of a recording as its preview shows it (spectrum.cpp).
//
// Model: a column stands for an equal part of the recording and has the mean power of up to four
// pieces in it, Hann windows of `n_fft` samples, whatever the recording's length: hours cost no
// more than minutes. What lies outside of the recording is silence. Threads: any.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "draw/heat.hpp"

namespace sheaf::media {

// Gives the rows start ≤ r < stop, all of which there are, as one channel.
using ReadMono = std::function<void(std::int64_t start, std::int64_t stop, std::span<float> to)>;

// The power of two that is nearest to 40 ms, from 64 on.
[[nodiscard]] std::size_t usual_n_fft(double rate) noexcept;

// dB, where a sine of full scale is 0, at least -200; n_fft / 2 + 1 bins. `n_fft` is even.
[[nodiscard]] draw::Matrix spectrogram(std::int64_t rows, std::size_t n_fft, std::size_t columns,
                                       const ReadMono& read);

}  // namespace sheaf::media
