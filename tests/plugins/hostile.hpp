// SPDX-License-Identifier: MIT
#pragma once
// Files that no plugin may crash on: cut, damaged, random, made from good ones with a fixed seed.
//
// Model: hostile_files(good) gives contents; a test loads each and checks that the result is either
// rows or an error with a message. What can be a good file by chance is no defect.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/plugin_harness.hpp"

namespace sheaf::test {

inline std::vector<std::string> hostile_files(const std::string& good, unsigned seed = 20240607) {
  std::mt19937 random(seed);
  const auto below = [&](std::size_t limit) { return random() % (limit == 0 ? 1 : limit); };
  std::vector<std::string> files{"", std::string(1, '\0'), std::string(4096, '\0'),
                                 std::string(4096, '\xff')};
  for (int i = 0; i < 20; ++i) {  // noise
    std::string noise(below(5000), '\0');
    for (char& c : noise) c = static_cast<char>(random());
    files.push_back(std::move(noise));
  }
  for (int i = 0; i < 24; ++i) files.push_back(good.substr(0, below(good.size())));
  for (std::size_t size = 0; size < std::min<std::size_t>(good.size(), 32); ++size) {
    files.push_back(good.substr(0, size));
  }
  for (int i = 0; i < 120; ++i) {  // one to eight wrong bytes, most of them near the start
    std::string damaged = good;
    for (std::size_t left = below(8) + 1; left > 0 && !damaged.empty(); --left) {
      const std::size_t range =
          below(2) == 0 ? std::min<std::size_t>(damaged.size(), 128) : damaged.size();
      damaged[below(range)] = static_cast<char>(below(3) == 0 ? 0xff : random());
    }
    files.push_back(std::move(damaged));
  }
  return files;
}

// A source is stored, left out, or refused with a reason; never anything worse.
inline void check_civil(const Loaded& loaded) {
  CAPTURE(loaded.status, loaded.message);
  CHECK(loaded.status >= SHEAF_ERR_SOURCE);
  if (loaded.status == SHEAF_ERR_SOURCE) CHECK(!loaded.message.empty());
}

}  // namespace sheaf::test
