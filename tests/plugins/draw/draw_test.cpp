// SPDX-License-Identifier: MIT
// What previews are drawn with, against OpenCV and NumPy in Python (reference.py).
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "draw/axes.hpp"
#include "draw/contact_sheet.hpp"
#include "draw/heat.hpp"
#include "draw/pixels.hpp"
#include "draw/waveform.hpp"
#include "media/spectrum.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::draw {
namespace {

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// The same numbers, from 0 to 1, in every run.
class Noise {
 public:
  double operator()() {
    state_ = state_ * 1664525U + 1013904223U;
    return (state_ >> 8U) / 16777216.0;
  }

 private:
  std::uint32_t state_ = 7;
};

void check_in_python(const test::TempDir& folder, const std::vector<std::string>& what) {
  std::vector<std::string> arguments = what;
  arguments.push_back(folder.path().string());
  const test::ProcessResult done = test::run_python(SHEAF_TEST_REFERENCE, arguments);
  INFO(done.out << done.err);
  CHECK(done.ok());
}

template <class T>
void put_shrunk(const test::TempDir& folder, Element element, std::size_t channels, double most) {
  constexpr std::size_t width = 61, height = 47;
  constexpr Size size{23, 18};
  Noise noise;
  std::vector<T> values(width * height * channels);
  for (T& value : values) value = static_cast<T>(noise() * most);
  const Pixels pixels{reinterpret_cast<const std::byte*>(values.data()), element, width, height,
                      channels};
  const std::string name = std::string(std::is_floating_point_v<T> ? "f" : "u") +
                           std::to_string(sizeof(T)) + "x" + std::to_string(channels);
  folder.write(name + ".in", bytes_of(values));
  folder.write(name + ".out", bytes_of(shrink(pixels, natural_range(pixels), size).rgba));
}

std::vector<float> sound(std::size_t count) {
  Noise noise;
  std::vector<float> samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    samples[i] =
        static_cast<float>(0.5 * std::sin(0.07 * static_cast<double>(i)) + 0.2 * (noise() - 0.5));
  }
  return samples;
}

double lightness(Color color) { return 0.2126 * color.r + 0.7152 * color.g + 0.0722 * color.b; }

}  // namespace

TEST_CASE("a picture is scaled down by area, as OpenCV does it", "[plugins][draw]") {
  const test::TempDir folder;
  put_shrunk<std::uint8_t>(folder, Element::U8, 1, 256);
  put_shrunk<std::uint8_t>(folder, Element::U8, 2, 256);
  put_shrunk<std::uint8_t>(folder, Element::U8, 3, 256);
  put_shrunk<std::uint8_t>(folder, Element::U8, 4, 256);
  put_shrunk<std::uint16_t>(folder, Element::U16, 3, 65536);
  put_shrunk<float>(folder, Element::F32, 3, 1);
  put_shrunk<double>(folder, Element::F64, 1, 1);
  check_in_python(folder, {"shrink"});
}

TEST_CASE("a picture is never scaled up, and never to nothing", "[plugins][draw]") {
  const auto fits = [](std::size_t w, std::size_t h, Size most, Size wanted) {
    const Size size = fitted(w, h, most);
    CHECK(size.width == wanted.width);
    CHECK(size.height == wanted.height);
  };
  fits(1, 1, {512, 512}, {1, 1});
  fits(32, 32, {512, 512}, {32, 32});
  fits(4000, 3000, {512, 512}, {512, 384});
  fits(100000, 1, {80, 48}, {80, 1});
  fits(1, 100000, {80, 48}, {1, 48});
}

TEST_CASE("floating point pictures beyond 0 to 1 are shown from their smallest to their largest",
          "[plugins][draw]") {
  const std::vector<float> values{-2, 6, NAN, 2};
  const Pixels pixels{reinterpret_cast<const std::byte*>(values.data()), Element::F32, 2, 2, 1};
  const Bitmap bitmap = shrink(pixels, natural_range(pixels), {2, 2});
  CHECK(bitmap.rgba[0] == 0);
  CHECK(bitmap.rgba[4] == 255);
  CHECK(bitmap.rgba[8] == 0);  // no number
  CHECK(bitmap.rgba[12] == 128);
}

