// SPDX-License-Identifier: MIT
// Described structs by value: what of them lies where, and what is refused.
#include "core/objects/described.hpp"

#include <complex>
#include <filesystem>
#include <map>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using Catch::Contains;

namespace people {

enum class Mood : std::uint8_t { Calm = 1, Merry = 2 };

struct Home {
  std::string street;
  std::vector<double> position;
};
BOOST_DESCRIBE_STRUCT(Home, (), (street, position))

struct Person {
  std::string name;
  int age = 0;
  bool is_here = false;
  Mood mood = Mood::Calm;
  std::complex<double> z;
  Home home;
  std::vector<std::int16_t> marks;
  std::vector<std::string> titles;
  objects::Tree extra;
  std::vector<Home> more;
  std::map<std::string, Home> homes;
  std::map<std::string, int> scores;
  std::optional<int> shoe;
  std::optional<Home> second;
  std::array<float, 2> range{};
  std::filesystem::path folder;
};
BOOST_DESCRIBE_STRUCT(Person, (),
                      (name, age, is_here, mood, z, home, marks, titles, extra, more, homes, scores,
                       shoe, second, range, folder))

struct Failing {
  int number = 0;
};
void sheaf_write(const objects::Item& /*to*/, const Failing& failing) {
  if (failing.number < 0) throw std::runtime_error("not that one");
}
void sheaf_read(const objects::Item& /*from*/, Failing& /*failing*/) {}

struct Careful {
  int age = 0;
  std::vector<int> marks;
  Failing last;
};
BOOST_DESCRIBE_STRUCT(Careful, (), (age, marks, last))

// Described, and stored in its own way all the same.
struct Own {
  int value = 0;
};
BOOST_DESCRIBE_STRUCT(Own, (), (value))
void sheaf_write(const objects::Item& to, const Own& own) { to["twice"] = own.value * 2; }
void sheaf_read(const objects::Item& from, Own& own) { own.value = from["twice"].as<int>() / 2; }

class Hidden {
 public:
  Hidden() = default;
  explicit Hidden(int value) : value_(value) {}
  [[nodiscard]] int value() const { return value_; }

 private:
  int value_ = 0;
  BOOST_DESCRIBE_CLASS(Hidden, (), (), (), (value_))
};

struct Clash : Home {
  int street = 0;
};
BOOST_DESCRIBE_STRUCT(Clash, (Home), (street))

Person joe() {
  Person joe;
  joe.name = "Joe";
  joe.age = 25;
  joe.is_here = true;
  joe.mood = Mood::Merry;
  joe.z = {1, -2};
  joe.home = {"Elm Street", {1.5, 2.5}};
  joe.marks = {1, 2, 3};
  joe.titles = {"Dr."};
  joe.more = {{"Mill Lane", {1}}, {"By the sea", {}}};
  joe.homes = {{"old", {"Oak Street", {}}}};
  joe.scores = {{"a", 1}, {"b", 2}};
  joe.shoe = 42;
  joe.range = {0.5F, 1.5F};
  joe.folder = "/home/joe";
  return joe;
}

}  // namespace people

using namespace sheaf::objects;

static_assert(Described<people::Person> && Writable<people::Person> && Readable<people::Person>);
static_assert(!Described<people::Failing> && !Described<std::string>);
static_assert(!objects::detail::has_clear_names<people::Clash>());
static_assert(objects::detail::has_clear_names<people::Person>());

TEST_CASE("a described struct is stored and read as it is", "[core][objects]") {
  const File file = File::in_memory();
  people::Person joe = people::joe();
  joe.extra = Tree{{"list", Tree::list({1, none})}};
  file["a/joe"] = joe;
  const auto read = file["a/joe"].as<people::Person>();
  CHECK(read.name == "Joe");
  CHECK(read.age == 25);
  CHECK(read.is_here);
  CHECK(read.mood == people::Mood::Merry);
  CHECK(read.z == joe.z);
  CHECK(read.home.street == "Elm Street");
  CHECK(read.home.position == joe.home.position);
  CHECK(read.marks == joe.marks);
  CHECK(read.titles == joe.titles);
  CHECK(read.extra == joe.extra);
  REQUIRE(read.more.size() == 2);
  CHECK(read.more[0].street == "Mill Lane");
  CHECK(read.homes.at("old").street == "Oak Street");
  CHECK(read.scores == joe.scores);
  CHECK(read.shoe == 42);
  CHECK_FALSE(read.second);
  CHECK(read.range == joe.range);
  CHECK(read.folder == joe.folder);
}

TEST_CASE("scalars are attributes, all else is an entry", "[core][objects]") {
  const File file = File::in_memory();
  file["joe"] = people::joe();
  const Item joe = file["joe"];
  CHECK(joe.kind() == Kind::Dict);
  CHECK(joe.attrs().names() == std::vector<std::string>{"age", "folder", "is_here", "mood", "name",
                                                        "sheaf_type", "shoe", "z"});
  CHECK(joe.attrs().get<std::string>("sheaf_type") == "people::Person");
  CHECK(joe.attrs().get<int>("mood") == 2);
  CHECK(joe.dict().keys() == std::vector<std::string>{"home", "marks", "titles", "extra", "more",
                                                      "homes", "scores", "second", "range"});
  CHECK(joe["home"].attrs().get<std::string>("street") == "Elm Street");
  CHECK(joe["marks"].kind() == Kind::Array);
  CHECK(joe["titles"].kind() == Kind::Array);
  CHECK(joe["more"].kind() == Kind::List);
  CHECK(joe["more/1"].attrs().get<std::string>("street") == "By the sea");
  CHECK(joe["scores/b"].as<int>() == 2);
  CHECK(joe["homes/old"].kind() == Kind::Dict);
}

