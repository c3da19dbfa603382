// SPDX-License-Identifier: MIT
// A file that is there is gone on with: what stays, what is loaded, what is refused.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::test;
namespace fs = std::filesystem;
using Catch::Contains;
using host::Summary;

namespace {

host::IngestOptions go_on(const World& world,
                          const std::vector<std::string>& features = {"values"}) {
  host::IngestOptions options = world.options(features);
  options.overwrite = false;
  return options;
}

std::vector<double> values(const World& world, const std::string& id) {
  return rows_of<double>(world.reader(), "values", id);
}

void set_time(const fs::path& file, int seconds) {
  fs::last_write_time(file, fs::file_time_type() + std::chrono::seconds(seconds));
}

}  // namespace

TEST_CASE("what is new is added, and what is in the file is left alone", "[host][ingest][resume]") {
  World world({"flow"});
  world.source("a.values", "1 2");
  world.source("c.values", "3");
  CHECK(world.ingest(go_on(world)).stored == 2);
  // Loaded once more it would fail.
  const auto before = fs::last_write_time(world.in() / "a.values");
  world.source("a.values", "bad");
  fs::last_write_time(world.in() / "a.values", before);
  world.source("b.values", "4 5 6");
  const Summary summary = world.ingest(go_on(world));
  CHECK((summary.resumed && summary.written));
  CHECK(summary.before == 2);
  CHECK(summary.left == 2);
  CHECK(summary.stored == 1);
  CHECK(summary.failures.empty());
  const layout::Reader reader = world.reader();
  CHECK(reader.complete());
  CHECK(reader.ids() == std::vector<std::string>{"a.values", "c.values", "b.values"});
  CHECK(values(world, "a.values") == std::vector<double>{1, 2});
  CHECK(values(world, "b.values") == std::vector<double>{4, 5, 6});
  // `finish` saw the rows of both runs.
  CHECK(elements<double>(*find_attr(reader.attrs("values"), "sum")) == std::vector<double>{21});
}

TEST_CASE("a run with nothing to do leaves the file as it is", "[host][ingest][resume]") {
  World world({"flow"});
  world.source("a.values", "1 2");
  CHECK(world.ingest(go_on(world)).stored == 1);
  const std::string bytes = test::read_file(world.out());
  const auto time = fs::last_write_time(world.out());
  const Summary summary = world.ingest(go_on(world));
  CHECK((summary.written && summary.resumed && summary.stored == 0 && summary.left == 1));
  CHECK((test::read_file(world.out()) == bytes));
  CHECK(fs::last_write_time(world.out()) == time);
}

TEST_CASE("what failed is tried again, and its failure goes or counts", "[host][ingest][resume]") {
  World world({"flow"});
  world.source("a.values", "1");
  world.source("b.values", "bad");
  world.source("c.values", "bad");
  CHECK(world.ingest(go_on(world)).failed == 2);
  world.source("b.values", "7");
  const Summary summary = world.ingest(go_on(world));
  CHECK(summary.stored == 1);
  CHECK(summary.failed == 1);
  CHECK(values(world, "b.values") == std::vector<double>{7});
  const std::vector<layout::Failure> failures = world.reader().failures();
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].id == "c.values");
  CHECK(failures[0].attempts == 2);
  CHECK(failures[0].stage == "load");
  CHECK(failures[0].time_ns > 0);
}

TEST_CASE("a source that changed is replaced where it stands, if that is asked for",
          "[host][ingest][resume]") {
  World world({"flow"});
  for (const char* name : {"a", "b", "c"}) {
    world.source(std::string(name) + ".values", name[0] == 'b' ? "1 2" : "9");
  }
  CHECK(world.ingest(go_on(world)).stored == 3);
  world.source("b.values", "5 6 7");
  Summary summary = world.ingest(go_on(world));
  CHECK((summary.changed == 1 && summary.stored == 0));
  CHECK(values(world, "b.values") == std::vector<double>{1, 2});

  host::IngestOptions options = go_on(world);
  options.go_on.update = true;
  summary = world.ingest(options);
  CHECK((summary.replaced == 1 && summary.stored == 1 && summary.left == 2));
  CHECK(world.reader().ids()[1] == "b.values");
  CHECK(values(world, "b.values") == std::vector<double>{5, 6, 7});
  CHECK(values(world, "c.values") == std::vector<double>{9});
  CHECK(world.ingest(options).left == 3);
}

TEST_CASE("a source whose new version fails keeps the rows it had", "[host][ingest][resume]") {
  World world({"flow"});
  world.source("a.values", "1 2");
  CHECK(world.ingest(go_on(world, {"values", "tag"})).stored == 1);
  world.source("a.values", "3 4 5 bad");
  host::IngestOptions options = go_on(world, {"values", "tag"});
  options.go_on.update = true;
  const Summary summary = world.ingest(options);
  CHECK((summary.failed == 1 && summary.replaced == 0));
  CHECK(values(world, "a.values") == std::vector<double>{1, 2});
  CHECK(world.reader().get("tag", 0)->strings == std::vector<std::string>{"a.values"});
  CHECK(world.reader().failures().size() == 1);
}

