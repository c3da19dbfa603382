// SPDX-License-Identifier: MIT
#include "core/typed/compute.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/core/typed/experiment.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
using Catch::Contains;
using typed::Tensor;
using typed::Values;

namespace {

float sum(const Tensor<std::uint8_t>& image) {
  float total = 0;
  for (const std::uint8_t pixel : image) total += pixel;
  return total;
}

// Later sources are ready before earlier ones.
void wait_a_little(std::size_t rows) {
  std::this_thread::sleep_for(std::chrono::microseconds(rows % 3 == 0 ? 2000 : 10));
}

}  // namespace

TEST_CASE("the file is the same for any number of threads", "[core][typed][compute]") {
  std::string first;
  for (const unsigned threads : {1U, 2U, 5U}) {
    const TempDir folder;
    auto exp = typed::open<Experiment>(folder / "exp.h5", "w");
    fill(exp, 60);
    typed::compute(exp.data.image, exp.logs.loss,
                   [](const Tensor<std::uint8_t>& image) {
                     wait_a_little(image.size());
                     return std::vector<float>(std::size_t(image.rows() % 4), sum(image));
                   },
                   {.threads = threads});
    CHECK(exp.logs.loss.get("6")->data == std::vector<float>(3, sum(image(7, 6))));
    exp.close();
    const std::string bytes = read_file(folder / "exp.h5");
    if (first.empty()) first = bytes;
    CHECK((bytes == first));
  }
}

TEST_CASE("results are handed back in the order of the sources", "[core][typed][compute]") {
  auto exp = typed::in_memory<Experiment>();
  fill(exp, 30);
  const auto sums = typed::map(exp.data.sound,
                               [](const Tensor<float>& rows) {
                                 wait_a_little(rows.size());
                                 return rows.size();
                               },
                               {.threads = 4});
  REQUIRE(sums.size() == 15);
  for (std::size_t i = 0; i < 15; ++i) {
    CHECK(sums[i].first == std::to_string(2 * i));
    CHECK(sums[i].second == (2 * i + 1) * 2);
  }
}

TEST_CASE("an exception names its source, and what came before it is stored",
          "[core][typed][compute]") {
  const TempDir folder;
  auto exp = typed::open<Experiment>(folder / "exp.h5", "w");
  fill(exp, 20);
  std::atomic<int> calls = 0;
  const auto compute = [&](bool fails) {
    typed::compute(exp.data.image, exp.logs.loss,
                   [&](const Tensor<std::uint8_t>& image) {
                     ++calls;
                     if (fails && image.rows() > 12) throw std::runtime_error("too many");
                     return sum(image);
                   },
                   {.threads = 3});
  };
  CHECK_THROWS_WITH(compute(true), Contains("'12'") && Contains("too many"));
  CHECK(typed::open<Experiment>(folder / "exp.h5").logs.loss.size() == 12);
  CHECK_FALSE(exp.logs.loss.has("12"));
  CHECK(*exp.data.image.get("19") == image(20, 19));
  calls = 0;
  compute(false);
  CHECK(calls == 8);
  CHECK(exp.logs.loss.get("19")->data == std::vector{sum(image(20, 19))});
}

TEST_CASE("a function of the id may use and make anything", "[core][typed][compute]") {
  auto exp = typed::in_memory<Experiment>();
  fill(exp, 20);
  typed::compute(exp,
                 [&](const std::string& id) -> Values {
                   const auto rows = exp.data.sound.get(id);
                   if (!rows) return {};
                   return {{"stats", {{"first", (*rows)[0]}, {"label", *exp.data.label.get(id)}}}};
                 },
                 {.threads = 4});
  CHECK(exp.get("4")->get<float>("stats/first").data == std::vector{4.0F});
  CHECK(exp.get("4")->get<std::int64_t>("stats/label").size() == 5);
  CHECK(exp.get("5")->group("stats").empty());
}

TEST_CASE("results may go to another file", "[core][typed][compute]") {
  auto exp = typed::in_memory<Experiment>();
  auto other = typed::in_memory<Experiment>();
  fill(exp, 5);
  typed::compute(exp.data.image, other.logs.loss, sum);
  CHECK(other.ids() == exp.ids());
  CHECK(other.logs.loss.get("3")->data == std::vector{sum(image(4, 3))});
}
