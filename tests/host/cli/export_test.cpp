// SPDX-License-Identifier: MIT
// What `sheaf export` writes, read by NumPy and compared with what h5py reads from the file.
#include <chrono>
#include <csignal>
#include <thread>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "tests/host/cli/sheaf.hpp"
#include "tests/support/background.hpp"

using Catch::Matchers::Contains;
using sheaf::test::is_one_error_line;
using sheaf::test::read_file;
using sheaf::test::Workplace;
using Texts = std::vector<std::string>;

namespace {

// tests/host/cli/export.py; returns what it prints.
std::string python(std::vector<std::string> arguments) {
  const auto done =
      sheaf::test::run_python(std::string(SHEAF_TEST_FOLDER) + "/export.py", arguments);
  INFO(done.err);
  REQUIRE(done.status == 0);
  return done.out;
}

// Images of one size, a recording without an image, labels for all, and texts.
void make_file(const Workplace& here) {
  here.picture("p/cat/1.ppm", 4, 3, 10);
  here.picture("p/cat/2.ppm", 4, 3, 20);
  here.picture("p/dog/1.ppm", 4, 3, 30);
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5", "-f", "image=data/image", "-f", "dirlabel", "-f",
                      "pathlabel:pattern=/(\\w+)/,as=string"})
              .status == 0);
}

void make_ragged_file(const Workplace& here) {
  here.picture("p/a/1.ppm", 4, 3, 10);
  here.picture("p/a/2.ppm", 7, 2, 20);
  here.picture("p/b/3.ppm", 1, 9, 30);
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5", "-f", "image", "-f", "dirlabel"}).status == 0);
}

void make_hostile_file(const Workplace& here, const Texts& ids, const std::string& key = "x") {
  Texts arguments{"make", (here / "h.h5").string(), key};
  arguments.insert(arguments.end(), ids.begin(), ids.end());
  python(arguments);
}

sheaf::test::ProcessResult shell(const Workplace& here, const std::string& command) {
  sheaf::test::ProcessOptions options;
  options.folder = here.path();
  return sheaf::test::run({"/bin/bash", "-c", command}, options);
}

}  // namespace

TEST_CASE("export writes one array as NumPy loads it", "[host][cli][export]") {
  const Workplace here;
  make_file(here);
  const auto done = here.sheaf({"export", "x.h5", "data/image", "-o", "i.npy"});
  INFO(done.err);
  REQUIRE(done.status == 0);
  CHECK_THAT(done.out, Contains("i.npy: ") && Contains("3 sources") && Contains("(3, 3, 4, 3)"));
  python({"npy", (here / "x.h5").string(), (here / "i.npy").string(), "data/image"});
  const auto json = here.json({"export", "x.h5", "data/image", "-o", "r.npy", "--rows", "-2:"});
  CHECK(json["form"] == "npy");
  CHECK(json["arrays"][0]["shape"] == std::vector<int>{2, 3, 4, 3});
  CHECK(read_file(here / "r.npy").substr(128) == read_file(here / "i.npy").substr(128 + 36));
}

TEST_CASE("export writes several arrays with ids and spans into one archive",
          "[host][cli][export]") {
  const Workplace here;
  make_file(here);
  REQUIRE(here.sheaf({"export", "x.h5", "-o", "x.npz"}).status == 0);
  CHECK(python({"npz", (here / "x.h5").string(), (here / "x.npz").string(), "data/image",
                "dirlabel", "pathlabel"}) ==
        "3 __id__ data/image data/image/__span__ dirlabel dirlabel/__span__ pathlabel "
        "pathlabel/__span__\n");
  REQUIRE(here.sheaf({"export", "x.h5", "-o", "y.npz"}).status == 0);
  CHECK(read_file(here / "x.npz") == read_file(here / "y.npz"));
}

TEST_CASE("export of ragged arrays is flat with shapes, or a file a source",
          "[host][cli][export]") {
  const Workplace here;
  make_ragged_file(here);
  REQUIRE(here.sheaf({"export", "x.h5", "image", "-o", "x.npz"}).status == 0);
  CHECK(python({"npz", (here / "x.h5").string(), (here / "x.npz").string(), "image"}) ==
        "3 __id__ image/__span__ image/arr image/shape_\n");
  REQUIRE(here.sheaf({"export", "x.h5", "-o", "out/"}).status == 0);
  CHECK(python({"folder", (here / "x.h5").string(), (here / "out").string(), "image",
                "dirlabel"}) == "5\n");
  const auto npy = here.sheaf({"export", "x.h5", "image", "-o", "x.npy"});
  CHECK(npy.status == 1);
  CHECK(is_one_error_line(npy.err));
  CHECK_THAT(npy.err, Contains("its own shape in 'image'") && Contains(".npz"));
}

