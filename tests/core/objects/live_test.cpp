// SPDX-License-Identifier: MIT
// Objects that are assigned to in the file.
#include "core/objects/live.hpp"

#include <atomic>
#include <sstream>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using Catch::Contains;

namespace school {

struct Person {
  std::string name;
  int age = 0;
};
SHEAF_DESCRIBE(Person, (), (name, age))

struct Home {
  std::string street;
  std::vector<double> position;
};
SHEAF_DESCRIBE(Home, (), (street, position))

struct Student : Person {
  Home home;
  std::vector<std::string> courses;
  std::vector<bool> passed;
  std::shared_ptr<Home> second_home;
  objects::Ref<Person> friend_;
  std::vector<std::optional<std::string>> log;
  std::map<std::string, int> scores;
  std::array<float, 2> range{};
  double mean = 0;
  unsigned count = 0;
};
SHEAF_DESCRIBE(Student, (Person),
               (home, courses, passed, second_home, friend_, log, scores, range, mean, count))

struct Visitor : Person {
  std::string from;
};
BOOST_DESCRIBE_STRUCT(Visitor, (Person), (from))

struct Empty {};
SHEAF_DESCRIBE(Empty, (), ())

struct Animal {
  std::string name;
  virtual ~Animal() = default;
};
SHEAF_DESCRIBE(Animal, (), (name))
struct Dog : Animal {
  int bones = 0;
};
SHEAF_DESCRIBE(Dog, (Animal), (bones))

}  // namespace school

using namespace sheaf::objects;
using namespace school;

namespace {

Student student() {
  Student student;
  student.name = "Ann";
  student.age = 31;
  student.home = {"Elm Street", {1, 2, 3}};
  student.courses = {"one", "two"};
  student.passed = {true, false};
  student.log = {"came", std::nullopt};
  return student;
}

}  // namespace

TEST_CASE("a live object is the object in the file", "[core][objects]") {
  const File file = File::in_memory();
  file["joe"] = Person{"Joe", 25};
  auto joe = file.bind<Person>("joe");
  CHECK(joe->name == "Joe");
  joe->age = 23;
  CHECK(file["joe"].as<Person>().age == 23);
  file["joe"].attrs()["age"] = 24;
  CHECK(joe->age == 24);
  joe[&Person::age] = 26;
  CHECK(joe[&Person::age] == 26);
  const Person loaded = joe.load();
  CHECK(loaded.age == 26);
  auto ann = file.bind("ann", Person{"Ann", 31});
  ann->age = joe->age;  // a member to a member: what it holds
  joe->age = 1;
  CHECK(ann->age == 26);
  joe = ann;  // another object from here on
  CHECK(joe->name == "Ann");
  CHECK(file["joe"].as<Person>().name == "Joe");
  file["empty"] = Empty();
  (void)file.bind<Empty>("empty");
}

TEST_CASE("scalar members are used as their values", "[core][objects]") {
  const File file = File::in_memory();
  auto ann = file.bind("ann", student());
  ann->age += 2;
  CHECK(ann->age == 33);
  ann->age *= 2;
  ann->age -= 6;
  ann->age /= 3;
  CHECK(ann->age == 20);
  CHECK(ann->age++ == 20);
  ++ann->age;
  CHECK(ann->age-- == 22);
  --ann->age;
  CHECK(ann->age == 20);
  CHECK(ann->age < 21);
  CHECK(19 < ann->age);
  CHECK(ann->age != ann->count);
  ann->count = 20;
  CHECK(ann->age == ann->count);
  ann->mean = 0.5;
  ann->mean += ann->age;
  CHECK(ann->mean == 20.5);
  ann->name += "a";
  CHECK(ann->name == "Anna");
  CHECK(ann->name < "Bob");
  const std::string name = ann->name;
  const double half = ann->age / 2.0;
  CHECK(half == 10);
  std::ostringstream out;
  out << ann->name << " " << ann->age;
  CHECK(out.str() == name + " 20");
}

TEST_CASE("arrays of a live object are views", "[core][objects]") {
  const File file = File::in_memory();
  auto ann = file.bind("ann", student());
  const Array position = ann->home->position;
  CHECK(ann->home->position.size() == 3);
  ann->home->position[1] = 7;
  CHECK(position.read() == Value::of(std::vector<double>{1, 7, 3}));
  position.write({2}, Value::of(std::vector<double>{9}));
  CHECK(ann->home->position[2] == 9);
  ann->home->position[0] = ann->home->position[2];
  CHECK(ann->home->position[0] == 9);
  ann->courses[1] = "three";
  const std::string course = ann->courses[1];
  CHECK(course == "three");
  ann->passed[1] = true;
  CHECK(ann->passed.get() == std::vector<bool>{true, true});
  ann->range[1] = 0.5F;
  CHECK(ann->range.get() == std::array<float, 2>{0, 0.5F});
  CHECK_THROWS_WITH(ann->home->position[3].get(), Contains("isn't inside its shape (3,)"));
  ann->home->position = {4, 5};
  CHECK(position.shape() == Shape{2});
  ann->home->position.change([](std::vector<double>& all) { all.push_back(6); });
  CHECK(file["ann"].as<Student>().home.position == std::vector<double>{4, 5, 6});
}

