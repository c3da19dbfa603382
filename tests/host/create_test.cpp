// SPDX-License-Identifier: MIT
#include "host/create.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/typed/compute.hpp"
#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::test;
using Catch::Contains;

namespace {

struct Numbers : typed::File {
  typed::Feature<double> values{at("data/values"), {.from = "values"}};
  typed::Feature<std::string> tag{at("tag"), {.from = "tag"}};
  typed::Array<double> sum{at("sum")};
};

template <class T>
T create(const World& world, const typed::CreateOptions& options = {}) {
  const bool in_workers = std::getenv("SHEAF_TEST_IN_WORKERS") != nullptr;
  const auto ingestor =
      host::make_ingestor(in_workers ? host::Plugins::InWorkers : host::Plugins::InProcess);
  return typed::create<T>(*ingestor, world.out(), {world.in().string() + "/"}, options);
}

}  // namespace

TEST_CASE("a typed file is made from sources, and goes on from there", "[host][typed][ingest]") {
  World world({"flow"});
  world.source("a.values", "1 2");
  world.source("b.values", "3");
  world.source("c.values", "bad");
  typed::IngestReport report;
  auto numbers = create<Numbers>(world, {.report = &report});
  CHECK(report.stored == 3);  // one of them with its tag only
  REQUIRE(report.failures.size() == 1);
  CHECK_FALSE(numbers.values.get("c.values"));
  CHECK(report.failures[0].id == "c.values");
  CHECK(numbers.values.get("a.values")->data == std::vector<double>{1, 2});
  CHECK(numbers.tag.get("b.values")->data == std::vector<std::string>{"b.values"});
  typed::compute(numbers.values, numbers.sum, [](const typed::Tensor<double>& rows) {
    double sum = 0;
    for (const double row : rows) sum += row;
    return sum;
  });
  numbers.close();
  CHECK(typed::open<Numbers>(world.out()).sum.get("a.values")->data == std::vector<double>{3});
}

TEST_CASE("a file that is there is replaced only if that is asked for", "[host][typed][ingest]") {
  World world({"flow"});
  world.source("a.values", "1 2");
  { auto numbers = create<Numbers>(world); }
  CHECK_THROWS_WITH(create<Numbers>(world), Contains("exists already"));
  world.source("a.values", "5");
  CHECK(create<Numbers>(world, {.overwrite = true}).values.size() == 1);
}

TEST_CASE("what comes out as something else is told", "[host][typed][ingest]") {
  struct Wrong : typed::File {
    typed::Feature<float> values{at("values"), {.from = "values"}};
  };
  World world({"flow"});
  world.source("a.values", "1 2");
  CHECK_THROWS_WITH(create<Wrong>(world), Contains("holds float64 and is declared float32"));
}

TEST_CASE("no rows at all are an error", "[host][typed][ingest]") {
  struct Values : typed::File {
    typed::Feature<double> values{at("values"), {.from = "values"}};
  };
  World world({"flow"});
  world.source("a.values", "bad");
  CHECK_THROWS_WITH(create<Values>(world),
                    Contains("nothing was stored: a.values: ") && Contains("a bad number"));
}
