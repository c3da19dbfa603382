// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstring>
#include <limits>
#include <thread>

#include <catch2/catch.hpp>

#include "core/array/cumulative.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/histogram.hpp"
#include "core/array/options.hpp"
#include "core/array/statistics.hpp"

namespace {

using namespace sheaf;
using np::Along;
using np::Array;

// Numbers that look random, made when they are read; counts what is read.
class Made : public np::Node {
 public:
  explicit Made(Shape shape) : Node(float64, std::move(shape)) {}

  void read(const np::Box& box, np::Buffer& out, np::Pass&) const override {
    out.reset(float64, box.size());
    const Shape strides = np::strides_of(shape());
    Shape at(box.count.size(), 0);
    for (std::int64_t element = 0; element < box.size(); ++element) {
      std::uint64_t place = 0;
      for (std::size_t axis = 0; axis < at.size(); ++axis) {
        place += static_cast<std::uint64_t>((box.first[axis] + at[axis]) * strides[axis]);
      }
      out.as<double>()[element] = value(place);
      for (std::size_t axis = at.size(); axis-- > 0;) {
        if (++at[axis] < box.count[axis]) break;
        at[axis] = 0;
      }
    }
    elements += box.size();
    ++calls;
    std::int64_t run = box.count.empty() ? 1 : box.count.back();
    for (std::int64_t least = shortest; run < least;) {
      if (shortest.compare_exchange_weak(least, run)) break;
    }
  }
  static double value(std::uint64_t place) {
    place = (place + 1) * 0x9E3779B97F4A7C15U;
    place ^= place >> 31U;
    return static_cast<double>(place * 0xBF58476D1CE4E5B9U >> 11U) * 0x1p-53 - 0.5;
  }

