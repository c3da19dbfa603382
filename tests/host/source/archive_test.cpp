// SPDX-License-Identifier: MIT
// Archives on the walk: which sources they stand for, and what is no source in them.
#include "host/source/archive.hpp"

#include "core/layout/source_id.hpp"
#include "tests/host/source/fetching.hpp"

using namespace sheaf;
using namespace sheaf::host;
using Catch::Contains;
using Ids = std::vector<std::string>;
using test::pack;

namespace {

Ids ids_of(const WalkResult& found) {
  Ids ids;
  for (const Source& source : found.sources) ids.push_back(source.id);
  return ids;
}

// Text that doesn't shrink much when it is packed.
std::string letters(std::size_t size) {
  std::string text = test::noise(size);
  for (char& c : text) c = static_cast<char>('a' + (c & 15));
  return text;
}

// What all sources have in them, in order.
Ids contents_of(const std::vector<Source>& sources, const FetchLimits& limits = {}) {
  Fetcher fetcher(list_of(sources), limits);
  Ids contents;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Fetched got = fetcher.take(i);
    contents.push_back(got.error.empty() ? test::content_of(got) : "failed: " + got.error);
  }
  return contents;
}

// The walk of "a.tar" (or another name) in its folder, so that ids begin with it.
WalkResult walk_one(const std::filesystem::path& file, WalkOptions options = {}) {
  options.base = file.parent_path().string();
  return walk({file.string()}, options);
}

}  // namespace

TEST_CASE("an archive is known by its name", "[host][archive]") {
  for (const char* name :
       {"a.tar", "a.tar.gz", "a.TGZ", "b/a.tar.zst", "a.tar.xz", "a.tar.bz2", "a.Zip", ".zip"}) {
    CHECK(is_archive_name(name));
  }
  for (const char* name : {"", "tar", "a.gz", "a.tar.7z", "a.tar/b", "zip"}) {
    CHECK_FALSE(is_archive_name(name));
  }
}

