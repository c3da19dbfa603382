// SPDX-License-Identifier: MIT
#include "media/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <kiss_fftr.h>
#include <memory>
#include <new>
#include <numbers>
#include <vector>

namespace sheaf::media {
namespace {

constexpr std::int64_t most_pieces = 4;  // of a column

struct FreeFft {
  void operator()(kiss_fftr_state* plan) const noexcept { kiss_fftr_free(plan); }
};

class Transform {
 public:
  explicit Transform(std::size_t n_fft)
      : plan_(kiss_fftr_alloc(static_cast<int>(n_fft), 0, nullptr, nullptr)),
        window_(n_fft),
        piece_(n_fft),
        bins_(n_fft / 2 + 1) {
    if (!plan_) throw std::bad_alloc();
    for (std::size_t i = 0; i < n_fft; ++i) {
      const double phase =
          2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n_fft);
      window_[i] = static_cast<float>(0.5 - 0.5 * std::cos(phase));
    }
  }
  // Where the next piece goes.
  [[nodiscard]] std::span<float> piece() noexcept { return piece_; }
  // Adds the piece's power, of which a sine of full scale has 1.
  void add_power(std::span<double> to) {
    for (std::size_t i = 0; i < piece_.size(); ++i) {
      piece_[i] = std::isfinite(piece_[i]) ? piece_[i] * window_[i] : 0;
    }
    kiss_fftr(plan_.get(), piece_.data(), bins_.data());
    const double unit = 16.0 / static_cast<double>(piece_.size() * piece_.size());
    for (std::size_t i = 0; i < bins_.size(); ++i) {
      const double r = bins_[i].r, m = bins_[i].i;
      to[i] += (r * r + m * m) * unit;
    }
  }

 private:
  std::unique_ptr<kiss_fftr_state, FreeFft> plan_;
  std::vector<float> window_, piece_;
  std::vector<kiss_fft_cpx> bins_;
};

// The piece around a row.
void read_piece(std::int64_t middle, std::int64_t rows, std::span<float> piece,
                const ReadMono& read) {
  const std::int64_t begin = middle - static_cast<std::int64_t>(piece.size() / 2);
  const std::int64_t start = std::max<std::int64_t>(begin, 0);
  const std::int64_t stop = std::min(begin + static_cast<std::int64_t>(piece.size()), rows);
  std::ranges::fill(piece, 0.0F);
  if (start >= stop) return;
  read(start, stop,
       piece.subspan(static_cast<std::size_t>(start - begin),
                     static_cast<std::size_t>(stop - start)));
}

}  // namespace

std::size_t usual_n_fft(double rate) noexcept {
  constexpr double seconds = 0.04;
  const double exponent = std::round(std::log2(std::max(rate, 1.0) * seconds));
  return std::size_t{1} << static_cast<unsigned>(std::clamp(exponent, 6.0, 14.0));
}

draw::Matrix spectrogram(std::int64_t rows, std::size_t n_fft, std::size_t columns,
                         const ReadMono& read) {
  Transform transform(n_fft);
  draw::Matrix matrix{rows > 0 ? columns : 0, n_fft / 2 + 1, {}};
  matrix.values.reserve(matrix.columns * matrix.bins);
  std::vector<double> power(matrix.bins);
  const double step =
      static_cast<double>(rows) / static_cast<double>(std::max<std::size_t>(columns, 1));
  const auto pieces =
      std::clamp(static_cast<std::int64_t>(std::ceil(2 * step / static_cast<double>(n_fft))),
                 std::int64_t{1}, most_pieces);
  for (std::size_t column = 0; column < matrix.columns; ++column) {
    std::ranges::fill(power, 0.0);
    for (std::int64_t i = 0; i < pieces; ++i) {
      const double part = (static_cast<double>(i) + 0.5) / static_cast<double>(pieces);
      const auto middle = static_cast<std::int64_t>((static_cast<double>(column) + part) * step);
      read_piece(middle, rows, transform.piece(), read);
      transform.add_power(power);
    }
    constexpr double floor = 1e-20;  // -200 dB
    for (const double sum : power) {
      matrix.values.push_back(
          static_cast<float>(10 * std::log10(std::max(sum / static_cast<double>(pieces), floor))));
    }
  }
  return matrix;
}

}  // namespace sheaf::media
