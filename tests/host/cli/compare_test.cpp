// SPDX-License-Identifier: MIT
// The file against independent implementations: h5py reads it, OpenCV and soundfile decode the same
// sources in Python, and every array must be equal.
#include <catch2/catch.hpp>

#include "tests/host/cli/sheaf.hpp"

using sheaf::test::Workplace;

namespace {

void encode(const Workplace& here, const std::string& input, const std::string& output,
            std::vector<std::string> options = {}) {
  std::filesystem::create_directories((here / output).parent_path());
  std::vector<std::string> command{"ffmpeg", "-loglevel", "error", "-nostdin",
                                   "-f",     "lavfi",     "-i",    input};
  command.insert(command.end(), options.begin(), options.end());
  command.push_back((here / output).string());
  const auto done = sheaf::test::run(command);
  INFO(done.err);
  REQUIRE(done.status == 0);
}

}  // namespace

TEST_CASE("h5py finds what OpenCV and soundfile decode from the same sources",
          "[host][cli][compare]") {
  const Workplace here;
  const std::string noise = "testsrc2=size=48x32:rate=25,noise=alls=30:allf=t";
  encode(here, noise, "media/a/%02d.jpg", {"-frames:v", "8"});
  encode(here, noise, "media/b/%02d.png", {"-frames:v", "4"});
  encode(here, noise, "media/b/%02d.bmp", {"-frames:v", "4"});
  encode(here, "sine=frequency=440:sample_rate=8000:duration=0.7", "media/s/1.wav");
  encode(here, "sine=frequency=550:sample_rate=8000:duration=0.3", "media/s/2.flac");
  encode(here, "anoisesrc=sample_rate=8000:duration=0.2:seed=3", "media/s/3.wav",
         {"-c:a", "pcm_s24le"});
  const auto done = here.sheaf({"ingest", "media", "-o", "x.h5"});
  INFO(done.out << done.err);
  REQUIRE(done.status == 0);
  const auto compared = sheaf::test::run_python(std::string(SHEAF_TEST_FOLDER) + "/compare.py",
                                                {(here / "x.h5").string(), here.path().string()});
  INFO(compared.out << compared.err);
  CHECK(compared.status == 0);
  CHECK(compared.out == "16 images, 3 recordings, 19 labels\n");
}

TEST_CASE("h5py finds ragged images in their shapes", "[host][cli][compare]") {
  const Workplace here;
  encode(here, "testsrc2=size=48x32", "media/a/1.png", {"-frames:v", "1"});
  encode(here, "testsrc2=size=20x30", "media/a/2.png", {"-frames:v", "1"});
  encode(here, "testsrc2=size=64x64", "media/b/3.jpg", {"-frames:v", "1"});
  REQUIRE(here.sheaf({"ingest", "media", "-o", "x.h5"}).status == 0);
  const auto compared = sheaf::test::run_python(std::string(SHEAF_TEST_FOLDER) + "/compare.py",
                                                {(here / "x.h5").string(), here.path().string()});
  INFO(compared.out << compared.err);
  CHECK(compared.status == 0);
  CHECK(compared.out == "3 images, 0 recordings, 3 labels\n");
}
