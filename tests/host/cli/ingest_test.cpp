// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::Workplace;
using Ids = std::vector<std::string>;

TEST_CASE("A folder of pictures becomes one file with image and dirlabel", "[host][cli][ingest]") {
  const Workplace here;
  here.picture("photos/cat/1.ppm");
  here.picture("photos/cat/2.ppm");
  here.picture("photos/dog/1.ppm");
  const auto done = here.sheaf({"ingest", "photos", "-o", "x.h5"});
  CHECK(done.status == 0);
  CHECK(done.err.empty());
  CHECK_THAT(done.out, Contains("3 sources stored"));
  CHECK(here.ids("x.h5") == Ids{"photos/cat/1.ppm", "photos/cat/2.ppm", "photos/dog/1.ppm"});
  const auto info = here.json({"info", "x.h5"});
  CHECK(info["complete"] == true);
  REQUIRE(info["outputs"].size() == 2);
  CHECK(info["outputs"][0]["path"] == "dirlabel");
  CHECK(info["outputs"][0]["attrs"]["classes"] == Ids{"cat", "dog"});
  CHECK(info["outputs"][1]["path"] == "image");
  CHECK(info["outputs"][1]["shape"] == std::vector<int>{3, 3, 4, 3});
}

TEST_CASE("Ids follow how the source was named", "[host][cli][ingest]") {
  const Workplace here;
  here.picture("data/cat/1.ppm");
  const auto ids_for = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> command{"ingest", "-o", "x.h5", "--overwrite", "-f", "image"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const auto done = here.sheaf(command);
    INFO(done.err);
    REQUIRE(done.status == 0);
    return here.ids("x.h5");
  };
  CHECK(ids_for({"data"}) == Ids{"data/cat/1.ppm"});
  CHECK(ids_for({"data/"}) == Ids{"cat/1.ppm"});
  CHECK(ids_for({"./data"}) == Ids{"data/cat/1.ppm"});
  CHECK(ids_for({"."}) == Ids{"data/cat/1.ppm"});
  CHECK(ids_for({"data/cat"}) == Ids{"cat/1.ppm"});
  CHECK(ids_for({"./data/../data/cat/1.ppm"}) == Ids{"data/cat/1.ppm"});
  CHECK(ids_for({"data/*/*.ppm"}) == Ids{"data/cat/1.ppm"});
  CHECK(ids_for({"data", "--base", "data"}) == Ids{"cat/1.ppm"});
  here.write("list.txt", "data/cat/1.ppm\n");
  CHECK(ids_for({"@list.txt"}) == Ids{"data/cat/1.ppm"});
}

TEST_CASE("A list may come from standard input, separated by zero bytes", "[host][cli][ingest]") {
  const Workplace here;
  here.picture("a\nb.ppm");
  here.picture("c.ppm");
  const auto done = here.sheaf({"ingest", "-", "-o", "x.h5", "-f", "image"},
                               std::string("a\nb.ppm\0c.ppm\0", 13));
  CHECK(done.status == 0);
  CHECK(here.ids("x.h5") == Ids{"a\nb.ppm", "c.ppm"});
}

TEST_CASE("One worker and many write the same bytes", "[host][cli][ingest]") {
  const Workplace here;
  for (int i = 0; i < 150; ++i) {
    here.picture("p/" + std::to_string(i % 7) + "/" + std::to_string(i) + ".ppm", 5 + i % 3, 4,
                 static_cast<unsigned char>(i));
  }
  REQUIRE(here.sheaf({"ingest", "p", "-o", "1.h5", "--workers", "1"}).status == 0);
  for (const std::string workers : {"2", "3", "8"}) {
    const std::string file = workers + ".h5";
    REQUIRE(here.sheaf({"ingest", "p", "-o", file, "--workers", workers}).status == 0);
    CHECK(sheaf::test::read_file(here / file) == sheaf::test::read_file(here / "1.h5"));
  }
}

TEST_CASE("The option -f names features, their places and parameters", "[host][cli][ingest]") {
  const Workplace here;
  here.picture("p/a_1.ppm", 8, 6);
  here.picture("p/b_2.ppm", 4, 4);
  const auto done =
      here.sheaf({"ingest", "p", "-o", "x.h5", "-f", "image=data/small:size=2x2,color=grey", "-f",
                  "pathlabel=data/n:pattern=_(\\d{1,2})\\.,as=integer"});
  INFO(done.err);
  REQUIRE(done.status == 0);
  const auto info = here.json({"info", "x.h5"});
  CHECK(info["outputs"][0]["path"] == "data/small");
  CHECK(info["outputs"][0]["shape"] == std::vector<int>{2, 2, 2, 1});
  CHECK(here.json({"get", "x.h5", "data/n"})["values"] == std::vector<int>{1, 2});
}

TEST_CASE("The configuration sets dataset options, and its slips are named",
          "[host][cli][ingest]") {
  const Workplace here;
  here.picture("p/1.ppm");
  here.write("good.toml",
             "sources = ['p']\noutput = 'x.h5'\n[[feature]]\nname = 'image'\npath = 'a/b'\n"
             "[feature.dataset]\nchunks = 2\ncompression = 'gzip'\ncompression_opts = 7\n"
             "shuffle = true\nfletcher32 = true\ndtype = 'float32'\n");
  REQUIRE(here.sheaf({"ingest", "-c", "good.toml"}).status == 0);
  const auto output = here.json({"info", "x.h5"})["outputs"][0];
  CHECK(output["dtype"] == "float32");
  CHECK(output["chunks"][0] == 2);
  CHECK(output["filters"].size() == 3);
  CHECK(here.json({"get", "x.h5", "a/b", "p/1.ppm"})["values"][0][0][0] ==
        std::vector<double>{200, 20, 30});

  here.write("bad.toml", "sources = ['p']\n[[feature]]\nname = 'image'\ncolour = 'grey'\n");
  const auto bad = here.sheaf({"ingest", "-c", "bad.toml", "-o", "y.h5"});
  CHECK(bad.status == 1);
  CHECK(sheaf::test::is_one_error_line(bad.err));
  CHECK_THAT(bad.err, Contains("bad.toml:4:1: unknown key 'colour'"));
  CHECK_FALSE(std::filesystem::exists(here / "y.h5"));
}

TEST_CASE("What nobody loads is skipped and said", "[host][cli][ingest]") {
  const Workplace here;
  here.picture("p/1.ppm");
  here.write("p/notes.xyz", "?");
  const auto done = here.sheaf({"ingest", "p", "-o", "x.h5"});
  CHECK(done.status == 0);
  CHECK_THAT(done.out, Contains("1 skipped") && Contains("p/notes.xyz"));
  const auto nothing = here.sheaf({"ingest", "p/notes.xyz", "-o", "y.h5"});
  CHECK(nothing.status == 1);
  CHECK_THAT(nothing.err, Contains("nothing was stored"));
  CHECK_FALSE(std::filesystem::exists(here / "y.h5"));
}

TEST_CASE("The error policy stop writes nothing", "[host][cli][ingest]") {
  const Workplace here;
  here.picture("p/1.ppm");
  here.write("p/2.png", "no picture");
  here.write("c.toml", "on_error = 'stop'\n");
  const auto done = here.sheaf({"ingest", "p", "-o", "x.h5", "-c", "c.toml"});
  CHECK(done.status == 1);
  CHECK_THAT(done.err, Contains("p/2.png"));
  CHECK(here.names("x.h5").empty());
}
