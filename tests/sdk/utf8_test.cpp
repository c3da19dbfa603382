// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include <sheaf/sdk/utf8.hpp>

namespace sheaf::sdk {
namespace {

using namespace std::string_view_literals;

TEST_CASE("What may be stored is valid UTF-8 without zero bytes", "[sdk][utf8]") {
  CHECK(find_invalid_utf8("größe 🌾"sv) == std::string_view::npos);
  CHECK(find_invalid_utf8(""sv) == std::string_view::npos);
  CHECK(find_invalid_utf8("ab\0c"sv) == 2);
  for (const std::string_view bad : {"\x80"sv, "\xC0\x80"sv, "\xE0\x80\x80"sv, "\xED\xA0\x80"sv,
                                     "\xF4\x90\x80\x80"sv, "\xF5"sv, "\xE2\x82"sv}) {
    CHECK(find_invalid_utf8("ok " + std::string(bad)) == 3);
  }
}

TEST_CASE("Each run of bytes that can't become a character is replaced once", "[sdk][utf8]") {
  CHECK(replace_invalid_utf8("a\xF0\x9F\x8C z\xFF\xFE"sv) == "a\uFFFD z\uFFFD\uFFFD");
  CHECK(replace_invalid_utf8("\xED\xA0\x80"sv) == "\uFFFD\uFFFD\uFFFD");
  CHECK(replace_invalid_utf8("\0x"sv) == "\uFFFDx");
}

}  // namespace
}  // namespace sheaf::sdk
