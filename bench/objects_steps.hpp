// SPDX-License-Identifier: MIT
#pragma once
// The steps that objects.cpp and objects_raw.cpp both take, and their time.
//
// Threads: one. Failure: sheaf::Error, std::runtime_error.

#include <array>
#include <chrono>
#include <cstdio>
#include <string>

namespace sheaf::bench {

struct Scan {
  double gain = 0;
  std::string name;
  std::array<float, 8> samples{};
};

[[nodiscard]] inline Scan scan(int number) {
  Scan scan{number * 0.5, "scan " + std::to_string(number), {}};
  scan.samples.fill(static_cast<float>(number));
  return scan;
}

// Of value `number` in a hundred dictionaries.
[[nodiscard]] inline std::string key(int number) {
  return "run/" + std::to_string(number % 100) + "/key" + std::to_string(number);
}

class Report {
 public:
  Report() { std::printf("{"); }
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  ~Report() { std::printf("}\n"); }

  template <class Body>
  void measure(const char* name, const Body& body) {
    const auto begin = std::chrono::steady_clock::now();
    body();
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    std::printf("%s\"%s\": %.6f", separator_, name, time.count());
    separator_ = ", ";
  }

 private:
  const char* separator_ = "";
};

// Through HDF5's C calls, without a journal: what the same objects in the same layout cost.
void run_raw(const std::string& file, int count);

}  // namespace sheaf::bench