TEST_CASE("export to a folder has a file for each source, texts and a table of labels",
          "[host][cli][export]") {
  const Workplace here;
  make_file(here);
  const auto done = here.sheaf({"export", "x.h5", "-o", "out"});
  INFO(done.err);
  REQUIRE(done.status == 0);
  CHECK_THAT(done.out, Contains("data/image/{id}.npy") && Contains("labels.csv"));
  CHECK(python({"folder", (here / "x.h5").string(), (here / "out").string(), "data/image",
                "dirlabel", "pathlabel"}) == "8\n");
  CHECK(read_file(here / "out/pathlabel/p/cat/2.ppm.txt") == "cat");
  CHECK(read_file(here / "out/labels.csv")
            .starts_with("id,dirlabel,dirlabel_class\np/cat/1.ppm,0,cat\n"));
  REQUIRE(here.sheaf({"export", "x.h5", "-o", "plain", "--format", "npy"}).status == 0);
  CHECK(std::filesystem::exists(here / "plain/dirlabel/p/dog/1.ppm.npy"));
}

TEST_CASE("export takes the sources that are chosen", "[host][cli][export]") {
  const Workplace here;
  make_file(here);
  const auto sources = [&](Texts options) {
    options.insert(options.begin(), {"export", "x.h5", "-o", "x.npz", "--overwrite"});
    return here.json(options)["sources"].get<int>();
  };
  CHECK(sources({"--ids", "cat"}) == 2);
  CHECK(sources({"--id", "p/dog/1.ppm", "--id", "p/cat/1.ppm"}) == 2);
  here.write("list", "p/dog/1.ppm\r\n\np/dog/1.ppm\n");
  CHECK(sources({"--ids-from", "list"}) == 1);
  CHECK(python({"npz", (here / "x.h5").string(), (here / "x.npz").string(), "data/image"})
            .starts_with("1 "));
  const auto none = here.sheaf({"export", "x.h5", "-o", "y.npz", "--ids", "cow"});
  CHECK(none.status == 1);
  CHECK_THAT(none.err, Contains("sheaf ls x.h5"));
  CHECK(here.sheaf({"export", "x.h5", "-o", "y.npz", "--id", "p/cow"}).status == 1);
  CHECK(here.names("y.npz").empty());
}

TEST_CASE("A slip in export's options is one line", "[host][cli][export]") {
  const Workplace here;
  make_file(here);
  for (const Texts& options :
       {Texts{"-o", "x.npz", "--ids", "("}, Texts{"-o", "x.npz", "--rows", "3"},
        Texts{"-o", "x.npz", "--rows", "0:1", "--ids", "cat"}, Texts{"-o", "x.png"},
        Texts{"-o", "x", "--format", "png"}, Texts{}}) {
    Texts command{"export", "x.h5"};
    command.insert(command.end(), options.begin(), options.end());
    const auto done = here.sheaf(command);
    INFO(done.err);
    CHECK(done.status == 2);
    CHECK(is_one_error_line(done.err));
  }
  const auto several = here.sheaf({"export", "x.h5", "-o", "x.npy"});
  CHECK(several.status == 1);
  CHECK_THAT(several.err, Contains("data/image, dirlabel, pathlabel"));
}

TEST_CASE("An id never leads out of the folder", "[host][cli][export]") {
  const auto [id, why] = GENERATE(
      table<std::string, std::string>({{"../evil", "'..'"},
                                       {"a/../../evil", "'..'"},
                                       {"/tmp/evil", "absolute"},
                                       {"a//b", "empty part"},
                                       {"a/", "empty part"},
                                       {"./a", "'.'"},
                                       {"..", "'..'"},
                                       {std::string(252, 'n'), "252 bytes"},
                                       {std::string(300, 'n') + "/a", "300 bytes"},
                                       {".sheaf-export/a", "that export needs"},
                                       {"good.npy/below", "good.npy of the source 'good'"}}));
  const Workplace here;
  make_hostile_file(here, {"good", id});
  const auto done = here.sheaf({"export", "h.h5", "-o", "box/out"});
  INFO(id << ": " << done.err);
  CHECK(done.status == 1);
  std::filesystem::create_directory(here / "box");
  const auto again = here.sheaf({"export", "h.h5", "-o", "box/out"});
  CHECK(again.status == 1);
  CHECK(is_one_error_line(again.err));
  CHECK_THAT(again.err, Contains(why) && Contains("--ids") && Contains(".npz"));
  CHECK(std::filesystem::is_empty(here / "box"));
  CHECK(here.names("evil").empty());
  // As the error says: without it, or as an archive.
  CHECK(here.sheaf({"export", "h.h5", "-o", "box/out", "--id", "good"}).status == 0);
  CHECK(here.sheaf({"export", "h.h5", "-o", "box/x.npz"}).status == 0);
}

