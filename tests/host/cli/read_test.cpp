// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::Workplace;
using Ids = std::vector<std::string>;

namespace {

void make_readable(const Workplace& here) {
  here.picture("p/cat/1.ppm", 4, 3, 10);
  here.picture("p/cat/2.ppm", 4, 3, 20);
  here.picture("p/dog/1.ppm", 4, 3, 30);
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5", "-f", "image=data/image", "-f", "dirlabel"})
              .status == 0);
}

}  // namespace

TEST_CASE("get prints one source, a range of rows, or all", "[host][cli][get]") {
  const Workplace here;
  make_readable(here);
  const auto one = here.json({"get", "x.h5", "data/image", "p/cat/2.ppm"});
  CHECK(one["shape"] == std::vector<int>{1, 3, 4, 3});
  CHECK(one["dtype"] == "uint8");
  CHECK(one["values"][0][2][3] == std::vector<int>{20, 20, 30});
  CHECK(here.json({"get", "x.h5", "dirlabel"})["values"] == std::vector<int>{0, 0, 1});
  CHECK(here.json({"get", "x.h5", "dirlabel", "--rows", "-1:"})["values"] == std::vector<int>{1});
  CHECK(here.json({"get", "x.h5", "dirlabel", "--rows", "0:1"})["values"] == std::vector<int>{0});
  CHECK(here.sheaf({"get", "x.h5", "dirlabel", "p/dog/1.ppm"}).out == "[1]\n(1,) int64\n");
}

TEST_CASE("get writes what NumPy loads", "[host][cli][get]") {
  const Workplace here;
  make_readable(here);
  REQUIRE(here.sheaf({"get", "x.h5", "data/image", "-o", "i.npy"}).status == 0);
  REQUIRE(here.sheaf({"get", "x.h5", "__src__/id", "-o", "id.npy"}).status <= 1);
  const auto check = here.write("check.py",
                                "import numpy as np, sys\n"
                                "a = np.load(sys.argv[1] + '/i.npy')\n"
                                "assert a.shape == (3, 3, 4, 3) and a.dtype == np.uint8, a.shape\n"
                                "assert a[2, 0, 0].tolist() == [30, 20, 30]\n");
  const auto done = sheaf::test::run_python(check, {here.path().string()});
  INFO(done.err);
  CHECK(done.status == 0);
}

TEST_CASE("get names what isn't there", "[host][cli][get]") {
  const Workplace here;
  make_readable(here);
  const auto id = here.sheaf({"get", "x.h5", "data/image", "p/cow/1.ppm"});
  CHECK(id.status == 1);
  CHECK(sheaf::test::is_one_error_line(id.err));
  CHECK_THAT(id.err, Contains("p/cow/1.ppm") && Contains("sheaf ls x.h5"));
  const auto path = here.sheaf({"get", "x.h5", "image"});
  CHECK(path.status == 1);
  CHECK(sheaf::test::is_one_error_line(path.err));
  CHECK_THAT(path.err, Contains("image"));
  CHECK(here.sheaf({"get", "x.h5", "dirlabel", "--rows", "x"}).status == 2);
  CHECK(here.sheaf({"get", "x.h5", "dirlabel", "p/dog/1.ppm", "--rows", "0:1"}).status == 2);
}

TEST_CASE("ls lists ids, by pattern and by feature", "[host][cli][ls]") {
  const Workplace here;
  make_readable(here);
  CHECK(here.sheaf({"ls", "x.h5"}).out == "p/cat/1.ppm\np/cat/2.ppm\np/dog/1.ppm\n");
  CHECK(here.sheaf({"ls", "x.h5", "cat/.*2"}).out == "p/cat/2.ppm\n");
  CHECK(here.json({"ls", "x.h5", "--feature", "dirlabel"}).size() == 3);
  CHECK(here.sheaf({"ls", "x.h5", "("}).status == 2);
}

TEST_CASE("info shows arrays, the table of sources and features, and attributes",
          "[host][cli][info]") {
  const Workplace here;
  make_readable(here);
  const auto done = here.sheaf({"info", "x.h5"});
  CHECK(done.status == 0);
  CHECK_THAT(done.out, Contains("data/image") && Contains("(3, 3, 4, 3)") && Contains("uint8"));
  CHECK_THAT(done.out, Contains("p/cat/1.ppm") && Contains("(1, 3, 4, 3)"));
  CHECK_THAT(done.out, Contains("classes") && Contains("[\"cat\", \"dog\"]"));
  CHECK_THAT(done.out, Contains("loaded by") && Contains("sheaf.image"));
}

TEST_CASE("ls and get open HDF5 that neither Sheaf nor h5mapper wrote", "[host][cli][get][ls]") {
  const Workplace here;
  const auto made = sheaf::test::run_python(std::string(SHEAF_TEST_FOLDER) + "/export.py",
                                            {"foreign", (here / "f.h5").string()});
  REQUIRE(made.status == 0);
  const auto ls = here.sheaf({"ls", "f.h5"});
  CHECK(ls.status == 0);
  CHECK(ls.out.empty());
  CHECK_THAT(ls.err, Contains("has no sources") && Contains("deep/er/count") && Contains("--rows"));
  CHECK(here.json({"ls", "f.h5"}).empty());
  CHECK(here.json({"get", "f.h5", "grid", "--rows", "1:2"})["values"][0] ==
        std::vector<double>{3, 4, 5});
  const auto id = here.sheaf({"get", "f.h5", "grid", "some/id"});
  CHECK(id.status == 1);
  CHECK_THAT(id.err, Contains("has no sources") && Contains("--rows"));
  REQUIRE(here.sheaf({"export", "f.h5", "-o", "out"}).status == 0);
  CHECK(std::filesystem::exists(here / "out/deep/er/count.npy"));
}