TEST_CASE("objects within, and by way of pointers, are live, too", "[core][objects]") {
  const File file = File::in_memory();
  file["joe"] = Person{"Joe", 25};
  auto ann = file.bind("ann", student());
  ann->home->street = "Oak Street";
  CHECK(file["ann"].as<Student>().home.street == "Oak Street");
  ann->home = Home{"Mill Lane", {}};
  CHECK(ann->home->street == "Mill Lane");
  CHECK(ann[&Student::home][&Home::street] == "Mill Lane");
  CHECK_THROWS_WITH(ann->second_home->street.get(), Contains("/ann/second_home"));
  ann->second_home = std::make_shared<Home>(Home{"By the sea", {}});
  ann->second_home->street += "side";
  CHECK(ann->second_home.get()->street == "By the seaside");
  ann->friend_ = file["joe"].ref<Person>();
  ann->friend_->age = 26;
  CHECK(file["joe"].as<Person>().age == 26);
  CHECK(ann->friend_.get().live()->name == "Joe");
  ann->log.list().append("went");
  CHECK(ann->log.get().back() == "went");
  CHECK(ann->log.list().size() == 3);
  ann->scores.dict()["a"] = 7;
  CHECK(ann->scores.get().at("a") == 7);
  CHECK(ann->courses.item().path() == "/ann/courses");
}

TEST_CASE("members of bases are members, with and without SHEAF_DESCRIBE", "[core][objects]") {
  const File file = File::in_memory();
  auto ann = file.bind("ann", student());
  CHECK(ann->name == "Ann");
  CHECK(ann[&Person::age] == 31);
  auto visitor = file.bind("visitor", Visitor{{"Zoe", 5}, "Rome"});
  visitor[&Visitor::from] = "Oslo";
  visitor[&Person::age] = 6;
  CHECK(file["visitor"].as<Visitor>().from == "Oslo");
  CHECK(file["visitor"].as<Visitor>().age == 6);
}

TEST_CASE("a base can be bound to what is derived from it", "[core][objects]") {
  const File file = File::in_memory();
  Dog dog;
  dog.name = "Rex";
  file["rex"] = dog;
  CHECK_THROWS_WITH(file.bind<Animal>("rex"), Contains("file.know<T>()"));
  file.know<Dog>();
  auto rex = file.bind<Animal>("rex");
  rex->name = "Max";
  CHECK(file["rex"].as<Dog>().name == "Max");
  CHECK_THROWS_WITH(file.bind<Person>("rex"), Contains("school::Person is no described base"));
}

TEST_CASE("only what is there can be bound", "[core][objects]") {
  const File file = File::in_memory();
  file["joe"] = Person{"Joe", 25};
  file["number"] = 1;
  file["made"] = Tree{{"name", "Jim"}};
  CHECK_THROWS_WITH(file.bind<Person>("jo"), Contains("isn't there; there are joe"));
  CHECK_THROWS_WITH(file.bind<Person>("number"), Contains("is no object"));
  CHECK_THROWS_WITH(file.bind<Home>("joe"), Contains("is a school::Person"));
  CHECK_THROWS_WITH(file.bind<Person>("made"), Contains("has no member 'age'"));
  file["made/age"] = 7;
  auto made = file["made"].bind<Person>();
  made->age = 8;  // where it is: an entry
  CHECK(file["made/age"].as<int>() == 8);
  CHECK(file["made"].attrs().empty());
}

TEST_CASE("a live object follows its path", "[core][objects]") {
  const test::TempDir folder;
  const File file = File::open(folder / "lab.h5", "w");
  auto joe = file.bind("joe", Person{"Joe", 25});
  auto ann = file.bind("ann", student());
  file.commit();
  joe->age = 30;
  ann->home->position = {1};
  file.rollback();
  CHECK(joe->age == 25);
  CHECK(ann->home->position.size() == 3);
  (void)file["joe"].erase();
  (void)file["ann"].erase();
  const auto check_gone = [](const auto& use) {
    try {
      use();
      FAIL("it is gone");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::NotFound);
    }
  };
  check_gone([&] { joe->age = 1; });
  check_gone([&] { (void)joe->age.get(); });
  check_gone([&] { ann->courses = {"a"}; });
  check_gone([&] { ann->home->street = "a"; });
  CHECK_FALSE(file["joe"].exists());
  CHECK_FALSE(file["ann"].exists());
  file["joe"] = Person{"Jim", 1};  // another one in its place
  CHECK(joe->name == "Jim");
  file["joe"] = Home{"Elm Street", {}};
  check_gone([&] { joe->age = 1; });
  CHECK_FALSE(file["joe"].attrs().contains("age"));
  file.close();
  CHECK_THROWS_WITH(joe->name.get(), Contains("is closed"));
}

