// SPDX-License-Identifier: MIT
#include "host/source/source.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace sheaf::host;

TEST_CASE("a file URI is absolute and percent-encoded byte by byte", "[host][source]") {
  CHECK(file_uri("/a/b.png", "/c") == "file:///a/b.png");
  CHECK(file_uri("/a b/ü%?#", "/c") == "file:///a%20b/%C3%BC%25%3F%23");
  CHECK(file_uri("/\xff", "/c") == "file:///%FF");
  CHECK(file_uri("x", "/a b") == "file:///a%20b/x");
}

TEST_CASE("a name with control characters or broken UTF-8 is shown in one line", "[host][source]") {
  CHECK(printable("a\nb\tc") == "a\\nb\\tc");
  CHECK(printable("\x1b[31m") == "\\x1b[31m");
  CHECK(printable("\xff.png") == "%FF.png");
  CHECK(printable("grün.png") == "grün.png");
}
