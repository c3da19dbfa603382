// SPDX-License-Identifier: MIT
#include "core/hdf5/handle.hpp"

#include <fcntl.h>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/group.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::hdf5;
using sheaf::test::TempDir;

TEST_CASE("A handle closes its id once, wherever it was moved", "[core][hdf5]") {
  const TempDir folder;
  File file = create_file((folder / "data.h5").string());
  Group first = require_group(file.get(), "a");
  const hid_t id = first.get();
  Group second = std::move(first);
  CHECK_FALSE(first);
  CHECK(second.get() == id);
  first = std::move(second);
  CHECK(H5Iis_valid(id) > 0);
  first.reset();
  CHECK(H5Iis_valid(id) == 0);
  first.reset();
  file.close();
}

TEST_CASE("A leaked id makes closing its file an error", "[core][hdf5]") {
  const TempDir folder;
  File file = create_file((folder / "data.h5").string());
  Group leaked = require_group(file.get(), "a");
  CHECK_THROWS_AS(file.close(), Error);
}

TEST_CASE("An error names the file, the object and HDF5's own words", "[core][hdf5]") {
  const TempDir folder;
  const File file = create_file((folder / "data.h5").string());
  const Group group = require_group(file.get(), "a/b");
  CHECK_THROWS_WITH(open_group(group.get(), "missing"),
                    Catch::Contains("data.h5:/a/b/missing") && Catch::Contains("cannot open"));
  try {
    (void)open_group(group.get(), "missing");
  } catch (const Error& error) {
    CHECK_THAT(error.hdf5_stack(), Catch::Contains("H5Gopen2"));
    CHECK(error.code() == ErrorCode::Io);
  }
}

TEST_CASE("HDF5 prints nothing of its own, in any thread", "[core][hdf5]") {
  const auto is_quiet = [] {
    enter();
    H5E_auto2_t print = [](hid_t, void*) { return 0; };
    void* context = nullptr;
    H5Eget_auto2(H5E_DEFAULT, &print, &context);
    return print == nullptr;
  };
  CHECK(is_quiet());
  bool is_other_quiet = false;
  std::thread([&] { is_other_quiet = is_quiet(); }).join();
  CHECK(is_other_quiet);
}

TEST_CASE("Paths exist only when each of their links does", "[core][hdf5]") {
  const TempDir folder;
  const File file = create_file((folder / "data.h5").string());
  { const Group group = require_group(file.get(), "a/b"); }
  CHECK(exists(file.get(), "a/b"));
  CHECK_FALSE(exists(file.get(), "a/c"));
  CHECK_FALSE(exists(file.get(), "c/a/b"));
  CHECK_FALSE(is_dataset(file.get(), "a/b"));
}

TEST_CASE("Child processes don't inherit the file", "[core][hdf5]") {
  const TempDir folder;
  const File file = create_file((folder / "data.h5").string());
  void* descriptor = nullptr;
  REQUIRE(H5Fget_vfd_handle(file.get(), H5P_DEFAULT, &descriptor) >= 0);
  CHECK((::fcntl(*static_cast<int*>(descriptor), F_GETFD) & FD_CLOEXEC) != 0);
}
