// SPDX-License-Identifier: MIT
// Texts from C++: bytes that aren't UTF-8, single texts as arguments, pieces of a split.
#include "core/array/text.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <sys/mman.h>

#include "core/array/cumulative.hpp"
#include "core/array/options.hpp"
#include "core/array/printing.hpp"
#include "core/array/text/unicode.hpp"
#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "core/objects/python_text.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace sheaf;
using Catch::Contains;
using np::Array;
using Texts = std::vector<std::string>;
namespace strings = np::strings;

Texts texts_of(const Array& of) { return of.ravel().item<Texts>(); }

}  // namespace

TEST_CASE("single texts stand for all, on either side", "[core][array][text]") {
  const Array names(Texts{"sub-01", "Sub-2", ""});
  CHECK(texts_of(strings::add("x", names)) == Texts{"xsub-01", "xSub-2", "x"});
  CHECK(texts_of(strings::replace(names, "-", std::string("ß"))) == Texts{"subß01", "Subß2", ""});
  CHECK(strings::upper("straße").item<std::string>() == "STRASSE");
  CHECK(strings::startswith(names, "sub").item<std::vector<bool>>() ==
        std::vector<bool>{true, false, false});
  CHECK(texts_of(names(strings::startswith(names, "sub"))) == Texts{"sub-01"});
}

TEST_CASE("a byte that isn't UTF-8 is a character and stays", "[core][array][text]") {
  const Array broken(Texts{" M\xfcller\xff ", "\xe2\x82", "gr\xc3\xbc\xc3"});
  CHECK(texts_of(strings::strip(broken)) == Texts{"M\xfcller\xff", "\xe2\x82", "gr\xc3\xbc\xc3"});
  CHECK(texts_of(strings::upper(broken)) == Texts{" M\xfcLLER\xff ", "\xe2\x82", "GR\xc3\x9c\xc3"});
  CHECK(strings::str_len(broken).item<std::vector<std::int64_t>>() ==
        std::vector<std::int64_t>{9, 2, 4});
  CHECK_FALSE(strings::isalpha("M\xfcller").item<bool>());
  const Array apart(Texts{" M\xfcller\xff ü\xc3 ", "\xe2\x82 €\x82\x82\x82\x82\xa0\u00a0"});
  const Texts pieces{"M\xfcller\xff", "ü\xc3", "\xe2\x82", "€\x82\x82\x82\x82\xa0"};
  CHECK(texts_of(strings::split(apart).pieces) == pieces);
  CHECK(texts_of(strings::rsplit(apart).pieces) == pieces);
  CHECK(texts_of(strings::mod("%r", Array(Texts{"\xff"}))) == Texts{"'\\udcff'"});
}

TEST_CASE("a byte isn't found within a character", "[core][array][text]") {
  // "ü" is C3 BC, "€" E2 82 AC; the last byte of all isn't UTF-8.
  const std::string text = "aü€b\xc3";
  const std::string first = "\xc3";
  CHECK(strings::find(text, first).item<std::int64_t>() == 4);
  CHECK(strings::find(text, "\xbc").item<std::int64_t>() == -1);
  CHECK(strings::rfind(text, "\xe2\x82").item<std::int64_t>() == -1);
  CHECK(strings::rfind("\xc3ü", first).item<std::int64_t>() == 0);
  CHECK(strings::count(text, first).item<std::int64_t>() == 1);
  CHECK_FALSE(strings::startswith("üa", first).item<bool>());
  CHECK_FALSE(strings::endswith("aü", "\xbc").item<bool>());
  CHECK(strings::endswith(text, first).item<bool>());
  CHECK(strings::replace(text, first, "x").item<std::string>() == "aü€bx");
  CHECK(texts_of(strings::partition(text, first)) == Texts{"aü€b", first, ""});
  CHECK(texts_of(strings::rpartition("\xc3ü", first)) == Texts{"", first, "ü"});
  CHECK(texts_of(strings::split(text, first).pieces) == Texts{"aü€b", ""});
  CHECK(texts_of(strings::rsplit("\xc3ü", first).pieces) == Texts{"", "ü"});
  // What isn't UTF-8 is found, and what is stays found beside it.
  CHECK(strings::find("\xe2\x82x", "\xe2\x82").item<std::int64_t>() == 0);
  CHECK(strings::find("\xc3ü", "ü").item<std::int64_t>() == 1);
}

