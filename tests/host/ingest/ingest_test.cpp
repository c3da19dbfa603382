// SPDX-License-Identifier: MIT
// The run as a whole: what is left behind when it ends, and when it doesn't.
#include "host/ingest/ingest.hpp"

#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::rows_of;
using test::World;

namespace {

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

ErrorCode code_of(World& world, const IngestOptions& options) {
  try {
    static_cast<void>(world.ingest(options));
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("no error");
  return ErrorCode::Io;
}

}  // namespace

TEST_CASE("sources become rows, in the order of the walk", "[host][ingest]") {
  World world({"flow"});
  world.source("b.values", "3");
  world.source("a.values", "1 2");
  world.source("skipped.txt", "");
  const Summary summary = world.ingest("values=data/v");
  CHECK(summary.written);
  CHECK((summary.stored == 2 && summary.failed == 0 && summary.partly == 0));
  CHECK(summary.skipped == std::vector<std::string>{"skipped.txt"});
  CHECK(summary.source_bytes == 4);
  CHECK(summary.file_bytes == static_cast<std::int64_t>(std::filesystem::file_size(world.out())));
  const layout::Reader reader = world.reader();
  CHECK(reader.complete());
  CHECK(reader.ids() == std::vector<std::string>{"a.values", "b.values"});
  CHECK(reader.sources().at(0).size == 3);
  CHECK(test::elements<double>(reader.rows("data/v", 0, 3)) == std::vector<double>{1, 2, 3});
}

TEST_CASE("parameters reach the plugin", "[host][ingest]") {
  World world({"flow"});
  world.source("a.values", "repeat 10");
  CHECK(world.ingest("values:slot=3").stored == 1);
  CHECK(rows_of<double>(world.reader(), "values", "a.values").size() == 10);
  CHECK_THROWS_WITH(world.ingest("values:slot=0"), Catch::Contains("slot=0 won't do"));
}

TEST_CASE("without overwrite a file that is there stays", "[host][ingest]") {
  World world({"flow"});
  world.source("a.values", "1");
  world.folder.write("out.h5", "precious");
  IngestOptions options = world.options({"values"});
  options.overwrite = false;
  CHECK(code_of(world, options) == ErrorCode::Exists);
  CHECK(test::read_file(world.out()) == "precious");
  options.overwrite = true;
  CHECK(world.ingest(options).written);
  CHECK(world.reader().ids().size() == 1);
}

TEST_CASE("when nothing was stored there is no file, and an old one stays", "[host][ingest]") {
  World world({"flow"});
  world.source("a.values", "bad");
  world.folder.write("out.h5", "precious");
  const Summary summary = world.ingest("values");
  CHECK_FALSE(summary.written);
  CHECK((summary.stored == 0 && summary.failed == 1));
  CHECK(test::read_file(world.out()) == "precious");
  CHECK(files_in(world.folder.path()) == 2);
}

TEST_CASE("when nothing matches there is no file either", "[host][ingest]") {
  World world({"flow"});
  world.source("a.txt", "");
  std::filesystem::create_symlink("gone", world.in() / "b.txt");
  const Summary summary = world.ingest("values");
  CHECK_FALSE(summary.written);
  CHECK(summary.skipped == std::vector<std::string>{"a.txt"});
  CHECK((summary.failed == 1 && summary.failures.at(0).status == "walk"));
  CHECK(files_in(world.folder.path()) == 1);
}

TEST_CASE("problems of the walk stand in the file", "[host][ingest]") {
  World world({"flow"});
  world.source("a.values", "1");
  std::filesystem::create_symlink("gone", world.in() / "b.values");
  CHECK(world.ingest("values").failed == 1);
  const auto failures = world.reader().failures();
  REQUIRE(failures.size() == 1);
  CHECK((failures[0].id == "b.values" && failures[0].status == "walk"));
}

TEST_CASE("the error policy `stop` ends the run at the first failure", "[host][ingest]") {
  World world({"flow"});
  for (int i = 0; i < 200; ++i) world.source(std::to_string(i) + ".values", i == 7 ? "bad" : "1");
  IngestOptions options = world.options({"values"}, 3);
  options.stop_on_error = true;
  CHECK_THROWS_WITH(world.ingest(options),
                    Catch::Contains("7.values") && Catch::Contains("a bad number"));
  CHECK(files_in(world.folder.path()) == 1);
}

TEST_CASE("a run that is stopped keeps the sources that are complete", "[host][ingest]") {
  World world({"flow"});
  for (int i = 0; i < 40; ++i) world.source(std::to_string(i) + ".values", "repeat 200000");
  class StopSoon : public Observer {
   public:
    explicit StopSoon(std::atomic<bool>& stop) : stop_(stop) {}
    void progress(const Progress& progress) override { stop_ = stop_ || progress.done > 3; }

   private:
    std::atomic<bool>& stop_;
  } observer(world.stop);
  const unsigned workers = GENERATE(1U, 4U);
  IngestOptions options = world.options({"values"}, workers);
  options.limits.parcel = 1 << 14;
  options.limits.memory = 1 << 20;
  Summary summary = ingest(options, world.catalog(), world.stop, observer);
  CHECK((summary.interrupted && summary.written));
  CHECK((summary.stored > 3 && summary.stored < 40));
  CHECK(files_in(world.folder.path()) == 2);
  {
    const layout::Reader reader = world.reader();
    CHECK_FALSE(reader.complete());
    REQUIRE(reader.ids().size() == summary.stored);
    for (std::size_t i = 0; i < summary.stored; ++i) {
      const auto span = reader.span("values", static_cast<std::int64_t>(i));
      REQUIRE(span.has_value());
      CHECK(span->stop - span->start == 200'000);
    }
  }
  // What is complete doesn't go for what isn't.
  const auto size = std::filesystem::file_size(world.out());
  world.stop = false;
  summary = ingest(options, world.catalog(), world.stop, observer);
  CHECK((summary.interrupted && summary.written));
  CHECK(summary.output != world.out().string());
  CHECK(std::filesystem::exists(summary.output));
  CHECK(std::filesystem::file_size(world.out()) == size);
}

TEST_CASE("a run that is stopped from another thread ends, wherever it is", "[host][ingest]") {
  World world({"flow"});
  for (int i = 0; i < 20; ++i) world.source(std::to_string(i) + ".values", "repeat 400000");
  static_cast<void>(world.catalog());
  for (const int delay : {0, 1, 3, 10, 30}) {
    IngestOptions options = world.options({"values"}, 3);
    options.limits.parcel = 1 << 14;
    options.limits.memory = 1 << 18;
    world.stop = false;
    std::jthread stopper([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(delay));
      world.stop = true;
    });
    Observer nobody;
    try {  // it may have been faster than the delay
      const Summary summary = ingest(options, world.catalog(), world.stop, nobody);
      if (summary.written) CHECK(std::filesystem::remove(summary.output));
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Cancelled);
    }
    CHECK(files_in(world.folder.path()) == 1);  // what it reads
  }
}

