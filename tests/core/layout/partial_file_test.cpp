// SPDX-License-Identifier: MIT
#include "core/layout/partial_file.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "core/error.hpp"
#include "tests/support/temp_dir.hpp"

using sheaf::Error;
using sheaf::ErrorCode;
using sheaf::layout::PartialFile;
using sheaf::test::read_file;
using sheaf::test::TempDir;
namespace fs = std::filesystem;

namespace {

ErrorCode code_of_create(const fs::path& target, bool overwrite = false) {
  try {
    const PartialFile file = PartialFile::create(target, overwrite);
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("no error");
  return ErrorCode::Io;
}

std::size_t files_in(const TempDir& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("A partial file becomes the target only when it is published", "[core][layout]") {
  const TempDir folder;
  PartialFile file = PartialFile::create(folder / "data.h5", false);
  CHECK(file.name().parent_path() == folder.path());
  CHECK_FALSE(fs::exists(folder / "data.h5"));
  file.publish();
  CHECK(fs::exists(folder / "data.h5"));
  CHECK(files_in(folder) == 1);
}

TEST_CASE("A partial file that isn't published leaves nothing behind", "[core][layout]") {
  const TempDir folder;
  { const PartialFile file = PartialFile::create(folder / "data.h5", false); }
  CHECK(files_in(folder) == 0);
}

TEST_CASE("Two partial files of one target don't meet", "[core][layout]") {
  const TempDir folder;
  const PartialFile first = PartialFile::create(folder / "data.h5", false);
  const PartialFile second = PartialFile::create(folder / "data.h5", false);
  CHECK(first.name() != second.name());
}

TEST_CASE("An existing target is refused, with the remedy", "[core][layout]") {
  const TempDir folder;
  const fs::path target = folder.write("data.h5", "old");
  CHECK(code_of_create(target) == ErrorCode::Exists);
  CHECK_THROWS_WITH(PartialFile::create(target, false), Catch::Contains("--overwrite"));
  SECTION("and is replaced by publishing when that is allowed") {
    PartialFile file = PartialFile::create(target, true);
    CHECK(read_file(target) == "old");
    file.publish();
    CHECK(read_file(target).empty());
  }
}

TEST_CASE("A target that appears meanwhile isn't replaced, and the work isn't lost",
          "[core][layout]") {
  const TempDir folder;
  fs::path temporary;
  {
    PartialFile file = PartialFile::create(folder / "data.h5", false);
    temporary = file.name();
    folder.write("data.h5", "someone else's");
    CHECK_THROWS_WITH(file.publish(), Catch::Contains(temporary.string()));
  }
  CHECK(read_file(folder / "data.h5") == "someone else's");
  CHECK(fs::exists(temporary));
}

TEST_CASE("A target that can't be made is refused at once", "[core][layout]") {
  const TempDir folder;
  CHECK(code_of_create(folder / "missing" / "data.h5") == ErrorCode::NotFound);
  CHECK(code_of_create(folder.path()) == ErrorCode::Invalid);
  if (::geteuid() != 0) {  // root may write anywhere
    ::chmod(folder.path().c_str(), 0500);
    CHECK(code_of_create(folder / "data.h5") == ErrorCode::Permission);
    ::chmod(folder.path().c_str(), 0700);
  }
}

TEST_CASE("A target with the longest name there is has a temporary name too", "[core][layout]") {
  const TempDir folder;
  const fs::path target = folder / std::string(255, 'n');
  PartialFile::create(target, false).publish();
  CHECK(fs::exists(target));
}

TEST_CASE("What killed processes left goes, but nothing that was committed", "[core][layout]") {
  const TempDir folder;
  // No process has these numbers: they are above the kernel's limit.
  folder.write("data.h5.partial-4194999", "");
  folder.write("data.h5.partial-4194998", std::string(100, '\0'));
  folder.write("data.h5.partial-4194997", "\x89HDF and more");
  folder.write("data.h5.partial-1", "");  // alive
  folder.write("other.h5.partial-4194999", "");
  const PartialFile file = PartialFile::create(folder / "data.h5", false);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    if (entry.path() != file.name()) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"data.h5.partial-1", "data.h5.partial-4194997",
                                          "other.h5.partial-4194999"});
}
