// SPDX-License-Identifier: MIT
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "draw/lines.hpp"
#include "draw/waveform.hpp"

namespace sheaf::draw {

using Rows = std::vector<std::vector<std::string>>;

TEST_CASE("text is cut by what a terminal shows, not by bytes", "[plugins][draw]") {
  CHECK(cut("abcdef", 6) == "abcdef");
  CHECK(cut("abcdef", 5) == "abcd…");
  CHECK(cut("äöüß", 4) == "äöüß");
  CHECK(cut("äöüß", 3) == "äö…");
  CHECK(cut("日本語", 6) == "日本語");
  CHECK(cut("日本語", 5) == "日本…");
  CHECK(cut("日本語", 4) == "日…");
  CHECK(columns_of("日本語") == 6);
  CHECK(columns_of("e\u0301") == 1);
  CHECK(cut("a\tb\x1b[31m", 20) == "a b [31m");  // a terminal isn't told what to do
  CHECK(cut("a\xff\xfe"
            "b",
            20) == "a??b");
  CHECK(cut("abc", 1) == "…");
  CHECK(cut("abc", 0).empty());
}

TEST_CASE("tables are aligned and never wider than wanted", "[plugins][draw]") {
  const Rows rows{{"name", "x"}, {"ä", "1"}, {"日本", "-12.5"}};
  CHECK(aligned(rows, {false, true}, 40) ==
        "name      x\n"
        "ä         1\n"
        "日本  -12.5\n");
  const Rows wide{{"a", std::string(100, 'b'), "c"}, {"1", "2", "3"}};
  for (std::size_t width = 1; width < 60; ++width) {
    std::istringstream lines(aligned(wide, {true, true, true}, width));
    for (std::string line; std::getline(lines, line);) CHECK(columns_of(line) <= width);
  }
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(grouped(-123) == "-123");
  CHECK(grouped(-1234) == "-1,234");
}

TEST_CASE("a waveform in text fits, whatever is asked for", "[plugins][draw]") {
  std::vector<float> samples(900);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = i < 450 ? 0.9F : 0.05F;
  for (const std::size_t width : {1UL, 7UL, 80UL, 300UL}) {
    for (const std::size_t height : {1UL, 2UL, 5UL, 24UL}) {
      Envelope envelope(300, 3, width);
      envelope.add(std::span<const float>(samples));
      const std::string text = waveform_text(envelope, {8000}, width, height);
      CHECK(static_cast<std::size_t>(std::ranges::count(text, '\n')) <= height);
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) CHECK(columns_of(line) <= width);
    }
  }
  Envelope envelope(900, 1, 4);
  envelope.add(std::span<const float>(samples));
  CHECK(waveform_text(envelope, {1000}, 60,
                      2) == "0.9 s, 1 kHz, mono                            peak -0.9 dBFS\n" + [] {
    std::string bars;
    for (int i = 0; i < 60; ++i) bars += i < 30 ? "▇" : "▁";
    return bars;
  }() + "\n");
}

}  // namespace sheaf::draw
