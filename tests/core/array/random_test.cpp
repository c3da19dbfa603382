// SPDX-License-Identifier: MIT
// The generator's words, its states, and orders.
#include "core/array/random.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

#include "core/array/creation.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/logic.hpp"
#include "core/array/options.hpp"
#include "core/array/random/philox.hpp"
#include "core/array/random/shuffled.hpp"
#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace sheaf;
using Catch::Contains;
using np::Array;
using np::random::Generator;
using np::random::Words;
using Drawn = std::vector<double>;
using Places = std::vector<std::int64_t>;

Drawn elements(const Array& of) {
  const Value value = of.load();
  Drawn all(static_cast<std::size_t>(of.size()));
  std::memcpy(all.data(), value.bytes.data(), value.bytes.size());
  return all;
}

}  // namespace

TEST_CASE("Philox gives the words that its authors published", "[core][array][random]") {
  CHECK(np::random::philox({0, 0}, {{0, 0, 0, 0}}) ==
        Words{{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}});
  const std::uint64_t all = ~std::uint64_t{0};
  CHECK(np::random::philox({all, all}, {{all, all, all, all}}) ==
        Words{{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}});
  CHECK(np::random::philox(
            {0x452821e638d01377, 0xbe5466cf34e90c6c},
            {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89}}) ==
        Words{{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}});
}

TEST_CASE("a stream has an element's words whatever was drawn before", "[core][array][random]") {
  np::random::Stream one({3, 4});
  np::random::Stream other({3, 4});
  std::vector<std::uint64_t> words;
  for (std::uint64_t element = 0; element < 20; ++element) {
    one.start(element);
    for (int at = 0; at < 11; ++at) words.push_back(one());
  }
  for (std::uint64_t element = 20; element-- > 0;) {
    other.start(element);
    for (std::size_t at = 0; at < 11; ++at) CHECK(other() == words[element * 11 + at]);
  }
  std::ranges::sort(words);
  CHECK(std::ranges::adjacent_find(words) == words.end());
}

TEST_CASE("a generator's calls differ, and its state brings them back", "[core][array][random]") {
  Generator from(5);
  const np::random::State state = from.state();
  const Drawn first = np::random::normal(0, 1, {50}, from).item<Drawn>();
  const Drawn second = np::random::normal(0, 1, {50}, from).item<Drawn>();
  CHECK(first != second);
  CHECK(from.state() == np::random::State{5, 2});
  from.set_state(state);
  CHECK(np::random::normal(0, 1, {50}, from).item<Drawn>() == first);
  np::random::seed(5);
  CHECK(np::random::randn(50).item<Drawn>() == first);
  CHECK(np::random::get_state() == np::random::State{5, 1});
  CHECK(Generator().state().seed != Generator().state().seed);
}

TEST_CASE("an array is the same each time it is read, and in each part", "[core][array][random]") {
  Generator from(8);
  const Array a = np::random::gamma(0.7, 2, {30, 41}, from);
  const Drawn all = elements(a);
  CHECK(elements(a) == all);
  const Array part = a(np::slice(3, 29, 5), np::slice(40, 2, -3));
  const Drawn some = elements(part);
  std::size_t at = 0;
  for (std::size_t row = 3; row < 29; row += 5) {
    for (std::size_t column = 40; column > 2; column -= 3)
      CHECK(some[at++] == all[row * 41 + column]);
  }
  CHECK(a(29, 40).item<double>() == all.back());
}

TEST_CASE("a permutation has every number once", "[core][array][random]") {
  Generator from(1);
  for (const std::int64_t n : {0, 1, 2, 3, 10, 1000, 70000}) {
    Places order = np::random::permutation(n, from).item<Places>();
    const Places first = order;
    CHECK((n < 10 || !std::ranges::is_sorted(order)));
    std::ranges::sort(order);
    Places expected(static_cast<std::size_t>(n));
    std::iota(expected.begin(), expected.end(), 0);
    CHECK(order == expected);
    if (n >= 10) CHECK(np::random::permutation(n, from).item<Places>() != first);
  }
  const Array huge = np::random::permutation(std::int64_t{1} << 62, from);
  CHECK(huge[0].item<std::int64_t>() != huge[1].item<std::int64_t>());
}

TEST_CASE("few draws by weight have the probabilities of draws one by one",
          "[core][array][random]") {
  const Array p(Drawn{0.5, 0.3, 0.2, 0});
  std::vector<int> seen(16);
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    Generator from(seed);
    const Places two = np::random::choice(4, {2}, {false, p}, from).item<Places>();
    ++seen[static_cast<std::size_t>(two[0] * 4 + two[1])];
  }
  const auto part = [&](std::size_t first, std::size_t second) {
    return seen[first * 4 + second] / 4000.0;
  };
  CHECK(part(0, 1) == Approx(0.5 * 0.3 / 0.5).margin(0.03));
  CHECK(part(0, 2) == Approx(0.5 * 0.2 / 0.5).margin(0.03));
  CHECK(part(1, 0) == Approx(0.3 * 0.5 / 0.7).margin(0.03));
  CHECK(part(2, 0) == Approx(0.2 * 0.5 / 0.8).margin(0.03));
  CHECK(part(2, 1) == Approx(0.2 * 0.3 / 0.8).margin(0.03));
  Generator from(3);
  CHECK_THROWS_WITH(np::random::choice(4, {4}, {false, p}, from), Contains("fewer p > 0"));
}

