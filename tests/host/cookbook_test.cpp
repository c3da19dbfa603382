// SPDX-License-Identifier: MIT
// The recipes of docs/plugin_cookbook.md, put together, do what their text says.
#include <cstring>

#include <catch2/catch.hpp>

#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::find_attr;
using test::find_failure;
using test::rows_of;
using test::World;

namespace {

std::string tone(std::uint32_t promised, const std::vector<float>& samples) {
  std::string bytes = "TON1";
  bytes.append(reinterpret_cast<const char*>(&promised), sizeof promised);
  bytes.append(reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(float));
  return bytes;
}

std::vector<std::string> texts_of(const layout::Reader& reader, const std::string& path,
                                  const std::string& id) {
  return reader.get(path, reader.find(id).value()).value().strings;
}

}  // namespace

TEST_CASE("the cookbook's header and samples are read, and what is cut off says so",
          "[host][cookbook]") {
  World world({"cookbook"});
  world.source("a.tone", tone(2, {1, 2.5}));
  world.source("b.tone", tone(3, {1}));
  world.source("c.tone", tone(0, {}));
  world.source("d.tone", "RIFF....");
  const Summary summary = world.ingest({"tone:gain=2"});
  CHECK((summary.stored == 2 && summary.failed == 2));
  CHECK(rows_of<float>(world.reader(), "tone", "a.tone") == std::vector<float>{2, 5});
  CHECK_THAT(find_failure(summary, "b.tone")->message, Catch::Contains("promises 3 samples"));
  CHECK_THAT(find_failure(summary, "d.tone")->message, Catch::Contains("is it a tone?"));
}

TEST_CASE("the cookbook's pictures keep their shapes, and crops derive from them",
          "[host][cookbook]") {
  World world({"cookbook"});
  world.source("a.picture", "3 2  1 2 3 4 5 6");
  world.source("b.picture", "1 1  7");
  world.source("c.picture", "2 2  1 2 3");
  const Summary summary = world.ingest({"picture", "crop:box=[0,1,2,2],edge=nearest,title=small"});
  CHECK((summary.stored == 2 && summary.failed == 1));
  const layout::Reader reader = world.reader();
  using Pixels = std::vector<std::uint8_t>;
  CHECK(rows_of<std::uint8_t>(reader, "picture", "a.picture") == Pixels{1, 2, 3, 4, 5, 6});
  CHECK(rows_of<std::uint8_t>(reader, "crop", "a.picture") == Pixels{2, 3, 5, 6});
  CHECK(rows_of<std::uint8_t>(reader, "crop", "b.picture") == Pixels{7, 7, 7, 7});
  CHECK(*find_attr(reader.attrs("crop"), "title") == Value::of("small"));
  CHECK_THROWS_WITH(world.ingest({"picture", "crop:box=[1,2]"}), Catch::Contains("four numbers"));
}

TEST_CASE("the cookbook's stream, texts and sum are stored", "[host][cookbook]") {
  World world({"cookbook"});
  std::string many;
  for (int i = 0; i < 5000; ++i) many += std::to_string(i) + " ";
  world.source("a.numbers", many);
  world.source("b.events", "0.5\tstart\n2\tst\xffp\n");
  world.source("c.events", "no tab");
  world.source("d.sum", "4.5");
  world.source("e.sum", "5.5");
  const Summary summary = world.ingest({"numbers", "events", "total"});
  CHECK((summary.stored == 4 && summary.failed == 1));
  const layout::Reader reader = world.reader();
  const auto numbers = rows_of<double>(reader, "numbers", "a.numbers");
  CHECK((numbers.size() == 5000 && numbers.back() == 4999));
  CHECK(rows_of<double>(reader, "events/time", "b.events") == std::vector<double>{0.5, 2});
  CHECK(texts_of(reader, "events/message", "b.events") ==
        std::vector<std::string>{"start", "st\xEF\xBF\xBDp"});
  CHECK_THAT(find_failure(summary, "c.events")->message, Catch::Contains("line 1 has no tab"));
  CHECK(*find_attr(reader.attrs("total"), "sum") == Value::of(10.0));
}

TEST_CASE("the cookbook's classes keep their numbers when a file is added to", "[host][cookbook]") {
  World world({"cookbook"});
  world.source("zoe_1.sum", "1");
  CHECK(world.ingest({"total", "speaker"}).stored == 1);
  world.source("ann_1.sum", "2");
  IngestOptions options = world.options({"total", "speaker"});
  options.overwrite = false;
  CHECK(world.ingest(options).stored == 1);
  const layout::Reader reader = world.reader();
  CHECK(find_attr(reader.attrs("speaker"), "classes")->strings ==
        std::vector<std::string>{"zoe", "ann"});
  CHECK(rows_of<std::int64_t>(reader, "speaker", "ann_1.sum") == std::vector<std::int64_t>{1});
}