TEST_CASE("members that others can see are what h5py finds", "[core][objects]") {
  const test::TempDir folder;
  {
    const File file = File::open(folder / "joe.h5", "w");
    file["joe"] = people::joe();
  }
  const auto script = std::filesystem::path(__FILE__).parent_path() / "h5py_described.py";
  const test::ProcessResult result =
      test::run_python(script, {"person", (folder / "joe.h5").string()});
  INFO(result.out << result.err);
  REQUIRE(result.ok());
  const File file = File::open(folder / "joe.h5");
  const auto made = file["made"].as<people::Home>();  // by h5py
  CHECK(made.street == "Mill Lane");
  CHECK(made.position == std::vector<double>{3, 4});
}

TEST_CASE("an object without a type is read by its members", "[core][objects]") {
  const File file = File::in_memory();
  file["home"] = Tree{{"street", "Elm Street"}, {"position", std::vector<int>{1, 2}}};
  CHECK(file["home"].as<people::Home>().street == "Elm Street");
  CHECK(file["home"].as<people::Home>().position == std::vector<double>{1, 2});
  (void)file["home/street"].erase();
  file["home"].attrs()["street"] = "Oak Street";
  CHECK(file["home"].as<people::Home>().street == "Oak Street");
}

TEST_CASE("what isn't the object that is asked for is refused by name", "[core][objects]") {
  const File file = File::in_memory();
  file["joe"] = people::joe();
  file["number"] = 1;
  file["list"] = Tree::list({1});
  CHECK_THROWS_WITH(file["joe"].as<people::Home>(),
                    Contains(":/joe: is a people::Person, no people::Home"));
  CHECK_THROWS_WITH(file["number"].as<people::Home>(), Contains("is no object: no group"));
  CHECK_THROWS_WITH(file["list"].as<people::Home>(), Contains("is no object: a list"));
  CHECK_THROWS_WITH(file["jo"].as<people::Person>(), Contains("isn't there; there are joe"));
  (void)file["joe"].attrs().erase("age");
  CHECK_THROWS_WITH(file["joe"].as<people::Person>(),
                    Contains(":/joe: has no member 'age'; there are") && Contains("sheaf_upgrade"));
  file["joe"].attrs()["age"] = "old";
  CHECK_THROWS_WITH(file["joe"].as<people::Person>(),
                    Contains("member 'age' of ") && Contains("holds str"));
  file["joe"].attrs()["age"] = 3;
  (void)file["joe/home"].erase();
  try {
    (void)file["joe"].as<people::Person>();
    FAIL("read without a home");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::NotFound);
    CHECK_THAT(error.what(), Contains("has no member 'home'; there are"));
  }
}

TEST_CASE("a member that throws while it is stored leaves what was there", "[core][objects]") {
  const File file = File::in_memory();
  file["a"] = people::Careful{1, {1}, {0}};
  CHECK_THROWS_WITH((file["a"] = people::Careful{2, {2}, {-1}}), Contains("not that one"));
  CHECK_THROWS_WITH((file["b"] = people::Careful{2, {2}, {-1}}), Contains("not that one"));
  CHECK(file["a"].as<people::Careful>().age == 1);
  CHECK_FALSE(file["b"].exists());
  people::Person bad = people::joe();
  bad.home.street = std::string("a\0b", 3);
  CHECK_THROWS_WITH(file["c"] = bad, Contains(":/c/home"));
  CHECK(file.root().keys() == std::vector<std::string>{"a"});
}

TEST_CASE("a type's own functions come first, and private members are stored", "[core][objects]") {
  const File file = File::in_memory();
  file["own"] = people::Own{4};
  CHECK(file["own/twice"].as<int>() == 8);
  CHECK(file["own"].as<people::Own>().value == 4);
  file["hidden"] = people::Hidden(7);
  CHECK(file["hidden"].as<people::Hidden>().value() == 7);
}

TEST_CASE("what reads an object can't change the file", "[core][objects]") {
  const File file = File::in_memory();
  file["own"] = people::Own{4};
  file["a"] = people::Careful{1, {1}, {0}};
  const std::function<void()> change = [&] { file["b"] = 1; };
  CHECK_THROWS_WITH(objects::detail::read_whole(file["a"], change), Contains("is being read"));
  CHECK_THROWS_WITH(objects::detail::read_whole(file["a"], [&] { file.rollback(); }),
                    Contains("while an object is stored or read"));
  CHECK_THROWS_WITH(file["c"].make([&](const Item&) { file.commit(); }),
                    Contains("while an object is stored or read"));
  CHECK(file["a"].as<people::Careful>().age == 1);
}
