// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include <sheaf/sdk/declaration.hpp>

using namespace sheaf;

namespace {

struct Scan {
  bool flip = true;
  std::int64_t size = 8;
  double gain = 0.5;
  std::string color = "grey";
  std::optional<double> rate;
  std::optional<std::string> title = "none";
  std::vector<std::string> names{"a", "b"};
  std::optional<std::vector<std::int64_t>> sizes;
};

// A filled declaration; it points into itself.
struct Declared {
  sdk::Declaration<Scan> declaration;
  sheaf_feature feature{};

  Declared() {
    declaration.name("lab.scan").summary("Scans").pattern("a").pattern("b").priority(-3);
    declaration.opt_in().wants_bytes().exclusive().ignore_case().companion();
    declaration.derived_from("lab.raw");
    declaration.parameter("flip", &Scan::flip, "upside down");
    declaration.parameter("size", &Scan::size, "pixels").range(1, 64);
    declaration.parameter("gain", &Scan::gain, "factor").required();
    declaration.parameter("color", &Scan::color, "of it").choices({"grey", "color"});
    declaration.parameter("rate", &Scan::rate, "per second");
    declaration.parameter("title", &Scan::title, "above it");
    declaration.parameter("names", &Scan::names, "of them");
    declaration.parameter("sizes", &Scan::sizes, "pixels").range(1, 64);
    declaration.fill(feature);
  }
  Declared(const Declared&) = delete;
  Declared& operator=(const Declared&) = delete;
  [[nodiscard]] const sheaf_param& param(std::size_t i) const { return *feature.params[i]; }
};

std::string text(sheaf_string string) { return std::string(sdk::detail::view(string)); }

}  // namespace

TEST_CASE("a declaration becomes the ABI's struct", "[sdk][declaration]") {
  const Declared declared;
  const sheaf_feature& feature = declared.feature;
  CHECK(feature.struct_size == sizeof(sheaf_feature));
  CHECK(text(feature.name) == "lab.scan");
  CHECK(text(feature.summary) == "Scans");
  CHECK(text(feature.input) == "lab.raw");
  REQUIRE(feature.pattern_count == 2);
  CHECK(text(feature.patterns[1]) == "b");
  CHECK(feature.priority == -3);
  CHECK(feature.flags ==
        (SHEAF_FEATURE_OPT_IN | SHEAF_FEATURE_WANTS_BYTES | SHEAF_FEATURE_EXCLUSIVE |
         SHEAF_FEATURE_IGNORE_CASE | SHEAF_FEATURE_COMPANION));
  CHECK(feature.param_count == 8);
}

TEST_CASE("a parameter's type and default are those of the member", "[sdk][declaration]") {
  const Declared declared;
  CHECK(text(declared.param(0).name) == "flip");
  CHECK(text(declared.param(0).doc) == "upside down");
  CHECK(declared.param(0).default_value.boolean == 1);
  CHECK(declared.param(1).type == SHEAF_PARAM_INT);
  CHECK(declared.param(1).default_value.integer == 8);
  CHECK(declared.param(1).flags == SHEAF_PARAM_RANGE);
  CHECK((declared.param(1).minimum == 1 && declared.param(1).maximum == 64));
  CHECK(declared.param(2).type == SHEAF_PARAM_FLOAT);
  CHECK(declared.param(2).flags == SHEAF_PARAM_REQUIRED);
  CHECK(declared.param(2).default_value.type == SHEAF_PARAM_UNSET);
  CHECK(text(declared.param(3).default_value.string) == "grey");
  REQUIRE(declared.param(3).choice_count == 2);
  CHECK(text(declared.param(3).choices[1]) == "color");
  CHECK(declared.param(4).type == SHEAF_PARAM_FLOAT);
  CHECK(declared.param(4).default_value.type == SHEAF_PARAM_UNSET);
  const sheaf_param_value& names = declared.param(6).default_value;
  CHECK(declared.param(6).type == (SHEAF_PARAM_STRING | SHEAF_PARAM_LIST));
  REQUIRE((names.type == declared.param(6).type && names.item_count == 2));
  CHECK((names.items[1].type == SHEAF_PARAM_STRING && text(names.items[1].string) == "b"));
  CHECK(declared.param(7).type == (SHEAF_PARAM_INT | SHEAF_PARAM_LIST));
  CHECK(declared.param(7).default_value.type == SHEAF_PARAM_UNSET);
  CHECK(text(declared.param(5).default_value.string) == "none");
}

TEST_CASE("values from the host are put into the members, unset ones leave them alone",
          "[sdk][declaration]") {
  const Declared declared;
  sheaf_param_value values[8]{};
  values[0].type = SHEAF_PARAM_BOOL;
  values[1].type = SHEAF_PARAM_INT;
  values[1].integer = 3;
  values[3].type = SHEAF_PARAM_STRING;
  values[3].string = SHEAF_STR("color");
  values[4].type = SHEAF_PARAM_FLOAT;
  values[4].real = 2.5;
  const sheaf_param_value sizes[] = {{SHEAF_PARAM_INT, 0, 7, 0, {}, nullptr, 0},
                                     {SHEAF_PARAM_INT, 0, 9, 0, {}, nullptr, 0}};
  values[7].type = SHEAF_PARAM_INT | SHEAF_PARAM_LIST;
  values[7].items = sizes;
  values[7].item_count = 2;
  Scan scan;
  declared.declaration.apply(scan, {sizeof(sheaf_config), 8, values});
  CHECK(scan.sizes == std::vector<std::int64_t>{7, 9});
  CHECK(scan.names == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(scan.flip);
  CHECK(scan.size == 3);
  CHECK(scan.gain == 0.5);
  CHECK(scan.color == "color");
  CHECK(scan.rate == 2.5);
  CHECK(scan.title == "none");
  CHECK_THROWS_AS(declared.declaration.apply(scan, {sizeof(sheaf_config), 5, values}),
                  sdk::PluginError);
}