namespace {

np::Options little(std::size_t bytes, unsigned threads) {
  return {.max_memory = bytes, .threads = threads, .temporary_folder = {}};
}

// Elements in memory that somebody stops at as soon as they are written.
class Stopping : public np::Node {
 public:
  Stopping(const np::NodePtr& base, std::atomic<bool>& stop)
      : Node(base->dtype(), base->shape()), base_(np::memory_node(np::load(base))), stop_(stop) {}

  void read(const np::Box& box, np::Buffer& out, np::Pass& pass) const override {
    base_->read(box, out, pass);
  }
  void write(const np::Box& box, const np::Buffer& values) const override {
    stop_ = true;
    base_->write(box, values);
  }
  [[nodiscard]] bool is_writable() const noexcept override { return true; }
  [[nodiscard]] const void* storage() const noexcept override { return base_->storage(); }

 private:
  np::NodePtr base_;
  std::atomic<bool>& stop_;
};

}  // namespace

TEST_CASE("shuffle writes rows in the order that a permutation gives, for any memory",
          "[core][array][random]") {
  const test::TempDir folder;
  const objects::File file = objects::File::open(folder / "a.h5", "w");
  const Array rows = np::arange(0, 30000).reshape({10000, 3});
  Generator from(6);
  const np::random::State state = from.state();
  const Array expected = rows(np::random::permutation(10000, from));
  for (const auto& [memory, threads, chunk] : std::vector<std::tuple<std::size_t, unsigned, int>>{
           {1 << 28, 2, 0}, {1 << 14, 2, 0}, {1 << 14, 1, 30}, {1 << 16, 3, 7}}) {
    const np::OptionsScope scope(little(memory, threads));
    Array x = np::store(file["x"], rows, {.chunks = chunk == 0 ? Shape{} : Shape{chunk, 2}});
    from.set_state(state);
    np::random::shuffle(x, from);
    CHECK(np::array_equal(x, expected));
  }
}

TEST_CASE("shuffle takes views, arrays in memory and texts", "[core][array][random]") {
  const test::TempDir folder;
  const objects::File file = objects::File::open(folder / "a.h5", "w");
  Generator from(6);
  const Array x = np::store(file["x"], np::arange(0, 20000));
  np::random::shuffle(x(np::slice(1, {}, 2)), from);
  CHECK(np::array_equal(x(np::slice(0, {}, 2)), np::arange(0, 20000, 2)));
  Places odd = x(np::slice(1, {}, 2)).item<Places>();
  CHECK(!std::ranges::is_sorted(odd));
  std::ranges::sort(odd);
  CHECK(np::array_equal(Array(odd), np::arange(1, 20000, 2)));

  const Array in_memory(Drawn{1, 2, 3, 4, 5, 6, 7, 8, 9});
  np::random::shuffle(in_memory, from);
  CHECK(in_memory.item<Drawn>() != Drawn{1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Array texts =
      np::store(file["t"], Array(std::vector<std::string>{"a", "b", "c", "d", "e"}));
  np::random::shuffle(texts, from);
  auto sorted = texts.item<std::vector<std::string>>();
  std::ranges::sort(sorted);
  CHECK(sorted == std::vector<std::string>{"a", "b", "c", "d", "e"});
  CHECK_THROWS_WITH(np::random::shuffle(x + 1, from), Contains("can't be written"));
  CHECK_THROWS_WITH(np::random::shuffle(Array(3), from), Contains("shuffle"));
}

TEST_CASE("a shuffle that writes already isn't stopped", "[core][array][random]") {
  std::atomic<bool> stop{false};
  np::Options options = little(1 << 16, 2);
  options.stop = &stop;
  const np::OptionsScope scope(options);
  const auto numbers = std::make_shared<Stopping>(np::arange(0, 20000).node(), stop);
  const auto is_whole = [&] {
    Places all = Array(numbers).item<Places>();
    std::ranges::sort(all);
    return Array(all);
  };
  // By way of a copy.
  Generator from(6);
  np::random::shuffle(Array(numbers), from);
  CHECK(stop.exchange(false));
  CHECK(np::array_equal(is_whole(), np::arange(0, 20000)));
  // By way of bins: in place, and into another array, which may be made anew.
  const auto rows = np::random::shuffled(numbers, {20000, 3}, np::arange(0, 20000).node());
  CHECK(rows->assign_to(numbers));
  CHECK(stop.exchange(false));
  CHECK(np::array_equal(is_whole(), np::arange(0, 20000)));
  const auto other = std::make_shared<Stopping>(np::arange(0, 20000).node(), stop);
  CHECK_THROWS_WITH(rows->assign_to(other), Contains("interrupted"));
}

TEST_CASE("a shuffle that has no room for its bins leaves the dataset as it was",
          "[core][array][random]") {
  const test::TempDir folder;
  const objects::File file = objects::File::open(folder / "a.h5", "w");
  const Array x = np::store(file["x"], np::arange(0, 20000));
  np::Options options = little(1 << 20, 2);
  options.temporary_folder = folder / "none";
  const np::OptionsScope scope(options);
  Generator from(6);
  CHECK_THROWS_WITH(np::random::shuffle(x, from), Contains("none"));
  CHECK(np::array_equal(x, np::arange(0, 20000)));
}
