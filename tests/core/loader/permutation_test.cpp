// SPDX-License-Identifier: MIT
#include "core/loader/permutation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

using namespace sheaf::loader;

namespace {

std::vector<std::uint64_t> order(std::uint64_t count, std::uint64_t key) {
  const Permutation permutation(count, key);
  std::vector<std::uint64_t> result(count);
  for (std::uint64_t i = 0; i < count; ++i) result[i] = permutation(i);
  return result;
}

// How far from even, in standard deviations of what chance does to it.
double unevenness(const std::vector<double>& counts) {
  const double mean =
      std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
  double chi = 0;
  for (const double count : counts) chi += (count - mean) * (count - mean) / mean;
  const double freedom = static_cast<double>(counts.size()) - 1;
  return (chi - freedom) / std::sqrt(2 * freedom);
}

}  // namespace

TEST_CASE("A permutation has each number once, whatever the count", "[core][loader]") {
  for (std::uint64_t count = 1; count < 300; ++count) {
    std::vector<std::uint64_t> numbers = order(count, count * 7);
    std::sort(numbers.begin(), numbers.end());
    for (std::uint64_t i = 0; i < count; ++i) REQUIRE(numbers[i] == i);
  }
  for (const std::uint64_t count : {4096U, 65537U, 1000003U}) {
    std::vector<std::uint64_t> numbers = order(count, 5);
    std::sort(numbers.begin(), numbers.end());
    CHECK(numbers.front() == 0);
    CHECK(numbers.back() == count - 1);
    CHECK(std::adjacent_find(numbers.begin(), numbers.end()) == numbers.end());
  }
}

TEST_CASE("A permutation tells where a number stands", "[core][loader]") {
  for (std::uint64_t count = 1; count < 300; ++count) {
    const Permutation permutation(count, count * 3);
    for (std::uint64_t i = 0; i < count; ++i) REQUIRE(permutation.place_of(permutation(i)) == i);
  }
  for (const std::uint64_t count : {4096ULL, 65537ULL, (1ULL << 53U) - 1, (1ULL << 62U) + 12345}) {
    const Permutation permutation(count, 5);
    for (std::uint64_t i = 0; i < count; i += count / 1000) {
      REQUIRE(permutation.place_of(permutation(i)) == i);
    }
  }
}

TEST_CASE("A permutation of very many numbers stays among them", "[core][loader]") {
  for (const std::uint64_t count : {(1ULL << 32U) + 1, (1ULL << 53U) - 1, (1ULL << 62U) + 12345}) {
    const Permutation permutation(count, 11);
    std::vector<std::uint64_t> seen;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      seen.push_back(permutation(i * (count / 1000)));
      CHECK(seen.back() < count);
    }
    std::sort(seen.begin(), seen.end());
    CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
  }
}

TEST_CASE("A seed's order is the same for ever", "[core][loader]") {
  CHECK(order(10, 42) == order(10, 42));
  CHECK(order(10, 42) != order(10, 43));
  CHECK(order(10, 42) == std::vector<std::uint64_t>{1, 3, 6, 5, 4, 2, 7, 0, 9, 8});
}

TEST_CASE("All orders of a few numbers are equally likely", "[core][loader]") {
  for (std::uint64_t count = 2; count <= 6; ++count) {
    std::map<std::vector<std::uint64_t>, double> seen;
    for (std::uint64_t key = 0; key < 60'000; ++key) seen[order(count, key)] += 1;
    std::vector<double> counts;
    for (const auto& [numbers, times] : seen) counts.push_back(times);
    INFO(count);
    CHECK(static_cast<double>(counts.size()) == std::tgamma(static_cast<double>(count) + 1));
    CHECK(unevenness(counts) < 5);
  }
}

TEST_CASE("Where a number goes, and its neighbour, are even", "[core][loader]") {
  for (const std::uint64_t count : {50U, 64U, 300U}) {
    std::vector<double> places(count * count);
    std::vector<double> distances(count - 1);
    for (std::uint64_t key = 0; key < 1'000'000 / count; ++key) {
      const std::vector<std::uint64_t> numbers = order(count, key);
      for (std::uint64_t i = 0; i < count; ++i) places[i * count + numbers[i]] += 1;
      for (std::uint64_t i = 0; i + 1 < count; i += 2) {
        distances[(numbers[i + 1] + count - numbers[i]) % count - 1] += 1;
      }
    }
    INFO(count);
    CHECK(unevenness(places) < 5);
    CHECK(unevenness(distances) < 5);
  }
}

TEST_CASE("One order of many numbers shows no trace of the old one", "[core][loader]") {
  constexpr std::uint64_t count = 200'000;
  const std::vector<std::uint64_t> numbers = order(count, 3);
  std::vector<double> pairs(100);
  double product = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    pairs[i * 10 / count * 10 + numbers[i] * 10 / count] += 1;
    product +=
        (static_cast<double>(i) / count - 0.5) * (static_cast<double>(numbers[i]) / count - 0.5);
  }
  CHECK(unevenness(pairs) < 5);
  CHECK(std::abs(product / count * 12) < 5 / std::sqrt(static_cast<double>(count)));
}
