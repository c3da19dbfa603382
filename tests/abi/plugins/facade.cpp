// SPDX-License-Identifier: MIT
// The C++ façade: what a class becomes.
//
//   abi.words    parameters of all types, survey, strings, finish
//   abi.length   derived from it
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sdk = sheaf::sdk;

namespace {

class Words {
 public:
  static void declare(sdk::Declaration<Words>& feature) {
    feature.name("abi.words").summary("Words").pattern(R"(\.words$)").wants_bytes().ignore_case();
    feature.parameter("yes", &Words::yes_, "a truth");
    feature.parameter("most", &Words::most_, "words").range(1, 100);
    feature.parameter("part", &Words::part_, "a number").range(0, 1);
    feature.parameter("mark", &Words::mark_, "behind each").choices({"!", "?"});
    feature.parameter("note", &Words::note_, "may stay unset");
    feature.parameter("list", &Words::list_, "numbers");
  }
  void survey(const sdk::Survey& sources) {
    if (sources.is_first()) {
      agreed_ = std::to_string(sources.size()) + " sources";
      sources.agree(agreed_);
    } else {
      agreed_ = sources.agreed();
    }
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::strings("words"));
    file.attr("agreed", agreed_);
    file.attr("given", std::string(yes_ ? "yes " : "no ") + std::to_string(most_) + " " + mark_ +
                           " " + note_.value_or("unset"));
    file.attr("part", part_);
    file.attr("list", std::span<const std::int64_t>(list_));
  }
  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) {
    const auto bytes = source.bytes();
    std::string word;
    std::int64_t words = 0;
    for (const auto byte : bytes) {
      const char c = static_cast<char>(byte);
      if (c != ' ' && c != '\n') word += c;
      if ((c == ' ' || c == '\n') && !word.empty() && words < most_) {
        if (word == "bad") throw sdk::Error("a bad word");
        sink.write_string(0, word + mark_);
        word.clear();
        ++words;
      }
    }
    return words > 0 ? sdk::Result::Ok : sdk::Result::Empty;
  }
  void finish(const sdk::Rows& rows) { rows.attr("count", rows.count(0)); }

 private:
  bool yes_ = true;
  std::int64_t most_ = 10;
  double part_ = 0.5;
  std::string mark_ = "!";
  std::optional<std::string> note_;
  std::vector<std::int64_t> list_ = {1, 2};
  std::string agreed_;
};

class Length {
 public:
  static void declare(sdk::Declaration<Length>& feature) {
    feature.name("abi.length").summary("How many words").derived_from("abi.words");
  }
  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<std::int64_t>("length", {}).deflate(4).shuffle().fill_value(-1));
  }
  void load(const sdk::Source& source, sdk::Sink& sink) {
    sink.write_scalar(0, source.input().shape()[0]);
  }
};

}  // namespace

SHEAF_PLUGIN("abi.facade", "1.0.0", "MIT", "Classes as features", Words, Length);
