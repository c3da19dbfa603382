// SPDX-License-Identifier: MIT
#pragma once
// What the tests of sheaf.audio share: WAVs made by hand, the ffmpeg command, and a load in a line.
//
// Model: make() writes a recording in any format, reference() gives the samples that the ffmpeg
// command makes of a file, load() those of the feature.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/plugin_harness.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::test::audio {

namespace fs = std::filesystem;
using Params = std::vector<Param>;
using Strings = std::vector<std::string>;

// What a WAV's header says; the samples come separately, so that both can disagree.
struct Wav {
  std::uint16_t tag = 1;  // 1: integers, 3: floats
  std::uint16_t channels = 1;
  std::uint32_t rate = 8000;
  std::uint16_t bits = 16;
};

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}
template <class T>
std::string bytes_of(T value) {
  return bytes_of(std::vector<T>{value});
}

inline std::string wav_header(const Wav& wav, std::uint32_t data_size) {
  const auto block = static_cast<std::uint16_t>(wav.channels * wav.bits / 8);
  return "RIFF" + bytes_of<std::uint32_t>(data_size + 36) + "WAVEfmt " +
         bytes_of<std::uint32_t>(16) + bytes_of(wav.tag) + bytes_of(wav.channels) +
         bytes_of(wav.rate) + bytes_of<std::uint32_t>(wav.rate * block) + bytes_of(block) +
         bytes_of(wav.bits) + "data" + bytes_of(data_size);
}
inline std::string wav_file(const Wav& wav, const std::string& data) {
  return wav_header(wav, static_cast<std::uint32_t>(data.size())) + data;
}

// 16-bit samples of all sizes, the extremes included.
inline std::vector<std::int16_t> some_samples(std::size_t count) {
  std::vector<std::int16_t> samples(count);
  std::uint32_t state = 1;
  for (std::int16_t& sample : samples) {
    state = state * 1664525U + 1013904223U;
    sample = static_cast<std::int16_t>(state >> 16U);
  }
  samples.front() = INT16_MIN;
  samples.back() = INT16_MAX;
  return samples;
}
inline std::vector<float> to_float(const std::vector<std::int16_t>& samples) {
  std::vector<float> result;
  for (const std::int16_t sample : samples) result.push_back(static_cast<float>(sample) / 32768);
  return result;
}

inline Plugin media() { return Plugin::load(SHEAF_TEST_PLUGIN); }
inline Source source(const fs::path& path) { return {path.filename().string(), path}; }

// Opens the feature for one source and loads it.
inline Loaded load(const fs::path& path, const Params& params = {}) {
  Instance audio(media(), "sheaf.audio", params);
  audio.survey({source(path)});
  audio.describe();
  return audio.load(source(path));
}
inline std::vector<float> floats(const Loaded& loaded) {
  INFO(loaded.message);
  REQUIRE(loaded.status == SHEAF_OK);
  return loaded.outputs.at(0).elements<float>();
}
inline std::vector<std::int64_t> shape(const Loaded& loaded) { return loaded.outputs.at(0).shape; }

// Runs the ffmpeg command on lavfi sources and files, all options spelled out.
inline void ffmpeg(Strings arguments) {
  const Strings always{"ffmpeg", "-nostdin", "-v", "error", "-y"};
  arguments.insert(arguments.begin(), always.begin(), always.end());
  const ProcessResult result = run(arguments);
  INFO(result.err);
  REQUIRE(result.ok());
}
// A file with two different channels of sound, in the format that its name says.
inline fs::path make(const TempDir& folder, const std::string& name, const Strings& options = {}) {
  Strings arguments{"-f", "lavfi", "-i",
                    "aevalsrc=0.4*sin(2770*t)+0.2*sin((900+300*t)*t)|0.5*sin(4150*t)"
                    ":s=44100:d=2.3"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.push_back((folder / name).string());
  ffmpeg(arguments);
  return folder / name;
}
// The samples that the ffmpeg command makes of it.
template <class T = float>
std::vector<T> reference(const TempDir& folder, const fs::path& file, const Strings& options = {}) {
  Strings arguments{"-i", "file:" + file.string(), "-map", "0:a:0"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  for (const char* last : {"-f", sizeof(T) == 4 ? "f32le" : "s16le"}) arguments.emplace_back(last);
  arguments.push_back((folder / "reference.raw").string());
  ffmpeg(arguments);
  const std::string raw = read_file(folder / "reference.raw");
  std::vector<T> samples(raw.size() / sizeof(T));
  std::memcpy(samples.data(), raw.data(), samples.size() * sizeof(T));
  return samples;
}

// Not with ==, which would print a million numbers.
template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}
inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace sheaf::test::audio
