// SPDX-License-Identifier: MIT
// check_descriptor: what a malformed descriptor is refused for.
#include <functional>

#include <catch2/catch.hpp>

#include "host/plugin/catalog.hpp"
#include "host/plugin/library.hpp"

using namespace sheaf::host::plugin;

namespace {

// A well-formed descriptor to be spoilt.
struct Sample {
  sheaf_string patterns[1] = {SHEAF_STR_INIT("\\.x$")};
  sheaf_param param{};
  sheaf_param second{};
  const sheaf_param* params[2] = {&param, &second};
  sheaf_feature feature{};
  sheaf_feature other{};
  const sheaf_feature* features[2] = {&feature, &other};
  sheaf_plugin plugin{};
  Note note{1, 0, "lab.x", "1.0"};

  Sample() {
    param.struct_size = sizeof param;
    param.type = SHEAF_PARAM_INT;
    param.name = SHEAF_STR("size");
    second = param;
    second.name = SHEAF_STR("gain");
    feature.struct_size = sizeof feature;
    feature.name = SHEAF_STR("lab.x");
    feature.patterns = patterns;
    feature.pattern_count = 1;
    feature.params = params;
    feature.param_count = 2;
    feature.open = [](const sheaf_feature*, const sheaf_call*, const sheaf_config*, void**) {
      return SHEAF_OK;
    };
    feature.describe = [](void*, const sheaf_call*, const sheaf_description*) { return SHEAF_OK; };
    feature.load = [](void*, const sheaf_call*, const sheaf_source*, const sheaf_sink*) {
      return SHEAF_OK;
    };
    feature.close = [](void*) {};
    other = feature;
    other.name = SHEAF_STR("lab.y");
    plugin.struct_size = sizeof plugin;
    plugin.id = SHEAF_STR("lab.x");
    plugin.version = SHEAF_STR("1.0");
    plugin.features = features;
    plugin.feature_count = 2;
  }
};

std::string problem_with(const std::function<void(Sample&)>& spoil) {
  Sample sample;
  spoil(sample);
  return check_descriptor(sample.plugin, sample.note);
}

}  // namespace

TEST_CASE("a well-formed descriptor is accepted, also one that is longer", "[host][check]") {
  CHECK(problem_with([](Sample&) {}).empty());
  CHECK(problem_with([](Sample& s) { s.plugin.struct_size += 64; }).empty());
  CHECK(problem_with([](Sample& s) { s.feature.struct_size += 64; }).empty());
  CHECK(problem_with([](Sample& s) { s.param.struct_size += 64; }).empty());
  CHECK(problem_with([](Sample& s) { s.plugin.feature_count = 0; }).empty());
}

TEST_CASE("a malformed descriptor is refused with what is wrong", "[host][check]") {
  using Spoil = std::function<void(Sample&)>;
  const auto [expected, spoil] = GENERATE(table<std::string, Spoil>({
      {"short sheaf_plugin", [](Sample& s) { s.plugin.struct_size = 8; }},
      {"short sheaf_feature", [](Sample& s) { s.feature.struct_size = 8; }},
      {"short sheaf_feature", [](Sample& s) { s.features[1] = nullptr; }},
      {"short sheaf_param", [](Sample& s) { s.param.struct_size = 8; }},
      {"short sheaf_param", [](Sample& s) { s.params[1] = nullptr; }},
      {"update Sheaf", [](Sample& s) { s.plugin.abi_minor = SHEAF_ABI_MINOR + 1; }},
      {"unknown flags 0x4", [](Sample& s) { s.plugin.flags = 4; }},
      {"unknown flags", [](Sample& s) { s.feature.flags = 1U << 31U; }},
      {"unknown flags", [](Sample& s) { s.param.flags = 1U << 31U; }},
      {"its note says 'lab.x' 1.0", [](Sample& s) { s.plugin.id = SHEAF_STR("lab.z"); }},
      {"its note says 'lab.x' 1.0", [](Sample& s) { s.plugin.version = SHEAF_STR("1.1"); }},
      {"plugin id 'Lab'", [](Sample& s) { s.plugin.id = SHEAF_STR("Lab"), s.note.id = "Lab"; }},
      {"its name", [](Sample& s) { s.feature.name = SHEAF_STR("Lab.x"); }},
      {"its name", [](Sample& s) { s.feature.name = SHEAF_STR("lab."); }},
      {"its name", [](Sample& s) { s.feature.name = SHEAF_STR(""); }},
      {"its name", [](Sample& s) { s.feature.name = SHEAF_STR("lab/x"); }},
      {"its name", [](Sample& s) { s.feature.name = SHEAF_STR("lab..x"); }},
      {"'lab.x' twice", [](Sample& s) { s.other.name = SHEAF_STR("lab.x"); }},
      {"is missing", [](Sample& s) { s.feature.open = nullptr; }},
      {"is missing", [](Sample& s) { s.feature.close = nullptr; }},
      {"no pattern", [](Sample& s) { s.feature.pattern_count = 0; }},
      {"pattern 'a('", [](Sample& s) { s.patterns[0] = SHEAF_STR("a("); }},
      {"parameter name 'Size'", [](Sample& s) { s.param.name = SHEAF_STR("Size"); }},
      {"parameter 'gain' twice", [](Sample& s) { s.param.name = SHEAF_STR("gain"); }},
      {"type 9", [](Sample& s) { s.param.type = 9; }},
      {"range that makes no sense",
       [](Sample& s) { s.param.flags = SHEAF_PARAM_RANGE, s.param.minimum = 1; }},
      {"wouldn't accept",
       [](Sample& s) {
         s.param.flags = SHEAF_PARAM_RANGE;
         s.param.minimum = s.param.maximum = 1;
         s.param.default_value.type = SHEAF_PARAM_INT;
       }},
      {"choices but isn't text",
       [](Sample& s) { s.param.choices = s.patterns, s.param.choice_count = 1; }},
      {"choices of parameter 'size'", [](Sample& s) { s.param.choice_count = 1; }},
      {"features that aren't there", [](Sample& s) { s.plugin.features = nullptr; }},
      {"parameters that aren't there", [](Sample& s) { s.feature.params = nullptr; }},
      {"patterns that are no texts", [](Sample& s) { s.feature.patterns = nullptr; }},
      {"texts that are none", [](Sample& s) { s.plugin.summary = {nullptr, 3}; }},
      {"texts that are none", [](Sample& s) { s.plugin.license = SHEAF_STR("\xff"); }},
      {"unknown flags", [](Sample& s) { s.feature.reserved = 1; }},
      {"default of another type",
       [](Sample& s) { s.param.default_value.type = SHEAF_PARAM_STRING; }},
  }));
  CAPTURE(expected);
  CHECK_THAT(problem_with(spoil), Catch::Contains(expected));
}

TEST_CASE("a derived feature needs no pattern", "[host][check]") {
  CHECK(problem_with([](Sample& s) {
          s.feature.pattern_count = 0;
          s.feature.input = SHEAF_STR("lab.y");
        }).empty());
}