TEST_CASE("sources that are gone stay unless they are pruned", "[host][ingest][resume]") {
  World world({"flow"});
  for (const char* name : {"a", "b", "c"}) world.source(std::string(name) + ".values", "1");
  world.source("d.values", "bad");
  CHECK(world.ingest(go_on(world)).stored == 3);
  fs::remove(world.in() / "b.values");
  fs::remove(world.in() / "d.values");
  CHECK(world.ingest(go_on(world)).stored == 0);
  CHECK(world.reader().ids().size() == 3);

  host::IngestOptions options = go_on(world);
  options.go_on.update = options.go_on.prune = true;
  SECTION("when all places could be looked at") {
    const Summary summary = world.ingest(options);
    CHECK(summary.dropped == 1);
    CHECK(world.reader().ids() == std::vector<std::string>{"a.values", "c.values"});
    CHECK(values(world, "c.values") == std::vector<double>{1});
    CHECK(world.reader().failures().empty());
  }
  SECTION("else nothing is") {
    fs::create_symlink("nowhere", world.in() / "dangling.values");
    CHECK_THROWS_WITH(world.ingest(options), Contains("nothing is pruned"));
    CHECK(world.reader().ids().size() == 3);
  }
}

TEST_CASE("digests tell a change that size and time don't show", "[host][ingest][resume]") {
  World world({"flow"});
  const fs::path file = world.source("a.values", "1");
  set_time(file, 1000);
  host::IngestOptions options = go_on(world);
  options.go_on.digests = options.go_on.update = true;
  CHECK(world.ingest(options).stored == 1);
  // `printf 1 | xxh128sum`
  CHECK(world.reader().sources()[0].digest == "xxh128:df3ce784d856334d65cd25028f98f158");
  world.source("a.values", "2");
  set_time(file, 1000);
  options.go_on.digests = false;
  CHECK(world.ingest(options).replaced == 0);
  options.go_on.digests = true;
  CHECK(world.ingest(options).replaced == 1);
  CHECK(values(world, "a.values") == std::vector<double>{2});
  // Touched only.
  set_time(file, 2000);
  CHECK(world.ingest(options).left == 1);
}

TEST_CASE("a feature that is new fills in the sources that are stored", "[host][ingest][resume]") {
  World world({"flow"});
  for (const char* name : {"a", "b"}) world.source(std::string(name) + ".values", "1 3");
  CHECK(world.ingest(go_on(world)).stored == 2);
  const Summary summary = world.ingest(go_on(world, {"values", "tag", "mean"}));
  CHECK(summary.stored == 2);
  const layout::Reader reader = world.reader();
  CHECK(reader.ids().size() == 2);
  CHECK(reader.get("tag", 1)->strings == std::vector<std::string>{"b.values"});
  CHECK(rows_of<double>(reader, "mean", "a.values") == std::vector<double>{2});
  CHECK(values(world, "a.values") == std::vector<double>{1, 3});
}

TEST_CASE("other parameters are refused unless they are forced", "[host][ingest][resume]") {
  World world({"flow"});
  world.source("a.values", "1 2");
  CHECK(world.ingest(go_on(world)).stored == 1);
  world.source("b.values", "3");
  CHECK_THROWS_WITH(world.ingest(go_on(world, {"values:slot=3"})),
                    Contains("out.h5") && Contains("parameters") && Contains("--force") &&
                        Contains("--overwrite"));
  CHECK_THROWS_WITH(world.ingest(go_on(world, {"tag"})), Contains("takes no part now"));
  CHECK(world.reader().ids().size() == 1);
  host::IngestOptions options = go_on(world, {"values:slot=3"});
  options.go_on.force = true;
  CHECK(world.ingest(options).stored == 1);
}

TEST_CASE("what was committed before a stop is gone on with", "[host][ingest][resume]") {
  World world({"flow"});
  for (int i = 0; i < 50; ++i) {
    world.source(fmt::format("{:02}.values", i), std::to_string(i));
  }
  class Stopper final : public host::Observer {
   public:
    explicit Stopper(std::atomic<bool>& stop) : stop_(stop) {}
    void progress(const host::Progress& progress) override {
      if (progress.done >= 20) stop_ = true;
    }

   private:
    std::atomic<bool>& stop_;
  } stopper(world.stop);
  host::IngestOptions options = go_on(world);
  options.limits.workers = 1;
  options.limits.parcel = 64;
  (void)host::ingest(options, world.catalog(), world.stop, stopper);
  const Summary summary = world.ingest(go_on(world));
  CHECK(summary.before + summary.stored == 50);
  CHECK(world.reader().complete());
  for (int i = 0; i < 50; ++i) {
    CHECK(values(world, fmt::format("{:02}.values", i)) == std::vector<double>{double(i)});
  }
}

TEST_CASE("commits change nothing in the content", "[host][ingest][resume]") {
  World world({"flow"});
  for (int i = 0; i < 30; ++i) {
    world.source(fmt::format("{:02}.values", i), fmt::format("repeat {}", i * 10));
  }
  std::string first;
  for (const unsigned workers : {1U, 2U, 3U}) {
    host::IngestOptions options = world.options({"values", "tag"}, workers);
    options.commits.sources = 7;
    CHECK(world.ingest(options).stored == 30);
    for (int i = 0; i < 30; ++i) {
      CHECK(values(world, fmt::format("{:02}.values", i)).size() == std::size_t(i) * 10);
    }
    const std::string bytes = test::read_file(world.out());
    if (first.empty()) first = bytes;
    CHECK((bytes == first));
  }
}
