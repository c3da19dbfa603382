// SPDX-License-Identifier: MIT
// Everything that can be wrong with what a user names: never a crash, never half a file.
#include <csignal>
#include <map>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::is_one_error_line;
using sheaf::test::Workplace;
using Ids = std::vector<std::string>;

namespace {

// Messages by id, from the summary of an ingest.
std::map<std::string, std::string> failures(const nlohmann::json& summary) {
  std::map<std::string, std::string> found;
  for (const auto& failure : summary["failures"]) found[failure["id"]] = failure["message"];
  return found;
}

std::string png_header(std::uint32_t width, std::uint32_t height) {
  const auto big_endian = [](std::uint32_t number) {
    return std::string{static_cast<char>(number >> 24U), static_cast<char>(number >> 16U),
                       static_cast<char>(number >> 8U), static_cast<char>(number)};
  };
  return std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) + big_endian(width) + big_endian(height) +
         std::string("\x08\x02\0\0\0\0\0\0\0", 9);
}

}  // namespace

TEST_CASE("Broken sources go to __fail__ with a reason, and all others are stored",
          "[host][cli][bad]") {
  const Workplace here;
  const std::string good = sheaf::test::read_file(here.picture("p/good.ppm", 64, 64));
  here.write("p/truncated.ppm", good.substr(0, good.size() / 2));
  here.write("p/empty.jpg", "");
  here.write("p/renamed.png", "this is text");
  here.write("p/huge.png", png_header(1000000, 1000000));
  here.write("p/empty.wav", "");
  here.write("p/renamed.flac", "this is text as well");
  const auto done =
      here.sheaf({"ingest", "p", "-o", "x.h5", "--json", "-f", "image", "-f", "audio"});
  CHECK(done.status == 3);
  const auto summary = nlohmann::json::parse(done.out);
  CHECK(summary["stored"] == 1);
  CHECK(summary["failed"] == 6);
  for (const auto& [id, message] : failures(summary)) {
    INFO(id << ": " << message);
    CHECK(message.size() > 10);
  }
  CHECK(here.ids("x.h5") == Ids{"p/good.ppm"});
  CHECK(here.json({"info", "x.h5"})["failures"].size() == 6);
  const auto get = here.sheaf({"get", "x.h5", "image", "p/renamed.png"});
  CHECK(get.status == 1);
  CHECK(is_one_error_line(get.err));
  CHECK_THAT(get.err, Contains("isn't stored, it failed"));
}

TEST_CASE("A source whose shape differs fails and names both", "[host][cli][bad]") {
  const Workplace here;
  here.write("p/0.ppm", "P6\n9 9\n255\n");  // its header mustn't set the shape: it isn't stored
  here.picture("p/1.ppm", 4, 4);
  here.picture("p/2.ppm", 5, 4);
  const auto summary = here.json({"ingest", "p", "-o", "x.h5", "-f", "image:layout=fixed"});
  CHECK(summary["stored"] == 1);
  const std::string message = failures(summary)["p/2.ppm"];
  CHECK_THAT(message, Contains("(4, 5, 3)") && Contains("(4, 4, 3)") && Contains("p/1.ppm"));
}

TEST_CASE("Names with spaces, newlines and broken UTF-8 come back by their ids",
          "[host][cli][bad]") {
  const Workplace here;
  here.picture("p/a b.ppm");
  here.picture("p/new\nline.ppm");
  here.picture("p/broken\xff.ppm");
  here.picture("p/50%25.ppm");
  here.picture("p/\xc3\xbc.ppm");
  REQUIRE(here.sheaf({"ingest", "p/", "-o", "x.h5", "-f", "image"}).status == 0);
  CHECK(here.ids("x.h5") ==
        Ids{"50%2525.ppm", "a b.ppm", "broken%FF.ppm", "new\nline.ppm", "\xc3\xbc.ppm"});
  for (const std::string& id : here.ids("x.h5")) {
    CHECK(here.sheaf({"get", "x.h5", "image", id}).status == 0);
  }
  // A name takes one line on the screen, whatever is in it.
  CHECK_THAT(here.sheaf({"ls", "x.h5"}).out, Contains("new\\nline.ppm\n"));
}

TEST_CASE("A source that is named twice is refused with both names", "[host][cli][bad]") {
  const Workplace here;
  here.picture("p/1.ppm");
  here.picture("q/p/1.ppm");
  const auto twice = here.sheaf({"ingest", "p", "p/1.ppm", "-o", "x.h5"});
  CHECK(twice.status == 1);
  CHECK(is_one_error_line(twice.err));
  CHECK_THAT(twice.err, Contains("p/1.ppm") && Contains("twice"));
  const auto two = here.sheaf({"ingest", "p", "q/p", "-o", "x.h5"});
  CHECK(two.status == 1);
  CHECK_THAT(two.err, Contains("'p/1.ppm'") && Contains("'q/p/1.ppm'"));
  CHECK(here.names("x.h5").empty());
}

