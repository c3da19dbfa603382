// SPDX-License-Identifier: MIT
#include "host/worker/scan.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "tests/host/worker/deadly.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::World;

namespace {

const plugin::Candidate* find_candidate(const plugin::Catalog& catalog, const std::string& name) {
  for (const plugin::Place& place : catalog.places()) {
    for (const plugin::Candidate& candidate : place.candidates) {
      if (candidate.file.filename() == name) return &candidate;
    }
  }
  return nullptr;
}

plugin::Catalog scan(std::chrono::milliseconds longest = std::chrono::seconds(20)) {
  worker::WorkerScanner scanner(longest);
  return plugin::Catalog::scan(scanner);
}

std::filesystem::path cache_of(const World& world) { return world.in() / ".cache/sheaf/plugins"; }

}  // namespace

TEST_CASE("a plugin that dies while it is scanned is refused, and the others are there",
          "[host][worker][scan]") {
  World world({"fault", "dies_at_load", "deadly"}, test::Run::Workers);
  const plugin::Catalog catalog = scan();
  CHECK((catalog.find_plugin("test.fault") != nullptr &&
         catalog.find_plugin("test.deadly") != nullptr));
  CHECK(catalog.find_plugin("test.dies_at_load") == nullptr);
  const plugin::Candidate* refused = find_candidate(catalog, "test_dies_at_load.so");
  REQUIRE(refused != nullptr);
  CHECK_THAT(refused->refused,
             Catch::Contains("ended its worker while it was scanned: killed by SIGABRT"));
}

TEST_CASE("a plugin that hangs while it is scanned is refused, and the others are there",
          "[host][worker][scan]") {
  World world({"fault", "hangs_at_load", "deadly"}, test::Run::Workers);
  const plugin::Catalog catalog = scan(std::chrono::milliseconds(300));
  CHECK(catalog.plugins().size() == 2);
  CHECK_THAT(find_candidate(catalog, "test_hangs_at_load.so")->refused,
             Catch::Contains("was scanned for 0.3 s without an answer"));
}

TEST_CASE("a plugin that dies after it was scanned isn't laid to the next one's charge",
          "[host][worker][scan]") {
  World world({"dies_after_load", "fault", "deadly", "flow", "rival"}, test::Run::Workers);
  class Slow final : public plugin::Scanner {
   public:
    plugin::Scanned scan(const std::filesystem::path& file, const plugin::Note& note) override {
      auto found = scanner_.scan(file, note);
      usleep(40'000);
      return found;
    }
    [[nodiscard]] bool loads_here() const override { return false; }

   private:
    worker::WorkerScanner scanner_;
  } scanner;
  const plugin::Catalog catalog = plugin::Catalog::scan(scanner);
  CHECK(catalog.plugins().size() == 5);
}

TEST_CASE("what was scanned is remembered until the file changes", "[host][worker][scan]") {
  World world({"fault"}, test::Run::Workers);
  const std::filesystem::path copies = world.folder / "plugins";
  std::filesystem::create_directory(copies);
  const auto original = std::filesystem::path(SHEAF_TEST_PLUGINS) / "fault/test_fault.so";
  std::filesystem::copy(original, copies);
  const test::ScopedVariable path("SHEAF_PLUGIN_PATH", copies.string());
  const test::WorkerCount count;
  CHECK(scan().find_plugin("test.fault") != nullptr);
  CHECK(count.get() == 1);
  const plugin::Catalog again = scan();
  CHECK(count.get() == 1);
  REQUIRE(again.find_plugin("test.fault") != nullptr);
  CHECK(again.find_features("fault").size() == 1);
  CHECK(again.find_features("pair").size() == 1);

  SECTION("a touched file is scanned again") {
    std::filesystem::last_write_time(copies / "test_fault.so",
                                     std::filesystem::file_time_type::clock::now());
    CHECK(scan().plugins().size() == 1);
    CHECK(count.get() == 2);
  }
  SECTION("another file in its place is scanned") {
    std::filesystem::remove(copies / "test_fault.so");
    std::filesystem::copy(std::filesystem::path(SHEAF_TEST_PLUGINS) / "deadly/test_deadly.so",
                          copies / "test_fault.so");
    CHECK(scan().find_plugin("test.deadly") != nullptr);
    CHECK(count.get() == 2);
  }
  SECTION("a cache that others can write isn't believed") {
    REQUIRE(chmod(cache_of(world).c_str(), 0666) == 0);
    CHECK(scan().plugins().size() == 1);
    CHECK(count.get() == 2);
  }
  SECTION("a damaged cache is as none, at whatever place") {
    const std::string bytes = test::read_file(cache_of(world));
    for (std::size_t at = 0; at < bytes.size(); at += bytes.size() / 40 + 1) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
      std::ofstream(cache_of(world), std::ios::binary) << damaged;
      CHECK_NOTHROW(scan());
      std::ofstream(cache_of(world), std::ios::binary) << bytes.substr(0, at);
      CHECK(scan().plugins().size() == 1);
    }
  }
}

TEST_CASE("refusals aren't remembered", "[host][worker][scan]") {
  World world({"dies_at_load"}, test::Run::Workers);
  const test::WorkerCount count;
  CHECK(scan().plugins().empty());
  CHECK(scan().plugins().empty());
  CHECK(count.get() == 2);
}
