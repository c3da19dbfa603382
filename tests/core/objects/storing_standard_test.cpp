// SPDX-License-Identifier: MIT
// Standard containers of what can be stored.
#include "core/objects/storing_standard.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
using Catch::Contains;

namespace lab {

struct Probe {
  double gain = 0;
  std::vector<Probe> parts;
  bool operator==(const Probe&) const = default;
};

// Declared after its use in containers.
using Probes = std::vector<std::map<std::string, std::optional<Probe>>>;
inline void put_probes(const objects::Item& to, const Probes& probes) { to["probes"] = probes; }

void sheaf_write(const objects::Item& to, const Probe& probe) {
  to["gain"] = probe.gain;
  if (!probe.parts.empty()) to["parts"] = probe.parts;
}
void sheaf_read(const objects::Item& from, Probe& probe) {
  probe.gain = from["gain"].as<double>();
  probe.parts = from["parts"].get_or(probe.parts);
}

enum class Color : std::uint8_t { Red = 1, Blue = 7 };

struct Serial {  // one text stands for it, and it converts to another
  std::string text;
  operator const std::string&() const { return text; }
  auto operator<=>(const Serial&) const = default;
};

struct Label {  // its own pair comes before a conversion
  std::string text;
  operator std::string_view() const { return text; }
};
void sheaf_write(const objects::Item& to, const Label& label) { to["label"] = label.text; }

enum class Mood : int { Good = 1 };  // its own pair comes before its number
void sheaf_write(const objects::Item& to, const Mood& /*mood*/) { to = "good"; }
void sheaf_read(const objects::Item& from, Mood& mood) {
  mood = from.as<std::string>() == "good" ? Mood::Good : Mood();
}

struct Fixed {  // has no default
  explicit Fixed(int n) : value(n) {}
  int value;
};
void sheaf_write(const objects::Item& to, const Fixed& fixed) { to = fixed.value; }
void sheaf_read(const objects::Item& from, Fixed& fixed) { fixed.value = from.as<int>(); }

struct Mystery {};

}  // namespace lab

template <>
struct sheaf::objects::Form<lab::Serial> {
  using Stored = std::string;
  static Tree to_tree(const lab::Serial& serial) { return "#" + serial.text; }
  static lab::Serial from_tree(const Tree& tree, const std::string& object) {
    return {objects::from_tree<std::string>(tree, object).substr(1)};
  }
};

using namespace sheaf::objects;

static_assert(Writable<lab::Probes> && Readable<lab::Probes>);
static_assert(!Writable<std::vector<lab::Mystery>> && !Readable<std::vector<lab::Mystery>>);
static_assert(!Writable<std::map<std::string, std::variant<int, std::set<lab::Mystery*>>>>);
static_assert(!Writable<std::tuple<int, lab::Mystery>> && !Writable<std::optional<lab::Mystery>>);
static_assert(!Writable<std::map<std::string, lab::Mystery>> && !Writable<std::nullptr_t>);
static_assert(!Writable<std::optional<std::optional<lab::Probe>>>);
static_assert(!Writable<std::vector<std::chrono::steady_clock::time_point>>);
static_assert(Writable<std::span<const lab::Probe>> && !Readable<std::span<const lab::Probe>>);
static_assert(Writable<std::vector<std::string_view>> && !Readable<std::vector<std::string_view>>);
static_assert(Writable<std::vector<lab::Fixed>> && !Readable<std::vector<lab::Fixed>>);
static_assert(!Writable<long double> && !Writable<std::vector<std::array<long double, 2>>>);
static_assert(!Writable<std::vector<long double>> && !Readable<std::vector<long double>>);
static_assert(Writable<lab::Label> && !Readable<std::vector<lab::Label>>);

namespace {

template <class T>
void check_back(const T& value, Kind kind) {
  const File file = File::in_memory();
  file["old"] = Tree{{"a", 1}};
  file["old"] = value;
  CHECK(file["old"].kind() == kind);
  CHECK(file["old"].as<T>() == value);
  const List list = file["list"].require_list();
  list.append(value);
  CHECK(list[0].as<T>() == value);
  CHECK(file.root().get("gone", value) == value);
}

template <class T>
Shape shape_of(const T& value) {
  const File file = File::in_memory();
  file["x"] = value;
  CHECK(file["x"].as<T>() == value);
  return file["x"].array().shape();
}

}  // namespace

