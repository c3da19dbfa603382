// SPDX-License-Identifier: MIT
// Members and downloads on their whole way into a file.
#include "tests/host/source/fetching.hpp"
#include "tests/host/world.hpp"
#include "tests/support/web.hpp"

using namespace sheaf;
using namespace sheaf::host;
using Catch::Contains;
using test::find_failure;
using test::rows_of;
using test::World;

namespace {

std::vector<std::string> numbered(int count) {
  std::vector<std::string> entries;
  for (int i = 0; i < count; ++i) {
    entries.push_back(std::to_string(i) + ".values");
    entries.push_back(std::to_string(i) + " 7");
  }
  return entries;
}

}  // namespace

TEST_CASE("an archive gives the same rows as the folder it was made of, for any number of workers",
          "[host][fetch]") {
  World world({"flow"});
  test::pack(world.in() / "a.tar", numbered(500));
  std::string first;
  for (const unsigned workers : {1U, 2U, 5U}) {
    IngestOptions options = world.options({"values", "mean", "tag"}, workers);
    options.limits.memory = 100'000;
    const Summary summary = world.ingest(options);
    REQUIRE((summary.stored == 500 && summary.failed == 0));
    const std::string bytes = test::read_file(world.out());
    if (first.empty()) first = bytes;
    CHECK(bytes == first);
  }
  const layout::Reader reader = world.reader();
  CHECK(reader.ids().at(499) == "a.tar/499.values");
  CHECK(rows_of<double>(reader, "values", "a.tar/42.values") == std::vector<double>{42, 7});
}

TEST_CASE("a source that can't be fetched is one failure, whatever features claim it",
          "[host][fetch]") {
  World world({"flow"});
  const test::WebServer web;
  web.write("a.values", "1 2");
  web.write("b.values", "3");
  IngestOptions options = world.options({"values", "mean", "tag"});
  options.sources = {web.url("/plain/a.values"), web.url("/plain/gone.values?token=hush"),
                     web.url("/plain/b.values")};
  const Summary summary = world.ingest(options);
  CHECK((summary.stored == 2 && summary.failed == 1 && summary.skipped.empty()));
  REQUIRE(summary.failures.size() == 1);
  CHECK(summary.failures[0].id == web.host() + "/plain/gone.values");
  CHECK(summary.failures[0].status == "fetch");
  CHECK_THAT(summary.failures[0].message, Contains("404") && !Contains("hush"));
  const layout::Reader reader = world.reader();
  CHECK(reader.ids() ==
        std::vector<std::string>{web.host() + "/plain/a.values", web.host() + "/plain/b.values"});
  CHECK(reader.failures().at(0).status == "fetch");
}

TEST_CASE("what is secret in an address is sent, and not in the file", "[host][fetch]") {
  World world({"flow"});
  const test::WebServer web;
  web.write("a.values", "1 2");
  IngestOptions options = world.options({"values"});
  options.sources = {"http://me:secret@" + web.host() + "/user/a.values?hush"};
  const Summary summary = world.ingest(options);
  CHECK((summary.stored == 1 && summary.failed == 0));
  CHECK_THAT(test::read_file(world.out()), !Contains("hush") && !Contains("secret"));
}
