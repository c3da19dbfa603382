// SPDX-License-Identifier: MIT
// What typed files hold, plain h5py reads; what h5mapper made or appended to opens and grows.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/layout/verify.hpp"
#include "tests/core/typed/experiment.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
namespace fs = std::filesystem;
using Catch::Contains;

namespace {

void h5py(const std::string& name, const fs::path& file) {
  const ProcessResult result =
      run_python(fs::path(__FILE__).parent_path() / "h5py_typed.py", {name, file.string()});
  INFO(result.out << result.err);
  REQUIRE(result.ok());
}

}  // namespace

TEST_CASE("h5py reads what a typed file wrote", "[core][typed][h5py]") {
  const TempDir folder;
  {
    auto exp = typed::open<Experiment>(folder / "exp.h5", "w");
    fill(exp, 3);
    exp.logs.note.add("train", std::vector<std::string>{"a", "\u00e9"});
    exp.checkpoints.add("epoch-1", {{"fc1.weight", sound(4, 3, 1)}, {"steps", Value::of(9)}});
    exp.data.label.set_rows({3, 5}, {7, 8});
  }
  h5py("check_typed", folder / "exp.h5");
}

TEST_CASE("a file that h5mapper made opens, and is added to", "[core][typed][h5py]") {
  const TempDir folder;
  const fs::path file = folder / "mapper.h5";
  h5py("mapper", file);
  CHECK(*typed::open<Experiment>(file).data.sound.get("b") == sound(3, 2, 0));
  {
    auto exp = typed::open<Experiment>(file, "r+");
    CHECK(exp.data.label.get("b")->data == std::vector<std::int64_t>{2, 3});
    CHECK_FALSE(exp.data.image.get("b"));
    exp.data.add("c", {{"label", std::vector<std::int64_t>{5, 6}}, {"sound", sound(1, 4, 0)}});
    exp.data.label.set("a", {9});
    exp.logs.loss.add("a", 0.5F);
    CHECK(exp.data.label.rows(0, 10).data == std::vector<std::int64_t>{9, 2, 3, 5, 6});
  }
  h5py("check_grown", file);
  const auto exp = typed::open<Experiment>(file);
  CHECK(*exp.data.sound.get("b") == sound(3, 2, 0));
  CHECK(*exp.data.sound.get("c") == sound(1, 4, 0));
}

TEST_CASE("a file that h5mapper appended to is added to", "[core][typed][h5py]") {
  const TempDir folder;
  const fs::path file = folder / "exp.h5";
  {
    auto exp = typed::open<Experiment>(file, "w");
    fill(exp, 2);
  }
  h5py("append_as_mapper", file);
  {
    auto exp = typed::open<Experiment>(file, "r+");
    CHECK(exp.data.label.get("later")->data == std::vector<std::int64_t>{70, 71});
    exp.data.label.add("last", {80});
  }
  const auto exp = typed::open<Experiment>(file);
  CHECK(exp.ids() == std::vector<std::string>{"0", "1", "later", "last"});
  CHECK(exp.data.label.get("later")->data == std::vector<std::int64_t>{70, 71});
  CHECK(exp.data.label.get("last")->data == std::vector<std::int64_t>{80});
  CHECK(*exp.data.image.get("1") == image(2, 1));
}

TEST_CASE("an empty file of h5mapper's is added to", "[core][typed][h5py]") {
  const TempDir folder;
  h5py("empty_mapper", folder / "empty.h5");
  {
    auto exp = typed::open<Experiment>(folder / "empty.h5", "r+");
    fill(exp, 2);
  }
  CHECK(*typed::open<Experiment>(folder / "empty.h5").data.image.get("1") == image(2, 1));
}

TEST_CASE("what can't be added to says why", "[core][typed][h5py]") {
  const TempDir folder;
  h5py("twice", folder / "twice.h5");
  auto twice = typed::open<typed::File>(folder / "twice.h5", "r+");
  CHECK_THROWS_WITH(twice.add("b", {{"x", 1}}), Contains("'a' twice") && Contains("sheaf pack"));
  CHECK(twice.field("data/label").get("a")->bytes.size() == 8);
}

TEST_CASE("any HDF5 file opens, without references", "[core][typed][h5py]") {
  const TempDir folder;
  h5py("arbitrary", folder / "any.h5");
  struct Any : typed::File {
    typed::Feature<float> numbers{at("some/numbers"), {.item = Shape{3}}};
  };
  auto file = typed::open<Any>(folder / "any.h5", "r+");
  CHECK(file.ids().empty());
  CHECK(file.numbers.refs().empty());
  CHECK(file.numbers.rows({3, 0}).data == std::vector<float>{9, 10, 11, 0, 1, 2});
  CHECK_FALSE(file.numbers.get("a"));
  CHECK_THROWS_WITH(file.numbers.add("a", {1, 2, 3}), Contains("has no sources"));
}
