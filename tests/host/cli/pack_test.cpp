// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "tests/core/layout/damage.hpp"
#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::damageable_file;
using sheaf::test::read_file;
using sheaf::test::run_case;
using sheaf::test::Workplace;

TEST_CASE("pack replaces a file and says what it saved", "[host][cli][pack]") {
  const Workplace here;
  run_case("h5py_pack.py", "shuffle_rows", damageable_file(here / "x.h5").string());
  const auto before = here.json({"get", "x.h5", "x", "source-3"});
  const auto done = here.sheaf({"pack", "x.h5"});
  CHECK(done.status == 0);
  CHECK(done.err.empty());
  CHECK_THAT(done.out, Contains("x.h5: ") && Contains(" → ") &&
                           Contains("20 rows without a source dropped\n"));
  CHECK(here.json({"get", "x.h5", "x", "source-3"}) == before);
  CHECK(here.sheaf({"verify", "x.h5"}).status == 0);
  CHECK(here.names("x.h5").size() == 1);
}

TEST_CASE("pack writes another file with other storage", "[host][cli][pack]") {
  const Workplace here;
  damageable_file(here / "x.h5");
  const std::string before = read_file(here / "x.h5");
  here.write("sheaf.toml",
             "[[feature]]\nname = \"trace\"\npath = \"r\"\n"
             "[feature.dataset]\nfletcher32 = true\n");
  const auto json =
      here.json({"pack", "x.h5", "-o", "y.h5", "--compression", "zstd", "--level", "9", "--shuffle",
                 "-f", "x:chunks=4,compression=none", "-c", "sheaf.toml"});
  CHECK(json["output"] == "y.h5");
  CHECK(json["arrays_encoded"] == 4);
  CHECK(json["arrays_copied"] == 1);  // the shapes
  CHECK(read_file(here / "x.h5") == before);
  using Texts = std::vector<std::string>;
  for (const auto& output : here.json({"info", "y.h5"})["outputs"]) {
    if (output["path"] == "z")
      CHECK(output["filters"] == Texts{"shuffle", "zstd(9)", "fletcher32"});
    if (output["path"] == "x") CHECK(output["filters"].empty());
    if (output["path"] == "x") CHECK(output["chunks"] == std::vector<int>{4, 2});
    if (output["path"] == "r") CHECK(output["filters"] == Texts{"fletcher32"});
  }
  const auto again = here.sheaf({"pack", "x.h5", "-o", "y.h5"});
  CHECK(again.status == 1);
  CHECK(sheaf::test::is_one_error_line(again.err));
  CHECK_THAT(again.err, Contains("--overwrite"));
  CHECK(here.sheaf({"pack", "x.h5", "-o", "y.h5", "--overwrite"}).status == 0);
}

TEST_CASE("pack leaves a damaged file as it was and points at verify", "[host][cli][pack]") {
  const std::string name = GENERATE("chunk_middle", "ref_moved", "ref_garbage", "cut_half");
  const Workplace here;
  run_case("h5py_damage.py", name, damageable_file(here / "x.h5").string());
  const std::string before = read_file(here / "x.h5");
  const auto done = here.sheaf({"pack", "x.h5", "--timeout", "2"});
  INFO(name << ": " << done.err);
  CHECK(done.status == 3);
  CHECK(sheaf::test::is_one_error_line(done.err));
  CHECK_THAT(done.err, Contains("`sheaf verify x.h5`"));
  CHECK(read_file(here / "x.h5") == before);
  CHECK(here.names("x.h5").size() == 1);
}

TEST_CASE("pack tells what it could not carry over", "[host][cli][pack]") {
  const Workplace here;
  run_case("h5py_pack.py", "foreign", damageable_file(here / "x.h5").string());
  const auto done = here.sheaf({"pack", "x.h5"});
  CHECK(done.status == 0);
  CHECK_THAT(done.out, Contains("/notes: the attribute NAMES"));
}

TEST_CASE("A slip in pack's options is one line", "[host][cli][pack]") {
  using Command = std::vector<std::string>;
  const Workplace here;
  damageable_file(here / "x.h5");
  for (const Command& options :
       {Command{"--compression", "zip"}, Command{"--level", "3"}, Command{"--chunk-rows", "0"},
        Command{"--compression", "gzip", "--level", "77"}, Command{"-f", "x:rows=3"},
        Command{"-f", "x:chunks=many"}, Command{"-f", "x:compression_opts=3"},
        Command{"-f", "x:shuffle=perhaps"}}) {
    Command command{"pack", "x.h5"};
    command.insert(command.end(), options.begin(), options.end());
    const auto done = here.sheaf(command);
    INFO(done.err);
    CHECK(done.status == 2);
    CHECK(sheaf::test::is_one_error_line(done.err));
  }
  const auto unknown = here.sheaf({"pack", "x.h5", "-f", "nothing:chunks=3"});
  CHECK(unknown.status == 1);
  CHECK_THAT(unknown.err, Contains("no feature 'nothing'") && Contains("r/arr"));
}