TEST_CASE("A folder that links to itself ends, and is said", "[host][cli][bad]") {
  const Workplace here;
  here.picture("p/1.ppm");
  std::filesystem::create_directory_symlink(here / "p", here / "p/loop");
  std::filesystem::create_symlink("nowhere", here / "p/dangling.ppm");
  REQUIRE(mkfifo((here / "p/pipe.ppm").c_str(), 0600) == 0);
  const auto summary = here.json({"ingest", "p", "-o", "x.h5"});
  CHECK(summary["stored"] == 1);
  auto reasons = failures(summary);
  CHECK_THAT(reasons["p/loop"], Contains("links back"));
  CHECK_THAT(reasons["p/dangling.ppm"], Contains("No such file"));
  CHECK_THAT(reasons["p/pipe.ppm"], Contains("neither a file nor a folder"));
}

TEST_CASE("An output that exists stays, unless --overwrite, and then until the new one is complete",
          "[host][cli][bad]") {
  const Workplace here;
  here.picture("p/1.ppm");
  here.write("bad/1.png", "no picture");
  here.write("x.h5", "precious");
  const auto refused = here.sheaf({"ingest", "p", "-o", "x.h5"});
  CHECK(refused.status == 1);
  CHECK(is_one_error_line(refused.err));
  CHECK_THAT(refused.err, Contains("--overwrite"));
  CHECK(here.sheaf({"ingest", "bad", "-o", "x.h5", "--overwrite", "-f", "image"}).status == 1);
  CHECK(sheaf::test::read_file(here / "x.h5") == "precious");
  CHECK(here.sheaf({"ingest", "p", "-o", "x.h5", "--overwrite"}).status == 0);
  CHECK(here.ids("x.h5") == Ids{"p/1.ppm"});
  CHECK(here.names("x.h5").size() == 1);
}

TEST_CASE("Sources and outputs that can't be are named in one line", "[host][cli][bad]") {
  const Workplace here;
  here.picture("p/1.ppm");
  const auto expect_one_line = [&](const std::vector<std::string>& command,
                                   const std::string& named) {
    const auto done = here.sheaf(command);
    INFO(done.err);
    CHECK(done.status == 1);
    CHECK(is_one_error_line(done.err));
    CHECK_THAT(done.err, Contains(named));
  };
  expect_one_line({"ingest", "nowhere", "-o", "x.h5"}, "nowhere");
  expect_one_line({"ingest", "*.xyz", "-o", "x.h5"}, "*.xyz");
  expect_one_line({"ingest", "@nolist", "-o", "x.h5"}, "nolist");
  expect_one_line({"ingest", "p", "-o", "no/folder/x.h5"}, "no/folder");
  expect_one_line({"ingest", "p", "-o", "p"}, "p");
  expect_one_line({"ingest", "p", "-o", "x.h5", "-c", "no.toml"}, "no.toml");
  expect_one_line({"ingest", "p", "-o", "x.h5", "-f", "images"}, "images");
  expect_one_line({"ingest", "p", "-o", "x.h5", "-f", "image:sise=3"}, "sise");
  expect_one_line({"info", "nowhere.h5"}, "nowhere.h5");
  here.write("text.h5", "no HDF5 at all");
  expect_one_line({"info", "text.h5"}, "text.h5");
  CHECK(here.names("x.h5").empty());
}