TEST_CASE("The path of an array never leads out of the folder", "[host][cli][export]") {
  const Workplace here;
  make_hostile_file(here, {"a"}, "..");
  for (const std::string output : {"out", "x.npz"}) {
    const auto done = here.sheaf({"export", "h.h5", "-o", output, "--rows", "0:1"});
    INFO(done.err);
    CHECK(done.status == 1);
    CHECK(is_one_error_line(done.err));
    CHECK_THAT(done.err, Contains("'..'"));
    CHECK(here.names(output).empty());
  }
  CHECK(here.names("...npy").empty());
}

TEST_CASE("Odd ids are names of files as they are", "[host][cli][export]") {
  const Workplace here;
  make_hostile_file(here,
                    {"a b", "line\nbreak", "caf\xc3\xa9/1", "-o", "%2F..%2F", "...", "a,\"b"});
  REQUIRE(here.sheaf({"export", "h.h5", "-o", "out"}).status == 0);
  CHECK(python({"folder", (here / "h.h5").string(), (here / "out").string(), "x"}) == "8\n");
}

TEST_CASE("export replaces only what it made", "[host][cli][export]") {
  const Workplace here;
  make_file(here);
  here.write("mine/thesis.txt", "years");
  here.write("a.npy", "old");
  const auto mine = here.sheaf({"export", "x.h5", "-o", "mine", "--overwrite"});
  CHECK(mine.status == 1);
  CHECK_THAT(mine.err, Contains("no export made"));
  CHECK(read_file(here / "mine/thesis.txt") == "years");
  CHECK(here.sheaf({"export", "x.h5", "dirlabel", "-o", "a.npy"}).status == 1);
  CHECK(read_file(here / "a.npy") == "old");
  CHECK(here.sheaf({"export", "x.h5", "dirlabel", "-o", "a.npy", "--overwrite"}).status == 0);
  std::filesystem::create_directory(here / "out");
  CHECK(here.sheaf({"export", "x.h5", "-o", "out"}).status == 0);  // it was empty
  const auto there = here.sheaf({"export", "x.h5", "-o", "out"});
  CHECK(there.status == 1);
  CHECK_THAT(there.err, Contains("--overwrite"));
  CHECK(here.sheaf({"export", "x.h5", "dirlabel", "-o", "out", "--overwrite"}).status == 0);
  CHECK(!std::filesystem::exists(here / "out/data"));
  here.write("out/notes.txt", "mine");
  const auto notes = here.sheaf({"export", "x.h5", "-o", "out", "--overwrite"});
  CHECK(notes.status == 1);
  CHECK_THAT(notes.err, Contains("other files than the export made"));
  CHECK(read_file(here / "out/notes.txt") == "mine");
  std::filesystem::remove(here / "out/notes.txt");
  std::filesystem::create_directory_symlink("mine", here / "link");
  CHECK(here.sheaf({"export", "x.h5", "-o", "link", "--overwrite"}).status == 1);
  CHECK(here.sheaf({"export", "x.h5", "dirlabel", "-o", "mine"}).status == 1);
  CHECK(here.sheaf({"export", "x.h5", "dirlabel", "-o", "x.h5/y.npy"}).status == 1);
  CHECK(here.names("out").size() == 1);
}

TEST_CASE("A full disk leaves nothing behind", "[host][cli][export]") {
  const Workplace here;
  here.picture("p/1.ppm", 200, 200);
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5", "-f", "image"}).status == 0);
  const std::string output = GENERATE("i.npy", "i.npz", "folder");
  const auto done =
      shell(here, "ulimit -f 40; exec " SHEAF_PROGRAM " export x.h5 image -o " + output);
  INFO(output << ": " << done.err);
  CHECK(done.signal == 0);
  CHECK(done.status == 1);
  CHECK(is_one_error_line(done.err));
  CHECK_THAT(done.err, Contains(output));
  CHECK(here.names(output).empty());
}

TEST_CASE("A target that can't be written is one line", "[host][cli][export]") {
  const Workplace here;
  make_file(here);
  for (const std::string output :
       {"no/where.npy", "no/where.npz", "no/where", "/proc/x.npz", "/proc/out", "/", "."}) {
    const auto done = here.sheaf({"export", "x.h5", "dirlabel", "-o", output});
    INFO(output << ": " << done.err);
    CHECK(done.status == 1);
    CHECK(is_one_error_line(done.err));
  }
}

TEST_CASE("An interrupted export leaves nothing behind", "[host][cli][export]") {
  const Workplace here;
  Texts ids;
  for (int i = 0; i < 20000; ++i) ids.push_back("source-" + std::to_string(i));
  make_hostile_file(here, ids);
  const auto done = shell(here, SHEAF_PROGRAM
                          " export h.h5 -q -o out & pid=$!; "
                          "for i in $(seq 500); do ls -d out.partial-* >/dev/null 2>&1 && break; "
                          "sleep 0.01; done; kill -INT $pid; wait $pid");
  INFO(done.out << done.err);
  CHECK(done.status == 130);
  CHECK_THAT(done.err, Contains("interrupted; nothing was written"));
  CHECK(here.names("out").empty());
}
