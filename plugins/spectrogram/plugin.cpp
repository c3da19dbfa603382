// SPDX-License-Identifier: MIT
// sheaf.spectrogram: log-mel spectra of the rows of sheaf.audio.
//
//   samples ── mono ─ pieces of n_fft, `hop` apart ─ Hann ─ FFT ─ |X|² ─ mel ─ log ──► rows
//
// Model: a row a piece; with `center` the first one has its middle on the first sample, and what
// lies outside the recording is mirrored. A float32 FFT has a noise floor some 140 dB below the
// peak.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <kiss_fftr.h>
#include <memory>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "spectrogram/mel.hpp"
#include "spectrogram/preview.hpp"
#include <sheaf/sdk.hpp>

namespace sheaf::spectrogram {
namespace {

constexpr double floor_power = 1e-10;  // -100 dB
constexpr std::int64_t slot_elements = 65536;

// The channels of a recording as one: their mean, int16 as a part of 1.
template <class T>
std::vector<float> mix(std::span<const T> samples, std::size_t channels, float unit) {
  std::vector<float> mono(samples.size() / channels);
  for (std::size_t i = 0; i < mono.size(); ++i) {
    float sum = 0;
    for (std::size_t c = 0; c < channels; ++c) {
      sum += static_cast<float>(samples[i * channels + c]);
    }
    mono[i] = sum * unit / static_cast<float>(channels);
  }
  return mono;
}

std::vector<float> mono_of(const sdk::ArrayView& input) {
  const std::size_t axes = input.shape().size();
  if (axes < 1 || axes > 2) throw sdk::Error("isn't samples, or samples by channels");
  const std::size_t channels = axes == 2 ? static_cast<std::size_t>(input.shape()[1]) : 1;
  if (channels == 0) return {};
  if (input.dtype() == sdk::dtype_of<std::int16_t>()) {
    return mix(input.elements<std::int16_t>(), channels, 0x1p-15F);
  }
  return mix(input.elements<float>(), channels, 1);
}

// The index that stands at `i` when n values are mirrored at both ends again and again.
std::int64_t mirrored(std::int64_t i, std::int64_t n) {
  if (n == 1) return 0;
  const std::int64_t period = 2 * (n - 1);
  i = (i % period + period) % period;
  return i < n ? i : period - i;
}

struct FreeFft {
  void operator()(kiss_fftr_state* plan) const noexcept { kiss_fftr_free(plan); }
};

class Spectrogram {
 public:
  using Preview = SpectrogramPreview;
  static void declare(sdk::Declaration<Spectrogram>& feature);
  void open();
  void survey(const sdk::Survey& survey);
  void describe(sdk::Description& file);
  sdk::Result load(const sdk::Source& source, sdk::Sink& sink);

 private:
  void make_filters();
  void put_frame(std::span<const float> samples, std::int64_t start, std::span<float> to);

