// SPDX-License-Identifier: MIT
// What a program meets that writes or finds a journaled file.
#include "core/journal/journaled_file.hpp"

#include <csignal>
#include <optional>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/hdf5/file.hpp"
#include "tests/core/journal/small_run.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::journal;
using namespace sheaf::test;
namespace fs = std::filesystem;

namespace {

JournaledFile open(const fs::path& path, const Options& options = {}) {
  return JournaledFile::open(path, hdf5::access_properties().get(), options);
}

// Leaves a file at commit `commits`, whose last record was or wasn't applied, with uncommitted
// edits behind it.
void crash_after(const fs::path& path, int commits, int how) {
  const ProcessResult result = run_forked([&]() -> int {
    JournaledFile file = create_committed(path);
    for (int number = 2; number <= commits; ++number) commit(file, number);
    edit(file.file().get(), commits + 1);
    H5Fflush(file.file().get(), H5F_SCOPE_LOCAL);
    if (how == SIGKILL) ::raise(SIGKILL);
    ::_exit(0);
  });
  INFO(result.err);
  REQUIRE((how == SIGKILL ? result.signal == SIGKILL : result.status == 0));
}

constexpr const char* h5py_script = R"(
import sys, h5py
with h5py.File(sys.argv[1], "r") as file:
    print(file.attrs["commit"], file["rows"][...].size, file["texts"][-1].decode())
)";

}  // namespace

TEST_CASE("A journaled file holds what was committed, and ends without a journal",
          "[core][journal]") {
  const TempDir folder;
  small_run(folder.path());
  CHECK(content_of(folder / "data.h5") == expected_contents().at(last_commit));
  CHECK_FALSE(fs::exists(folder / "data.h5-journal"));
  CHECK_FALSE(fs::exists(folder / "data.h5.partial"));
}

TEST_CASE("What isn't committed is dropped by close and by destruction", "[core][journal]") {
  const bool closes = GENERATE(true, false);
  const TempDir folder;
  {
    JournaledFile file = create_committed(folder / "data.h5");
    commit(file, 2);
    edit(file.file().get(), 3);
    if (closes) file.close();
  }
  CHECK(content_of(folder / "data.h5") == expected_contents().at(2));
  CHECK_FALSE(fs::exists(folder / "data.h5-journal"));
}