TEST_CASE("two features for one place write one array, each its own sources", "[host][ingest]") {
  World world({"flow", "rival"});
  world.source("a.values", "5");
  world.source("b.number", "");
  IngestOptions options = world.options({"test.values=v", "rival.values=v"});
  options.features[1].patterns = {R"(\.number$)"};
  CHECK_THROWS_WITH(world.ingest(options), Catch::Contains("different outputs"));
  options.features[0].path = "w";
  CHECK(world.ingest(options).stored == 2);
}

TEST_CASE("progress counts up to all sources and bytes", "[host][ingest]") {
  World world({"flow"});
  for (int i = 0; i < 300; ++i) world.source(std::to_string(i) + ".values", "1");
  struct Last : Observer {
    Progress last;
    std::vector<std::string> stages;
    void stage(std::string_view what) override { stages.emplace_back(what); }
    void progress(const Progress& now) override {
      CHECK(now.done >= last.done);
      last = now;
    }
  } observer;
  world.stop = false;
  static_cast<void>(ingest(world.options({"values"}), world.catalog(), world.stop, observer));
  CHECK((observer.last.done == 300 && observer.last.total == 300));
  CHECK(observer.last.bytes_done == observer.last.bytes_total);
  CHECK(observer.stages.size() == 4);
}