TEST_CASE("saving a live object keeps its identity", "[core][objects]") {
  const File file = File::in_memory();
  auto ann = file.bind("ann", student());
  file["bob"] = file["ann"].ref<Student>();
  file["ann"].attrs()["note"] = "kept";
  Student older = student();
  older.age = 32;
  older.home.street = "Oak Street";
  older.courses = {"three"};
  ann.save(older);
  CHECK(file["bob"].as<Student>().home.street == "Oak Street");
  CHECK(file["bob"].as<Student>().courses == older.courses);
  CHECK(ann->age == 32);
  CHECK(ann.ref() == file["bob"].ref<Student>());
  CHECK(file["ann"].attrs().get<std::string>("note") == "kept");
  older.home.street = std::string("a\0b", 3);
  older.age = 33;
  CHECK_THROWS_AS(ann.save(older), Error);
  CHECK(ann->age == 32);
}

TEST_CASE("what can't be stored in a member changes nothing", "[core][objects]") {
  const File file = File::in_memory();
  auto ann = file.bind("ann", student());
  CHECK_THROWS_AS(ann->name = std::string("a\0b", 3), Error);
  CHECK(ann->name == "Ann");
  const File other = File::in_memory();
  other["joe"] = Person{"Joe", 1};
  CHECK_THROWS_WITH(ann->friend_ = other["joe"].ref<Person>(), Contains("another file"));
  CHECK_FALSE(ann->friend_.get());
  file["ann"].attrs()["age"] = 0.5;
  CHECK_THROWS_WITH(ann->age.get(), Contains("member 'age' of ") && Contains(":/ann"));
}

TEST_CASE("a transaction is one commit, or none", "[core][objects]") {
  const test::TempDir folder;
  const std::filesystem::path path = folder / "lab.h5";
  const File file = File::open(path, "w");
  auto joe = file.bind("joe", Person{"Joe", 25});
  const auto on_disk = [&] { return File::open(path)["joe"].as<Person>().age; };
  file.transaction([&] {
    CHECK(on_disk() == 25);  // what was before is committed
    joe->age = 26;
    joe->name = "Joseph";
    CHECK(on_disk() == 25);
  });
  CHECK(on_disk() == 26);
  const auto fail = [&] {
    joe->age = 27;
    file["new"] = 1;
    throw std::runtime_error("not today");
  };
  CHECK_THROWS_WITH(file.transaction(fail), Contains("not today"));
  CHECK(joe->age == 26);
  CHECK_FALSE(file["new"].exists());

  SECTION("one within it is a part of it") {
    file.transaction([&] {
      file.transaction([&] { joe->age = 30; });
      CHECK(on_disk() == 26);
      joe->age += 1;
    });
    CHECK(on_disk() == 31);
    CHECK_THROWS(file.transaction([&] {
      file.transaction([&] { joe->age = 40; });
      throw std::runtime_error("after all not");
    }));
    CHECK(joe->age == 31);
  }
  SECTION("a part that failed takes all of it along") {
    const auto swallow = [&] {
      joe->name = "Jo";
      try {
        file.transaction(fail);
      } catch (const std::runtime_error&) {
      }
    };
    CHECK_THROWS_WITH(file.transaction(swallow), Contains("a part of it failed"));
    CHECK(joe->name == "Joseph");
    CHECK(joe->age == 26);
  }
  SECTION("commits and the like are for later") {
    CHECK_THROWS_WITH(file.transaction([&] { file.commit(); }), Contains("is in a transaction"));
    CHECK_THROWS_WITH(file.transaction([&] { file.rollback(); }), Contains("is in a transaction"));
    CHECK_THROWS_WITH(file.transaction([&] { file.close(); }), Contains("is in a transaction"));
    CHECK(joe->age == 26);
  }
  SECTION("a new file that fails at its first one stays without a name") {
    const File fresh = File::open(folder / "fresh.h5", "w");
    CHECK_THROWS(fresh.transaction([&] {
      fresh["a"] = 1;
      throw std::runtime_error("no");
    }));
    CHECK_FALSE(std::filesystem::exists(folder / "fresh.h5"));
    CHECK(fresh.root().empty());
  }
}

TEST_CASE("threads use live objects of one file", "[core][objects][threads]") {
  const File file = File::in_memory();
  auto ann = file.bind("ann", student());
  constexpr int rounds = 50;
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  for (int number = 0; number < 3; ++number) {
    threads.emplace_back([&, number] {
      for (int round = 0; round < rounds; ++round) {
        ann->age += 1;
        file.transaction([&] {
          ann->count += 1;
          ann->mean += 1;
        });
        ann->home->position[number] = round;
        const std::string own = "own" + std::to_string(number);
        file[own] = student();
        if (file[own].as<Student>().age != 31) ++failures;
        const Student seen = ann.load();
        if (seen.mean != seen.count) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
  CHECK(ann->age == 31 + 3 * rounds);
  CHECK(ann->count == 3U * rounds);
  CHECK(ann->home->position.get() == std::vector<double>(3, rounds - 1));
}
