// SPDX-License-Identifier: MIT
// `sheaf stat` and `sheaf eval`: numbers against NumPy's (arrays.py), screens and errors here.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::Workplace;

namespace {

void arrays_py(const std::vector<std::string>& arguments) {
  const auto done =
      sheaf::test::run_python(std::string(SHEAF_TEST_FOLDER) + "/arrays.py", arguments);
  INFO(done.out << done.err);
  REQUIRE(done.status == 0);
}

void arrays_py(const std::string& what, const Workplace& here) {
  arrays_py({what, SHEAF_PROGRAM, here.path().string()});
}

std::string make_lab(const Workplace& here) {
  arrays_py({"make", (here / "lab.h5").string()});
  return "lab.h5";
}

std::string screen(const Workplace& here, std::vector<std::string> arguments) {
  sheaf::test::ProcessOptions options;
  options.folder = here.path();
  options.environment = {"LC_ALL=C.UTF-8"};
  arguments.insert(arguments.begin(), SHEAF_PROGRAM);
  return sheaf::test::run(arguments, options).out;
}

}  // namespace

TEST_CASE("stat finds what NumPy finds, in any memory", "[host][cli][stat]") {
  arrays_py("stat", Workplace());
}

TEST_CASE("stat finds what lies beyond the dtype on the way", "[host][cli][stat]") {
  arrays_py("extremes", Workplace());
}

TEST_CASE("stat along axes has a row for each place of the others", "[host][cli][stat]") {
  arrays_py("axis", Workplace());
}

TEST_CASE("eval computes what NumPy computes, and stores it", "[host][cli][eval]") {
  arrays_py("evaluate", Workplace());
}

TEST_CASE("eval puts a result in the place of what it was computed of", "[host][cli][eval]") {
  arrays_py("replaced", Workplace());
}

TEST_CASE("eval that is killed or interrupted leaves what was there", "[host][cli][eval]") {
  arrays_py("end", Workplace());
}

TEST_CASE("stat and eval know features, whatever their compression", "[host][cli][eval]") {
  arrays_py("packed", Workplace());
}

TEST_CASE("stat draws how many lie where", "[host][cli][stat]") {
  const Workplace here;
  make_lab(here);
  CHECK(screen(here, {"stat", "lab.h5", "y", "--bins", "3"}) == R"(lab.h5:/y  float64 (3,)
3 elements
  mean    2.33333
  std     1.24722
  min     1
  1%      1.02000
  5%      1.10000
  25%     1.50000
  median  2
  75%     3
  95%     3.80000
  99%     3.96000
  max     4

  1.0 … 2.0  1  ████████████████████████████████████████████████████████████
  2.0 … 3.0  1  ████████████████████████████████████████████████████████████
  3.0 … 4.0  1  ████████████████████████████████████████████████████████████
)");
  CHECK(screen(here, {"stat", "lab.h5", "names"}) == R"(lab.h5:/names  str (6,)
6 texts
  distinct  4
  shortest  0 characters        ""
  longest   5 characters        "Vögel"
  mean      2.83333 characters

  "cat"    3  ████████████████████████████████████████████████████████████
  ""       1  ████████████████████
  "Vögel"  1  ████████████████████
  "dog"    1  ████████████████████
)");
  const std::string plain = here.sheaf({"stat", "lab.h5", "labels", "flags", "--ascii"}).out;
  CHECK(std::ranges::all_of(plain, [](char letter) { return letter == '\n' || letter >= ' '; }));
  CHECK_THAT(plain, Contains("  9  ") && Contains("  ####") && Contains("% are true"));
}

TEST_CASE("stat says what there is to say of odd arrays", "[host][cli][stat]") {
  const Workplace here;
  make_lab(here);
  CHECK_THAT(screen(here, {"stat", "lab.h5", "data/x"}),
             Contains("2,400 elements, 1 NaN, 3 infinite (2 +, 1 -)\n"));
  CHECK(screen(here, {"stat", "lab.h5", "empty"}) == "lab.h5:/empty  float64 (0, 3)\n0 elements\n");
  CHECK_THAT(screen(here, {"stat", "lab.h5", "nans"}), Contains("4 NaN\n  no finite element\n"));
  CHECK_THAT(screen(here, {"stat", "lab.h5", "scalar"}), Contains("the value is 2.5\n"));
  CHECK_THAT(screen(here, {"stat", "lab.h5", "nans", "--axis", "0"}), Contains("[:, 1]  0"));
  CHECK_THAT(screen(here, {"stat", "lab.h5", "empty", "--axis", "0"}), Contains("no rows"));
  CHECK_THAT(screen(here, {"stat", "lab.h5", "data/x", "--axis", "0", "--rows", "2"}),
             Contains("60 elements a row") && Contains("\n  … 38 more\n") && Contains("[:, 39]"));
}

