// SPDX-License-Identifier: MIT
// Objects with several owners, circles, long chains, references, and copies of these.
#include "core/objects/sharing.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/live.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using Catch::Contains;

namespace net {

struct Node {
  int value = 0;
  std::shared_ptr<Node> next;
  std::weak_ptr<Node> back;
};
BOOST_DESCRIBE_STRUCT(Node, (), (value, next, back))

struct Couple {
  std::shared_ptr<Node> left, right;
  std::shared_ptr<std::vector<double>> samples, same_samples;
};
BOOST_DESCRIBE_STRUCT(Couple, (), (left, right, samples, same_samples))

struct Owner {
  int value = 0;
  std::unique_ptr<Owner> owned;
};
BOOST_DESCRIBE_STRUCT(Owner, (), (value, owned))

struct Friend {
  std::string name;
  objects::Ref<Friend> friend_;
};
BOOST_DESCRIBE_STRUCT(Friend, (), (name, friend_))

bool is_armed = false;
struct Bomb {};
void sheaf_write(const objects::Item& to, const Bomb& /*bomb*/) {
  if (is_armed) throw Error(ErrorCode::Invalid, to.describe(), "went off");
}
void sheaf_read(const objects::Item& /*from*/, Bomb& /*bomb*/) {}

struct Fragile {
  int value = 0;
  Bomb bomb;
  std::vector<int> marks;
};
BOOST_DESCRIBE_STRUCT(Fragile, (), (value, bomb, marks))

// Stores it once more where that failed.
struct Stubborn {
  std::shared_ptr<Fragile> part;
};
void sheaf_write(const objects::Item& to, const Stubborn& stubborn) {
  is_armed = true;
  try {
    to["first"] = stubborn.part;
  } catch (const Error&) {
    is_armed = false;
  }
  to["second"] = stubborn.part;
}

std::shared_ptr<Node> chain(int length) {
  auto first = std::make_shared<Node>();
  auto last = first;
  for (int at = 1; at < length; ++at) {
    last->next = std::make_shared<Node>(Node{at, nullptr, last});
    last = last->next;
  }
  return first;
}

// Nodes delete the next one each, which needs stack.
void take_apart(std::shared_ptr<Node> node) {
  while (node) node = std::exchange(node->next, nullptr);
}

}  // namespace net

using namespace sheaf::objects;
using namespace net;

TEST_CASE("an object with two owners is stored once and is one again", "[core][objects]") {
  const File file = File::in_memory();
  const auto node = std::make_shared<Node>(Node{7, nullptr, {}});
  const auto samples = std::make_shared<std::vector<double>>(std::vector<double>{1, 2});
  file["pair"] = Couple{node, node, samples, samples};
  CHECK(file["pair/left"].ref<Node>() == file["pair/right"].ref<Node>());
  const auto pair = file["pair"].as<Couple>();
  CHECK(pair.left == pair.right);
  CHECK(pair.left->value == 7);
  CHECK(pair.samples == pair.same_samples);
  CHECK(*pair.samples == *samples);
  // One save, one object: another save makes another one.
  file["other"] = node;
  CHECK_FALSE(file["other"].ref<Node>() == file["pair/left"].ref<Node>());
  using Nodes = std::vector<std::shared_ptr<Node>>;
  file["nodes"] = Nodes{node, nullptr, node};
  const auto nodes = file["nodes"].as<Nodes>();
  CHECK(nodes[0] == nodes[2]);
  CHECK(nodes[1] == nullptr);
}

TEST_CASE("circles are stored and read", "[core][objects]") {
  const test::TempDir folder;
  {
    const File file = File::open(folder / "ring.h5", "w");
    const auto one = std::make_shared<Node>(Node{1, nullptr, {}});
    one->next = std::make_shared<Node>(Node{2, one, one});
    one->back = one->next;
    file["ring"] = one;
    const auto self = std::make_shared<Node>(Node{3, nullptr, {}});
    self->next = self;
    file["self"] = self;
    one->next->next = self->next = nullptr;
    file["joe"] = Friend{"Joe", {}};
    file["ann"] = Friend{"Ann", file["joe"].ref<Friend>()};
    file.bind<Friend>("joe")[&Friend::friend_] = file["ann"].ref<Friend>();
  }
  const File file = File::open(folder / "ring.h5");
  const auto ring = file["ring"].as<std::shared_ptr<Node>>();
  CHECK(ring->next->value == 2);
  CHECK(ring->next->next == ring);
  CHECK(ring->next->back.lock() == ring);
  CHECK(ring->back.lock() == ring->next);
  ring->next->next = nullptr;
  const auto self = file["self"].as<std::shared_ptr<Node>>();
  CHECK(self->next == self);
  self->next = nullptr;
  const auto by_value = file["self"].as<Node>();
  CHECK(by_value.next->next->value == 3);
  by_value.next->next = nullptr;
  CHECK(file["joe"].as<Friend>().friend_.load().friend_.load().name == "Joe");
  CHECK_THROWS_WITH(file["ring"].tree(), Contains("a part of itself"));
  const auto script = std::filesystem::path(__FILE__).parent_path() / "h5py_described.py";
  const test::ProcessResult result =
      test::run_python(script, {"shared", (folder / "ring.h5").string()});
  INFO(result.out << result.err);
  CHECK(result.ok());
}

