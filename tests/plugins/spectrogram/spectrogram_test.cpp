// SPDX-License-Identifier: MIT
// sheaf.spectrogram, against NumPy's FFT and the same filters written anew.
#include <cmath>
#include <cstring>
#include <numbers>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/plugin_harness.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::test {
namespace {

namespace fs = std::filesystem;
using Catch::Contains;
using Params = std::vector<Param>;
using Extents = std::vector<std::int64_t>;

template <class T>
Source derived(const std::vector<T>& samples, Extents shape) {
  Array array;
  array.dtype = {std::is_floating_point_v<T> ? std::uint8_t{SHEAF_FLOAT} : std::uint8_t{SHEAF_INT},
                 sizeof(T) * 8, 1};
  array.shape = std::move(shape);
  array.bytes.resize(samples.size() * sizeof(T));
  if (!samples.empty()) std::memcpy(array.bytes.data(), samples.data(), array.bytes.size());
  Source source{"a.wav", {}};
  source.inputs.push_back(std::move(array));
  return source;
}
Source mono(const std::vector<float>& samples) {
  return derived(samples, {static_cast<std::int64_t>(samples.size())});
}
std::vector<float> sound(std::size_t count) {
  std::vector<float> samples(count);
  std::uint32_t state = 7;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 1664525U + 1013904223U;
    samples[i] = 0.4F * static_cast<float>(std::sin(0.05 * static_cast<double>(i))) +
                 0.1F * (static_cast<float>(state >> 8U) / 16777216.0F - 0.5F);
  }
  return samples;
}

Loaded load(const Source& source, const Params& params) {
  Instance spectrogram(Plugin::load(SHEAF_TEST_PLUGIN), "sheaf.spectrogram", params);
  Loaded loaded;
  static_cast<Outcome&>(loaded) = spectrogram.opened();
  if (!loaded.ok()) return loaded;
  static_cast<Outcome&>(loaded) = spectrogram.describe();
  return loaded.ok() ? spectrogram.load(source) : loaded;
}

TEST_CASE("the sample rate is that of the recordings", "[plugins][spectrogram]") {
  const std::int64_t stored = 8000;
  Description audio;
  Array& rate = audio.attrs["sample_rate"];
  rate.dtype = {SHEAF_INT, 64, 1};
  rate.bytes.resize(sizeof stored);
  std::memcpy(rate.bytes.data(), &stored, sizeof stored);
  const auto surveyed = [&](const Params& params, const Description& input) {
    Instance spectrogram(Plugin::load(SHEAF_TEST_PLUGIN), "sheaf.spectrogram", params);
    const Surveyed outcome = spectrogram.survey({}, {.input = &input});
    if (!outcome.ok()) return outcome.message;
    const Description described = spectrogram.describe();
    if (!described.ok()) return described.message;
    return std::to_string(described.attrs.at("sample_rate").elements<std::int64_t>()[0]);
  };
  CHECK(surveyed({}, audio) == "8000");
  CHECK(surveyed({{"rate", 8000}}, audio) == "8000");
  CHECK_THAT(surveyed({{"rate", 16000}}, audio), Contains("stores 8000 Hz; leave rate out"));
  CHECK(surveyed({{"rate", 16000}}, Description()) == "16000");
  CHECK_THAT(surveyed({}, Description()), Contains("give rate"));
}

TEST_CASE("a spectrogram has the values of NumPy's", "[plugins][spectrogram]") {
  const TempDir folder;
  const fs::path script = folder.write(
      "mel.py",
      "import sys, numpy as np\n"
      "x = np.fromfile(sys.argv[1], 'f4').astype('f8')\n"
      "rate, n, hop, mels, low, high, center = (float(v) for v in sys.argv[3:10])\n"
      "n, hop, mels = int(n), int(hop), int(mels)\n"
      "if center: x = np.pad(x, n // 2, mode='reflect')\n"
      "frames = np.lib.stride_tricks.sliding_window_view(x, n)[::hop]\n"
      "power = np.abs(np.fft.rfft(frames * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)))) ** "
      "2\n"
      "m = np.linspace(*(2595 * np.log10(1 + np.array([low, high]) / 700)), mels + 2)\n"
      "edges = 700 * (10 ** (m / 2595) - 1)\n"
      "f = np.fft.rfftfreq(n, 1 / rate)\n"
      "bank = np.array([np.interp(f, edges[i:i + 3], [0, 1, 0]) for i in range(mels)])\n"
      "mel = power @ bank.T\n"
      "np.concatenate([mel.shape, mel.ravel()]).tofile(sys.argv[2])\n");
  struct Case {
    std::size_t samples;
    int rate, n_fft, hop, mels;
    double low, high;
    bool center;
  };
  const Case c = GENERATE(values<Case>({{20000, 16000, 512, 160, 40, 0, 8000, true},
                                        {20000, 16000, 400, 160, 40, 50, 7600, false},
                                        {44100, 44100, 2048, 512, 128, 20, 16000, true},
                                        {100, 8000, 256, 64, 10, 0, 4000, true},
                                        {150000, 8000, 256, 16, 20, 0, 4000, false}}));
  CAPTURE(c.samples, c.n_fft);
  const std::vector<float> samples = sound(c.samples);
  folder.write("in", {reinterpret_cast<const char*>(samples.data()), samples.size() * 4});
  const ProcessResult python = run_python(
      script, {(folder / "in").string(), (folder / "out").string(), std::to_string(c.rate),
               std::to_string(c.n_fft), std::to_string(c.hop), std::to_string(c.mels),
               std::to_string(c.low), std::to_string(c.high), c.center ? "1" : "0"});
  INFO(python.err);
  REQUIRE(python.ok());
  const std::string raw = read_file(folder / "out");
  std::vector<double> expected(raw.size() / 8);
  std::memcpy(expected.data(), raw.data(), raw.size());

  Params params{{"rate", c.rate}, {"n_fft", c.n_fft}, {"hop", c.hop},       {"n_mels", c.mels},
                {"fmin", c.low},  {"fmax", c.high},   {"center", c.center}, {"scale", "power"}};
  const Loaded power = load(mono(samples), params);
  INFO(power.message);
  REQUIRE(power.ok());
  CHECK(power.outputs.at(0).shape == Extents{static_cast<std::int64_t>(expected[0]), c.mels});
  const std::vector<float> got = power.outputs[0].elements<float>();
  REQUIRE(got.size() + 2 == expected.size());
  const double peak = *std::max_element(expected.begin() + 2, expected.end());
  double worst = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(got[i]) - expected[i + 2]));
  }
  CHECK(worst < 1e-6 * peak);

  params.back() = {"scale", "db"};
  const std::vector<float> db = load(mono(samples), params).outputs.at(0).elements<float>();
  for (std::size_t i = 0; i < db.size(); ++i) {
    if (expected[i + 2] < 1e-9 * peak) continue;  // where float32 sees its own rounding
    if (std::abs(static_cast<double>(db[i]) - 10 * std::log10(expected[i + 2])) > 1e-2) FAIL(i);
  }
}