TEST_CASE("sequences of numbers and texts are arrays", "[core][objects]") {
  using Point = std::array<float, 3>;
  CHECK(shape_of(Point{1, 2, 3}) == Shape{3});
  CHECK(shape_of(std::vector<Point>{{1, 2, 3}, {4, 5, 6}}) == Shape{2, 3});
  CHECK(shape_of(std::vector<Point>{}) == Shape{0, 3});
  CHECK(shape_of(std::vector<std::array<int, 0>>(4)) == Shape{4, 0});
  CHECK(shape_of(std::array<std::array<std::array<std::complex<double>, 2>, 1>, 3>{}) ==
        Shape{3, 1, 2});
  CHECK(shape_of(std::deque<bool>{true, false}) == Shape{2});
  CHECK(shape_of(std::vector<std::array<bool, 2>>{{true, false}}) == Shape{1, 2});
  CHECK(shape_of(std::list<std::string>{"a", ""}) == Shape{2});
  CHECK(shape_of(std::array<std::array<std::string, 2>, 2>{{{"a", "b"}, {"c", "d"}}}) ==
        Shape{2, 2});
  CHECK(shape_of(std::set<std::int16_t>{3, -1}) == Shape{2});
  CHECK(shape_of(std::unordered_set<std::string>{"b", "a"}) == Shape{2});
  CHECK(shape_of(std::vector<std::byte>{std::byte{1}, std::byte{255}}) == Shape{2});
  CHECK(shape_of(std::vector<lab::Color>{lab::Color::Blue}) == Shape{1});
  CHECK(shape_of(std::vector<std::chrono::milliseconds>{std::chrono::seconds(1)}) == Shape{1});
  CHECK(shape_of(std::vector<std::chrono::sys_days>{{}, {}}) == Shape{2});
  CHECK(shape_of(std::vector<std::filesystem::path>{"a/b", "c"}) == Shape{2});
  CHECK(shape_of(std::vector<lab::Serial>{{"a"}, {"b"}}) == Shape{2});
}

TEST_CASE("what one array stands for is an attribute, too", "[core][objects]") {
  const File file = File::in_memory();
  const std::vector<std::array<float, 3>> points{{1, 2, 3}, {4, 5, 6}};
  file.attrs()["points"] = points;
  CHECK(file.attrs().get<std::vector<std::array<float, 3>>>("points") == points);
  CHECK(file.attrs().at("points").value()->shape == Shape{2, 3});
  CHECK_THROWS_WITH((file.attrs().get<std::array<std::array<float, 3>, 3>>("points")),
                    Contains("attribute 'points' of ") && Contains("(3, 3)"));
}

TEST_CASE("what doesn't own its elements is written", "[core][objects]") {
  const File file = File::in_memory();
  const std::vector<float> numbers{1, 2, 3};
  file["span"] = std::span(numbers).first(2);
  CHECK(file["span"].as<std::vector<float>>() == std::vector<float>{1, 2});
  file["texts"] = std::vector<std::string_view>{"a", "b"};
  file["views"] = std::array<const char*, 2>{"a", "b"};
  CHECK(file["texts"].tree() == file["views"].tree());
  const std::vector<lab::Probe> probes(2);
  file["probes"] = std::span(probes);
  CHECK(file["probes"].as<std::vector<lab::Probe>>() == probes);
  file["names"] = std::map<std::string_view, int>{{"a", 1}};
  CHECK(file["names/a"].as<int>() == 1);
}

TEST_CASE("other sequences are lists", "[core][objects]") {
  check_back(std::vector<std::vector<double>>{{1}, {}, {2, 3}}, Kind::List);
  check_back(std::vector<std::optional<int>>{1, std::nullopt}, Kind::List);
  check_back(std::array<std::vector<std::string>, 2>{{{"a"}, {}}}, Kind::List);
  check_back(std::list<lab::Probe>{{0.5, {}}, {1, {{2, {}}}}}, Kind::List);
  check_back(std::set<std::vector<int>>{{1}, {2}}, Kind::List);
  check_back(std::vector<std::filesystem::path>{"a", "\xff"}, Kind::List);
  check_back(std::vector<std::chrono::nanoseconds>{std::chrono::nanoseconds(9007199254740993)},
             Kind::List);
  check_back(std::vector<Tree>{1, "a", none}, Kind::List);
  check_back(std::vector<lab::Probe>{}, Kind::List);
}

