// SPDX-License-Identifier: MIT
#include "core/loader/target.hpp"

#include <vector>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/core/loader/recordings.hpp"
#include "tests/core/rows.hpp"

using namespace sheaf;
using namespace sheaf::loader;
using namespace sheaf::test;
using Catch::Contains;

namespace {

using Numbers = std::vector<std::int64_t>;

Options shuffled(std::int64_t jitter = 0) {
  return {.batch_size = 6,
          .sampling = {.order = Order::Shuffled, .seed = 3},
          .jitter = jitter,
          .workers = 2};
}

// Writes each batch back as it came, and returns what arrived.
void write_back(Loader& loader, const Getter& getter, Sink& sink) {
  Target target(loader, getter, sink);
  for (const BatchPtr& batch : batches(loader)) {
    const Tensor& tensor = batch->tensors[0];
    target.write(*batch, tensor.dtype, tensor.shape, tensor.bytes);
  }
}

// Each source's rows are there as far as some item reached.
void check(const Recordings& made, const MemorySink& sink, std::int64_t least_length,
           std::int64_t begin = 0) {
  std::size_t sources = 0;
  for (std::size_t source = 0; source < made.lengths.size(); ++source) {
    if (made.lengths[source] < least_length) continue;
    const Numbers rows = elements<std::int64_t>(sink.rows(static_cast<std::int64_t>(source)));
    // An item more would have fitted otherwise.
    REQUIRE(static_cast<std::int64_t>(rows.size()) + 6 > made.lengths[source]);
    CHECK(rows.size() <= static_cast<std::size_t>(made.lengths[source]));
    for (std::size_t row = static_cast<std::size_t>(begin); row < rows.size(); ++row) {
      REQUIRE(rows[row] ==
              static_cast<std::int64_t>(source) * a_source + static_cast<std::int64_t>(row));
    }
    ++sources;
  }
  CHECK(sources > 3);
}

}  // namespace

TEST_CASE("What was read by any getter goes back to the rows it came from", "[core][loader]") {
  const Recordings made = recordings(30, 40);
  for (const Getter& getter : std::vector<Getter>{
           ByRow{}, Slice{.length = 5, .downsampling = 5}, Slice{.length = 7, .downsampling = 2},
           FramedSlice{.length = 2, .frame_size = 3, .hop = 3, .downsampling = 6}}) {
    const auto loader = Loader::open(made.file, {{"audio", getter}}, shuffled());
    MemorySink sink;
    write_back(*loader, getter, sink);
    check(made, sink, 7);
  }
}

TEST_CASE("Predictions of what comes next go where it will be", "[core][loader]") {
  const Recordings made = recordings(30, 40);
  const Slice next{.shift = 4, .length = 4, .downsampling = 4};
  const auto loader = Loader::open(
      made.file, {{"audio", next, {}, {}, "y"}, {"audio", Slice{.length = 4, .downsampling = 4}}},
      shuffled());
  MemorySink sink;
  write_back(*loader, next, sink);
  check(made, sink, 8, 4);
}

TEST_CASE("Jitter moves what is written as what was read", "[core][loader]") {
  const Recordings made = recordings(30, 40);
  const Slice slice{.length = 5, .downsampling = 2};
  const auto loader = Loader::open(made.file, {{"audio", slice}}, shuffled(4));
  struct Checking : Sink {
    void set(const SinkRows& rows) override {
      const auto* first = reinterpret_cast<const std::int64_t*>(rows.bytes.data());
      CHECK(*first == rows.source * a_source + rows.offset);
      CHECK(rows.shape == Shape{5});
    }
  } sink;
  write_back(*loader, slice, sink);
}

TEST_CASE("By id all rows of a source are set", "[core][loader]") {
  const Recordings made = recordings(20, 9);
  const auto loader = Loader::open(made.file, {{"label", ById{}}}, shuffled());
  MemorySink sink;
  Target target(*loader, ById{}, sink);
  Target single(*loader, ById{.squeeze = true}, sink);
  const BatchPtr batch = loader->next();
  std::vector<float> scores;
  for (int i = 0; i < 18; ++i) scores.push_back(static_cast<float>(i));
  Value predictions = Value::of(scores);
  predictions.shape = {6, 3};
  target.write(*batch, predictions);
  CHECK(sink.rows(batch->places[1].source).shape == Shape{3});
  CHECK(elements<float>(sink.rows(batch->places[1].source)) == std::vector<float>{3, 4, 5});
  single.write(*batch, predictions);
  CHECK(sink.rows(batch->places[1].source).shape == Shape{1, 3});
}

TEST_CASE("A field is given rows by id, by id and offset, or by number", "[core][loader]") {
  struct Field {
    void add(const std::string& id, const Value& value) const { note("add " + id, value); }
    void iset(const std::string& id, std::int64_t offset, const Value& value) const {
      note("iset " + id + " " + std::to_string(offset), value);
    }
    void set_rows(std::int64_t start, const Value& value) const {
      note("set_rows " + std::to_string(start), value);
    }
    void note(const std::string& call, const Value& value) const {
      calls.push_back(call + " " + to_string(value.shape));
    }
    mutable std::vector<std::string> calls;
  } const field;
  const std::vector<std::string> ids{"a", "b"};
  FieldSink sink(ids, field);
  const std::vector<std::byte> bytes(3);
  sink.set({1, -1, uint8, {3}, bytes});
  sink.set({0, 7, uint8, {1, 3}, bytes});
  sink.set({-1, 5, uint8, {3}, bytes});
  CHECK(field.calls ==
        std::vector<std::string>{"add b (3,)", "iset a 7 (1, 3)", "set_rows 5 (3,)"});
}

TEST_CASE("Predictions that don't fit are refused", "[core][loader]") {
  const Recordings made = recordings(20, 20);
  const auto loader = Loader::open(made.file, {{"audio", Slice{.length = 4}}}, shuffled());
  const BatchPtr batch = loader->next();
  MemorySink sink;
  Target target(*loader, Slice{.length = 4}, sink);
  const auto write = [&](const Shape& shape) {
    const std::vector<std::byte> bytes(static_cast<std::size_t>(element_count(shape)) * 4);
    target.write(*batch, float32, shape, bytes);
  };
  CHECK_NOTHROW(write({6, 4, 2}));
  CHECK_THROWS_WITH(write({5, 4, 2}), Contains("(5, 4, 2)"));
  CHECK_THROWS_WITH(write({6, 3, 2}), Contains("4 rows"));
  CHECK_THROWS_AS(write({6}), Error);
  CHECK_THROWS_WITH(write({6, 4}), Contains("don't go with"));
  CHECK_THROWS_AS(sink.rows(1000), Error);
  CHECK_THROWS_WITH(Target(*loader, Slice{.axis = 1}, sink), Contains("axis 0"));
  CHECK_THROWS_WITH(Target(*loader, FramedSlice{.frame_size = 4, .hop = 2}, sink),
                    Contains("overlap"));
}
