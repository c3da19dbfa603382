// SPDX-License-Identifier: MIT
#include "host/plugin/params.hpp"

#include <cstring>

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace sheaf;
using namespace sheaf::host::plugin;

namespace {

ParamList whole(std::vector<std::int64_t> items) {
  return {SHEAF_PARAM_INT, {items.begin(), items.end()}};
}

// A feature with a parameter of each type.
class Declared {
 public:
  Declared() {
    add("flip", SHEAF_PARAM_BOOL).default_value.boolean = 1;
    sheaf_param& size = add("size", SHEAF_PARAM_INT);
    size.default_value.integer = 8;
    size.flags = SHEAF_PARAM_RANGE;
    size.minimum = 1;
    size.maximum = 64;
    sheaf_param& gain = add("gain", SHEAF_PARAM_FLOAT);
    gain.default_value.real = 0.5;
    sheaf_param& color = add("color", SHEAF_PARAM_STRING);
    color.default_value.string = SHEAF_STR("grey");
    color.choices = choices_;
    color.choice_count = 2;
    add("note", SHEAF_PARAM_STRING).default_value.type = SHEAF_PARAM_UNSET;
    sheaf_param& sizes = add("sizes", SHEAF_PARAM_INT | SHEAF_PARAM_LIST);
    sizes.default_value.items = sizes_;
    sizes.default_value.item_count = 2;
    sizes.flags = SHEAF_PARAM_RANGE;
    sizes.minimum = 1;
    sizes.maximum = 64;
    for (sheaf_param& param : params_) pointers_.push_back(&param);
    abi_.name = SHEAF_STR("lab.scan");
    abi_.params = pointers_.data();
    abi_.param_count = pointers_.size();
  }
  [[nodiscard]] std::vector<ParamValue> resolve(const ParamInputs& inputs) const {
    return resolve_params({&abi_, nullptr}, inputs);
  }
  [[nodiscard]] std::string complaint(const std::string& name, const ParamValue& value) const {
    try {
      static_cast<void>(resolve({{name, value}}));
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }
  sheaf_param& operator[](std::size_t i) { return params_[i]; }

 private:
  sheaf_param& add(const char* name, std::uint32_t type) {
    sheaf_param& param = params_[count_++];
    param.struct_size = sizeof(sheaf_param);
    param.type = type;
    param.name = {name, std::strlen(name)};
    param.doc = SHEAF_STR("a doc");
    param.default_value.type = type;
    return param;
  }
  sheaf_string choices_[2] = {SHEAF_STR_INIT("grey"), SHEAF_STR_INIT("color")};
  sheaf_param_value sizes_[2] = {{SHEAF_PARAM_INT, 0, 32, 0, {}, nullptr, 0},
                                 {SHEAF_PARAM_INT, 0, 16, 0, {}, nullptr, 0}};
  sheaf_param params_[6]{};
  std::size_t count_ = 0;
  std::vector<const sheaf_param*> pointers_;
  sheaf_feature abi_{};
};

}  // namespace

TEST_CASE("what isn't given has its default, in the order declared", "[host][params]") {
  CHECK(Declared().resolve({}) ==
        std::vector<ParamValue>{true, std::int64_t{8}, 0.5, "grey", {}, whole({32, 16})});
}

TEST_CASE("text from the command line is parsed by type", "[host][params]") {
  const Declared declared;
  const auto values = declared.resolve(
      {{"flip", "no"}, {"size", "64"}, {"gain", "-1.5e3"}, {"color", "color"}, {"note", "7"}});
  CHECK(values ==
        std::vector<ParamValue>{false, std::int64_t{64}, -1500.0, "color", "7", whole({32, 16})});
  CHECK(declared.resolve({{"flip", "true"}})[0] == ParamValue(true));
}

TEST_CASE("typed values from the configuration are taken where they fit", "[host][params]") {
  const Declared declared;
  CHECK(declared.resolve({{"flip", false}})[0] == ParamValue(false));
  CHECK(declared.resolve({{"gain", std::int64_t{2}}})[2] == ParamValue(2.0));
  CHECK(declared.resolve({{"note", std::int64_t{2}}})[4] == ParamValue("2"));
}

TEST_CASE("a list is given in brackets, as one item, or as typed values", "[host][params]") {
  const Declared declared;
  const auto sizes = [&](const ParamValue& given) {
    return declared.resolve({{"sizes", given}})[5];
  };
  CHECK(sizes("[1, 2,3]") == ParamValue(whole({1, 2, 3})));
  CHECK(sizes("[]") == ParamValue(whole({})));
  CHECK(sizes("4") == ParamValue(whole({4})));
  CHECK(sizes(std::int64_t{4}) == ParamValue(whole({4})));
  CHECK(sizes(whole({7, 8})) == ParamValue(whole({7, 8})));
  CHECK_THAT(declared.complaint("sizes", "[1,x]"),
             Catch::Contains("sizes=[1,x]") && Catch::Contains("a list of whole numbers"));
  CHECK_THAT(declared.complaint("sizes", whole({1, 65})), Catch::Contains("1 to 64"));
  CHECK_THAT(declared.complaint("sizes", "[1,]"), Catch::Contains("a list of whole numbers"));
  CHECK_THAT(declared.complaint("size", whole({1})), Catch::Contains("a whole number"));
}

TEST_CASE("a value that won't do is refused with what would", "[host][params]") {
  const Declared declared;
  const auto [name, text, expected] = GENERATE(table<std::string, std::string, std::string>({
      {"flip", "maybe", "true or false"},
      {"size", "0", "a whole number, 1 to 64"},
      {"size", "65", "1 to 64"},
      {"size", "8.0", "a whole number"},
      {"size", "8 ", "a whole number"},
      {"size", "", "a whole number"},
      {"size", "99999999999999999999", "a whole number"},
      {"gain", "much", "a number"},
      {"color", "red", "one of grey, color"},
  }));
  CAPTURE(name, text);
  const std::string said = declared.complaint(name, text);
  CHECK_THAT(said, Catch::Contains("lab.scan") && Catch::Contains(name + "=" + text) &&
                       Catch::Contains(expected));
}

TEST_CASE("a typed value of another type is refused", "[host][params]") {
  const Declared declared;
  CHECK_THAT(declared.complaint("size", 8.0), Catch::Contains("a whole number"));
  CHECK_THAT(declared.complaint("size", true), Catch::Contains("a whole number"));
  CHECK_THAT(declared.complaint("flip", std::int64_t{1}), Catch::Contains("true or false"));
  CHECK_THAT(declared.complaint("color", false), Catch::Contains("one of"));
}

TEST_CASE("a range excludes what is no number", "[host][params]") {
  Declared declared;
  declared[2].flags = SHEAF_PARAM_RANGE;
  declared[2].minimum = 0;
  declared[2].maximum = 1;
  CHECK(declared.complaint("gain", "nan") != "accepted");
  CHECK(declared.complaint("gain", "inf") != "accepted");
  CHECK(declared.complaint("gain", "1") == "accepted");
}

TEST_CASE("an unknown parameter is refused with those there are", "[host][params]") {
  CHECK_THAT(Declared().complaint("sise", "3"),
             Catch::Contains("no parameter 'sise'") &&
                 Catch::Contains("flip, size, gain, color, note, sizes"));
}

TEST_CASE("a required parameter must be given", "[host][params]") {
  Declared declared;
  declared[1].flags |= SHEAF_PARAM_REQUIRED;
  declared[1].default_value.type = SHEAF_PARAM_UNSET;
  CHECK_THROWS_WITH(declared.resolve({}),
                    Catch::Contains("'size' must be given") && Catch::Contains("-f scan:size="));
  CHECK(declared.resolve({{"size", "3"}})[1] == ParamValue(std::int64_t{3}));
}

TEST_CASE("values go over to the ABI with their types", "[host][params]") {
  const std::vector<ParamValue> values{{},           true, std::int64_t{-3}, 0.25, std::string("x"),
                                       whole({5, 6})};
  const AbiParams kept(values);
  REQUIRE(kept.config().param_count == 6);
  const sheaf_param_value* const plain = kept.config().params;
  CHECK(plain[0].type == SHEAF_PARAM_UNSET);
  CHECK((plain[1].type == SHEAF_PARAM_BOOL && plain[1].boolean == 1));
  CHECK((plain[2].type == SHEAF_PARAM_INT && plain[2].integer == -3));
  CHECK((plain[3].type == SHEAF_PARAM_FLOAT && plain[3].real == 0.25));
  CHECK((plain[4].type == SHEAF_PARAM_STRING && view(plain[4].string) == "x"));
  CHECK((plain[5].type == (SHEAF_PARAM_INT | SHEAF_PARAM_LIST) && plain[5].item_count == 2));
  CHECK((plain[5].items[1].type == SHEAF_PARAM_INT && plain[5].items[1].integer == 6));
}

TEST_CASE("lists show type and default as people write them", "[host][params]") {
  Declared declared;
  CHECK(describe_type(declared[1]) == "a whole number, 1 to 64");
  CHECK(describe_type(declared[3]) == "one of grey, color");
  CHECK(describe_default(declared[0]) == "true");
  CHECK(describe_default(declared[2]) == "0.5");
  CHECK(describe_default(declared[4]) == "unset");
  CHECK(describe_type(declared[5]) == "a list of whole numbers, 1 to 64");
  CHECK(describe_default(declared[5]) == "[32,16]");
  declared[1].flags |= SHEAF_PARAM_REQUIRED;
  CHECK(describe_default(declared[1]) == "required");
}
