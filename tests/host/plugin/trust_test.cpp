// SPDX-License-Identifier: MIT
#include "host/plugin/trust.hpp"

#include <fstream>
#include <iterator>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "host/plugin/digest.hpp"
#include "host/plugin/search.hpp"
#include "tests/host/world.hpp"

using namespace sheaf::host::plugin;
using sheaf::test::ScopedVariable;
using sheaf::test::TempDir;
namespace fs = std::filesystem;

namespace {

// A user with a folder `lab` that a group shares, and a plugin in it.
struct Lab {
  Lab() {
    fs::create_directories(folder / "lab");
    fs::copy_file(fs::path(SHEAF_TEST_PLUGINS) / "flow" / "test_flow.so", plugin());
    mode("lab", 0775);
    mode("lab/scan.so", 0664);
    REQUIRE(::chown((folder / "lab").c_str(), static_cast<uid_t>(-1), 12345) == 0);
    REQUIRE(::chown(plugin().c_str(), static_cast<uid_t>(-1), 12345) == 0);
  }
  [[nodiscard]] fs::path plugin() const { return folder / "lab" / "scan.so"; }
  void mode(const std::string& name, mode_t bits) const {
    REQUIRE(::chmod((folder / name).c_str(), bits) == 0);
  }
  [[nodiscard]] std::string refusal() const {
    const ScopedVariable path("SHEAF_PLUGIN_PATH", (folder / "lab").string());
    const auto places = search_places();
    REQUIRE(places[0].candidates.size() == 1);
    return places[0].candidates[0].refused;
  }
  [[nodiscard]] std::string list() const {
    std::ifstream file(folder / "config/sheaf/trusted");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TempDir folder;
  ScopedVariable config{"XDG_CONFIG_HOME", (folder / "config").string()};
  ScopedVariable system{"SHEAF_SYSTEM_CONFIG", (folder / "system.toml").string()};
};

}  // namespace

TEST_CASE("a folder that a group shares is let in by trusting it, until it isn't",
          "[host][trust]") {
  if (::geteuid() != 0) return;  // only root gives files to a group that isn't its own
  const Lab lab;
  REQUIRE_THAT(lab.refusal(), Catch::Contains("its group can write"));
  CHECK(trust(lab.folder / "lab").is_new);
  CHECK(lab.refusal().empty());
  CHECK_FALSE(trust(lab.folder / "lab/.").is_new);
  CHECK(untrust(lab.folder / "lab").is_new);
  CHECK_FALSE(untrust(lab.folder / "lab").is_new);
  CHECK_THAT(lab.refusal(), Catch::Contains("its group can write"));
}

TEST_CASE("a file is trusted just as it is", "[host][trust]") {
  if (::geteuid() != 0) return;
  const Lab lab;
  const TrustChange change = trust(lab.plugin());
  CHECK(change.line == sha256_of_file(lab.plugin()) + "  " + lab.plugin().string());
  CHECK(lab.list() == change.line + "\n");
  CHECK(lab.refusal().empty());
  std::ofstream(lab.plugin(), std::ios::app) << "changed";
  CHECK_THAT(lab.refusal(), Catch::Contains("its group can write"));
}

TEST_CASE("what everybody can write to isn't trusted by its folder", "[host][trust]") {
  if (::geteuid() != 0) return;
  const Lab lab;
  trust(lab.folder / "lab");
  lab.mode("lab/scan.so", 0666);
  CHECK_THAT(lab.refusal(), Catch::Contains("everybody can write"));
  lab.mode("lab/scan.so", 0664);
  lab.mode("lab", 0777);
  CHECK_FALSE(lab.refusal().empty());
  CHECK_THROWS_WITH(trust(lab.folder / "lab"), Catch::Contains("chmod o-w"));
}

TEST_CASE("what isn't there or is no plugin isn't trusted", "[host][trust]") {
  const TempDir folder;
  const ScopedVariable config("XDG_CONFIG_HOME", (folder / "config").string());
  CHECK_THROWS_WITH(trust(folder / "no.so"), Catch::Contains("isn't there"));
  folder.write("text.so", "text");
  CHECK_THROWS_WITH(trust(folder / "text.so"), Catch::Contains("text.so"));
  CHECK_FALSE(fs::exists(folder / "config/sheaf/trusted"));
}
