// SPDX-License-Identifier: MIT
// Times, durations, paths and optionals as one scalar, in attributes and entries.
#include "core/objects/standard_forms.hpp"

#include <limits>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace std::chrono;
using Catch::Contains;

namespace {

using Halves = duration<std::int64_t, std::ratio<1, 2>>;
using Samples = duration<std::int64_t, std::ratio<1, 48000>>;
using Thirds = duration<std::int32_t, std::ratio<1, 3>>;

template <class T>
T back(const T& value) {
  return value_from<T>(tree_of(value), "x");
}

template <class T>
T read(const Tree& tree) {
  return value_from<T>(tree, "lab.h5:/x");
}

template <class D>
std::string text(std::int64_t count) {
  return tree_of(sys_time<D>(D(count))).template as<std::string>();
}

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

template <class T>
constexpr bool comes_back(const T& value) {
  return back(value) == value;
}

}  // namespace

static_assert(!HasForm<steady_clock::time_point> && !HasForm<file_clock::time_point>);
static_assert(!HasForm<std::optional<std::optional<int>>> && !HasForm<std::optional<Tree>>);

TEST_CASE("times are text after ISO 8601, with the digits of their ticks", "[core][objects]") {
  CHECK(text<seconds>(0) == "1970-01-01T00:00:00Z");
  CHECK(text<milliseconds>(1740830400250) == "2025-03-01T12:00:00.250Z");
  CHECK(text<nanoseconds>(-1) == "1969-12-31T23:59:59.999999999Z");
  CHECK(text<nanoseconds>(least) == "1677-09-21T00:12:43.145224192Z");
  CHECK(text<Halves>(3) == "1970-01-01T00:00:01.5Z");
  CHECK(text<minutes>(1) == "1970-01-01T00:01:00Z");
  CHECK(text<days>(-719529) == "-0001-12-31");
  CHECK(text<days>(-719528) == "0000-01-01");
  CHECK(text<seconds>(253402300800) == "+10000-01-01T00:00:00Z");
  CHECK(text<seconds>(largest) == "+292277026596-12-04T15:30:07Z");
  CHECK(text<Thirds>(-1) == "1969-12-31T23:59:59.666666666666666666Z");
  CHECK_THROWS_WITH((text<duration<std::int64_t, std::ratio<1LL << 40>>>(largest)),
                    Contains("10^15 years"));
}

TEST_CASE("times come back to the tick", "[core][objects]") {
  for (const std::int64_t count : {least, least + 1, std::int64_t{-1}, std::int64_t{0},
                                   std::int64_t{1}, std::int64_t{1740830400250999999}, largest}) {
    INFO(count);
    CHECK(comes_back(sys_time<nanoseconds>(nanoseconds(count))));
    CHECK(comes_back(sys_time<seconds>(seconds(count))));
    CHECK(comes_back(sys_time<Samples>(Samples(count))));
    CHECK(comes_back(sys_time<Thirds>(Thirds(static_cast<std::int32_t>(count)))));
    CHECK(comes_back(sys_time<hours>(hours(count / 1000000))));
  }
}

TEST_CASE("times of others are read as long as they say where", "[core][objects]") {
  using Time = sys_time<milliseconds>;
  const Time noon(milliseconds(1740830400000));
  for (const char* same : {"2025-03-01T12:00:00Z", "2025-03-01T12:00Z", "2025-03-01 12:00:00+00:00",
                           "2025-03-01T14:00:00.000000000+02:00", "2025-03-01T06:30:00-0530",
                           "2025-03-01T13:00:00+01"}) {
    INFO(same);
    CHECK(read<Time>(same) == noon);
  }
  CHECK(read<Time>("2024-02-29") == Time(days(19782)));
  for (const char* wrong :
       {"2025-03-01T12:00:00", "2025-02-29", "2025-13-01", "2025-03-01T24:00:00Z", "25-03-01", "",
        "2025-03-01T12:00:60Z", "2025-03-01T12:00:00.Z", "2025-03-01T12:00:00ZZ", "now",
        "2025-03-01T12:00:00+2", "2025-03-01T", "2025-3-1"}) {
    INFO(wrong);
    CHECK_THROWS_WITH(read<Time>(wrong),
                      Contains("lab.h5:/x: holds '") && Contains("with Z or an"));
  }
  CHECK_THROWS_WITH(read<Time>("2025-03-01T12:00:00.0001Z"), Contains("read a finer"));
  CHECK_THROWS_WITH(read<sys_time<nanoseconds>>("2500-01-01"), Contains("or a larger"));
  CHECK_THROWS_AS(read<Time>(1740830400.0), Error);
}

