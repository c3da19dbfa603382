// SPDX-License-Identifier: MIT
#include "host/conformance/hostile.hpp"

#include <algorithm>
#include <cctype>
#include <random>

#include <fmt/format.h>

namespace sheaf::host::conformance {
namespace {

constexpr std::size_t header = 64;        // bytes in which formats have their sizes
constexpr std::size_t text_header = 256;  // likewise where they are written out
constexpr std::size_t largest_noise = 5000;
constexpr int noises = 4, cuts = 4, damages = 24, numbers = 6;

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) {
  return limit == 0 ? 0 : static_cast<std::size_t>(random() % limit);
}

std::string random_bytes(Random& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

void cut(const std::string& good, Random& random, std::vector<Hostile>& list) {
  std::vector<std::size_t> sizes{1, 4, 8, 16, 32, header, good.size() / 2};
  if (!good.empty()) sizes.push_back(good.size() - 1);
  for (int i = 0; i < cuts; ++i) sizes.push_back(below(random, good.size()));
  std::ranges::sort(sizes);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  for (const std::size_t size : sizes) {
    if (size == 0 || size >= good.size()) continue;
    list.push_back({fmt::format("cut to {} of {} bytes", size, good.size()), good.substr(0, size)});
  }
}

// Sizes, counts and offsets as large as they get, in both byte orders.
void blow_up(const std::string& good, std::vector<Hostile>& list) {
  const std::string words[] = {"\xff\xff\xff\xff", "\xff\xff\xff\x7f", "\x7f\xff\xff\xff"};
  for (std::size_t at = 0; at + 4 <= std::min(good.size(), header); at += 4) {
    for (const std::string& word : words) {
      std::string bytes = good;
      bytes.replace(at, word.size(), word);
      list.push_back(
          {fmt::format("bytes {} to {} made {:02x} {:02x} {:02x} {:02x}", at, at + 3,
                       static_cast<unsigned char>(word[0]), static_cast<unsigned char>(word[1]),
                       static_cast<unsigned char>(word[2]), static_cast<unsigned char>(word[3])),
           std::move(bytes)});
    }
  }
}

void blow_up_text(const std::string& good, std::vector<Hostile>& list) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  int found = 0;
  for (std::size_t at = 0; at < std::min(good.size(), text_header) && found < numbers; ++at) {
    if (!is_digit(good[at]) || (at > 0 && is_digit(good[at - 1]))) continue;
    ++found;
    std::size_t size = 1;
    while (at + size < good.size() && is_digit(good[at + size])) ++size;
    for (const char* number : {"99999999999999999999", "2147483648", "-1", "0"}) {
      std::string bytes = good;
      bytes.replace(at, size, number);
      list.push_back({fmt::format("the number at byte {} made {}", at, number), std::move(bytes)});
    }
  }
}

void spoil(const std::string& good, Random& random, std::vector<Hostile>& list) {
  for (int i = 0; i < damages && !good.empty(); ++i) {
    std::string bytes = good;
    const std::size_t wrong = below(random, 8) + 1;
    for (std::size_t left = wrong; left > 0; --left) {
      const bool is_early = below(random, 2) == 0;
      const std::size_t range = is_early ? std::min(bytes.size(), 2 * header) : bytes.size();
      bytes[below(random, range)] = static_cast<char>(random());
    }
    list.push_back({fmt::format("{} wrong bytes, draw {}", wrong, i), std::move(bytes)});
  }
}

std::int64_t row_bytes(const Value& value) {
  return value.shape.empty() || value.shape[0] == 0
             ? 0
             : static_cast<std::int64_t>(value.bytes.size()) / value.shape[0];
}

HostileRows first_rows(const std::vector<Value>& good, std::int64_t most, std::string what) {
  HostileRows made{std::move(what), good};
  for (Value& value : made.rows) {
    const std::int64_t rows = std::min(most, value.shape[0]);
    value.bytes.resize(static_cast<std::size_t>(rows * row_bytes(value)));
    value.strings.resize(std::min(value.strings.size(), static_cast<std::size_t>(rows)));
    value.shape[0] = rows;
  }
  return made;
}

template <class Draw>
HostileRows rewritten(const std::vector<Value>& good, std::string what, Draw draw) {
  HostileRows made{std::move(what), good};
  for (Value& value : made.rows) {
    for (std::byte& byte : value.bytes) {
      byte = static_cast<std::byte>(draw());
      if (value.dtype == boolean) byte &= std::byte{1};
    }
  }
  return made;
}

}  // namespace

std::vector<Hostile> noise(std::uint64_t seed) {
  Random random(seed);
  std::vector<Hostile> list{{"empty", ""},
                            {"a single zero byte", std::string(1, '\0')},
                            {"4096 zero bytes", std::string(4096, '\0')},
                            {"4096 bytes ff", std::string(4096, '\xff')},
                            {"text without an end of line", std::string(3000, '7')},
                            {"blank lines", std::string(500, '\n')}};
  for (int i = 0; i < noises; ++i) {
    std::string bytes = random_bytes(random, below(random, largest_noise) + 1);
    list.push_back({fmt::format("{} random bytes", bytes.size()), std::move(bytes)});
  }
  return list;
}

std::vector<Hostile> damaged(const std::string& good, std::uint64_t seed) {
  Random random(seed);
  std::vector<Hostile> list;
  cut(good, random, list);
  list.push_back({"followed by 100 random bytes", good + random_bytes(random, 100)});
  blow_up(good, list);
  blow_up_text(good, list);
  spoil(good, random, list);
  return list;
}

std::vector<HostileRows> odd_rows(const std::vector<Value>& good, std::uint64_t seed) {
  Random random(seed);
  std::vector<HostileRows> list;
  list.push_back(first_rows(good, 0, "no rows"));
  list.push_back(first_rows(good, 1, "a single row"));
  list.push_back(rewritten(good, "all bytes 0", [] { return 0; }));
  list.push_back(rewritten(good, "all bytes ff", [] { return 0xff; }));
  for (int i = 0; i < noises; ++i) {
    list.push_back(rewritten(good, fmt::format("any bytes, draw {}", i),
                             [&] { return static_cast<unsigned char>(random()); }));
  }
  return list;
}

}  // namespace sheaf::host::conformance