  std::optional<std::int64_t> rate_;
  std::int64_t n_fft_ = 1024, hop_ = 256, n_mels_ = 80;
  double fmin_ = 0;
  std::optional<double> fmax_;
  std::string scale_ = "db";
  bool center_ = true;
  std::optional<MelBank> mels_;
  std::unique_ptr<kiss_fftr_state, FreeFft> plan_;
  std::vector<float> window_, piece_, power_;
  std::vector<kiss_fft_cpx> spectrum_;
};

void Spectrogram::declare(sdk::Declaration<Spectrogram>& feature) {
  feature.name("sheaf.spectrogram")
      .summary("Log-mel spectra of the recordings that sheaf.audio loads")
      .derived_from("sheaf.audio")
      .opt_in();
  feature
      .parameter("rate", &Spectrogram::rate_,
                 "sample rate in Hz; unset: that of sheaf.audio, which it must be")
      .range(1, 768000);
  feature.parameter("n_fft", &Spectrogram::n_fft_, "samples of a piece; an even number")
      .range(16, 65536);
  feature.parameter("hop", &Spectrogram::hop_, "samples from one piece to the next")
      .range(1, 1 << 20);
  feature.parameter("n_mels", &Spectrogram::n_mels_, "filters of the mel scale").range(1, 1024);
  feature.parameter("fmin", &Spectrogram::fmin_, "lowest frequency of the filters, Hz")
      .range(0, 384000);
  feature.parameter("fmax", &Spectrogram::fmax_, "highest one, Hz; unset: half the sample rate")
      .range(0, 384000);
  feature
      .parameter("scale", &Spectrogram::scale_,
                 "db: 10 log10 of the power; ln: its natural logarithm; power: as it is; both "
                 "logarithms of at least 1e-10")
      .choices({"db", "ln", "power"});
  feature.parameter("center", &Spectrogram::center_,
                    "pieces have their middle on every hop-th sample, and reach over both ends, "
                    "which are mirrored; else all pieces lie inside");
}

void Spectrogram::open() {
  if (n_fft_ % 2 != 0) throw sdk::PluginError("n_fft must be an even number");
  plan_.reset(kiss_fftr_alloc(static_cast<int>(n_fft_), 0, nullptr, nullptr));
  if (!plan_) throw std::bad_alloc();
  const auto size = static_cast<std::size_t>(n_fft_);
  window_.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    const double phase = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(size);
    window_[i] = static_cast<float>(0.5 - 0.5 * std::cos(phase));
  }
  piece_.resize(size);
  power_.resize(size / 2 + 1);
  spectrum_.resize(size / 2 + 1);
}

void Spectrogram::survey(const sdk::Survey& survey) {
  const auto stored = survey.input().attr("sample_rate");
  if (!stored || stored->size() != 1) return;
  const std::int64_t rate = stored->elements<std::int64_t>()[0];
  if (rate_.value_or(rate) != rate) {
    throw sdk::PluginError("rate is " + std::to_string(*rate_) + " Hz, but sheaf.audio stores " +
                           std::to_string(rate) + " Hz; leave rate out");
  }
  rate_ = rate;
}

void Spectrogram::make_filters() {
  if (!rate_) throw sdk::PluginError("the input doesn't say its sample_rate; give rate");
  const double nyquist = static_cast<double>(*rate_) / 2;
  if (fmin_ >= fmax_.value_or(nyquist) || fmax_.value_or(0) > nyquist) {
    throw sdk::PluginError("fmin must be below fmax, and fmax at most half the sample rate, " +
                           std::to_string(*rate_ / 2) + " Hz");
  }
  mels_.emplace(static_cast<std::size_t>(n_mels_), fmin_, fmax_.value_or(nyquist), power_.size(),
                static_cast<double>(*rate_));
}

void Spectrogram::describe(sdk::Description& file) {
  make_filters();
  if (mels_->empty() > 0) {
    file.log(sdk::Severity::Warning,
             std::to_string(mels_->empty()) + " of the " + std::to_string(n_mels_) +
                 " mel filters are narrower than a bin of the transform and stay silent: give a "
                 "larger n_fft or a smaller n_mels");
  }
  file.add(sdk::Output::of<float>("spectrogram", {n_mels_}));
  file.attr("sample_rate", *rate_);
  file.attr("frame_rate", static_cast<double>(*rate_) / static_cast<double>(hop_));
  file.attr("frequencies", mels_->frequencies());
  file.attr("unit", scale_ == "db" ? "dB" : scale_ == "ln" ? "ln of power" : "power");
}

void Spectrogram::put_frame(std::span<const float> samples, std::int64_t start,
                            std::span<float> to) {
  const auto count = static_cast<std::int64_t>(samples.size());
  const bool inside = start >= 0 && start + n_fft_ <= count;
  for (std::int64_t i = 0; i < n_fft_; ++i) {
    const std::int64_t at = inside ? start + i : mirrored(start + i, count);
    const auto k = static_cast<std::size_t>(i);
    piece_[k] = samples[static_cast<std::size_t>(at)] * window_[k];
  }
  kiss_fftr(plan_.get(), piece_.data(), spectrum_.data());
  for (std::size_t i = 0; i < power_.size(); ++i) {
    power_[i] = spectrum_[i].r * spectrum_[i].r + spectrum_[i].i * spectrum_[i].i;
  }
  mels_->apply(power_, to);
  if (scale_ == "power") return;
  for (float& value : to) {
    const double power = std::max(static_cast<double>(value), floor_power);
    value = static_cast<float>(scale_ == "db" ? 10 * std::log10(power) : std::log(power));
  }
}

sdk::Result Spectrogram::load(const sdk::Source& source, sdk::Sink& sink) {
  const std::vector<float> samples = mono_of(source.input());
  const auto count = static_cast<std::int64_t>(samples.size());
  const std::int64_t spare = center_ ? count : count - n_fft_;
  if (count == 0 || spare < 0) return sdk::Result::Empty;
  const std::int64_t frames = 1 + spare / hop_;
  const std::int64_t offset = center_ ? n_fft_ / 2 : 0;
  const std::int64_t most = std::max<std::int64_t>(slot_elements / n_mels_, 1);
  const std::int64_t item[] = {n_mels_};
  const auto width = static_cast<std::size_t>(n_mels_);
  for (std::int64_t frame = 0; frame < frames;) {
    sink.check_cancelled();
    const std::int64_t rows = std::min(most, frames - frame);
    const std::span<float> slot = sink.reserve<float>(0, rows, item);
    for (std::int64_t row = 0; row < rows; ++row, ++frame) {
      put_frame(samples, frame * hop_ - offset,
                slot.subspan(static_cast<std::size_t>(row) * width, width));
    }
    sink.commit(0, rows);
    sink.progress(static_cast<double>(frame) / static_cast<double>(frames));
  }
  return sdk::Result::Ok;
}

}  // namespace
}  // namespace sheaf::spectrogram

SHEAF_PLUGIN("sheaf.spectrogram", "0.1.0", "MIT", "Log-mel spectra, by KISS FFT",
             sheaf::spectrogram::Spectrogram);