TEST_CASE("a tone is loudest in the filter of its frequency", "[plugins][spectrogram]") {
  std::vector<float> samples(16000);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] =
        static_cast<float>(std::sin(2 * std::numbers::pi * 1000 * static_cast<double>(i) / 16000));
  }
  Instance instance(Plugin::load(SHEAF_TEST_PLUGIN), "sheaf.spectrogram", {{"rate", 16000}});
  const std::vector<double> middles =
      instance.describe().attrs.at("frequencies").elements<double>();
  const std::vector<float> rows = instance.load(mono(samples)).outputs.at(0).elements<float>();
  const auto row = rows.begin() + 30 * 80;
  const auto loudest = static_cast<std::size_t>(std::max_element(row, row + 80) - row);
  CHECK(middles.at(loudest) == Approx(1000).margin(40));
}

TEST_CASE("channels are mixed, and int16 has the same spectrum", "[plugins][spectrogram]") {
  const Params params{{"rate", 8000}, {"n_fft", 256}, {"n_mels", 20}, {"scale", "power"}};
  std::vector<std::int16_t> integers;
  std::vector<float> floats, both;
  for (const float sample : sound(3000)) {
    integers.push_back(static_cast<std::int16_t>(sample * 32768));
    floats.push_back(static_cast<float>(integers.back()) / 32768);
    both.insert(both.end(), {floats.back() * 2, 0});
  }
  const auto rows = load(mono(floats), params).outputs.at(0).elements<float>();
  CHECK(load(derived(integers, {3000}), params).outputs.at(0).elements<float>() == rows);
  CHECK(load(derived(both, {3000, 2}), params).outputs.at(0).elements<float>() == rows);
}

TEST_CASE("recordings that are shorter than a piece", "[plugins][spectrogram]") {
  const Params inside{{"rate", 8000}, {"center", false}};
  CHECK(load(mono(sound(100)), inside).status == SHEAF_EMPTY);
  CHECK(load(mono({}), {{"rate", 8000}}).status == SHEAF_EMPTY);
  CHECK(load(mono({0.5F}), {{"rate", 8000}}).outputs.at(0).shape == Extents{1, 80});
  CHECK(load(mono({0.5F, 0}), {{"rate", 8000}}).outputs.at(0).shape == Extents{1, 80});
}

TEST_CASE("silence and what is no number stay in bounds", "[plugins][spectrogram]") {
  const Params params{{"rate", 8000}, {"n_mels", 4}};
  for (const float value :
       load(mono(std::vector<float>(2000)), params).outputs.at(0).elements<float>()) {
    CHECK(value == -100);
  }
  CHECK(load(mono(std::vector<float>(2000, std::nanf(""))), params).ok());
  CHECK(load(derived(sound(8), {2, 2, 2}), params).status == SHEAF_ERR_SOURCE);
  CHECK(load(derived(std::vector<double>(8), {8}), params).status != SHEAF_OK);
}

TEST_CASE("parameters that make no sense together are refused", "[plugins][spectrogram]") {
  CHECK_THAT(load(mono({}), {{"rate", 8000}, {"fmax", 5000.0}}).message, Contains("4000 Hz"));
  CHECK_THAT(load(mono({}), {{"rate", 8000}, {"n_fft", 255}}).message, Contains("even"));
  Instance narrow(Plugin::load(SHEAF_TEST_PLUGIN), "sheaf.spectrogram",
                  {{"rate", 16000}, {"n_fft", 128}});
  narrow.describe();
  REQUIRE(narrow.log().size() == 1);
  CHECK_THAT(narrow.log()[0], Contains("mel filters are narrower"));
}

}  // namespace
}  // namespace sheaf::test