TEST_CASE("A folder that can't be written to is named", "[host][cli][bad]") {
  const Workplace here;
  here.picture("p/1.ppm");
  std::filesystem::create_directory(here / "locked");
  std::filesystem::permissions(
      here / "locked", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  if (access((here / "locked").c_str(), W_OK) == 0) {
    WARN("skipped: this user may write everywhere");
    return;
  }
  const auto done = here.sheaf({"ingest", "p", "-o", "locked/x.h5"});
  CHECK(done.status == 1);
  CHECK(is_one_error_line(done.err));
  CHECK_THAT(done.err, Contains("locked"));
}

TEST_CASE("A full disk ends the run with an error and no file", "[host][cli][bad]") {
  const Workplace here;
  for (int i = 0; i < 40; ++i) here.picture("p/" + std::to_string(i) + ".ppm", 200, 200);
  // The limit on a file's size makes write fail as a full disk does, without one.
  const std::string command =
      "trap '' XFSZ; ulimit -f 1000; exec " SHEAF_PROGRAM " ingest p -o x.h5 -f image";
  sheaf::test::ProcessOptions options;
  options.folder = here.path();
  const auto done = sheaf::test::run({"/bin/bash", "-c", command}, options);
  INFO(done.err);
  CHECK(done.signal == 0);
  CHECK(done.status == 1);
  CHECK(is_one_error_line(done.err));
  CHECK(here.names("x.h5").empty());
}

TEST_CASE("Truncated and damaged files are errors of info, ls and get", "[host][cli][bad]") {
  const Workplace here;
  here.picture("p/1.ppm", 40, 40);
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5"}).status == 0);
  const std::string whole = sheaf::test::read_file(here / "x.h5");
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{7}, whole.size() / 3, whole.size() - 1}) {
    here.write("cut.h5", whole.substr(0, size));
    const auto done = here.sheaf({"info", "cut.h5"});
    INFO(size << ": " << done.err);
    CHECK(done.status == 1);
    CHECK(is_one_error_line(done.err));
  }
}

TEST_CASE("Standard files that are closed or full don't reach the output", "[host][cli][bad]") {
  const Workplace here;
  here.picture("p/1.ppm");
  here.write("p/2.png", "no picture");
  const auto shell = [&](const std::string& command) {
    sheaf::test::ProcessOptions options;
    options.folder = here.path();
    return sheaf::test::run(
        {"/bin/bash", "-c", "SOURCE_DATE_EPOCH=1 " SHEAF_PROGRAM " ingest " + command}, options);
  };
  CHECK(shell("p -o whole.h5").status == 3);
  CHECK(shell("p -o closed.h5 2>&- <&-").status == 3);
  CHECK(sheaf::test::read_file(here / "closed.h5") == sheaf::test::read_file(here / "whole.h5"));
  CHECK(shell("nowhere -o x.h5 2>/dev/full").status == 1);
  CHECK(shell("nowhere -o x.h5 2>&-").status == 1);
}

TEST_CASE("Only ordinary files are replaced", "[host][cli][bad]") {
  const Workplace here;
  here.picture("p/1.ppm");
  REQUIRE(mkfifo((here / "pipe").c_str(), 0600) == 0);
  std::filesystem::create_symlink("nowhere", here / "dangling");
  CHECK(here.sheaf({"ingest", "p", "-o", "pipe", "--overwrite"}).status == 1);
  CHECK(std::filesystem::is_fifo(here / "pipe"));
  CHECK(here.sheaf({"ingest", "p", "-o", "dangling"}).status == 1);
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5"}).status == 0);
  const std::string before = sheaf::test::read_file(here / "x.h5");
  CHECK(here.sheaf({"get", "x.h5", "image", "-o", "x.h5"}).status == 1);
  CHECK(here.sheaf({"get", "x.h5", "image", "-o", "pipe"}).status == 1);
  CHECK(sheaf::test::read_file(here / "x.h5") == before);
  CHECK(std::filesystem::is_fifo(here / "pipe"));
}

TEST_CASE("Dataset options that would lose values are refused", "[host][cli][bad]") {
  const Workplace here;
  here.picture("p/1.ppm");
  for (const std::string option : {"dtype = 'int8'", "fillvalue = 300", "fillvalue = 1.5",
                                   "chunks = 1000000000000", "compression_opts = 3"}) {
    here.write("c.toml", "[[feature]]\nname = 'image'\n[feature.dataset]\n" + option + "\n");
    const auto done = here.sheaf({"ingest", "p", "-o", "x.h5", "-c", "c.toml"});
    INFO(option << ": " << done.err);
    CHECK(done.status == 1);
    CHECK(is_one_error_line(done.err));
    CHECK(here.names("x.h5").empty());
  }
}

TEST_CASE("A plugin that is cut short is one line of plugins paths", "[host][cli][bad]") {
  const Workplace here;
  const std::filesystem::path program = SHEAF_PROGRAM;
  const std::string plugin = sheaf::test::read_file(program.parent_path().parent_path() / "lib" /
                                                    "sheaf" / "plugins" / "sheaf_label.so");
  here.write("plugins/x.so", plugin.substr(0, 12000));
  sheaf::test::ProcessOptions options;
  options.environment = {"SHEAF_PLUGIN_PATH=" + (here / "plugins").string()};
  const auto done = sheaf::test::run({SHEAF_PROGRAM, "plugins", "paths"}, options);
  CHECK(done.status == 0);
  CHECK_THAT(done.out, Contains("x.so  refused: is cut short"));
}
