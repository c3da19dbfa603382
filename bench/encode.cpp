// SPDX-License-Identifier: MIT
// Writes raw float32 samples as one array, as Sheaf does it: seconds, seconds of all cores
// together, and bytes in the file.
//
//   sheaf_bench_encode FILE.f32 OUT.h5 COMPRESSION LEVEL THREADS      (level -1: the usual one)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/layout/writer.hpp"

using namespace sheaf;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::int64_t samples_an_append = 1 << 18;  // as parcels bring them

std::vector<float> read_samples(const char* path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw Error(ErrorCode::NotFound, path, "can't be read");
  std::vector<float> samples(static_cast<std::size_t>(file.tellg()) / sizeof(float));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(samples.data()),
            static_cast<std::streamsize>(samples.size() * sizeof(float)));
  return samples;
}

int write(const char* const* arguments) {
  const std::vector<float> samples = read_samples(arguments[1]);
  layout::OutputSpec spec{"", float32, {}, layout::Ragged::Never, {}};
  const auto* kind = layout::find_compression(std::string_view(arguments[3]));
  if (kind == nullptr) throw Error(ErrorCode::Invalid, arguments[3], "is no compression");
  spec.options.compression = kind->compression;
  if (const int level = std::atoi(arguments[4]); level >= 0) spec.options.level = level;
  spec.options.shuffle = true;

  const auto begin = Clock::now();
  const std::clock_t cpu_begin = std::clock();
  auto writer =
      layout::Writer::create(arguments[2], true, {static_cast<unsigned>(std::atoi(arguments[5]))});
  writer.add_feature({"audio", {spec}, {}});
  writer.begin_source({"all"});
  const auto count = static_cast<std::int64_t>(samples.size());
  for (std::int64_t at = 0; at < count; at += samples_an_append) {
    const std::int64_t rows = std::min(samples_an_append, count - at);
    if (writer.append(0, 0, {rows, {}, samples.data() + at, nullptr})) return 1;
  }
  writer.end_source();
  writer.finish();
  const std::chrono::duration<double> seconds = Clock::now() - begin;
  const double cpu = static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC;
  std::ifstream file(arguments[2], std::ios::binary | std::ios::ate);
  std::printf("{\"seconds\": %.6f, \"cpu\": %.6f, \"file_bytes\": %lld}\n", seconds.count(), cpu,
              static_cast<long long>(file.tellg()));
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 6) {
    std::fprintf(stderr, "sheaf_bench_encode FILE.f32 OUT.h5 COMPRESSION LEVEL THREADS\n");
    return 2;
  }
  try {
    return write(arguments);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
