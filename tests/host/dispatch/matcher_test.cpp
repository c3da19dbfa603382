// SPDX-License-Identifier: MIT
#include "host/dispatch/matcher.hpp"

#include <cstring>
#include <deque>

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace sheaf;
using namespace sheaf::host;

namespace {

// A selection made by hand.
class Selection {
 public:
  Selection& add(const char* name, const char* path, std::vector<std::string> patterns,
                 std::int32_t priority = 0, std::uint32_t flags = 0, std::size_t input = no_input) {
    sheaf_feature& abi = abi_.emplace_back();
    abi.name = {name, std::strlen(name)};
    abi.priority = priority;
    abi.flags = flags;
    const plugin::Feature& feature = features_.emplace_back(plugin::Feature{&abi, nullptr});
    selected.push_back({&feature, path, std::move(patterns), {}, {}, input});
    return *this;
  }
  // "0 2" where the features 0 and 2 load the source.
  [[nodiscard]] std::string winners(std::string_view id) const {
    std::string text;
    for (const Match& match : Matcher(selected).match(id)) {
      if (match.wins) text += (text.empty() ? "" : " ") + std::to_string(match.feature);
    }
    return text;
  }

  std::vector<Selected> selected;

 private:
  std::deque<sheaf_feature> abi_;
  std::deque<plugin::Feature> features_;
};

}  // namespace

TEST_CASE("several features may claim one source, and nobody another", "[host][matcher]") {
  Selection all;
  all.add("a", "a", {R"(\.png$)"}).add("b", "b", {"^x/"}).add("c", "c", {R"(\.txt$)"});
  CHECK(all.winners("x/1.png") == "0 1");
  CHECK(all.winners("y/1.png") == "0");
  CHECK(all.winners("y/1.gif").empty());
  CHECK(all.winners("").empty());
}

TEST_CASE("a match tells which of the feature's patterns was the first to fit", "[host][matcher]") {
  Selection all;
  all.add("a", "a", {"never", "1", R"(\.png$)"}).add("b", "b", {"x", "png"});
  const auto matches = Matcher(all.selected).match("1.png");
  REQUIRE(matches.size() == 2);
  CHECK(matches[0].pattern == 1);
  CHECK(matches[1].pattern == 1);
}

TEST_CASE("of two features for one place the one with the higher priority loads",
          "[host][matcher]") {
  Selection all;
  all.add("low", "p", {"."}, -1).add("high", "p", {"x"}, 3).add("other", "q", {"."}, 9);
  CHECK(all.winners("x") == "1 2");
  CHECK(all.winners("y") == "0 2");
}

TEST_CASE("a tie for one place is an error that names both and the remedy", "[host][matcher]") {
  Selection all;
  all.add("lab.one", "p", {"."}).add("lab.two", "p", {"."});
  CHECK_THROWS_WITH(all.winners("some/id"),
                    Catch::Contains("lab.one") && Catch::Contains("lab.two") &&
                        Catch::Contains("some/id") && Catch::Contains("-f lab.two=PATH"));
}

TEST_CASE("a tie below the winner doesn't matter", "[host][matcher]") {
  Selection all;
  all.add("lab.one", "p", {"."}).add("lab.two", "p", {"."}).add("lab.three", "p", {"x"}, 1);
  CHECK(all.winners("x") == "2");
  CHECK_THROWS(all.winners("y"));
  Selection reversed;
  reversed.add("lab.three", "p", {"x"}, 1).add("lab.one", "p", {"."}).add("lab.two", "p", {"."});
  CHECK(reversed.winners("x") == "0");
  CHECK_THROWS(reversed.winners("y"));
}

TEST_CASE("a derived feature loads where its input loads", "[host][matcher]") {
  Selection all;
  all.add("raw", "raw", {"x"}).add("derived", "d", {}, 0, 0, 0).add("strict", "s", {"y"}, 0, 0, 0);
  CHECK(all.winners("x") == "0 1");
  CHECK(all.winners("xy") == "0 1 2");
  CHECK(all.winners("y").empty());
}

TEST_CASE("a derived feature loses where its input is outranked", "[host][matcher]") {
  Selection all;
  all.add("raw", "p", {"."}).add("better", "p", {"x"}, 1).add("derived", "d", {}, 0, 0, 0);
  CHECK(all.winners("x") == "1");
  CHECK(all.winners("y") == "0 2");
}

TEST_CASE("what only companions match is unmatched, unless there are no others",
          "[host][matcher]") {
  Selection both;
  both.add("raw", "raw", {R"(\.png$)"}).add("tag", "tag", {"."}, 0, SHEAF_FEATURE_COMPANION);
  CHECK(both.winners("a.png") == "0 1");
  CHECK(both.winners("a.txt").empty());
  Selection alone;
  alone.add("tag", "tag", {"."}, 0, SHEAF_FEATURE_COMPANION);
  CHECK(alone.winners("a.txt") == "0");
}

TEST_CASE("an id of any bytes is matched without harm", "[host][matcher]") {
  Selection all;
  all.add("a", "a", {"x$"});
  CHECK(all.winners(std::string("\0\xff\n x", 5)) == "0");
  CHECK(all.winners(std::string(1 << 20, 'y') + "x") == "0");
}