TEST_CASE("maps are dictionaries, by text, integers and enums", "[core][objects]") {
  check_back(std::map<std::string, double>{{"a", 1}, {"\u00e9 b", 2}}, Kind::Dict);
  check_back(std::unordered_map<std::string, std::vector<std::string>>{{"a", {"b"}}}, Kind::Dict);
  check_back(std::map<int, std::optional<lab::Probe>>{{-7, {}}, {7, lab::Probe{}}}, Kind::Dict);
  check_back(std::map<std::uint64_t, int>{{~std::uint64_t{0}, 1}}, Kind::Dict);
  check_back(std::map<lab::Color, int>{{lab::Color::Blue, 1}}, Kind::Dict);
  check_back(std::map<std::string, int>{}, Kind::Dict);
  const File file = File::in_memory();
  file["m"] = std::map<lab::Color, int>{{lab::Color::Blue, 1}};
  CHECK(file["m/7"].as<int>() == 1);
}

TEST_CASE("maps by anything else are keys and values", "[core][objects]") {
  using Path = std::filesystem::path;
  check_back(std::map<Path, lab::Probe>{{"a/b", {}}, {"\xff", {1, {}}}}, Kind::Dict);
  check_back(std::map<double, int>{{0.1, 1}, {-2, 3}}, Kind::Dict);
  check_back(std::map<std::pair<int, std::string>, int>{{{1, "a"}, 2}}, Kind::Dict);
  const File file = File::in_memory();
  file["m"] = std::map<Path, int>{{"a/b", 7}};
  CHECK(file["m/keys"].as<std::vector<std::string>>() == std::vector<std::string>{"a/b"});
  CHECK(file["m/values"].as<std::vector<int>>() == std::vector<int>{7});
  file["m/values"] = std::vector<int>{7, 8};
  CHECK_THROWS_WITH((file["m"].as<std::map<Path, int>>()),
                    Contains("/m/values: holds 2 elements, and 1 were asked for"));
  file["m/keys"] = std::vector<std::string>{"a", "a"};
  CHECK_THROWS_WITH((file["m"].as<std::map<Path, int>>()),
                    Contains("/m/keys: holds an element twice"));
}

TEST_CASE("keys that HDF5 can't store are refused by name", "[core][objects]") {
  const File file = File::in_memory();
  file["m"] = 1;
  using Map = std::map<std::string, int>;
  for (const std::string key : {"a/b", ".", "", "\xff"}) {
    INFO(key);
    CHECK_THROWS_WITH(file["m"] = (Map{{"ok", 1}, {key, 2}}),
                      Contains(":/m, key ") && Contains("name"));
  }
  CHECK_THROWS_WITH(file["m"] = (Map{{"a/b", 2}}), Contains("key 'a/b': a name with '/'"));
  CHECK_THROWS_WITH(file["m"] = (Map{{std::string("a\0b", 3), 2}}), Contains("key 'a\\x00b'"));
  CHECK(file["m"].as<int>() == 1);
  file["m"] = Map{{"1", 1}, {"x", 2}};
  CHECK_THROWS_WITH((file["m"].as<std::map<int, int>>()), Contains("has the entry 'x'"));
  file["m"] = Map{{"1", 1}, {"01", 2}};
  CHECK_THROWS_WITH((file["m"].as<std::map<int, int>>()), Contains("has the entry '1'"));
  file["m"] = Map{{"300", 1}};
  CHECK_THROWS_WITH((file["m"].as<std::map<std::uint8_t, int>>()), Contains("'300'"));
}