TEST_CASE("A file is as long as HDF5 needs it, committed or rolled back", "[core][journal]") {
  const TempDir folder;
  JournaledFile file = create_committed(folder / "data.h5");
  commit(file, 2);
  edit(file.file().get(), 3);
  file.rollback();
  file.close();
  hsize_t needed = 0;
  const hdf5::File plain(H5Fopen((folder / "data.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  H5Fget_filesize(plain.get(), &needed);
  CHECK(fs::file_size(folder / "data.h5") == needed);
}

TEST_CASE("A rollback shows the last commit, and edits go on from there", "[core][journal]") {
  const TempDir folder;
  const std::vector<std::string> expected = expected_contents();
  JournaledFile file = create_committed(folder / "data.h5");
  commit(file, 2);
  edit(file.file().get(), 3);
  H5Fflush(file.file().get(), H5F_SCOPE_LOCAL);
  file.rollback();
  CHECK(content(file.file().get()) == expected.at(2));
  commit(file, 3);
  CHECK(content(file.file().get()) == expected.at(3));
  file.close();
  CHECK(content_of(folder / "data.h5") == expected.at(3));
}

TEST_CASE("A rollback closes the ids that are still open", "[core][journal]") {
  const TempDir folder;
  JournaledFile file = create_committed(folder / "data.h5");
  const hid_t dataset = H5Dopen2(file.file().get(), "rows", H5P_DEFAULT);
  REQUIRE(dataset >= 0);
  edit(file.file().get(), 2);
  file.rollback();
  CHECK(H5Iis_valid(dataset) <= 0);
  commit(file, 2);
  file.close();
  CHECK(content_of(folder / "data.h5") == expected_contents().at(2));
}

namespace {

constexpr hsize_t large = 1 << 20;  // elements of four bytes, 64 times the memory

void write_large(hid_t file, std::int32_t first) {
  const hsize_t chunk = 4096;
  std::vector<std::int32_t> values(large);
  for (hsize_t at = 0; at < large; ++at) values[at] = first + static_cast<std::int32_t>(at);
  if (H5Lexists(file, "large", H5P_DEFAULT) <= 0) {
    const hdf5::Dataspace space(H5Screate_simple(1, &large, nullptr));
    const hdf5::PropertyList creation(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_chunk(creation.get(), 1, &chunk);
    const hdf5::Dataset made(H5Dcreate2(file, "large", H5T_STD_I32LE, space.get(), H5P_DEFAULT,
                                        creation.get(), H5P_DEFAULT));
    REQUIRE(made);
  }
  const hdf5::Dataset dataset(H5Dopen2(file, "large", H5P_DEFAULT));
  REQUIRE(H5Dwrite(dataset.get(), H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >=
          0);
}

// The first element, if all others count on from it.
std::optional<std::int32_t> read_large(hid_t file) {
  const hdf5::Dataset dataset(H5Dopen2(file, "large", H5P_DEFAULT));
  std::vector<std::int32_t> values(large, -1);
  if (H5Dread(dataset.get(), H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    return std::nullopt;
  }
  for (hsize_t at = 0; at < large; ++at) {
    if (values[at] != values[0] + static_cast<std::int32_t>(at)) return std::nullopt;
  }
  return values[0];
}

std::optional<std::int32_t> large_of(const fs::path& path) {
  const hdf5::File file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  return read_large(file.get());
}

}  // namespace

TEST_CASE("Overwriting far more than the memory spills to the journal and is read back",
          "[core][journal]") {
  const TempDir folder;
  const fs::path path = folder / "data.h5";
  const Options options{.memory = std::size_t{64} << 10U};
  JournaledFile file = create_committed(path, options);
  write_large(file.file().get(), 1);
  file.commit();
  write_large(file.file().get(), 2);
  CHECK(read_large(file.file().get()) == 2);
  CHECK(fs::file_size(path.string() + "-journal") > std::uintmax_t{3} << 20U);
  CHECK(large_of(path) == 1);
  SECTION("to be dropped") {
    file.rollback();
    CHECK(read_large(file.file().get()) == 1);
    file.close();
    CHECK(large_of(path) == 1);
  }
  SECTION("to be written over once more, and committed") {
    write_large(file.file().get(), 3);
    CHECK(read_large(file.file().get()) == 3);
    file.commit();
    CHECK(large_of(path) == 3);
    file.close();
    CHECK(large_of(path) == 3);
  }
}

TEST_CASE("A crash leaves the last commit to recovery", "[core][journal]") {
  const int commits = GENERATE(1, 2, 3, 4);
  const int how = GENERATE(0, SIGKILL);
  const bool opens = GENERATE(true, false);
  const TempDir folder;
  const fs::path path = folder / "data.h5";
  crash_after(path, commits, how);
  REQUIRE(fs::exists(path.string() + "-journal"));
  if (opens) {
    open(path).close();
  } else {
    CHECK(recover(path).had_journal == (commits > 1));
  }
  CHECK(content_of(path) == expected_contents().at(static_cast<std::size_t>(commits)));
  CHECK_FALSE(fs::exists(path.string() + "-journal"));
}

TEST_CASE("A recovered file is an ordinary one for h5py", "[core][journal]") {
  const TempDir folder;
  crash_after(folder / "data.h5", 3, SIGKILL);
  (void)recover(folder / "data.h5");
  const ProcessResult result =
      run_python(folder.write("look.py", h5py_script), {(folder / "data.h5").string()});
  CHECK(result.err.empty());
  CHECK(result.out == "3 900 text 3\n");
}

TEST_CASE("A file without a journal needs no recovery and isn't changed by it", "[core][journal]") {
  const TempDir folder;
  small_run(folder.path());
  const std::string before = read_file(folder / "data.h5");
  CHECK_FALSE(recover(folder / "data.h5").had_journal);
  CHECK(read_file(folder / "data.h5") == before);
}

TEST_CASE("Recovery of a file that isn't there names it", "[core][journal]") {
  const TempDir folder;
  CHECK_THROWS_WITH(recover(folder / "none.h5"), Catch::Contains("none.h5"));
  CHECK_THROWS_WITH(open(folder / "none.h5"), Catch::Contains("none.h5"));
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("A second writer is refused, and told why", "[core][journal]") {
  const TempDir folder;
  const fs::path path = folder / "data.h5";
  JournaledFile file = create_committed(path);
  SECTION("in another process") {
    const ProcessResult result = run_forked([&]() -> int {
      try {
        (void)open(path);
      } catch (const Error& error) {
        std::fputs(error.what(), stderr);
        ::_exit(7);
      }
      return 0;
    });
    CHECK(result.status == 7);
    CHECK_THAT(result.err, Catch::Contains(path.string()) && Catch::Contains("another process"));
  }
  SECTION("in this one") {
    CHECK_THROWS_WITH(open(path), Catch::Contains("being written"));
    CHECK_THROWS_WITH(recover(path), Catch::Contains("being written"));
  }
  commit(file, 2);
  file.close();
  CHECK(content_of(path) == expected_contents().at(2));
  open(path).close();
}

TEST_CASE("The journal of a file that was replaced isn't applied", "[core][journal]") {
  const TempDir folder;
  const fs::path path = folder / "data.h5";
  crash_after(path, 3, SIGKILL);
  SECTION("by another one") {
    const fs::path other = folder / "other.h5";
    {
      const hdf5::File plain = hdf5::create_file(other);
      for (int number = 1; number <= 5; ++number) edit(plain.get(), number);
    }
    const std::string bytes = read_file(other);
    fs::rename(other, path);
    CHECK(content(hdf5::open_file(path).get()) == expected_contents().at(5));
    CHECK(recover(path).blocks == 0);
    CHECK(content_of(path) == expected_contents().at(5));
    CHECK(read_file(path).substr(0, bytes.size()) == bytes);
  }
  SECTION("by something that is no HDF5 file at all") {
    fs::remove(path);
    folder.write("data.h5", "words");
    CHECK(recover(path).blocks == 0);
    CHECK(read_file(path) == "words");
  }
}