  mutable std::atomic<std::int64_t> elements{0};
  mutable std::atomic<std::int64_t> calls{0};
  mutable std::atomic<std::int64_t> shortest{std::numeric_limits<std::int64_t>::max()};
};

// Of a node's input, as a row-major matrix.
std::vector<double> numbers_of(const Array& array) {
  const Value value = array.load();
  std::vector<double> all(value.bytes.size() / sizeof(double));
  std::memcpy(all.data(), value.bytes.data(), value.bytes.size());
  return all;
}

TEST_CASE("what is standardised is read twice", "[core][array]") {
  const auto made = std::make_shared<Made>(Shape{1000, 300});
  const Array a(made);
  const std::vector<double> found = numbers_of((a - np::mean(a)) / np::std(a));
  CHECK(made->elements == 2 * 300000);
  CHECK(found.size() == 300000);
}

TEST_CASE("reductions of one array that are asked for together are one pass", "[core][array]") {
  const auto made = std::make_shared<Made>(Shape{500, 200});
  const Array a(made);
  const np::Counts counts = np::histogram(a, {.bins = 10, .range = {{Array(-0.5), Array(0.5)}}});
  const Array all = np::sum(a) + np::max(a) - np::min(a) * np::nanvar(a, {}, 1) +
                    np::sum(np::mean(a, {1})) + np::sum(np::var(a, {0})) + np::sum(counts.counts) +
                    np::argmax(a) + np::sum(a * 2);
  CHECK(std::isfinite(all.item<double>()));
  CHECK(made->elements == 100000);
}

TEST_CASE("an outcome is found once, whoever asks", "[core][array]") {
  const auto made = std::make_shared<Made>(Shape{400, 250});
  const Array mean = np::mean(Array(made), {0});
  std::vector<std::thread> askers;
  std::atomic<int> same{0};
  const std::vector<double> expected =
      numbers_of(np::mean(Array(std::make_shared<Made>(Shape{400, 250})), {0}));
  for (int asker = 0; asker < 4; ++asker) {
    askers.emplace_back([&] { same += numbers_of(mean) == expected ? 1 : 0; });
  }
  for (std::thread& asker : askers) asker.join();
  CHECK(same == 4);
  CHECK(made->elements == 100000);
}

TEST_CASE("outcomes don't depend on the number of threads", "[core][array]") {
  const auto outcomes = [](unsigned threads) {
    const np::OptionsScope scope({.max_memory = 64 << 20, .threads = threads});
    const Array a(std::make_shared<Made>(Shape{700, 450}));
    std::vector<double> all;
    for (const Array& one :
         {np::sum(a), np::mean(a), np::var(a), np::prod(a + 1.5), np::mean(a, {0}), np::std(a, {1}),
          np::median(a), np::quantile(a, 0.9, {1}), np::cumsum(a, 0), np::cov(a(np::slice(5))),
          np::histogram(a, {.density = true, .weights = a + 1}).counts}) {
      const std::vector<double> found = numbers_of(one);
      all.insert(all.end(), found.begin(), found.end());
    }
    return all;
  };
  const std::vector<double> one = outcomes(1);
  CHECK(outcomes(2) == one);
  CHECK(outcomes(5) == one);
}

TEST_CASE("reductions whose states don't fit are found box by box", "[core][array]") {
  const np::OptionsScope scope({.max_memory = 1 << 20, .threads = 2});
  const auto made = std::make_shared<Made>(Shape{2, 1 << 20});
  const std::vector<double> found = numbers_of(np::mean(Array(made), {0}));
  CHECK(made->elements == 2 << 20);
  CHECK(made->shortest >= 1024);
  bool is_same = true;
  for (std::size_t at = 0; at < found.size(); ++at) {
    const double mean = (Made::value(at) + Made::value(at + found.size())) / 2;
    is_same = is_same && std::abs(found[at] - mean) <= 1e-16;
  }
  CHECK(is_same);
}

TEST_CASE("a long axis is read in few long runs", "[core][array]") {
  const auto read = [](std::size_t memory) {
    const np::OptionsScope scope({.max_memory = memory, .threads = 2});
    const auto made = std::make_shared<Made>(Shape{3000, 1000});
    const std::vector<double> found = numbers_of(np::max(Array(made), {0}));
    CHECK(found.size() == 1000);
    CHECK(found[7] > 0.49);
    CHECK(made->elements == 3000 * 1000);
    return made;
  };
  CHECK(read(250 << 20)->calls < 60);
  CHECK(read(64 << 10)->shortest >= 16);
}

TEST_CASE("what would be found again and again is kept", "[core][array]") {
  const np::OptionsScope scope({.max_memory = 1 << 16, .threads = 2});
  const auto made = std::make_shared<Made>(Shape{200, 5000});
  const Array a(made);
  CHECK(std::abs(np::sum(a - np::mean(a, {0})).item<double>()) < 1e-9);
  CHECK(made->elements <= 2 * 1000000);
}

TEST_CASE("a median of more than memory holds takes few passes", "[core][array]") {
  const np::OptionsScope scope({.max_memory = 1 << 18, .threads = 2});
  const auto made = std::make_shared<Made>(Shape{1 << 20});
  const double median = np::median(Array(made)).item<double>();
  CHECK(made->elements <= 3 << 20);
  std::int64_t below = 0;
  std::int64_t above = 0;
  for (std::uint64_t at = 0; at < 1 << 20; ++at) {
    below += Made::value(at) < median ? 1 : 0;
    above += Made::value(at) > median ? 1 : 0;
  }
  CHECK(below == above);
}

TEST_CASE("sums so far are read anywhere, from where they were carried to", "[core][array]") {
  const np::OptionsScope scope({.max_memory = 1 << 16, .threads = 2});
  const auto made = std::make_shared<Made>(Shape{100000, 5});
  const Array sums = np::cumsum(Array(made), 0);
  const double last = sums(-1, 2).item<double>();
  CHECK(last == np::sum(Array(made)(np::all, 2)).item<double>());
  const std::int64_t before = made->elements;
  CHECK(sums(-1, 2).item<double>() == last);
  CHECK(made->elements - before < 20000);
}

TEST_CASE("np::all is a slice, and a question", "[core][array]") {
  const Array a(std::make_shared<Made>(Shape{20, 30}));
  CHECK(np::all(a > -1).item<bool>());
  CHECK_FALSE(np::all(a > 0).item<bool>());
  CHECK(np::all(a(np::all, 3) < 1, {0}).item<bool>());
}

}  // namespace
