// SPDX-License-Identifier: MIT
// The previews that the built-in plugins bring, through the ABI.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/preview_harness.hpp"

namespace sheaf::test {
namespace {

using Catch::Contains;
using Extents = std::vector<std::int64_t>;

const sheaf_feature& feature(const std::string& plugin, const std::string& name) {
  return Plugin::load(std::string(SHEAF_TEST_PLUGINS) + "/sheaf_" + plugin + ".so").feature(name);
}

template <class T>
Array array(const std::vector<T>& values, Extents shape) {
  Array made;
  made.dtype = {std::is_floating_point_v<T> ? std::uint8_t{SHEAF_FLOAT}
                : std::is_signed_v<T>       ? std::uint8_t{SHEAF_INT}
                                            : std::uint8_t{SHEAF_UINT},
                sizeof(T) * 8, 1};
  made.shape = std::move(shape);
  made.bytes.resize(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(made.bytes.data(), values.data(), made.bytes.size());
  return made;
}
template <class T>
Array scalar(T value) {
  return array(std::vector<T>{value}, {});
}

Preview show_image(const Array& rows, std::uint32_t width, std::uint32_t height,
                   const std::vector<Param>& params = {}) {
  return preview(feature("image", "sheaf.image"), {"a.png", {{"", rows}}},
                 {SHEAF_PREVIEW_RGBA, width, height, params});
}

const sheaf_feature& audio() { return feature("media", "sheaf.audio"); }
StoredRows recording(const std::vector<float>& samples, std::int64_t rate = 8000) {
  return {"a.wav",
          {{"", array(samples, {static_cast<std::int64_t>(samples.size())})}},
          {{"sample_rate", scalar(rate)}}};
}
std::vector<float> sine(std::size_t count, double hertz, double rate = 8000) {
  std::vector<float> samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(i) / rate;
    samples[i] = static_cast<float>(0.5 * std::sin(phase));
  }
  return samples;
}

int lightness(const Preview& picture, std::size_t x, std::size_t y) {
  const std::uint8_t* const pixel = &picture.rgba.at((y * picture.width + x) * 4);
  return 2 * pixel[0] + 5 * pixel[1] + pixel[2];
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

TEST_CASE("an image is shown within the size, in its shape, and never larger than it is",
          "[plugins][preview][image]") {
  const std::vector<std::uint8_t> red = [] {
    std::vector<std::uint8_t> pixels;
    for (int i = 0; i < 40 * 20; ++i) pixels.insert(pixels.end(), {200, 10, 30});
    return pixels;
  }();
  const Preview small = show_image(array(red, {1, 20, 40, 3}), 10, 10);
  INFO(small.message);
  REQUIRE(small.ok());
  CHECK((small.width == 10 && small.height == 5));
  CHECK(std::vector<std::uint8_t>(small.rgba.begin(), small.rgba.begin() + 4) ==
        std::vector<std::uint8_t>{200, 10, 30, 255});
  const Preview full = show_image(array(red, {1, 20, 40, 3}), 500, 500);
  CHECK((full.width == 40 && full.height == 20));
  const Preview one = show_image(array<std::uint8_t>({7}, {1, 1, 1, 1}), 500, 500);
  CHECK(one.rgba == std::vector<std::uint8_t>{7, 7, 7, 255});
  CHECK((one.width == 1 && one.height == 1));
}

TEST_CASE("an image keeps its alpha, and 16 bits and floating point become 8",
          "[plugins][preview][image]") {
  CHECK(show_image(array<std::uint8_t>({9, 8, 7, 100}, {1, 1, 1, 4}), 9, 9).rgba ==
        std::vector<std::uint8_t>{9, 8, 7, 100});
  CHECK(show_image(array<std::uint16_t>({65535, 257, 0}, {1, 1, 1, 3}), 9, 9).rgba ==
        std::vector<std::uint8_t>{255, 1, 0, 255});
  CHECK(show_image(array<float>({1, 0.5F, 0}, {1, 1, 1, 3}), 9, 9).rgba ==
        std::vector<std::uint8_t>{255, 128, 0, 255});
  const Array dark = array<std::uint8_t>({10, 12, 14}, {1, 1, 3, 1});
  CHECK(show_image(dark, 9, 9, {{"brightness", "data"}}).rgba ==
        std::vector<std::uint8_t>{0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255});
}

TEST_CASE("several rows are a contact sheet; rows that are no pictures are refused",
          "[plugins][preview][image]") {
  std::vector<std::uint8_t> rows(std::size_t{100} * 8 * 8);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint8_t>(i / 64 + 1);
  const Preview sheet = show_image(array(rows, {100, 8, 8, 1}), 300, 300, {{"count", 4}});
  INFO(sheet.message);
  REQUIRE(sheet.ok());
  CHECK((sheet.width == 18 && sheet.height == 18));
  CHECK(sheet.rgba[0] == 1);
  CHECK(sheet.rgba[(std::size_t{17} * 18 + 17) * 4] == 76);
  CHECK(sheet.rgba[8 * 4 + 3] == 0);
  CHECK(sheet.most_rows == 1);
  const Preview flat = show_image(array(rows, {800, 8}), 300, 300);
  CHECK(flat.status == SHEAF_ERR_SOURCE);
  CHECK_THAT(flat.message, Contains("height"));
  CHECK(show_image(array<std::uint8_t>({}, {0, 8, 8, 3}), 9, 9).status == SHEAF_ERR_SOURCE);
}

TEST_CASE("a waveform is dark where it is loud, and reads long recordings in pieces",
          "[plugins][preview][audio]") {
  std::vector<float> samples = sine(2'000'000, 440);
  std::fill(samples.begin() + 1'000'000, samples.end(), 0.0F);
  const Preview made = preview(audio(), recording(samples), {SHEAF_PREVIEW_RGBA, 800, 300});
  INFO(made.message);
  REQUIRE(made.ok());
  CHECK(made.width == 800);
  CHECK(made.height <= 300);
  CHECK(made.most_rows <= 1 << 20);
  // In the middle of the upper half of the plot.
  CHECK(lightness(made, 200, made.height * 2 / 5) < 8 * 150);
  CHECK(lightness(made, 600, made.height * 2 / 5) > 8 * 230);
}

TEST_CASE("a recording's text says how long and how loud, and fits", "[plugins][preview][audio]") {
  for (const std::uint32_t width : {20U, 80U, 200U}) {
    const Preview made =
        preview(audio(), recording(sine(16'000, 300)), {SHEAF_PREVIEW_TEXT, width, 10});
    REQUIRE(made.ok());
    const auto lines = lines_of(made.text);
    CHECK(lines.size() <= 10);
    for (const std::string& line : lines) CHECK(characters(line) <= width);
    if (width >= 80) CHECK_THAT(lines[0], Contains("2 s, 8 kHz, mono") && Contains("-6.0 dBFS"));
  }
  const Preview silent =
      preview(audio(), recording(std::vector<float>(80)), {SHEAF_PREVIEW_TEXT, 80, 10});
  CHECK_THAT(silent.text, Contains("10 ms") && Contains("silent"));
  CHECK(preview(audio(), recording({0.5F}), {SHEAF_PREVIEW_RGBA, 300, 200}).ok());
  CHECK(preview(audio(), recording({}), {SHEAF_PREVIEW_RGBA, 300, 200}).ok());
  CHECK(preview(audio(), recording({NAN, INFINITY}), {SHEAF_PREVIEW_SVG, 300, 200}).ok());
}

TEST_CASE("int16 and several channels are shown as the same sound", "[plugins][preview][audio]") {
  std::vector<std::int16_t> samples;
  for (const float sample : sine(8'000, 300)) {
    samples.push_back(static_cast<std::int16_t>(std::lround(sample * 32768)));
    samples.push_back(0);
  }
  const StoredRows rows{
      "a.wav", {{"", array(samples, {8'000, 2})}}, {{"sample_rate", scalar<std::int64_t>(8000)}}};
  const Preview made = preview(audio(), rows, {SHEAF_PREVIEW_TEXT, 80, 9});
  INFO(made.message);
  CHECK_THAT(made.text, Contains("1 s, 8 kHz, 2 channels") && Contains("-6.0 dBFS"));
  CHECK(preview(audio(), rows, {SHEAF_PREVIEW_RGBA, 300, 200, {{"style", "spectrogram"}}}).ok());
}

TEST_CASE("a spectrogram is bright at the tone's frequency", "[plugins][preview][audio]") {
  const Preview made = preview(audio(), recording(sine(16'000, 1000)),
                               {SHEAF_PREVIEW_RGBA, 90, 90, {{"style", "spectrogram"}}});
  INFO(made.message);
  REQUIRE(made.ok());
  std::size_t brightest = 0;  // too small for axes: all is plot, from 0 to 4 kHz
  for (std::size_t y = 0; y < made.height; ++y) {
    if (lightness(made, 45, y) > lightness(made, 45, brightest)) brightest = y;
  }
  const double hertz = 4000 * (1 - (static_cast<double>(brightest) + 0.5) / made.height);
  CHECK(hertz == Approx(1000).margin(60));
  CHECK(lightness(made, 45, made.height / 4) < 8 * 60);
  const Preview text = preview(audio(), recording(sine(16'000, 1000)),
                               {SHEAF_PREVIEW_TEXT, 80, 24, {{"style", "spectrogram"}}});
  CHECK(text.status == SHEAF_ERR_PLUGIN);
  CHECK_THAT(text.message, Contains("rgba"));
  CHECK(preview(audio(), recording(sine(100, 1000)),
                {SHEAF_PREVIEW_RGBA, 90, 90, {{"style", "spectrogram"}, {"n_fft", 63}}})
            .status == SHEAF_ERR_PLUGIN);
}

TEST_CASE("stored spectra look the same in whatever scale they are stored",
          "[plugins][preview][spectrogram]") {
  constexpr std::size_t frames = 600, bins = 40;
  std::vector<float> power(frames * bins);
  for (std::size_t i = 0; i < power.size(); ++i) {
    power[i] = i % bins == i / bins % bins ? 1.0F : 1e-4F;
  }
  const auto show = [&](const std::string& unit, auto&& convert) {
    std::vector<float> values;
    for (const float value : power) values.push_back(static_cast<float>(convert(value)));
    std::vector<double> frequencies;
    for (std::size_t i = 0; i < bins; ++i) frequencies.push_back(50 * std::pow(1.1, i));
    return preview(feature("spectrogram", "sheaf.spectrogram"),
                   {"a.wav",
                    {{"", array(values, {frames, bins})}},
                    {{"unit", text(unit)},
                     {"frame_rate", scalar(100.0)},
                     {"frequencies", array(frequencies, {bins})}}},
                   {SHEAF_PREVIEW_RGBA, 700, 400});
  };
  const Preview decibels = show("dB", [](double p) { return 10 * std::log10(p); });
  INFO(decibels.message);
  REQUIRE(decibels.ok());
  CHECK((decibels.width == 700 && decibels.height <= 400));
  const auto differs = [&](const Preview& other) {
    int most = 0;
    for (std::size_t i = 0; i < decibels.rgba.size(); ++i) {
      most = std::max(most, std::abs(decibels.rgba[i] - other.rgba.at(i)));
    }
    return most;
  };
  CHECK(differs(show("power", [](double p) { return p; })) <= 1);
  CHECK(differs(show("ln of power", [](double p) { return std::log(p); })) <= 1);
}

TEST_CASE("a video is a sheet of some of its frames", "[plugins][preview][video]") {
  std::vector<std::uint8_t> frames(std::size_t{48} * 9 * 16 * 3);
  for (std::size_t i = 0; i < frames.size(); ++i) frames[i] = static_cast<std::uint8_t>(i / 432);
  std::vector<double> times(48);
  const Preview made =
      preview(feature("media", "sheaf.video"),
              {"a.mp4", {{"frames", array(frames, {48, 9, 16, 3})}, {"time", array(times, {48})}}},
              {SHEAF_PREVIEW_RGBA, 300, 300});
  INFO(made.message);
  REQUIRE(made.ok());
  CHECK(made.rgba[0] == 0);
  CHECK(*std::ranges::max_element(made.rgba, {}, [](int v) { return v == 255 ? 0 : v; }) == 44);
}

TEST_CASE("a text is its first lines, and how many more there are", "[plugins][preview][text]") {
  const auto show = [](std::vector<std::string> rows, std::uint32_t width, std::uint32_t height) {
    const Preview made =
        preview(feature("text", "sheaf.text"), {"a.txt", {{"", strings(std::move(rows))}}},
                {SHEAF_PREVIEW_TEXT, width, height});
    CHECK(made.ok());
    return made.text;
  };
  CHECK(show({"one\r\ntwo\n\nfour\n"}, 80, 10) == "one\ntwo\n\nfour\n");
  CHECK(show({"a\nb\nc\nd\ne\n"}, 80, 4) == "a\nb\nc\n… 2 more lines\n");
  CHECK(show({"1", "2", "3"}, 80, 3) == "1\n2\n… 1 more row\n");
  CHECK(show({"a long line"}, 7, 9) == "a long…\n");
  CHECK(show({}, 80, 9).empty());
  CHECK(show(std::vector<std::string>(2000, "x"), 80, 2) == "x\n… 1,999 more rows\n");
}

TEST_CASE("a table has its head, aligned columns, and says how much is left",
          "[plugins][preview][table]") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> values{1, 2.5, -1000, nan};
  values.resize(2468, 0.125);
  const StoredRows matrix{
      "a.csv", {{"", array(values, {1234, 2})}}, {{"columns", strings({"length", "x"})}}};
  const sheaf_feature& table = feature("table", "sheaf.table");
  const Preview made = preview(table, matrix, {SHEAF_PREVIEW_TEXT, 80, 6});
  INFO(made.message);
  CHECK(made.text ==
        "length      x\n"
        "     1    2.5\n"
        " -1000\n"
        " 0.125  0.125\n"
        " 0.125  0.125\n"
        "… 1,230 more rows\n");
  const StoredRows mixed{
      "a.csv",
      {{"name", strings({"Ärger", "日本"})}, {"n", array<std::int8_t>({-1, 2}, {2})}},
      {{"columns", strings({"name", "n"})}}};
  CHECK(preview(table, mixed, {SHEAF_PREVIEW_TEXT, 80, 6}).text ==
        "name    n\n"
        "Ärger  -1\n"
        "日本    2\n");
  for (const std::string& line :
       lines_of(preview(table, matrix, {SHEAF_PREVIEW_TEXT, 9, 6}).text)) {
    CHECK(characters(line) <= 9);
  }
}

}  // namespace sheaf::test
