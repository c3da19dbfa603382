// SPDX-License-Identifier: MIT
// h5pom's page: objects kept in step with a file.
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/objects/live.hpp"

using namespace sheaf::objects;

namespace pom {

// class Person(h5pom.Object): name = h5pom.Scalar(); age = h5pom.Scalar()
struct Person {
  std::string name;
  int age = 0;
};
SHEAF_DESCRIBE(Person, (), (name, age))

// What the page says becomes of each kind of attribute of an object.
struct Study {
  std::string title;                        // scalar: an attribute
  Person leader;                            // object: a subgroup
  std::vector<double> samples;              // array: a dataset
  std::vector<std::string> tags;            // list of scalars
  std::vector<Person> members;              // list of objects
  std::map<std::string, Person> roles;      // SubObjectDict: names to objects
  std::map<std::string, double> constants;  // names to scalars: "consider adding this"
};
SHEAF_DESCRIBE(Study, (), (title, leader, samples, tags, members, roles, constants))

}  // namespace pom

using pom::Person;
using pom::Study;

// f = h5pom.File(h5pom.IN_MEMORY, [Person])
TEST_CASE("a person in the file is the person in the program", "[examples][h5pom]") {
  const File f = File::in_memory();
  auto p = f.bind("joe", Person{"Joe", 25});  // p = Person(…); f['joe'] = p
  CHECK(f.bind<Person>("joe")->name == "Joe");
  p->age = 23;
  CHECK(f.bind<Person>("joe")->age == 23);
  CHECK(f["joe"].attrs().get<int>("age") == 23);
}

TEST_CASE("objects are groups, scalars attributes and arrays datasets", "[examples][h5pom]") {
  const File f = File::in_memory();
  const Person ann{"Ann", 31};
  auto study = f.bind("study", Study{"sleep", ann, {1, 2}, {"a"}, {ann}, {{"guest", ann}}, {}});

  CHECK(f["study"].kind() == Kind::Dict);
  CHECK(f["study"].attrs().get<std::string>("title") == "sleep");
  CHECK(f["study/leader"].attrs().get<int>("age") == 31);
  CHECK(f["study/samples"].kind() == Kind::Array);

  study->leader->age += 1;
  study->samples[1] = 0.5;
  study->tags.change([](auto& tags) { tags.push_back("b"); });
  study->members.list().append(Person{"Joe", 25});
  study->roles.dict()["host"] = Person{"Joe", 25};
  study->constants.dict()["g"] = 9.81;

  const auto loaded = f["study"].as<Study>();
  CHECK(loaded.leader.age == 32);
  CHECK(loaded.samples == std::vector<double>{1, 0.5});
  CHECK(loaded.tags == std::vector<std::string>{"a", "b"});
  CHECK(loaded.members.at(1).name == "Joe");
  CHECK(loaded.roles.at("host").age == 25);
  CHECK(loaded.constants.at("g") == 9.81);
}
