// SPDX-License-Identifier: MIT
#include "host/worker/process_state.hpp"

#include <cfenv>
#include <clocale>
#include <filesystem>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "tests/support/temp_dir.hpp"

using sheaf::host::worker::ProcessState;
using Lines = std::vector<std::string>;

TEST_CASE("what hasn't changed isn't told", "[host][worker][state]") {
  ProcessState state;
  state.remember();
  volatile double zero = 0;
  volatile double none = 1 / zero;  // sets an exception flag, which is no change
  static_cast<void>(none);
  CHECK(state.restore_quick(false).empty());
  CHECK(state.restore_all().empty());
}

TEST_CASE("a working directory that is renamed or removed hasn't been changed",
          "[host][worker][state]") {
  const auto before = std::filesystem::current_path();
  const sheaf::test::TempDir folder;
  std::filesystem::create_directory(folder / "old");
  std::filesystem::current_path(folder / "old");
  ProcessState state;
  state.remember();
  std::filesystem::rename(folder / "old", folder / "new");
  CHECK(state.restore_all().empty());
  std::filesystem::remove(folder / "new");
  CHECK(state.restore_all().empty());
  std::filesystem::current_path(before);
}

TEST_CASE("each change is told once and put back", "[host][worker][state]") {
  ProcessState state;
  state.remember();
  const auto folder = std::filesystem::current_path();
  SECTION("locale") {
    REQUIRE(std::setlocale(LC_ALL, "C.UTF-8") != nullptr);
    CHECK(state.restore_quick(false) == Lines{"changed the locale to 'C.UTF-8'"});
    CHECK(std::string(std::setlocale(LC_ALL, nullptr)) == "C");
  }
  SECTION("rounding") {
    std::fesetround(FE_UPWARD);
    CHECK(state.restore_quick(false).size() == 1);
    CHECK(std::fegetround() == FE_TONEAREST);
  }
  SECTION("working directory") {
    std::filesystem::current_path("/");
    CHECK(state.restore_quick(false).empty());
    CHECK(state.restore_all() == Lines{"changed the working directory to '/'"});
    CHECK(std::filesystem::current_path() == folder);
  }
  SECTION("working directory, before the next relative path") {
    std::filesystem::current_path("/");
    CHECK(state.restore_quick(true) == Lines{"changed the working directory to '/'"});
    CHECK(std::filesystem::current_path() == folder);
  }
  SECTION("umask") {
    const mode_t before = umask(0);
    CHECK(state.restore_all() == Lines{"changed the umask to 000"});
    CHECK(umask(before) == before);
  }
  CHECK(state.restore_all().empty());
}
