// SPDX-License-Identifier: MIT
// Archives and addresses on the command line.
#include <catch2/catch.hpp>

#include "tests/host/cli/sheaf.hpp"
#include "tests/support/web.hpp"

using Catch::Matchers::Contains;
using sheaf::test::WebServer;
using sheaf::test::Workplace;
using Ids = std::vector<std::string>;

namespace {

// photos/{cat/1,cat/2,dog/1}.ppm, and photos.tar and photos.tar.gz made of it.
void fill(const Workplace& here) {
  here.picture("photos/cat/1.ppm", 4, 3, 10);
  here.picture("photos/cat/2.ppm", 4, 3, 20);
  here.picture("photos/dog/1.ppm", 4, 3, 30);
  sheaf::test::ProcessOptions options;
  options.folder = here / "photos";
  REQUIRE(sheaf::test::run({"tar", "-cf", "../photos.tar", "cat", "dog"}, options).ok());
  REQUIRE(sheaf::test::run({"tar", "-czf", "../photos.tar.gz", "cat", "dog"}, options).ok());
}

}  // namespace

TEST_CASE("An archive is ingested as the folder it was made of", "[host][cli][sources]") {
  const Workplace here;
  fill(here);
  for (const std::string archive : {"photos.tar", "photos.tar.gz"}) {
    const auto done = here.sheaf({"ingest", archive, "-o", "x.h5", "--overwrite"});
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK_THAT(done.out, Contains("3 sources stored"));
    Ids ids = here.ids("x.h5");
    std::sort(ids.begin(), ids.end());  // tar packs as the file system lists
    CHECK(ids == Ids{archive + "/cat/1.ppm", archive + "/cat/2.ppm", archive + "/dog/1.ppm"});
    const auto info = here.json({"info", "x.h5"});
    CHECK(info["outputs"][0]["attrs"]["classes"] == Ids{"cat", "dog"});
    REQUIRE(here.sheaf({"get", "x.h5", "image", archive + "/dog/1.ppm", "-o", "a.npy"}).ok());
    REQUIRE(here.sheaf({"ingest", "photos", "-o", "y.h5", "--overwrite"}).ok());
    REQUIRE(here.sheaf({"get", "y.h5", "image", "photos/dog/1.ppm", "-o", "b.npy"}).ok());
    const std::string pixels = sheaf::test::read_file(here / "a.npy");
    CHECK(pixels.ends_with(sheaf::test::read_file(here / "b.npy").substr(128)));
  }
}

TEST_CASE("Archives stay closed with --no-archives and by the configuration",
          "[host][cli][sources]") {
  const Workplace here;
  fill(here);
  const auto done = here.sheaf({"ingest", ".", "-o", "x.h5", "--no-archives"});
  CHECK_THAT(done.out, Contains("3 sources stored") && Contains("2 skipped"));
  here.write("c.toml", "archives = false\n");
  CHECK_THAT(here.sheaf({"ingest", ".", "-o", "y.h5", "-c", "c.toml"}).out,
             Contains("3 sources stored"));
  CHECK_THAT(here.sheaf({"ingest", ".", "-o", "z.h5"}).out, Contains("9 sources stored"));
  CHECK_THAT(here.sheaf({"explain", "photos.tar"}).out, Contains("photos.tar/cat/1.ppm"));
  CHECK_THAT(here.sheaf({"explain", "photos.tar", "--no-archives"}).out,
             !Contains("cat") && Contains("no feature loads it"));
}

TEST_CASE("Addresses are ingested beside files, and one that fails has its reason in the file",
          "[host][cli][sources]") {
  const Workplace here;
  const WebServer web;
  fill(here);
  web.write("c.ppm", sheaf::test::read_file(here / "photos/cat/1.ppm"));
  here.write("list", web.url("/plain/gone.ppm?token=hush") + "\nphotos/cat/1.ppm\n");
  const auto done = here.sheaf({"-v", "ingest", web.url("/flaky/c.ppm"), "@list", "photos.tar",
                                "-o", "x.h5", "-f", "image"});
  INFO(done.out + done.err);
  CHECK(done.status == 3);
  CHECK_THAT(done.out, Contains("5 sources stored") && Contains("answered 404"));
  CHECK_THAT(done.out + done.err, !Contains("hush"));
  CHECK(here.ids("x.h5").at(0) == web.host() + "/flaky/c.ppm");
  CHECK(here.ids("x.h5").at(1) == "photos/cat/1.ppm");
  const auto failures = here.json({"info", "x.h5"})["failures"];
  INFO(failures.dump());
  CHECK_THAT(failures.dump(), Contains("fetch") && Contains("/plain/gone.ppm"));
  CHECK_THAT(sheaf::test::read_file(here / "x.h5"), !Contains("hush"));
}

TEST_CASE("An address nobody listens at ends with a line and no file", "[host][cli][sources]") {
  const Workplace here;
  const auto slip = here.sheaf({"ingest", "s3://bucket", "-o", "x.h5"});
  CHECK(slip.status == 1);
  CHECK(sheaf::test::is_one_error_line(slip.err));
  CHECK_THAT(here.sheaf({"explain", "https://example.org/a/b.png?x"}).out,
             Contains("example.org/a/b.png\n") && Contains("sheaf.image"));
}

TEST_CASE("Recordings that are all away need rate and channels to be given",
          "[host][cli][sources]") {
  const Workplace here;
  const std::string wav = (here / "in/a.wav").string();
  here.write("in/none", "");
  REQUIRE(
      sheaf::test::run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=d=0.1:r=16000", wav})
          .ok());
  REQUIRE(sheaf::test::run(
              {"tar", "-C", (here / "in").string(), "-cf", (here / "r.tar").string(), "a.wav"})
              .ok());
  const auto unknown = here.sheaf({"ingest", "r.tar", "-o", "x.h5"});
  CHECK(unknown.status == 1);
  CHECK_THAT(unknown.err, Contains("audio:rate=16000"));
  const auto known =
      here.sheaf({"ingest", "r.tar", "-o", "x.h5", "-f", "audio:rate=16000,channels=mono"});
  INFO(known.out + known.err);
  CHECK(known.status == 0);
  CHECK(here.json({"info", "x.h5"})["outputs"][0]["shape"] == std::vector<int>{1600});
}
