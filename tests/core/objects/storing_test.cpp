// SPDX-License-Identifier: MIT
// Types of one's own, and numbers as other numbers.
#include "core/objects/storing.hpp"

#include <limits>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "core/objects/python_text.hpp"

using namespace sheaf;
using Catch::Contains;

namespace lab {

struct Scan {
  double gain = 0;
  std::vector<float> samples;
  bool fails = false;
};

void sheaf_write(const objects::Item& to, const Scan& scan) {
  to["gain"] = scan.gain;
  if (scan.fails) throw std::runtime_error("no samples");
  to["samples"] = scan.samples;
  to.attrs()["kind"] = "scan";
}

void sheaf_read(const objects::Item& from, Scan& scan) {
  scan.gain = from["gain"].as<double>();
  scan.samples = from["samples"].as<std::vector<float>>();
}

struct Pair {
  Scan left, right;
};

void sheaf_write(const objects::Item& to, const Pair& pair) {
  to["left"] = pair.left;
  to["right"] = pair.right;
}

struct Unknown {};

}  // namespace lab

using namespace sheaf::objects;

static_assert(Writable<lab::Scan> && Readable<lab::Scan>);
static_assert(Writable<int> && Writable<const char*> && Writable<std::vector<std::string>>);
static_assert(Readable<std::vector<bool>> && Readable<std::complex<float>> && Readable<Tree>);
static_assert(!Writable<lab::Unknown> && !Readable<lab::Unknown> && !Readable<lab::Pair>);

TEST_CASE("a type with sheaf_write and sheaf_read is stored and read", "[core][objects]") {
  const File file = File::in_memory();
  const lab::Scan scan{0.5, {1, 2, 3}};
  file["a/scan"] = scan;
  CHECK(file["a/scan"].as<lab::Scan>().samples == scan.samples);
  CHECK(file["a/scan"].attrs().get<std::string>("kind") == "scan");
  file["pair"] = lab::Pair{scan, {0.25, {4}}};
  CHECK(file["pair/right"].as<lab::Scan>().samples == std::vector<float>{4});
  const List list = file["list"].require_list();
  list.append(scan);
  list.append(1);
  CHECK(list[0].as<lab::Scan>().gain == 0.5);
  CHECK(file["b"].get_or(lab::Scan{7, {}}).gain == 7);
}

TEST_CASE("a type that throws while it is written leaves what was there", "[core][objects]") {
  const File file = File::in_memory();
  file["scan"] = lab::Scan{0.5, {1}};
  file["list"] = Tree::list({1});
  const lab::Scan failing{1, {}, true};
  CHECK_THROWS_WITH(file["scan"] = failing, Contains("no samples"));
  CHECK_THROWS_WITH(file["pair"] = (lab::Pair{{0.5, {1}}, failing}), Contains("no samples"));
  CHECK_THROWS_WITH(file["list"].list().append(failing), Contains("no samples"));
  CHECK(file["scan"].as<lab::Scan>().gain == 0.5);
  CHECK_FALSE(file["pair"].exists());
  CHECK(file["list"].list().size() == 1);
  CHECK(file.root().size() == 2);
}

TEST_CASE("numbers become others unless that changes them", "[core][objects]") {
  CHECK(Tree(7).as<double>() == 7);
  CHECK(Tree(7.0).as<std::uint8_t>() == 7);
  CHECK(Tree(0.1).as<float>() == 0.1F);
  CHECK(Tree(true).as<int>() == 1);
  CHECK(Tree(1).as<bool>());
  CHECK(Tree(2.0).as<std::complex<double>>() == std::complex<double>(2, 0));
  CHECK(Tree(std::complex<float>(1, 2)).as<std::complex<double>>() == std::complex<double>(1, 2));
  CHECK(Tree::list({1, 2.0, true}).as<std::vector<int>>() == std::vector<int>{1, 2, 1});
  CHECK(Tree(std::vector<int>{5}).as<int>() == 5);
  const Value half{float16, {}, {std::byte{0}, std::byte{0x3e}}, {}};
  CHECK(Tree(half).as<double>() == 1.5);
  constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
  CHECK(Tree(largest).as<std::uint64_t>() == largest);
  CHECK_THROWS_WITH(Tree(largest).as<double>(), Contains("without a loss"));
  CHECK_THROWS_AS(Tree(std::numeric_limits<std::int64_t>::max()).as<double>(), Error);
  CHECK(Tree(std::numeric_limits<std::int64_t>::min()).as<double>() == -0x1p63);
  CHECK_THROWS_AS(Tree(0x1p63).as<std::int64_t>(), Error);
  CHECK_THROWS_AS(Tree(0.5).as<int>(), Error);
  CHECK_THROWS_AS(Tree(-1).as<unsigned>(), Error);
  CHECK_THROWS_AS(Tree(300).as<std::uint8_t>(), Error);
  CHECK_THROWS_AS(Tree(2).as<bool>(), Error);
  CHECK_THROWS_AS(Tree(1e300).as<float>(), Error);
  CHECK_THROWS_AS(Tree(std::complex<float>(1, 2)).as<float>(), Error);
  CHECK_THROWS_WITH(Tree("7").as<int>(), Contains("holds str"));
  CHECK_THROWS_WITH(Tree(none).as<int>(), Contains("holds none, and a scalar was asked for"));
  CHECK_THROWS_AS(Tree(std::vector<int>{1, 2}).as<int>(), Error);
}

TEST_CASE("values are written as Python writes them", "[core][objects]") {
  const std::vector<std::pair<Tree, std::string>> all{
      {1.0, "1.0"},
      {1e-7, "1e-07"},
      {1e16, "1e+16"},
      {123456789012345680.0, "1.2345678901234568e+17"},
      {-0.0, "-0.0"},
      {0.1F, "0.1"},
      {std::numeric_limits<double>::quiet_NaN(), "nan"},
      {true, "True"},
      {std::int8_t{-5}, "-5"},
      {"a'b\n", "\"a'b\\n\""},
      {std::complex<double>(1, -2), "(1-2j)"},
      {std::complex<double>(0, 1), "1j"},
      {Tree::list({1, Tree{{"a", none}}}), "[1, {'a': None}]"},
      {Bytes{{std::byte{'a'}, std::byte{0}}, false}, "b'a\\x00'"}};
  for (const auto& [value, text] : all) CHECK(repr(value) == text);
}