TEST_CASE("optionals, variants and tuples come back", "[core][objects]") {
  using Mixed = std::variant<std::monostate, int, std::string, lab::Probe, std::vector<Tree>>;
  check_back(std::optional<lab::Probe>(lab::Probe{0.5, {}}), Kind::Dict);
  check_back(std::optional<lab::Probe>(), Kind::Bytes);
  check_back(std::optional<std::vector<int>>({1, 2}), Kind::Array);
  check_back(std::optional<int>(3), Kind::Scalar);
  check_back(Mixed(), Kind::Dict);
  check_back(Mixed(3), Kind::Dict);
  check_back(Mixed(lab::Probe{0.5, {{1, {}}}}), Kind::Dict);
  check_back(std::variant<int, int>(std::in_place_index<1>, 5), Kind::Dict);
  check_back(std::pair<int, std::string>(1, "a"), Kind::List);
  check_back(std::tuple<lab::Probe, std::pair<int, int>, std::optional<bool>>(), Kind::List);
  check_back(std::tuple<>(), Kind::List);
  check_back(lab::Probes{{{"a", {}}, {"b", lab::Probe{1, {{2, {}}}}}}, {}}, Kind::List);
  const File file = File::in_memory();
  file["v"] = Tree{{"index", 5}, {"value", 1}};
  CHECK_THROWS_WITH(file["v"].as<Mixed>(),
                    Contains(":/v: holds alternative 5 of a variant, and one with 5"));
  file["v/index"] = -1;
  CHECK_THROWS_AS(file["v"].as<Mixed>(), Error);
  file["v/index"] = 2;
  CHECK_THROWS_WITH(file["v"].as<Mixed>(), Contains(":/v/value: holds int32"));
}

TEST_CASE("a type's own pair comes first, then its form", "[core][objects]") {
  const File file = File::in_memory();
  file["label"] = lab::Label{"a"};
  CHECK(file["label/label"].as<std::string>() == "a");
  file["labels"] = std::vector<lab::Label>{{"a"}};
  CHECK(file["labels/0/label"].as<std::string>() == "a");
  file["moods"] = std::vector<lab::Mood>{lab::Mood::Good};
  CHECK(file["moods/0"].as<std::string>() == "good");
  CHECK(file["moods"].as<std::vector<lab::Mood>>() == std::vector{lab::Mood::Good});
  file["mood"] = std::optional(lab::Mood::Good);
  CHECK(file["mood"].as<std::string>() == "good");
  CHECK(file["mood"].as<std::optional<lab::Mood>>() == lab::Mood::Good);
  file["serial"] = lab::Serial{"a"};
  CHECK(file["serial"].as<std::string>() == "#a");
  CHECK(file["serial"].as<lab::Serial>().text == "a");
  file.attrs()["serial"] = lab::Serial{"b"};
  CHECK(file.attrs().get<lab::Serial>("serial").text == "b");
}

TEST_CASE("arrays of others read as nested sequences", "[core][objects]") {
  const File file = File::in_memory();
  file["a"] = Value{float64, {2, 2}, Value::of(std::vector<double>{1, 2, 3, 4}).bytes, {}};
  using Rows = std::vector<std::vector<int>>;
  CHECK(file["a"].as<Rows>() == Rows{{1, 2}, {3, 4}});
  CHECK(file["a"].as<std::vector<std::array<float, 2>>>()[1][0] == 3);
  CHECK(file["a"].as<std::vector<std::vector<std::optional<int>>>>()[1][1] == 4);
  file["b"] = std::vector<int>{7, 8};
  CHECK(file["b"].as<std::pair<int, double>>() == std::pair(7, 8.0));
  CHECK(file["b"].as<std::vector<std::chrono::seconds>>()[1] == std::chrono::seconds(8));
  CHECK(file["b"].as<std::list<std::optional<int>>>().size() == 2);
  file["c"] = Tree::list({std::vector<int>{1, 2}, Tree::list({3, 4.0})});
  CHECK(file["c"].as<std::vector<std::array<int, 2>>>()[1][1] == 4);
  file["d"] = std::vector<double>{};
  CHECK(file["d"].as<std::vector<std::array<int, 2>>>().empty());
}