TEST_CASE("durations are seconds that come back to the tick", "[core][objects]") {
  CHECK(tree_of(seconds(90)) == Tree(std::int64_t{90}));
  CHECK(tree_of(hours(-2)) == Tree(std::int64_t{-7200}));
  CHECK(tree_of(milliseconds(100)) == Tree(0.1));
  CHECK(tree_of(Samples(48000)) == Tree(1.0));
  CHECK(tree_of(duration<double>(0.3)) == Tree(0.3));
  CHECK(tree_of(duration<float, std::milli>(250)) == Tree(0.25));
  CHECK(tree_of(nanoseconds(9007199254740993)) == Tree("9007199254740993 ns"));
  CHECK(tree_of(hours(largest)) == Tree("9223372036854775807 h"));
  CHECK(tree_of(Samples(least)) == Tree("-9223372036854775808 [1/48000]s"));
  for (const std::int64_t count :
       {least, std::int64_t{-3}, std::int64_t{0}, std::int64_t{9007199254740993},
        std::int64_t{1740830400250999999}, largest}) {
    INFO(count);
    CHECK(comes_back(nanoseconds(count)));
    CHECK(comes_back(milliseconds(count)));
    CHECK(comes_back(weeks(count)));
    CHECK(comes_back(Samples(count)));
    CHECK(comes_back(duration<double, std::milli>(static_cast<double>(count) / 7)));
    CHECK(comes_back(duration<float, std::micro>(static_cast<float>(count) / 7)));
  }
  CHECK(std::isnan(back(duration<double, std::milli>(std::nan(""))).count()));
}

TEST_CASE("seconds of others are read as a duration that holds them", "[core][objects]") {
  CHECK(read<milliseconds>(2) == seconds(2));
  CHECK(read<milliseconds>(0.1 + 0.2) == milliseconds(300));
  CHECK(read<microseconds>("1500 ms") == milliseconds(1500));
  CHECK(read<Samples>("3 [1/24000]s") == Samples(6));
  CHECK(read<duration<double>>("250 ms") == milliseconds(250));
  CHECK(read<duration<double>>(7) == seconds(7));
  CHECK_THROWS_WITH(read<seconds>(0.5), Contains("holds 0.5") && Contains("finer duration"));
  CHECK_THROWS_WITH(read<minutes>(90), Contains("isn't a whole number of min"));
  CHECK_THROWS_WITH(read<milliseconds>("1500000 ns 2"), Contains("holds '1500000 ns 2'"));
  for (const char* wrong : {"", "ms", "7", "7 parsecs", "7 [1/0]s", "7 [1/2", "1.5 ms"}) {
    INFO(wrong);
    CHECK_THROWS_AS(read<milliseconds>(wrong), Error);
  }
  using Short = duration<std::int16_t, std::milli>;
  CHECK_THROWS_WITH(read<Short>(100), Contains("lab.h5:/x") && Contains("that fits"));
  CHECK_THROWS_AS(read<nanoseconds>(1e300), Error);
  CHECK_THROWS_AS(read<duration<float>>(1e300), Error);
  CHECK_THROWS_AS(read<nanoseconds>(std::vector<double>{1, 2}), Error);
}

TEST_CASE("paths are text, or their bytes", "[core][objects]") {
  using Path = std::filesystem::path;
  CHECK(tree_of(Path("a/\u00e9.tif")) == Tree("a/\u00e9.tif"));
  CHECK(tree_of(Path("\xff%20")).bytes()->data.size() == 4);
  for (const char* path : {"", "/", "a%20b", "a/../b/", "\xe9t\xe9.tif", "\x80"}) {
    CHECK(comes_back(Path(path)));
  }
  CHECK_THROWS_WITH(read<Path>(Bytes{{std::byte{0x80}}, true}), Contains("holds a pickle"));
  CHECK_THROWS_AS(read<Path>(3), Error);
}

TEST_CASE("attributes hold what one scalar or array stands for", "[core][objects]") {
  const File file = File::in_memory();
  const Attributes attrs = file.attrs();
  const auto now = system_clock::now();
  attrs["when"] = now;
  attrs["exposure"] = milliseconds(40);
  attrs["source"] = std::filesystem::path("a/b.tif");
  attrs["raw"] = std::filesystem::path("\xff");
  attrs["n"] = std::optional<int>(7);
  attrs["none"] = std::optional<int>();
  CHECK(attrs.get<system_clock::time_point>("when") == now);
  CHECK(attrs["exposure"].as<microseconds>() == milliseconds(40));
  CHECK(attrs.get<double>("exposure") == 0.04);
  CHECK(attrs.get<std::filesystem::path>("source") == "a/b.tif");
  CHECK(attrs.get<std::filesystem::path>("raw") == "\xff");
  CHECK(attrs.get<std::optional<int>>("n") == 7);
  CHECK(attrs.get<std::optional<int>>("none") == std::nullopt);
  CHECK(attrs.get<std::monostate>("none") == std::monostate());
  CHECK(attrs.get("gone", milliseconds(3)) == milliseconds(3));
  CHECK_THROWS_WITH(attrs.get<seconds>("source"), Contains("attribute 'source' of "));
}