TEST_CASE("a contact sheet has all pictures within its size, evenly chosen", "[plugins][draw]") {
  std::vector<std::int64_t> read;
  Pictures pictures{1000, {nullptr, Element::U8, 30, 20, 3}, 1800, {}};
  pictures.read = [&](std::int64_t row, std::span<std::byte> to) {
    read.push_back(row);
    std::ranges::fill(to, std::byte{200});
  };
  const Bitmap sheet = contact_sheet(pictures, 8, {100, 70}, Brightness::Natural);
  CHECK(read == std::vector<std::int64_t>{0, 125, 250, 375, 500, 625, 750, 875});
  CHECK(sheet.width <= 100);
  CHECK(sheet.height <= 70);
  std::size_t light = 0;
  for (std::size_t i = 0; i < sheet.rgba.size(); i += 4) light += sheet.rgba[i] == 200 ? 1U : 0U;
  CHECK(light > 100 * 70 / 2);
  for (const auto count : {1, 2, 3, 7, 100}) {
    for (const Size most : {Size{1, 1}, Size{9, 200}, Size{300, 5}}) {
      const Bitmap small = contact_sheet(pictures, count, most, Brightness::Data);
      CHECK((small.width >= 1 && small.width <= most.width));
      CHECK((small.height >= 1 && small.height <= most.height));
    }
  }
}

TEST_CASE("an envelope has each part's extremes, however the samples come", "[plugins][draw]") {
  const std::int64_t rows = GENERATE(100'003, 64'000, 700);
  const test::TempDir folder;
  constexpr std::size_t channels = 2;
  const std::vector<float> samples = sound(static_cast<std::size_t>(rows) * channels);
  Envelope envelope(rows, channels, 640);
  const std::span<const float> all(samples);
  for (std::size_t at = 0, piece = 1; at < samples.size(); ++piece) {
    const std::size_t size = std::min(piece * 34, samples.size() - at);
    envelope.add(all.subspan(at, size));
    at += size;
  }
  std::vector<float> extremes;
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t x = 0; x < 640; ++x) {
      const Part& part = envelope.at(c, x, 640);
      extremes.insert(extremes.end(), {part.low, part.high, static_cast<float>(part.rms())});
    }
  }
  folder.write("samples", bytes_of(samples));
  folder.write("extremes", bytes_of(extremes));
  check_in_python(folder, {"envelope"});
  CHECK(envelope.peak() == Approx(std::abs(*std::ranges::max_element(
                               samples, {}, [](float s) { return std::abs(s); }))));
}

