// SPDX-License-Identifier: MIT
// sheaf.dirlabel and sheaf.pathlabel.
#include <catch2/catch.hpp>
#include <re2/re2.h>

#include "tests/support/plugin_harness.hpp"

namespace sheaf::test {
namespace {

using Catch::Contains;
using Names = std::vector<std::string>;

Plugin label_plugin() { return Plugin::load(SHEAF_TEST_PLUGIN); }

std::vector<Source> ids(const Names& names) {
  std::vector<Source> sources;
  for (const std::string& name : names) sources.push_back({name, {}});
  return sources;
}

std::int64_t index_of(Instance& label, const std::string& id) {
  const Loaded loaded = label.load({id, {}});
  REQUIRE(loaded.message.empty());
  REQUIRE(loaded.outputs.at(0).shape == std::vector<std::int64_t>{1});
  return loaded.outputs[0].elements<std::int64_t>().at(0);
}

TEST_CASE("Classes are sorted and complete before the first load", "[plugins][label]") {
  Instance label(label_plugin(), "sheaf.dirlabel");
  label.survey(ids(
      {"set/frog/1.jpg", "set/cat/1.jpg", "set/Zebra/1.jpg", "set/cat/2.jpg", "other/ém/1.jpg"}));
  const Description described = label.describe();
  CHECK(described.attrs.at("classes").strings == Names{"Zebra", "cat", "frog", "ém"});
  CHECK(described.outputs.at(0).item_shape.empty());
  CHECK(index_of(label, "set/frog/1.jpg") == 2);
  CHECK(index_of(label, "set/cat/2.jpg") == 1);
  CHECK(index_of(label, "other/ém/1.jpg") == 3);
}

TEST_CASE("A source at the top has no folder and is skipped", "[plugins][label]") {
  Instance label(label_plugin(), "sheaf.dirlabel");
  label.survey(ids({"1.jpg", "cat/1.jpg"}));
  CHECK(label.describe().attrs.at("classes").strings == Names{"cat"});
  CHECK(label.load({"1.jpg", {}}).status == SHEAF_SKIP);
  const sheaf_feature& feature = label_plugin().feature("sheaf.dirlabel");
  const RE2 pattern(re2::StringPiece(feature.patterns[0].data, feature.patterns[0].size));
  CHECK(RE2::PartialMatch("cat/1.jpg", pattern));
  CHECK(!RE2::PartialMatch("1.jpg", pattern));
}

TEST_CASE("A resumed file's indices stand, new classes come behind them", "[plugins][label]") {
  Instance label(label_plugin(), "sheaf.dirlabel");
  SurveyOptions options;
  options.stored = {{"classes", strings({"cat", "frog"})}};
  label.survey(ids({"ship/1.jpg", "bird/1.jpg", "frog/9.jpg"}), options);
  CHECK(label.describe().attrs.at("classes").strings == Names{"cat", "frog", "bird", "ship"});
  CHECK(index_of(label, "frog/9.jpg") == 1);
  CHECK(index_of(label, "bird/1.jpg") == 2);
}

TEST_CASE("A source that the survey didn't show is an error", "[plugins][label]") {
  Instance label(label_plugin(), "sheaf.dirlabel");
  label.survey(ids({"cat/1.jpg"}));
  label.describe();
  const Loaded refused = label.load({"dog/1.jpg", {}});
  CHECK(refused.status == SHEAF_ERR_SOURCE);
  CHECK_THAT(refused.message, Contains("dog"));
}

TEST_CASE("A capture of the path is a class index", "[plugins][label]") {
  Instance label(label_plugin(), "sheaf.pathlabel", {{"pattern", "_(left|right)\\."}});
  label.survey(ids({"a_right.wav", "b_left.wav", "c.wav"}));
  CHECK(label.describe().attrs.at("classes").strings == Names{"left", "right"});
  CHECK(index_of(label, "a_right.wav") == 1);
  CHECK(label.load({"c.wav", {}}).status == SHEAF_SKIP);
}

TEST_CASE("A capture of the path is its text", "[plugins][label]") {
  Instance label(label_plugin(), "sheaf.pathlabel", {{"pattern", "^([^_]*)_"}, {"as", "string"}});
  label.survey(ids({"tilt_1.wav"}));
  const Description described = label.describe();
  CHECK(described.outputs.at(0).dtype.code == SHEAF_UTF8);
  CHECK(described.attrs.empty());
  CHECK(label.load({"tilt_1.wav", {}}).outputs[0].strings == Names{"tilt"});
  CHECK(label.load({"größe_1.wav", {}}).outputs[0].strings == Names{"größe"});
  CHECK(label.load({"_1.wav", {}}).outputs[0].strings == Names{""});
}

TEST_CASE("A capture of the path is the number it is", "[plugins][label]") {
  Instance label(label_plugin(), "sheaf.pathlabel",
                 {{"pattern", "run(-?[0-9a-z]+)"}, {"as", "integer"}});
  label.survey(ids({"run007.csv"}));
  CHECK(label.describe().attrs.empty());
  CHECK(index_of(label, "run007.csv") == 7);
  CHECK(index_of(label, "run-12.csv") == -12);
  const std::string id = GENERATE("run12b.csv", "run99999999999999999999.csv");
  const Loaded refused = label.load({id, {}});
  CHECK(refused.status == SHEAF_ERR_SOURCE);
  CHECK_THAT(refused.message, Contains("no whole number"));
}

TEST_CASE("A group that takes no part in the match skips the source", "[plugins][label]") {
  Instance label(label_plugin(), "sheaf.pathlabel", {{"pattern", "a(b)?c"}, {"as", "string"}});
  label.survey({});
  label.describe();
  CHECK(label.load({"ac", {}}).status == SHEAF_SKIP);
  CHECK(label.load({"abc", {}}).ok());
}

TEST_CASE("A pattern that can't work is refused with its reason", "[plugins][label]") {
  const auto refusal = [](const std::string& pattern) {
    const Instance label(label_plugin(), "sheaf.pathlabel", {{"pattern", pattern}});
    CHECK(label.opened().status == SHEAF_ERR_PLUGIN);
    return label.opened().message;
  };
  CHECK_THAT(refusal("ab(c"), Contains("ab(c") && Contains("missing )"));
  CHECK_THAT(refusal("ab**"), Contains("'ab**'") && Contains("at character 3"));
  CHECK_THAT(refusal("no group"), Contains("0 capture groups"));
  CHECK_THAT(refusal("(two)(groups)"), Contains("2 capture groups") && Contains("(?:"));
}

TEST_CASE("Labels accompany, and pathlabel only when it is named", "[plugins][label]") {
  CHECK(label_plugin().feature("sheaf.dirlabel").flags == SHEAF_FEATURE_COMPANION);
  CHECK(label_plugin().feature("sheaf.pathlabel").flags ==
        (SHEAF_FEATURE_COMPANION | SHEAF_FEATURE_OPT_IN));
}

}  // namespace
}  // namespace sheaf::test