TEST_CASE("a shard's members are sources in archive order, with their bytes", "[host][archive]") {
  const auto name = GENERATE(as<std::string>(), "s.tar", "s.tar.gz", "s.tgz", "s.tar.xz",
                             "s.tar.bz2", "s.zip", "s.tar.zst", "s.gnu.tar");
  const test::TempDir folder;
  const bool zstd = name.ends_with(".zst");
  const auto file = folder / name;
  pack(zstd ? folder / "s.tar" : file, {"000001.jpg", "jpeg", "000001.cls", "7", "000000.jpg",
                                        std::string(100'000, 'x'), "deep/er/000000.cls", ""});
  if (zstd) REQUIRE(test::run({"zstd", "-q", (folder / "s.tar").string()}).ok());
  const WalkResult found = walk_one(file);
  CHECK(found.problems.empty());
  CHECK(ids_of(found) == Ids{name + "/000001.jpg", name + "/000001.cls", name + "/000000.jpg",
                             name + "/deep/er/000000.cls"});
  CHECK(found.sources[0].size == 4);
  CHECK(found.sources[0].mtime_ns > 0);
  CHECK(contents_of(found.sources) == Ids{"jpeg", "7", std::string(100'000, 'x'), ""});
}

TEST_CASE("an archive in a folder comes at its place, and an argument keeps its path as id",
          "[host][archive]") {
  const test::TempDir folder;
  folder.write("in/a.png", "");
  folder.write("in/c.png", "");
  pack(folder / "in/b.tar", {"z", "1", "sub/y", "2", "dir:sub", ""});
  CHECK(ids_of(walk({(folder / "in").string()})) ==
        Ids{"in/a.png", "in/b.tar/z", "in/b.tar/sub/y", "in/c.png"});
  const std::string as_written = (folder / "in/b.tar").string();
  CHECK(ids_of(walk({as_written})) ==
        Ids{as_written.substr(1) + "/z", as_written.substr(1) + "/sub/y"});
  folder.write("list", as_written);
  CHECK(walk({"@" + (folder / "list").string()}).sources.size() == 2);
  CHECK(walk({(folder / "in/*.tar").string()}).sources.size() == 2);
  WalkOptions closed;
  closed.archives = false;
  const WalkResult files = walk({(folder / "in").string()}, closed);
  CHECK(ids_of(files) == Ids{"in/a.png", "in/b.tar", "in/c.png"});
  CHECK(files.sources[1].is_local());
}

TEST_CASE("names that lead out of the archive, hide or aren't text become ids that don't",
          "[host][archive]") {
  const test::TempDir folder;
  const auto kind = GENERATE(as<std::string>(), "n.tar", "n.gnu.tar");
  pack(folder / kind, {"/etc/abs", "1", "../../up", "2", "a/../../b/./c", "3", "./d", "4", ".hid",
                       "5", "x/.git/y", "6", "\xff\xfe.png", "7", "gr\xc3\xbcn", "8", "%41", "9"});
  const WalkResult found = walk_one(folder / kind);
  CHECK(found.problems.empty());
  Ids expected;
  for (const char* name : {"etc/abs", "up", "b/c", "d", "%FF%FE.png", "gr\xc3\xbcn", "%2541"}) {
    expected.push_back(kind + "/" + name);
  }
  CHECK(ids_of(found) == expected);
  CHECK(contents_of(found.sources) == Ids{"1", "2", "3", "4", "7", "8", "9"});
}

TEST_CASE("of two members with one name the last one counts", "[host][archive]") {
  const test::TempDir folder;
  pack(folder / "d.tar", {"a", "old", "b", "1", "./a", "new"});
  const WalkResult found = walk_one(folder / "d.tar");
  CHECK(ids_of(found) == Ids{"d.tar/b", "d.tar/a"});
  CHECK(contents_of(found.sources) == Ids{"1", "new"});
}

TEST_CASE("links and pipes in an archive are problems that name it", "[host][archive]") {
  const test::TempDir folder;
  pack(folder / "l.tar",
       {"a", "1", "symlink:s", "a", "hardlink:h", "a", "fifo:p", "", "dir:d", ""});
  const WalkResult found = walk_one(folder / "l.tar");
  CHECK(ids_of(found) == Ids{"l.tar/a"});
  REQUIRE(found.problems.size() == 3);
  CHECK(found.problems[0].id == "l.tar/s");
  CHECK_THAT(found.problems[0].message, Contains("symbolic link"));
  CHECK(found.problems[1].id == "l.tar/h");
  CHECK_THAT(found.problems[1].message, Contains("hard link"));
  CHECK_THAT(found.problems[2].message, Contains("pipe"));
}

TEST_CASE("an archive that is none, or holds nothing, is one problem or none", "[host][archive]") {
  const test::TempDir folder;
  const auto problem = [&](const std::string& name) {
    const WalkResult found = walk_one(folder / name);
    CHECK(found.sources.empty());
    REQUIRE(found.problems.size() == 1);
    CHECK(found.problems[0].id == name);
    return found.problems[0].message;
  };
  folder.write("a.tar", test::noise(5000));
  CHECK_THAT(problem("a.tar"), Contains("damaged") && Contains("copy it again"));
  folder.write("b.zip", "no zip at all, but some text of enough length to be looked at");
  CHECK_THAT(problem("b.zip"), Contains("damaged"));
  folder.write("c.tar", "");
  CHECK_THAT(problem("c.tar"), Contains("empty"));
  pack(folder / "locked.zip", {"a", "1", "b", "2", "lock:", ""});
  CHECK_THAT(problem("locked.zip"), Contains("encrypted") && Contains("2 of its members"));
  pack(folder / "none.tar", {});
  CHECK(walk_one(folder / "none.tar").problems.empty());
}

TEST_CASE("of an archive that was cut the members before the cut are read", "[host][archive]") {
  const test::TempDir folder;
  const auto name = GENERATE(as<std::string>(), "cut.tar", "cut.tar.gz");
  pack(folder / name,
       {"a", "first", "b", letters(90'000), "c", letters(90'000), "d", letters(90'000)});
  const std::string whole = test::read_file(folder / name);
  folder.write(name, std::string_view(whole).substr(0, whole.size() / 2));
  const WalkResult found = walk_one(folder / name);
  REQUIRE(!found.sources.empty());
  CHECK(found.problems.size() == 1);
  CHECK(found.problems[0].id == name);
  const Ids contents = contents_of(found.sources);
  CHECK(contents[0] == "first");
  CHECK_THAT(contents.back(), Contains("failed: ") && Contains(name + ": member '"));
}

TEST_CASE("a member whose checksum is wrong fails and the others don't", "[host][archive]") {
  const test::TempDir folder;
  pack(folder / "z.zip", {"a", "1", "b", "findme", "c", "3"});
  std::string bytes = test::read_file(folder / "z.zip");
  const std::size_t at = bytes.find("PK\1\2");  // the central directory's entry of a
  const std::size_t second = bytes.find("PK\3\4", 4);
  REQUIRE((at != std::string::npos && second != std::string::npos));
  bytes[second + 14] ^= 1;  // CRC-32 of b: in its own header, and in the directory
  bytes[bytes.find("PK\1\2", at + 4) + 16] ^= 1;
  folder.write("z.zip", bytes);
  const WalkResult found = walk_one(folder / "z.zip");
  const Ids contents = contents_of(found.sources);
  REQUIRE(contents.size() == 3);
  CHECK((contents[0] == "1" && contents[2] == "3"));
  CHECK_THAT(contents[1], Contains("failed: ") && Contains("'b'") && Contains("CRC"));
}

TEST_CASE("ten thousand tiny members come one by one, in a small budget", "[host][archive]") {
  const test::TempDir folder;
  pack(folder / "many.tar", {"many:", "10000"});
  const WalkResult found = walk_one(folder / "many.tar");
  REQUIRE(found.sources.size() == 10'000);
  FetchLimits limits;
  limits.memory = 100;
  const Ids contents = contents_of(found.sources, limits);
  for (std::size_t i = 0; i < contents.size(); ++i) REQUIRE(contents[i] == std::to_string(i));
}

TEST_CASE("members may be left out, and an archive named after another", "[host][archive]") {
  const test::TempDir folder;
  pack(folder / "a.tar", {"1", "a1", "2", "a2", "3", "a3"});
  pack(folder / "b.zip", {"1", "b1", "2", "b2"});
  std::vector<Source> sources = walk({folder.path().string()}).sources;
  REQUIRE(sources.size() == 5);
  sources.erase(sources.begin() + 1);
  std::swap(sources[1], sources[3]);  // between members of the other
  CHECK(contents_of(sources) == Ids{"a1", "b2", "b1", "a3"});
}

TEST_CASE("an archive that changed since the walk is told, not mixed up", "[host][archive]") {
  const test::TempDir folder;
  pack(folder / "a.tar", {"1", "one", "2", "two"});
  const WalkResult found = walk_one(folder / "a.tar");
  pack(folder / "a.tar", {"0", "zero", "1", "one"});
  for (const std::string& content : contents_of(found.sources)) {
    CHECK_THAT(content, Contains("failed: ") && Contains("changed"));
  }
}

TEST_CASE("a member larger than the limit fails, and large ones go to disk", "[host][archive]") {
  const test::TempDir folder;
  const std::string large = std::string(1'000'000, 'x');
  folder.write("in/large", large);
  REQUIRE(test::run({"tar", "-C", (folder / "in").string(), "-czf", (folder / "b.tar.gz").string(),
                     "large"})
              .ok());
  const WalkResult found = walk_one(folder / "b.tar.gz");
  FetchLimits limits;
  limits.in_memory = 1000;
  CHECK(contents_of(found.sources, limits) == Ids{large});
  limits.max_source = 999'999;
  CHECK_THAT(contents_of(found.sources, limits)[0], Contains("failed: ") && Contains("unpacks to"));
}

TEST_CASE("a member's URI names the archive and the member", "[host][archive]") {
  const test::TempDir folder;
  pack(folder / "a b.tar", {"c d/#.png", "1"});
  const WalkResult found = walk_one(folder / "a b.tar");
  CHECK(source_uri(view(found.sources.at(0)), "/") ==
        "file://" + folder.path().string() + "/a%20b.tar#c%20d/%23.png");
}
