// SPDX-License-Identifier: MIT
#include "host/config/toml_text.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "host/config/table.hpp"

using namespace sheaf::host;

TEST_CASE("text comes back from TOML as it was", "[host][config][toml]") {
  const std::string text = GENERATE(as<std::string>(), "", "photos", R"(\.jpe?g$)", R"('\d')",
                                    "a\"b\\c'd", "line\nbreak\ttab\x7f", "wörter ✓", "''");
  CHECK(parse_toml("x = " + toml_text(text), "s")["x"].value<std::string>() == text);
  CHECK_THROWS_WITH(toml_text("\xff"), Catch::Contains("UTF-8"));
}

TEST_CASE("a number that isn't whole reads as one", "[host][config][toml]") {
  for (const double number : {0.0, 1.0, -2.5, 1e300, 1e-9, 0.1}) {
    CHECK(parse_toml("x = " + toml_number(number), "s")["x"].value_exact<double>() == number);
  }
  CHECK(toml_number(-HUGE_VAL) == "-inf");
}
