// SPDX-License-Identifier: MIT
#include "core/utf8.hpp"

#include <string>

#include <catch2/catch.hpp>

using sheaf::is_utf8;

TEST_CASE("Well-formed UTF-8 of every length is recognised", "[core][utf8]") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("plain"));
  CHECK(is_utf8("caf\u00e9 \u65e5\u672c \U0001F33E"));
  CHECK(is_utf8("\xF4\x8F\xBF\xBF"));  // U+10FFFF
}

TEST_CASE("Ill-formed UTF-8 is refused", "[core][utf8]") {
  CHECK_FALSE(is_utf8("\x80"));              // a continuation alone
  CHECK_FALSE(is_utf8("caf\xe9"));           // Latin-1
  CHECK_FALSE(is_utf8("\xC0\xAF"));          // overlong
  CHECK_FALSE(is_utf8("\xE0\x9F\xBF"));      // overlong
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // a surrogate
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // past U+10FFFF
  CHECK_FALSE(is_utf8("\xE6\x97"));          // cut off
}
