// SPDX-License-Identifier: MIT
// Modes, and what commits, closing, dropping and failing come to.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/layout/reader.hpp"
#include "tests/core/typed/experiment.hpp"
#include "tests/support/full_disk.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
namespace fs = std::filesystem;
using Catch::Contains;

namespace {

fs::path filled(const TempDir& folder, int sources = 3) {
  auto exp = typed::open<Experiment>(folder / "exp.h5", "w");
  fill(exp, sources);
  exp.close();
  return folder / "exp.h5";
}

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("an error of the file says what it cost, and the last commit stays", "[core][typed]") {
  const TempDir folder;
  auto exp = typed::open<Experiment>(folder / "exp.h5", "w");
  exp.logs.loss.add("kept", {1.0F});
  exp.commit();
  exp.logs.loss.add("lost", {2.0F});
  {
    const SmallFiles limit(std::size_t{1} << 20U);
    CHECK_THROWS_WITH(exp.logs.loss.add("large", std::vector<float>(std::size_t{8} << 20U)),
                      Catch::Contains("what was changed since the last commit was dropped"));
  }
  CHECK_FALSE(exp.logs.loss.has("lost"));
  CHECK(exp.logs.loss.get("kept")->data == std::vector<float>{1.0F});
  exp.logs.loss.add("later", {3.0F});
  exp.close();
  CHECK(typed::open<Experiment>(folder / "exp.h5").ids() ==
        std::vector<std::string>{"kept", "later"});
}

TEST_CASE("what was added is there after closing", "[core][typed]") {
  const TempDir folder;
  const fs::path file = filled(folder);
  const auto exp = typed::open<Experiment>(file);
  CHECK(exp.ids() == std::vector<std::string>{"0", "1", "2"});
  CHECK(*exp.data.image.get("1") == image(2, 1));
  CHECK(*exp.data.sound.get("2") == sound(3, 2, 2));
  CHECK(layout::Reader::open(file).complete());
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("destruction closes, as h5py's does", "[core][typed]") {
  const TempDir folder;
  {
    auto exp = typed::open<Experiment>(folder / "exp.h5", "w-");
    fill(exp, 2);
  }
  CHECK(typed::open<Experiment>(folder / "exp.h5").ids().size() == 2);
}

TEST_CASE("a file that is open for reading can't be changed", "[core][typed]") {
  const TempDir folder;
  const auto exp = typed::open<Experiment>(filled(folder), "r");
  CHECK_FALSE(exp.is_writable());
  CHECK_THROWS_WITH(exp.logs.loss.add("train", {1.0F}),
                    Contains("exp.h5") && Contains("reading only") && Contains("r+"));
  exp.commit();
}

TEST_CASE("r+ adds to a file that is there", "[core][typed]") {
  const TempDir folder;
  const fs::path file = filled(folder);
  CHECK_THROWS_AS(typed::open<Experiment>(folder / "nowhere.h5", "r+"), Error);
  {
    auto exp = typed::open<Experiment>(file, "r+");
    exp.logs.loss.add("train", std::vector{1.0F, 2.0F});
  }
  const auto exp = typed::open<Experiment>(file);
  CHECK(exp.ids().size() == 4);
  CHECK(exp.logs.loss.get("train")->data == std::vector{1.0F, 2.0F});
  CHECK(*exp.data.image.get("0") == image(1, 0));
}

TEST_CASE("w- and x make a file only where there is none", "[core][typed]") {
  const TempDir folder;
  const fs::path file = filled(folder);
  for (const char* mode : {"w-", "x"}) {
    CHECK_THROWS_WITH(typed::open<Experiment>(file, mode), Contains("exists already"));
  }
  CHECK(typed::open<Experiment>(file).ids().size() == 3);
}

TEST_CASE("w takes the place of another file when it is closed", "[core][typed]") {
  const TempDir folder;
  const fs::path file = filled(folder);
  auto exp = typed::open<Experiment>(file, "w");
  fill(exp, 1);
  exp.commit();
  CHECK(*exp.data.image.get("0") == image(1, 0));
  CHECK(typed::open<Experiment>(file).ids().size() == 3);
  SECTION("closed") {
    exp.close();
    CHECK(typed::open<Experiment>(file).ids().size() == 1);
  }
  SECTION("closed after a rollback") {
    exp.data.label.add("more", {1});
    exp.rollback();
    exp.close();
    CHECK(typed::open<Experiment>(file).ids().size() == 1);
    CHECK(layout::Reader::open(file).complete());
  }
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("an exception doesn't put half a file in the place of an older one", "[core][typed]") {
  const TempDir folder;
  const fs::path file = filled(folder);
  const auto fails = [&] {
    auto exp = typed::open<Experiment>(file, "w");
    fill(exp, 1);
    throw std::runtime_error("on its way");
  };
  CHECK_THROWS_AS(fails(), std::runtime_error);
  CHECK(typed::open<Experiment>(file).ids().size() == 3);
}

TEST_CASE("a makes a file or adds to it", "[core][typed]") {
  const TempDir folder;
  for (int run = 0; run < 3; ++run) {
    auto exp = typed::open<Experiment>(folder / "exp.h5", "a");
    CHECK(exp.ids().size() == std::size_t(run));
    exp.data.add("run " + std::to_string(run),
                 {{"image", image(1, run)}, {"label", std::int64_t{1}}, {"sound", sound(1, 1, 0)}});
  }
  CHECK(typed::open<Experiment>(folder / "exp.h5").data.image.size() == 3);
}

TEST_CASE("an unknown mode is refused", "[core][typed]") {
  CHECK_THROWS_WITH(typed::open<Experiment>("exp.h5", "rw"), Contains("'rw'") && Contains("r+"));
}

TEST_CASE("a file in memory and a temporary one go with their handle", "[core][typed]") {
  fs::path name;
  const bool is_memory = GENERATE(true, false);
  {
    auto exp = is_memory ? typed::in_memory<Experiment>() : typed::temporary<Experiment>();
    name = exp.name();
    fill(exp, 4);
    exp.commit();
    CHECK(*exp.data.image.get("3") == image(4, 3));
    exp.data.label.set("3", {4, 5, 6, 7});
    CHECK(exp.data.label.rows(-4, 10).data == std::vector<std::int64_t>{4, 5, 6, 7});
    CHECK(fs::exists(name));
  }
  CHECK_FALSE(fs::exists(name.parent_path()));
}

TEST_CASE("others see commits, this handle sees everything", "[core][typed]") {
  const TempDir folder;
  auto exp = typed::open<Experiment>(folder / "exp.h5", "w");
  fill(exp, 1);
  exp.commit();
  const auto seen = [&] { return typed::open<Experiment>(folder / "exp.h5").ids().size(); };
  CHECK(seen() == 1);
  exp.logs.loss.add("train", {1.0F});
  CHECK(exp.ids().size() == 2);
  CHECK(seen() == 1);
  exp.flush();
  CHECK(seen() == 2);
  CHECK(exp.ids().size() == 2);
  exp.logs.loss.add("test", {2.0F});
  exp.rollback();
  CHECK(exp.ids().size() == 2);
  CHECK_FALSE(exp.has("test"));
  exp.logs.loss.add("test", {3.0F});
  exp.close();
  CHECK(typed::open<Experiment>(folder / "exp.h5").logs.loss.get("test")->data ==
        std::vector{3.0F});
  CHECK_THROWS_WITH(exp.ids(), Contains("closed"));
}

TEST_CASE("changing a complete file doesn't make it incomplete", "[core][typed]") {
  const TempDir folder;
  const fs::path file = filled(folder);
  auto exp = typed::open<Experiment>(file, "r+");
  exp.logs.loss.add("train", {1.0F});
  exp.commit();
  CHECK(layout::Reader::open(file).complete());
}

TEST_CASE("a typed file can be moved", "[core][typed]") {
  const TempDir folder;
  auto exp = typed::open<Experiment>(filled(folder), "r+");
  Experiment other = std::move(exp);
  other.logs.loss.add("train", {1.0F});
  CHECK(other.logs.loss.size() == 1);
  other = typed::in_memory<Experiment>();
  CHECK(other.ids().empty());
  CHECK(typed::open<Experiment>(folder / "exp.h5").has("train"));
}
