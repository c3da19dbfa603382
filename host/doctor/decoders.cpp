// SPDX-License-Identifier: MIT
#include "host/doctor/decoders.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "core/typed/scratch.hpp"
#include "host/doctor/measure.hpp"
#include "host/ingest/ingest.hpp"
#include "host/worker/scan.hpp"

namespace sheaf::host::doctor {
namespace {

namespace fs = std::filesystem;

constexpr int few = 200;
constexpr int many = 2200;

struct Sample {
  const char* what;
  const char* feature;
  const char* suffix;
  std::string bytes;
};

void put_number(std::string& text, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFFU);
}

void make_copies(const fs::path& folder, const Sample& sample, int count) {
  fs::create_directory(folder);
  const fs::path first = folder / (std::string("0") + sample.suffix);
  std::ofstream(first, std::ios::binary) << sample.bytes;
  for (int i = 1; i < count; ++i) {
    fs::create_hard_link(first, folder / (std::to_string(i) + sample.suffix));
  }
}

double seconds_of(const fs::path& folder, const Sample& sample, const plugin::Catalog& catalog,
                  const std::atomic<bool>& stop) {
  check_stop(stop);
  IngestOptions options;
  options.sources = {folder.string()};
  options.output = folder.string() + ".h5";
  options.features.push_back(parse_request(sample.feature));
  options.limits.workers = std::max(1U, std::thread::hardware_concurrency());
  std::atomic<bool> own_stop = false;
  Observer nobody;
  const Summary summary = ingest(options, catalog, own_stop, nobody);
  if (summary.failed > 0) {
    throw Error(ErrorCode::Unsupported, sample.feature, summary.failures.at(0).message);
  }
  return summary.seconds;
}

DecoderSpeed measure(const Sample& sample, const fs::path& scratch, const plugin::Catalog& catalog,
                     const std::atomic<bool>& stop) {
  DecoderSpeed speed{sample.what, 0, {}};
  try {
    const fs::path folder = scratch / sample.feature;
    make_copies(folder.string() + "-few", sample, few);
    make_copies(folder, sample, many);
    const double start = seconds_of(folder.string() + "-few", sample, catalog, stop);
    const double whole = seconds_of(folder, sample, catalog, stop);
    speed.sources = (many - few) / std::max(whole - start, 1e-6);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::Cancelled) throw;
    speed.problem = error.what();
  }
  return speed;
}

}  // namespace

std::string sample_wav() {
  constexpr std::uint32_t rate = 8000;
  constexpr std::uint32_t samples = rate / 2;
  std::string text = "RIFF";
  put_number(text, 36 + 2 * samples, 4);
  text += "WAVEfmt ";
  put_number(text, 16, 4);
  put_number(text, 1, 2);  // PCM
  put_number(text, 1, 2);  // mono
  put_number(text, rate, 4);
  put_number(text, 2 * rate, 4);
  put_number(text, 2, 2);
  put_number(text, 16, 2);
  text += "data";
  put_number(text, 2 * samples, 4);
  for (std::uint32_t i = 0; i < samples; ++i) {
    const double value = 16000 * std::sin(2 * std::numbers::pi * 440 * i / rate);
    put_number(text, static_cast<std::uint32_t>(std::lround(value)), 2);
  }
  return text;
}

std::vector<DecoderSpeed> measure_decoders(const std::atomic<bool>& stop) {
  const Sample samples[] = {
      {"JPEG, 64 x 64 pixels", "image", ".jpg", std::string(sample_jpeg())},
      {"WAV, half a second", "audio", ".wav", sample_wav()},
  };
  const plugin::Catalog catalog = worker::scan_in_workers();
  const auto scratch = typed::ScratchFolder::create(typed::ScratchFolder::Place::Memory);
  std::vector<DecoderSpeed> speeds;
  for (const Sample& sample : samples) {
    speeds.push_back(measure(sample, scratch.path(), catalog, stop));
  }
  return speeds;
}

}  // namespace sheaf::host::doctor
