// SPDX-License-Identifier: MIT
// One expression over a file's datasets, as bench/array.py times it.
//
//   sheaf_bench_array FILE EXPRESSION MAX_MEMORY THREADS [OUTPUT]
//
// Prints seconds, without opening the file, and the process' peak memory. An array goes into the
// dataset "result" of OUTPUT, a new file; without one it is read into memory.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "core/array/array.hpp"
#include "core/array/options.hpp"
#include "core/array/script/evaluate.hpp"
#include "core/error.hpp"
#include "core/objects/file.hpp"

namespace {

using namespace sheaf;

double peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "VmHWM:") continue;
    double kib = 0;
    status >> kib;
    return kib / 1024;
  }
  return 0;
}

int run(int count, char** words) {
  np::set_options({.max_memory = np::parse_size(words[3]),
                   .threads = static_cast<unsigned>(std::atoi(words[4])),
                   .temporary_folder = {}});
  const objects::File file = objects::File::open(words[1], "r");
  const auto begin = std::chrono::steady_clock::now();
  const auto found = np::script::evaluate(words[2], [&](const std::string& name) {
    return file[name].exists() ? std::optional<np::Array>(file[name]) : std::nullopt;
  });
  const np::Array result = np::script::array_of(found);
  double value = 0;
  if (count > 5) {
    const objects::File output = objects::File::open(words[5], "w");
    np::store(output["result"], result);
    output.close();
  } else if (result.size() == 1) {
    value = result.astype(float64).item<double>();
  } else {
    static_cast<void>(result.load());
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("{\"seconds\": %.4f, \"peak\": %.1f, \"value\": %.17g}\n", took.count(), peak_mib(),
              value);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count != 5 && count != 6) return 2;
  try {
    return run(count, words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