TEST_CASE("what a std::unique_ptr would own for ever is refused", "[core][objects]") {
  const File file = File::in_memory();
  file["owner"] = Owner{1, std::make_unique<Owner>(Owner{2, nullptr})};
  CHECK(file["owner"].as<std::unique_ptr<Owner>>()->owned->value == 2);
  file["owner/owned/owned"] = file["owner"].ref<Owner>();
  CHECK_THROWS_WITH(file["owner"].as<std::unique_ptr<Owner>>(),
                    Contains("/owned: is a part of itself, which a std::unique_ptr can't own"));
  CHECK_THROWS_AS(file["owner"].as<Owner>(), Error);
  CHECK(file["owner"].attrs().get<int>("value") == 1);
}

TEST_CASE("long chains need no stack, and those without an end are refused", "[core][objects]") {
  const File file = File::in_memory();
  constexpr int length = 1500;
  const auto first = chain(length);
  file["chain"] = first;
  take_apart(first);
  const auto read = file["chain"].as<std::shared_ptr<Node>>();
  int count = 0;
  for (const Node* node = read.get(); node != nullptr; node = node->next.get()) {
    CHECK(node->value == count++);
    if (node->next) CHECK(node->next->back.lock().get() == node);
  }
  CHECK(count == length);
  take_apart(read);
  CHECK_THROWS_WITH(file.root().copy(), Contains("nested more than 1000 levels"));
  file["copy"] = file["chain"];
  const auto copy = file["copy"].as<std::shared_ptr<Node>>();
  CHECK(copy->next->back.lock() == copy);
  take_apart(copy);

  std::unique_ptr<Owner> owner;
  for (int at = 0; at < 600; ++at) owner = std::make_unique<Owner>(Owner{at, std::move(owner)});
  CHECK_THROWS_WITH(file["owner"] = owner,
                    Contains("nested more than 500 levels deep") && Contains("std::shared_ptr"));
  CHECK_FALSE(file["owner"].exists());
}

TEST_CASE("a chain of 100,000 objects is refused, not a crash", "[core][objects]") {
  const File file = File::in_memory();
  const auto first = chain(100000);
  try {
    file["chain"] = first;
    FAIL("stored it");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Unsupported);
    CHECK_THAT(error.what(), Contains("more than 10000 objects") && Contains("in a list"));
    CHECK(std::string(error.what()).size() < 1000);
  }
  take_apart(first);
  CHECK(file.root().empty());
}

TEST_CASE("what failed isn't linked to later in the same save", "[core][objects]") {
  const File file = File::in_memory();
  file["stubborn"] = Stubborn{std::make_shared<Fragile>(Fragile{1, {}, {2}})};
  CHECK(file["stubborn"].dict().keys() == std::vector<std::string>{"second"});
  CHECK(file["stubborn/second"].as<Fragile>().marks == std::vector<int>{2});
}

TEST_CASE("a reference leads to its object, whatever that is called", "[core][objects]") {
  const File file = File::in_memory();
  file["ann"] = Friend{"Ann", {}};
  file["joe"] = Friend{"Joe", file["ann"].ref<Friend>()};
  CHECK(file["ann"].as<Friend>().friend_ == Ref<Friend>());
  CHECK_FALSE(file["ann"].as<Friend>().friend_);
  const auto joe = file["joe"].as<Friend>();
  CHECK(joe.friend_.load().name == "Ann");
  CHECK(joe.friend_.item().path() == "/joe/friend_");
  CHECK(joe.friend_ == file["ann"].ref<Friend>());
  file.root().rename("ann", "anna");
  CHECK(joe.friend_.load().name == "Ann");
  file.bind<Friend>("anna")[&Friend::name] = "Anna";
  CHECK(joe.friend_.load().name == "Anna");
  (void)file["anna"].erase();
  CHECK(joe.friend_.load().name == "Anna");  // it is the last name now
  file["joe"] = joe;                         // also where that is replaced
  CHECK(file["joe"].as<Friend>().friend_.load().name == "Anna");
  CHECK_THROWS_WITH(Ref<Friend>().load(), Contains("refers to nothing"));
  CHECK_THROWS_WITH((file["x"] = Friend{"X", file["nobody"].ref<Friend>()}),
                    Contains(":/nobody: isn't there"));
  const File other = File::in_memory();
  CHECK_THROWS_WITH((other["x"] = joe), Contains("in another file; copy that here first"));
  CHECK(other.root().empty());
}

TEST_CASE("copies keep what is shared, and circles", "[core][objects]") {
  const File file = File::in_memory();
  const auto one = std::make_shared<Node>(Node{1, nullptr, {}});
  one->next = std::make_shared<Node>(Node{2, one, one});
  const auto samples = std::make_shared<std::vector<double>>(std::vector<double>{1, 2});
  file["pair"] = Couple{one, one->next, samples, samples};
  one->next->next = nullptr;
  const File other = File::in_memory();
  other["copy"] = file["pair"];
  const auto copy = other["copy"].as<Couple>();
  CHECK(copy.left->next == copy.right);
  CHECK(copy.right->next == copy.left);
  CHECK(copy.right->back.lock() == copy.left);
  CHECK(copy.samples == copy.same_samples);
  CHECK(*copy.samples == *samples);
  copy.right->next = nullptr;
  other.bind<Couple>("copy")[&Couple::left][&Node::value] = 5;
  const auto changed = other["copy"].as<Couple>();
  CHECK(changed.right->next->value == 5);
  changed.right->next = nullptr;
  CHECK(file["pair/left"].attrs().get<int>("value") == 1);
}