TEST_CASE("what can't be printed is quoted by its number, as in Python", "[core][array][text]") {
  const std::vector<std::pair<std::string, std::string>> all{
      {"V\u00f6gel \U0001f600", "'V\u00f6gel \U0001f600'"},  // Vögel and a smiley
      {"\x1b[1m\x7f", R"('\x1b[1m\x7f')"},
      {"\u009b1m\u00a0\u00ad", R"('\x9b1m\xa0\xad')"},
      {"\u202eab\u2028\u3000\ufeff", R"('\u202eab\u2028\u3000\ufeff')"},
      {"\u0378\ue000", R"('\u0378\ue000')"},
      {"\U000e0001", R"('\U000e0001')"},
      {"M\xfcller\xed\xa0\x80", R"('M\udcfcller\udced\udca0\udc80')"},
      {std::string("\0\t\n\\", 4), R"('\x00\t\n\\')"},
      {"it's", R"("it's")"},
  };
  for (const auto& [text, quoted] : all) CHECK(objects::in_quotes(text) == quoted);
  CHECK(sheaf::np::array_str(Array(Texts{"\u009b1m"})) == R"(['\x9b1m'])");
}

TEST_CASE("texts of other encodings become UTF-8, and none is guessed", "[core][array][text]") {
  const Array raw(Texts{"M\xfcller", "plain"});
  CHECK(texts_of(strings::decode(raw, "latin-1")) == Texts{"Müller", "plain"});
  CHECK_THROWS_WITH(strings::decode(raw, "utf-8").load(), Contains("isn't utf-8"));
  CHECK_THROWS_WITH(strings::encode(raw).load(), Contains("isn't UTF-8"));
  CHECK_THROWS_WITH(strings::decode(raw, "klingon"), Contains("klingon"));
}

TEST_CASE("a text of 2 GiB isn't decoded", "[core][array][text]") {
  // Only its length is looked at.
  const std::size_t size = std::size_t{1} << 31U;
  void* bytes =
      ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(bytes != MAP_FAILED);
  CHECK_THROWS_WITH(np::unicode::decoded({static_cast<const char*>(bytes), size}, "latin-1"),
                    Contains("less than 2 GiB"));
  ::munmap(bytes, size);
}

TEST_CASE("the pieces of a text are found by the counts, in little memory", "[core][array][text]") {
  const test::TempDir folder;
  const objects::File file = objects::File::open(folder / "a.h5", "w");
  Texts lines;
  for (int at = 0; at < 3000; ++at)
    lines.push_back(std::string(at % 4, 'a') + " b  " + std::to_string(at));
  const Array a = np::store(file["lines"], Array(lines), {.chunks = {100}});
  const np::OptionsScope scope({.max_memory = 4096, .threads = 2, .temporary_folder = {}});
  const auto [pieces, counts] = strings::split(a);
  const Array stored = np::store(file["pieces"], pieces);
  const auto ends = np::cumsum(counts).item<std::vector<std::int64_t>>();
  CHECK(stored.size() == ends.back());
  for (const std::size_t at : {0U, 1U, 1024U, 2999U}) {
    const std::int64_t begin = at == 0 ? 0 : ends[at - 1];
    Texts expected{"b", std::to_string(at)};
    if (at % 4 != 0) expected.insert(expected.begin(), std::string(at % 4, 'a'));
    CHECK(texts_of(stored(np::slice(begin, ends[at]))) == expected);
  }
  a(np::slice(7, 8)) = strings::add(a(np::slice(7, 8)), " more");
  CHECK_THROWS_WITH(np::store(file["pieces"], pieces), Contains("have changed"));
}
