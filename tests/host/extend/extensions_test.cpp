// SPDX-License-Identifier: MIT
#include "host/extend/extensions.hpp"

#include <catch2/catch.hpp>

#include "host/worker/scan.hpp"
#include "tests/host/extend/clinic.hpp"

using namespace sheaf;
using namespace sheaf::host;
using namespace sheaf::host::extend;
using Catch::Contains;
using test::Clinic;

namespace {

Options here_or_there(bool in_process) {
  Options options;
  options.in_process = in_process;
  return options;
}

// What a method that misbehaves comes to.
std::string misbehaved(const Clinic& clinic, const std::string& how, const Options& options = {}) {
  const auto source = clinic.source("a.num");
  try {
    static_cast<void>(call(*clinic.feature, "misbehave", {{"how", how}}, {source.get()}, options));
    return "nothing";
  } catch (const Error& error) {
    return error.what();
  }
}

std::string misdrawn(const Clinic& clinic, const std::string& how, std::uint32_t kind = 0) {
  const auto source = clinic.source("a.num");
  PreviewRequest request{kind, 64, 64, {{"how", how}}};
  try {
    static_cast<void>(preview(*clinic.feature, *source, request));
    return "nothing";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("A method gets the rows of its sources and gives values with names", "[host][extend]") {
  const bool in_process = GENERATE(false, true);
  const Clinic clinic(in_process ? test::Run::AsAsked : test::Run::Workers);
  const auto a = clinic.source("a.num");
  const auto b = clinic.source("b.num");
  const auto c = clinic.source("c.num");
  const Results results =
      call(*clinic.feature, "sum", {}, {a.get(), b.get(), c.get()}, here_or_there(in_process));
  REQUIRE(results.size() == 2);
  CHECK(results[0].first == "sum");
  CHECK(results[0].second == Value::of(std::vector<std::int64_t>{6, 40, 0}));
  CHECK(results[1].second == Value::of(std::vector<std::string>{"one", "", "word"}));
}

TEST_CASE("A stored source tells its outputs, and reads what is there alone", "[host][extend]") {
  const Clinic clinic;
  const auto source = clinic.source("a.num");
  REQUIRE(source->outputs().size() == 2);
  CHECK(source->outputs()[0].name == "numbers");
  CHECK((source->outputs()[0].dtype == int32 && source->outputs()[0].rows == 3));
  CHECK(source->outputs()[0].item_shape == Shape{2});
  CHECK((source->outputs()[1].dtype.is_string() && source->outputs()[1].rows == 1));
  CHECK(test::elements<std::int32_t>(source->read(0, 1, 3)) ==
        std::vector<std::int32_t>{2, 20, 3, 30});
  CHECK(source->read_text(1, 0) == "one");
  REQUIRE(source->attrs().size() == 1);
  CHECK(source->attrs()[0].first == "unit");
  CHECK_THROWS_WITH(source->read(0, 0, 4), Contains("has no rows 0 to 4; there are 3"));
  CHECK_THROWS_WITH(source->read_text(0, 0), Contains("no text"));
  CHECK(clinic.source("c.num")->outputs()[0].rows == 0);
  CHECK_THROWS_WITH(clinic.source("d.num"), Contains("no such source"));
  CHECK(StoredFeature::open(clinic.world.out(), "numbers/words").path() == "numbers");
  CHECK_THROWS_WITH(StoredFeature::open(clinic.world.out(), "nobody"),
                    Contains("numbers/numbers, numbers/words"));
}

TEST_CASE("A preview is of the kind and within the size asked for", "[host][extend]") {
  const bool in_process = GENERATE(false, true);
  const Clinic clinic(in_process ? test::Run::AsAsked : test::Run::Workers);
  const auto source = clinic.source("a.num");
  const Options options = here_or_there(in_process);
  const Picture picture = preview(*clinic.feature, *source, {}, options);
  CHECK(picture.kind == SHEAF_PREVIEW_RGBA);
  CHECK((picture.width == 3 && picture.height == 1));
  CHECK(picture.rgba == std::vector<std::uint8_t>{1, 1, 1, 255, 2, 2, 2, 255, 3, 3, 3, 255});
  CHECK(preview(*clinic.feature, *source, {SHEAF_PREVIEW_TEXT, 80, 24, {}}, options).text ==
        "a.num");
  CHECK_THROWS_WITH(preview(*clinic.feature, *source, {SHEAF_PREVIEW_SVG, 9, 9, {}}, options),
                    Contains("no preview of that kind"));
  CHECK_THROWS_WITH(preview(*clinic.feature, *source, {0, 2, 2, {}}, options),
                    Contains("3 x 1 pixels aren't within 2 x 2"));
  CHECK_THROWS_WITH(preview(*clinic.feature, *source, {0, 0, 2, {}}, options), Contains("1 to"));
  CHECK_THROWS_WITH(preview(*clinic.feature, *clinic.source("c.num"), {}, options),
                    Contains("feature 'test.numbers': preview: "));
}

TEST_CASE("What an extension declares is known without its worker", "[host][extend]") {
  const Clinic clinic;
  const sheaf_feature& declared = *clinic.feature->descriptor;
  REQUIRE(plugin::methods_of(declared) != nullptr);
  CHECK(plugin::methods_of(declared)->method_count == 2);
  const sheaf_method* const found = plugin::find_method(declared, "misbehave");
  REQUIRE(found != nullptr);
  REQUIRE(found->param_count == 1);
  CHECK(plugin::describe_default(*found->params[0]) == "well");
  CHECK(plugin::preview_of(declared)->kinds == (SHEAF_PREVIEW_RGBA | SHEAF_PREVIEW_TEXT));
  const sheaf_plugin& plugin = *clinic.feature->plugin->descriptor;
  CHECK(plugin::find_transform(plugin, "test.twice") != nullptr);
  CHECK_FALSE(plugin::is_callable(plugin));
  CHECK_THAT(misbehaved(clinic, "well", here_or_there(true)),
             Contains("isn't loaded in this process"));
}

TEST_CASE("What doesn't exist or isn't wanted is said before a worker starts", "[host][extend]") {
  const Clinic clinic;
  const auto source = clinic.source("a.num");
  const test::ScopedVariable none("SHEAF_WORKER", "/nowhere");
  CHECK_THROWS_WITH(call(*clinic.feature, "nix", {}, {source.get()}),
                    Contains("has no method 'nix'; it has sum, misbehave"));
  CHECK_THROWS_WITH(call(*clinic.feature, "sum", {{"a", "1"}}, {source.get()}),
                    Contains("has no parameter 'a'"));
  CHECK_THROWS_WITH(call(*clinic.feature, "sum", {}, {}), Contains("at least one source"));
}

TEST_CASE("A method that ends its worker is an Error that says how", "[host][extend][deadly]") {
  const Clinic clinic;
  CHECK_THAT(misbehaved(clinic, "crash"),
             Contains("plugin test.extend 1.0.0: method 'misbehave' of feature 'test.numbers' "
                      "ended its worker: killed by SIGSEGV"));
  CHECK_THAT(misbehaved(clinic, "exit"), Contains("called exit(7)"));
  Options brief;
  brief.longest = std::chrono::milliseconds(200);
  CHECK_THAT(misbehaved(clinic, "hang", brief), Contains("took longer than 0.2 s"));
  Options small;
  small.memory = std::uint64_t{96} << 20U;
  CHECK_THAT(misbehaved(clinic, "eat", small),
             Contains("memory") || Contains("ended its worker") || Contains("bad_alloc"));
  std::atomic<bool> stop = true;
  Options stopped;
  stopped.stop = &stop;
  CHECK_THAT(misbehaved(clinic, "hang", stopped), Contains("cancelled"));
}

TEST_CASE("What a method gives that makes no sense is refused", "[host][extend]") {
  const Clinic clinic;
  const auto expect = [&](const char* how, const char* why) {
    INFO(how);
    CHECK_THAT(misbehaved(clinic, how), Contains("test.numbers") && Contains(why));
  };
  expect("status", "unknown status 42");
  expect("skip", "returned skip without saying why");
  expect("silent", "returned source without saying why");
  expect("throw", "across the boundary");
  expect("message", "broken");
  expect("behind", "has no rows 0 to 1000000; there are 3");
  expect("backwards", "has no rows 2 to 1");
  expect("size", "takes 8 bytes for 1 rows, and room is for 16");
  expect("output", "has no output 9; there are 2");
  expect("strings", "has strings");
  expect("utf8", "UTF-8");
  expect("name", "a name that is none");
  expect("dtype", "unknown dtype");
  expect("lie", "too large");
  expect("null", "no data");
  expect("twice", "'x' is there twice");
  CHECK(misbehaved(clinic, "well") == "nothing");
  CHECK(misbehaved(clinic, "chat") == "nothing");
  CHECK(misbehaved(clinic, "message").find('\x1b') == std::string::npos);
}

TEST_CASE("A preview that misbehaves is refused", "[host][extend]") {
  const Clinic clinic;
  CHECK_THAT(misdrawn(clinic, "crash"), Contains("killed by SIGSEGV"));
  CHECK_THAT(misdrawn(clinic, "huge"), Contains("40000 x 40000 pixels aren't within 64 x 64"));
  CHECK_THAT(misdrawn(clinic, "nothing"), Contains("made no picture"));
  CHECK_THAT(misdrawn(clinic, "status"), Contains("unknown status -77"));
  CHECK_THAT(misdrawn(clinic, "swapped"), Contains("takes pixels here"));
  CHECK_THAT(misdrawn(clinic, "swapped", SHEAF_PREVIEW_TEXT), Contains("takes text here"));
  CHECK_THAT(misdrawn(clinic, "utf8", SHEAF_PREVIEW_TEXT), Contains("UTF-8"));
  CHECK_THAT(misdrawn(clinic, "full", SHEAF_PREVIEW_TEXT), Contains("is full"));
}