TEST_CASE("sizes and types that aren't those asked for are refused", "[core][objects]") {
  const File file = File::in_memory();
  file["a"] = std::vector<float>{1, 2, 3, 4.5F};
  CHECK_THROWS_WITH((file["a"].as<std::array<float, 3>>()),
                    Contains(":/a: holds float32 of shape (4,)") && Contains("(3,)"));
  CHECK_THROWS_WITH((file["a"].as<std::array<int, 4>>()), Contains("without a loss"));
  CHECK_THROWS_WITH((file["a"].as<std::vector<std::array<float, 2>>>()), Contains("(any, 2)"));
  CHECK_THROWS_WITH((file["a"].as<std::tuple<int, int>>()), Contains("4 elements, and 2 were"));
  CHECK_THROWS_WITH((file["a"].as<std::map<std::string, int>>()),
                    Contains("float32 of shape (4,), and a dictionary was asked for"));
  CHECK_THROWS_WITH(file["a"].as<std::vector<std::filesystem::path>>(), Contains(":/a: "));
  file["l"] = Tree::list({1, "a"});
  CHECK_THROWS_WITH((file["l"].as<std::tuple<int, std::string, int>>()), Contains("2 elements"));
  CHECK_THROWS_WITH((file["l"].as<std::vector<std::optional<int>>>()),
                    Contains(":/l/1: holds str"));
  CHECK_THROWS_WITH((file["l"].as<std::variant<int>>()), Contains("a list, and a dictionary"));
  file["s"] = std::vector<int>{1, 1};
  CHECK_THROWS_WITH(file["s"].as<std::set<int>>(), Contains("twice"));
  CHECK_THROWS_WITH(file["gone"].as<lab::Probes>(), Contains("isn't there"));
  CHECK_THROWS_WITH((file["gone"].as<std::map<std::string, int>>()), Contains("isn't there"));
  file["d"] = Tree{{"x", 1}};
  CHECK_THROWS_WITH(file["d"].as<lab::Probes>(), Contains("holds a dictionary, and a list"));
}

TEMPLATE_TEST_CASE("a pickle is refused, never guessed at", "[core][objects]", std::vector<int>,
                   std::vector<lab::Probe>, (std::map<std::string, int>), (std::array<int, 2>),
                   std::optional<int>, std::optional<lab::Probes>, (std::variant<int, Tree>),
                   (std::tuple<int, int>), std::filesystem::path, std::chrono::seconds,
                   std::chrono::system_clock::time_point, std::set<std::string>, std::monostate,
                   std::vector<std::filesystem::path>, (std::map<double, int>)) {
  const File file = File::in_memory();
  file["p"] = Bytes{{std::byte{0x80}, std::byte{4}, std::byte{']'}, std::byte{'.'}}, true};
  CHECK_THROWS_WITH(file["p"].as<TestType>(), Contains(":/p: holds a pickle, and "));
}

TEST_CASE("a container whose part throws leaves what was there", "[core][objects]") {
  const File file = File::in_memory();
  file["x"] = 1;
  const std::vector<std::map<std::string, std::vector<lab::Probe>>> bad{{{"ok", {{}}}},
                                                                        {{"a/b", {}}}};
  CHECK_THROWS_AS(file["x"] = bad, Error);
  CHECK_THROWS_AS(file["y/z"] = bad, Error);
  CHECK(file["x"].as<int>() == 1);
  CHECK(file.root().size() == 1);
}

TEST_CASE("h5py reads standard types as it has them", "[core][objects][h5py]") {
  const TempDir folder;
  const auto path = folder / "standard.h5";
  {
    const File file = File::open(path, "w");
    file["points"] = std::vector<std::array<float, 3>>{{1, 2, 3}, {4, 5, 6}};
    file["flags"] = std::array<bool, 2>{true, false};
    file["z"] = std::list<std::complex<float>>{{1, 2}};
    file["bytes"] = std::vector<std::byte>{std::byte{7}};
    file["texts"] = std::vector<std::array<std::string, 2>>{{"a", "\u00e9"}};
    file["rows"] = std::vector<std::vector<std::int64_t>>{{1}, {2, 3}};
    file["when"] =
        std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(1250));
    file["days"] =
        std::vector<std::chrono::sys_days>{std::chrono::sys_days(std::chrono::days(365))};
    file["exposure"] = std::vector<std::chrono::milliseconds>{std::chrono::milliseconds(40)};
    file["hours"] = std::chrono::hours(2);
    file["paths"] = std::vector<std::filesystem::path>{"a/b", "\xff"};
    file["some"] = std::vector<std::optional<int>>{7, std::nullopt};
    file["by_name"] = std::map<std::string, double>{{"a", 0.5}};
    file["by_path"] = std::map<std::filesystem::path, int>{{"a/b", 7}};
    file["variant"] = std::variant<int, std::string>("two");
    file["tuple"] = std::tuple<int, std::string>(1, "two");
    file.attrs()["when"] = std::chrono::sys_seconds(std::chrono::seconds(1));
  }
  const ProcessResult result = run_python(
      std::filesystem::path(__FILE__).parent_path() / "h5py_objects.py", {"check_standard", path});
  INFO(result.out << result.err);
  CHECK(result.ok());
}
