// SPDX-License-Identifier: MIT
#include "host/extend/transform.hpp"

#include <thread>

#include <catch2/catch.hpp>

#include "core/loader/loader.hpp"
#include "core/read/transformed.hpp"
#include "tests/host/extend/clinic.hpp"

using namespace sheaf;
using namespace sheaf::host;
using namespace sheaf::host::extend;
using Catch::Contains;
using test::Clinic;

namespace {

std::shared_ptr<read::File> twice(Clinic& clinic, const std::string& text,
                                  const Options& options = {}) {
  return read::transformed(
      read::File::open(clinic.world.out()),
      {{"numbers/numbers", open_transforms(clinic.world.catalog(), {text}, options)}});
}

// What reading through a transform that misbehaves comes to.
std::string misbehaved(Clinic& clinic, const std::string& how) {
  Options options;
  options.longest = std::chrono::milliseconds(how == "hang" ? 200 : 60'000);
  try {
    static_cast<void>(
        twice(clinic, "twice:how=" + how, options)->output("numbers/numbers").array().rows(0, 2));
    return "nothing";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("A file's rows come out transformed, in a worker and in this process",
          "[host][extend][transform]") {
  const bool in_process = GENERATE(false, true);
  Clinic clinic(in_process ? test::Run::AsAsked : test::Run::Workers);
  Options options;
  options.in_process = in_process;
  const auto file = read::transformed(
      read::File::open(clinic.world.out()),
      {{"numbers/numbers",
        open_transforms(clinic.world.catalog(), {"test.twice", "twice:how=well"}, options)}});
  const read::Output& numbers = file->output("numbers/numbers");
  CHECK(test::elements<std::int32_t>(*numbers.get(0)) ==
        std::vector<std::int32_t>{4, 40, 8, 80, 12, 120});
  CHECK(numbers.array().shape() == Shape{4, 2});
  CHECK(test::elements<std::int32_t>(numbers.array().rows(-1, 99)) ==
        std::vector<std::int32_t>{160, 1600});
  CHECK(numbers.get(2)->shape == Shape{0, 2});
  CHECK(file->output("numbers/words").get(0)->strings == std::vector<std::string>{"one"});
}

TEST_CASE("Threads of a loader transform at once in this process", "[host][extend][transform]") {
  Clinic clinic(test::Run::AsAsked);
  Options options;
  options.in_process = true;
  const auto loader =
      loader::Loader::open(twice(clinic, "twice", options), {{"numbers/numbers", loader::ByRow{}}},
                           {.batch_size = 1, .workers = 3});
  std::vector<std::int32_t> all;
  while (const auto batch = loader->next()) {
    all.push_back((*batch)["numbers/numbers"].as<std::int32_t>()[0]);
  }
  CHECK(all == std::vector<std::int32_t>{2, 4, 6, 80});
}

TEST_CASE("A transform that misbehaves costs the read and says how", "[host][extend][transform]") {
  Clinic clinic;
  CHECK_THAT(misbehaved(clinic, "crash"),
             Contains("plugin test.extend 1.0.0: transform 'test.twice' ended its worker: killed "
                      "by SIGSEGV"));
  CHECK_THAT(misbehaved(clinic, "open crash"), Contains("killed by SIGSEGV"));
  CHECK_THAT(misbehaved(clinic, "hang"), Contains("took longer than 0.2 s"));
  CHECK_THAT(misbehaved(clinic, "strings"), Contains("of an unknown type"));
  CHECK_THAT(misbehaved(clinic, "none"), Contains("made no instance"));
  CHECK_THAT(misbehaved(clinic, "negative"), Contains("a shape that makes no sense"));
  CHECK_THAT(misbehaved(clinic, "axes"), Contains("a shape that makes no sense"));
  CHECK_THAT(misbehaved(clinic, "no"), Contains("transform 'test.twice': doesn't want to"));
  CHECK(misbehaved(clinic, "well") == "nothing");
}

TEST_CASE("A transform is named with its parameters", "[host][extend][transform]") {
  Clinic clinic;
  CHECK_THROWS_WITH(twice(clinic, "thrice"), Contains("there are: twice"));
  CHECK_THROWS_WITH(twice(clinic, "twice:what=1"), Contains("has no parameter 'what'; it has how"));
  CHECK_THROWS_WITH(twice(clinic, ":how=1"), Contains("--transform :how=1: names nothing"));
  CHECK_THROWS_WITH(
      read::transformed(read::File::open(clinic.world.out()),
                        {{"numbers/words", open_transforms(clinic.world.catalog(), {"twice"})}}),
      Contains("holds strings"));
}
