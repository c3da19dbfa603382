// SPDX-License-Identifier: MIT
#include "host/dispatch/request.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace sheaf;
using namespace sheaf::host;

TEST_CASE("a request names a feature, a place and parameters", "[host][request]") {
  const FeatureRequest request = parse_request("image=data/image:size=64x64,gain=0.5");
  CHECK(request.name == "image");
  CHECK(request.path == "data/image");
  CHECK(request.params == plugin::ParamInputs{{"size", "64x64"}, {"gain", "0.5"}});
  CHECK(parse_request("sheaf.image").name == "sheaf.image");
  CHECK(parse_request("image").path.empty());
  CHECK(parse_request("image:size=3").params == plugin::ParamInputs{{"size", "3"}});
}

TEST_CASE("commas, colons and equals signs in a value stay in it", "[host][request]") {
  CHECK(parse_request("label:from=^(a{1,3},b):x=(.*)$,map=a=1").params ==
        plugin::ParamInputs{{"from", "^(a{1,3},b):x=(.*)$"}, {"map", "a=1"}});
  CHECK(parse_request("label:from=a,B=c").params == plugin::ParamInputs{{"from", "a,B=c"}});
  CHECK(parse_request("label:from=a, b=c").params == plugin::ParamInputs{{"from", "a, b=c"}});
  CHECK(parse_request("label:from=,to=").params == plugin::ParamInputs{{"from", ""}, {"to", ""}});
}

TEST_CASE("a request that makes no sense is refused with an example", "[host][request]") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"", "names no feature"},
      {"=a", "names no feature"},
      {":a=1", "names no feature"},
      {"image=", "empty path"},
      {"image:", "is no param=value"},
      {"image:size", "'size' is no param=value"},
      {"image:=3", "is no param=value"},
      {"image:a=1,a=2", "gives 'a' twice"},
  }));
  CAPTURE(text);
  CHECK_THROWS_WITH(parse_request(text), Catch::Contains(expected) && Catch::Contains("as in -f"));
}
