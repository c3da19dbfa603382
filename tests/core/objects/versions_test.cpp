// SPDX-License-Identifier: MIT
// Names and versions of described types.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "core/objects/live.hpp"

using namespace sheaf;
using Catch::Contains;

namespace first {
struct Person {
  std::string name;
  std::string born;   // "1999-12-31"
  double height = 0;  // in inches
};
BOOST_DESCRIBE_STRUCT(Person, (), (name, born, height))
constexpr objects::TypeName sheaf_type(const Person* /*type*/) { return {"lab.person"}; }
}  // namespace first

namespace second {
struct Person {
  std::string name;
  int year = 0;
  double height = 0;  // in centimetres
  std::vector<int> marks;
};
BOOST_DESCRIBE_STRUCT(Person, (), (name, year, height, marks))
constexpr objects::TypeName sheaf_type(const Person* /*type*/) { return {"lab.person", 3}; }
void sheaf_upgrade(const objects::Item& from, int version, Person& person) {
  person.marks.push_back(version);
  person.year = std::stoi(from.attrs().get<std::string>("born"));
  person.height *= 2.54;
}

struct Child : Person {
  int grade = 0;
};
BOOST_DESCRIBE_STRUCT(Child, (Person), (grade))
}  // namespace second

namespace third {
struct Person {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Person, (), (name))
constexpr objects::TypeName sheaf_type(const Person* /*type*/) { return {"lab.person", 2}; }

struct Sparse {
  std::string name;
  std::optional<int> shoe;
  std::optional<std::vector<int>> marks;
  std::unique_ptr<Person> owned;
  objects::Ref<Person> other;
};
BOOST_DESCRIBE_STRUCT(Sparse, (), (name, shoe, marks, owned, other))

struct Hidden {
  std::string name;
  friend constexpr objects::TypeName sheaf_type(const Hidden* /*type*/) { return {"lab.hidden"}; }
};
BOOST_DESCRIBE_STRUCT(Hidden, (), (name))
inline namespace inner {
struct Named {};
}  // namespace inner
}  // namespace third

using namespace sheaf::objects;
using objects::detail::is_stable;
using objects::detail::type_name;

static_assert(objects::detail::HasUpgrade<second::Person> &&
              !objects::detail::HasUpgrade<second::Child>);

TEST_CASE("a type's name in files is sheaf_type's, or else its own", "[core][objects]") {
  CHECK(type_name<first::Person>().name == "lab.person");
  CHECK(type_name<first::Person>().version == 1);
  CHECK(type_name<second::Person>().version == 3);
  CHECK(type_name<third::Hidden>().name == "lab.hidden");
  CHECK(type_name<third::inner::Named>().name == "third::inner::Named");
  // Neither the name nor the upgrade of a base is that of a derived type.
  CHECK(type_name<second::Child>().name == "second::Child");
  CHECK(type_name<second::Child>().version == 1);
}

TEST_CASE("names that compilers write in their own ways need sheaf_type", "[core][objects]") {
  for (const char* name : {"lab::Person", "Person", "lab::v1::Person_2", "lab::M\u00fcller"}) {
    CHECK(is_stable(name));
  }
  for (const char* name : {"{anonymous}::Person", "(anonymous namespace)::Person", "f()::Person",
                           "lab::Box<int>", "<unnamed struct>", "lab::f(int)::Person"}) {
    CHECK_FALSE(is_stable(name));
  }
  CHECK_THROWS_WITH(objects::detail::name_for_files(typeid(std::vector<int>)),
                    Contains("has no name that lasts") && Contains("sheaf_type(const T*)"));
}

TEST_CASE("an older object is upgraded when it is read", "[core][objects]") {
  const File file = File::in_memory();
  file["joe"] = first::Person{"Joe", "1999-12-31", 70};
  CHECK_FALSE(file["joe"].attrs().contains("sheaf_type_version"));
  const auto joe = file["joe"].as<second::Person>();
  CHECK(joe.name == "Joe");
  CHECK(joe.year == 1999);
  CHECK(joe.height == Approx(177.8));
  CHECK(joe.marks == std::vector<int>{1});
  CHECK_THROWS_WITH(file.bind<second::Person>("joe"),
                    Contains("older version of lab.person") && Contains("store it anew"));
  file["joe"] = joe;
  CHECK(file["joe"].attrs().get<int>("sheaf_type_version") == 3);
  CHECK(file["joe"].as<second::Person>().year == 1999);
  CHECK(file.bind<second::Person>("joe")[&second::Person::year] == 1999);
}

TEST_CASE("members of an older object that are something else now are left to the upgrade",
          "[core][objects]") {
  const File file = File::in_memory();
  file["joe"] = first::Person{"Joe", "1999-12-31", 70};
  file["joe"].attrs()["height"] = "tall";
  file["joe/marks"] = "none yet";
  const auto joe = file["joe"].as<second::Person>();
  CHECK(joe.height == 0);
  CHECK(joe.marks == std::vector<int>{1});
}

TEST_CASE("an object of a version that can't be read is refused", "[core][objects]") {
  const File file = File::in_memory();
  file["old"] = first::Person{"Joe", "1999-12-31", 70};
  CHECK_THROWS_WITH(file["old"].as<third::Person>(),
                    Contains(":/old: is a lab.person of version 1, which is now 2: write `void "
                             "sheaf_upgrade("));
  file["new"] = second::Person{"Ann", 2001, 180, {}};
  CHECK_THROWS_WITH(
      file["new"].as<third::Person>(),
      Contains(file.path().string() + ":/new: is a lab.person of version 3, and this program knows "
                                      "versions up to 2"));
  CHECK_THROWS_AS(file.bind<third::Person>("new"), Error);
}

TEST_CASE("a member that may be missing is empty where it is", "[core][objects]") {
  const File file = File::in_memory();
  file["joe"] = Tree{{"name", "Joe"}};
  const auto joe = file["joe"].as<third::Sparse>();
  CHECK(joe.name == "Joe");
  CHECK_FALSE(joe.shoe);
  CHECK_FALSE(joe.marks);
  CHECK(joe.owned == nullptr);
  CHECK_FALSE(joe.other);
  auto live = file["joe"].bind<third::Sparse>();
  CHECK(live[&third::Sparse::shoe] == std::nullopt);
  CHECK_FALSE(live[&third::Sparse::marks].get());
  live[&third::Sparse::shoe] = 42;  // made where it wasn't
  live[&third::Sparse::marks] = std::vector<int>{1};
  CHECK(file["joe"].as<third::Sparse>().shoe == 42);
  CHECK(file["joe"].as<third::Sparse>().marks == std::vector<int>{1});
  static_assert(may_be_missing<std::optional<int>> && may_be_missing<std::unique_ptr<int>> &&
                may_be_missing<Ref<third::Person>> && !may_be_missing<int>);
}