TEST_CASE("a spectrogram is that of NumPy, and a sine of full scale is 0 dB", "[plugins][draw]") {
  const test::TempDir folder;
  const std::vector<float> samples = sound(20'000);
  const auto read = [](const std::vector<float>& from) {
    return [&from](std::int64_t start, std::int64_t stop, std::span<float> to) {
      std::copy(from.begin() + start, from.begin() + stop, to.begin());
    };
  };
  folder.write("samples", bytes_of(samples));
  folder.write("few", bytes_of(media::spectrogram(20'000, 512, 10, read(samples)).values));
  folder.write("many", bytes_of(media::spectrogram(20'000, 512, 300, read(samples)).values));
  check_in_python(folder, {"spectrogram"});

  std::vector<float> sine(8192);
  for (std::size_t i = 0; i < sine.size(); ++i) {
    sine[i] = static_cast<float>(std::sin(2 * std::numbers::pi * static_cast<double>(i) / 16));
  }
  const Matrix matrix = media::spectrogram(8192, 1024, 8, read(sine));
  CHECK(matrix.at(4, 64) == Approx(0).margin(0.01));
  CHECK(matrix.at(4, 200) < -80);
  CHECK(media::spectrogram(0, 64, 8, read(sine)).values.empty());
  CHECK(media::usual_n_fft(44100) == 2048);
  CHECK(media::usual_n_fft(8000) == 256);
}

TEST_CASE("brighter colours of a heat map are lighter", "[plugins][draw]") {
  double before = -1;
  for (int i = 0; i <= 100; ++i) {
    const double now = lightness(heat(i / 100.0));
    CHECK(now > before);
    before = now;
  }
  CHECK(heat(NAN) == heat(0));
  CHECK(heat(-5) == heat(0));
  CHECK(heat(5) == heat(1));
}

TEST_CASE("diagrams can be drawn at any size", "[plugins][draw]") {
  const std::vector<float> samples = sound(5'000);
  for (const Size size : {Size{1, 1}, Size{3, 400}, Size{400, 3}, Size{200, 96}, Size{401, 97}}) {
    for (const std::int64_t rows : {std::int64_t{0}, std::int64_t{1}, std::int64_t{5'000}}) {
      const auto some = std::span(samples).first(static_cast<std::size_t>(rows));
      Bitmap bitmap(size.width, size.height);
      Raster raster(size.width, size.height, bitmap.rgba);
      Envelope envelope(rows, 1, size.width);
      envelope.add(some);
      draw_waveform(raster, envelope, {8000});
      CHECK(bitmap.rgba[3] == 255);
      ColumnMeans means(static_cast<std::size_t>(rows), 1, size.width);
      for (const float& sample : some) means.add({&sample, 1});
      draw_heat(raster, {means.take(), 80, static_cast<double>(rows) / 8000, {440}, "x"});
    }
  }
}

TEST_CASE("an SVG is XML, and the picture in it a PNG", "[plugins][draw]") {
  const test::TempDir folder;
  const std::vector<float> samples = sound(5'000);
  Svg waveform(640, 240);
  Envelope envelope(5'000, 1, 640);
  envelope.add(std::span<const float>(samples));
  draw_waveform(waveform, envelope, {8000});
  folder.write("waveform.svg", waveform.document());
  Svg heat_map(640, 240);
  HeatPlot plot{{2, 2, {-80, -40, -20, 0}}, 80, 2.5, {0, 4000}, "a < b & \"c\""};
  draw_heat(heat_map, plot);
  folder.write("heat.svg", heat_map.document());
  check_in_python(folder, {"svg"});
}

TEST_CASE("ticks are round, and labelled so that one can read them", "[plugins][draw]") {
  const auto labels = [](const std::vector<Tick>& ticks) {
    std::string text;
    for (const Tick& tick : ticks) text += (text.empty() ? "" : "|") + tick.label;
    return text;
  };
  CHECK(labels(time_ticks(3, 6)) == "0.0|0.5|1.0|1.5|2.0|2.5|3.0 s");
  CHECK(labels(time_ticks(0.0125, 3)) == "0|5|10 ms");
  CHECK(labels(time_ticks(200, 4)) == "0:00|1:00|2:00|3:00");
  CHECK(labels(time_ticks(3 * 3600 + 10, 4)) == "0:00|1:00:00|2:00:00|3:00:00");
  CHECK(labels(time_ticks(40 * 86400, 4)).starts_with("0:00|240:00:00|"));
  CHECK(labels(number_ticks(-90, -10, 4, " dB")) == "-80|-60|-40|-20 dB");
  CHECK(labels(number_ticks(5, 5, 4, "")) == "5");
  CHECK(duration(0.5) == "0.5 s");
  CHECK(duration(59.99) == "59.99 s");
  CHECK(duration(192.44) == "3:12.4");
  CHECK(duration(3750) == "1:02:30");
  CHECK(frequency(44100) == "44.1 kHz");
}

}  // namespace sheaf::draw