TEST_CASE("stat and eval name what is there instead of what isn't", "[host][cli][stat]") {
  const Workplace here;
  make_lab(here);
  const auto refused = [&](const std::vector<std::string>& arguments) {
    const auto done = here.sheaf(arguments);
    INFO(done.out << done.err);
    CHECK(done.status == 1);
    CHECK(done.out.empty());
    return done.err;
  };
  CHECK_THAT(refused({"stat", "lab.h5", "data"}), Contains("is a group") && Contains("data/gz"));
  CHECK_THAT(refused({"stat", "lab.h5"}), Contains("data/gz"));
  CHECK_THAT(refused({"stat", "lab.h5", "dta/x"}), Contains("there are data/x"));
  CHECK_THAT(refused({"stat", "lab.h5", "large"}), Contains("did you mean data/large?"));
  CHECK_THAT(refused({"stat", "lab.h5", "pair"}), Contains("compound"));
  CHECK_THAT(refused({"stat", "lab.h5", "y", "--axis", "1"}), Contains("(3,)"));
  CHECK_THAT(refused({"stat", "lab.h5", "names", "--axis", "0"}), Contains("leave out --axis"));
  CHECK_THAT(refused({"eval", "data/q + 1", "lab.h5"}),
             Contains("'data/q' isn't there; there are data/x") && Contains("\n  ^\n"));
  CHECK_THAT(refused({"eval", "y + e    + pair", "lab.h5"}),
             Contains("compound") && Contains("\n             ^\n"));
  CHECK_THAT(refused({"eval", "y + labels", "lab.h5"}),
             Contains("(500,)") && Contains("\n    ^\n"));
  CHECK_THAT(refused({"eval", "mean(y, axes=0)", "lab.h5"}), Contains("axis, dtype"));
  CHECK_THAT(refused({"eval", "modf(y)", "lab.h5", "-o", "o.h5:/x"}), Contains("choose one"));
  CHECK_THAT(refused({"eval", "y", "lab.h5", "-o", "lab.h5:/e"}), Contains("-f replaces it"));
  CHECK(here.names("o.h5").empty());
}

TEST_CASE("eval marks the place that can't be read", "[host][cli][eval]") {
  const Workplace here;
  make_lab(here);
  const auto refused = [&](const std::string& expression) {
    const auto done = here.sheaf({"eval", expression, "lab.h5"});
    CHECK(done.status == 2);
    return done.err;
  };
  CHECK(refused("sum(y") == "sheaf: expression: ')' was expected\n  sum(y\n       ^\n");
  CHECK(refused("1 + maen(y)").ends_with("\n  1 + maen(y)\n      ^\n"));
  CHECK_THAT(refused("maen(y)"), Contains("no function 'maen'") && Contains("mean"));
  CHECK_THAT(refused("mean"), Contains("call it, mean(…)"));
  CHECK_THAT(refused("y $ e"), Contains("\n    ^\n"));
  CHECK(here.sheaf({"eval", "y"}).status == 2);
  CHECK(here.sheaf({"eval", "y", "lab.h5", "-o", "o.h5"}).status == 2);
  CHECK_THAT(here.sheaf({"eval", "--functions"}).out, Contains("quantile") && Contains("sum"));
  CHECK(here.sheaf({"eval", "--functions", "median"}).out == "median(a, axis, keepdims)\n");
  CHECK(here.sheaf({"eval", "--functions", "add"}).out == "add(x1, x2)\n");
  CHECK(here.sheaf({"eval", "--functions", "gradient"}).out ==
        "gradient(f, …, axis, edge_order)\n");
  CHECK(refused("y[0.5]").ends_with("\n  y[0.5]\n    ^\n"));
}

TEST_CASE("eval prints no text that a terminal takes for a command", "[host][cli][eval]") {
  const Workplace here;
  make_lab(here);
  const auto printed = [&](const std::string& expression) {
    return here.sheaf({"eval", expression, "lab.h5"}).out;
  };
  CHECK(printed("('\u009b1m', char.upper('\u202ea'))") == R"(('\x9b1m', '\u202eA'))"
                                                          "\n");
  CHECK(printed("char.add(['a', 'b'], '\u009b')") == R"(['a\x9b' 'b\x9b'])"
                                                     "\n(2,) str\n");
  CHECK(printed("'\u009b1m'") == "\\u009b1m\n");
}

TEST_CASE("eval keeps NumPy's names, whatever datasets there are", "[host][cli][eval]") {
  const Workplace here;
  make_lab(here);
  for (const char* name : {"np", "random", "char", "pi", "int32"}) {
    REQUIRE(here.sheaf({"eval", "y", "lab.h5", "-o", "lab.h5:/" + std::string(name)}).status == 0);
  }
  const auto printed = [&](const std::string& expression) {
    const auto done = here.sheaf({"eval", expression, "lab.h5"});
    INFO(expression << '\n' << done.err);
    CHECK(done.status == 0);
    return done.out.substr(0, done.out.find('\n'));
  };
  CHECK(printed("np.sum(np)") == "7.0");
  CHECK(printed("np.sum (np/2)") == "3.5");
  CHECK(printed("np/np.max(np)") == "[0.25 0.5  1.  ]");
  CHECK(printed("np.pi.round()") == "3.0");
  CHECK(printed("pi") == "[1. 2. 4.]");
  CHECK(printed("y.astype(np.int32)") == "[1 2 4]");
  CHECK(printed("random.normal(size=3, seed=1).shape") == "(3,)");
  CHECK(printed("np.random.rand(2).size") == "2");
  CHECK(printed("char.upper('a')") == "A");
  CHECK(printed("random.sum() + char[0]") == "8.0");
}

TEST_CASE("eval and stat take sizes with fractions and units, none below zero",
          "[host][cli][eval]") {
  const Workplace here;
  make_lab(here);
  const auto status = [&](const std::string& size) {
    return here.sheaf({"eval", "sum(y)", "lab.h5", "--memory=" + size}).status;
  };
  for (const char* size : {"1.5G", "250 MiB", "64K", "64kB", "1000000"}) {
    CAPTURE(size);
    CHECK(status(size) == 0);
  }
  for (const char* size : {"-1", "many", "1X", "", "nan"}) {
    CAPTURE(size);
    CHECK(status(size) == 2);
  }
  CHECK_THAT(here.sheaf({"stat", "lab.h5", "y", "--memory", "many"}).err,
             Contains("'many' is no size; write 250M, 2G"));
}
