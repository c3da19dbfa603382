// SPDX-License-Identifier: MIT
#include "host/ingest/slots.hpp"

#include <cstring>

#include <catch2/catch.hpp>

using namespace sheaf;
using namespace sheaf::host;

namespace {

// A sink as a plugin sees it, and the parcels that leave it.
struct Sink {
  Limits limits;
  std::vector<std::unique_ptr<Parcel>> sent;
  std::atomic<bool> stop = false;
  sheaf_feature abi{};
  plugin::Feature feature{&abi, nullptr};
  plugin::CallState call{feature, {&stop, 1}};
  Slots::Outputs outputs;
  std::unique_ptr<Slots> slots;

  explicit Sink(Slots::Outputs described, std::size_t parcel = 1 << 20,
                std::size_t memory = 1 << 20)
      : limits{1, memory, parcel}, outputs(std::move(described)) {
    slots = std::make_unique<Slots>(limits, [this](std::unique_ptr<Parcel> full) {
      sent.push_back(std::move(full));
      return std::make_unique<Parcel>();
    });
    slots->set_parcel(std::make_unique<Parcel>());
  }
  void begin(bool streams = true) { slots->begin(3, 5, outputs, call, streams); }
  sheaf_status reserve(std::uint32_t output, std::int64_t rows, const Shape& shape,
                       std::uint64_t text = 0) {
    const sheaf_sink& sink = slots->sink();
    return sink.reserve(&sink, output, rows, shape.data(), static_cast<std::uint32_t>(shape.size()),
                        text, &slot);
  }
  sheaf_status commit(std::uint32_t output, std::int64_t rows) {
    const sheaf_sink& sink = slots->sink();
    return sink.commit(&sink, output, rows);
  }
  sheaf_status write(std::int64_t rows, const Shape& shape = {}) {
    const sheaf_status status = reserve(0, rows, shape);
    if (status != SHEAF_OK) return status;
    std::memset(slot.data, 1, slot.size);
    return commit(0, rows);
  }
  std::int64_t rows() const {
    std::int64_t rows = 0;
    for (const Piece& piece : slots->parcel().pieces) rows += piece.rows;
    return rows;
  }

  sheaf_slot slot{};
};

layout::OutputSpec numbers(Shape shape) {
  return {"n", int32, std::move(shape), layout::Ragged::Never, {}};
}

}  // namespace

TEST_CASE("a slot is aligned, large enough and kept as a piece when committed", "[host][slots]") {
  Sink sink({numbers({2, 3})});
  sink.begin();
  REQUIRE(sink.reserve(0, 4, {2, 3}) == SHEAF_OK);
  CHECK(sink.slot.size == 4U * 6 * sizeof(std::int32_t));
  CHECK(reinterpret_cast<std::uintptr_t>(sink.slot.data) % 64 == 0);
  CHECK(sink.commit(0, 3) == SHEAF_OK);
  sink.slots->end({});
  const Parcel& parcel = sink.slots->parcel();
  REQUIRE(parcel.cells.size() == 1);
  CHECK((parcel.cells[0].source == 3 && parcel.cells[0].feature == 5));
  CHECK((parcel.cells[0].begins && parcel.cells[0].ends));
  REQUIRE(parcel.pieces.size() == 1);
  CHECK(parcel.pieces[0].rows == 3);
  CHECK(parcel.pieces[0].data == sink.slot.data);
  CHECK(parcel.pieces[0].item_shape[1] == 3);
}

TEST_CASE("what a plugin asks for and can't have is refused with the reason", "[host][slots]") {
  Sink sink({numbers({2, -1})});
  sink.begin();
  const auto refused = [&](sheaf_status status, const char* why) {
    CHECK(status == SHEAF_ERR_SOURCE);
    CHECK_THAT(sink.call.message, Catch::Contains(why));
  };
  refused(sink.reserve(1, 1, {2, 2}), "output 1, which it didn't describe");
  refused(sink.reserve(0, 1, {2}), "shape (2,) for output 'n', which has (2, -1)");
  refused(sink.reserve(0, 1, {3, 2}), "shape (3, 2)");
  refused(sink.reserve(0, 1, {2, -1}), "shape (2, -1)");
  refused(sink.reserve(0, -1, {2, 2}), "reserves -1 rows");
  refused(sink.reserve(0, 1, {2, std::int64_t{1} << 62U}), "memory limit of 1 MiB");
  refused(sink.reserve(0, std::int64_t{1} << 62U, {2, 1 << 20}), "memory limit");
  refused(sink.reserve(0, 1 << 20, {2, 2}), "raise it (--memory)");
  refused(sink.commit(0, 0), "without having reserved");
  refused(sink.commit(9, 0), "without having reserved");
  CHECK(sink.reserve(0, 0, {2, std::int64_t{1} << 40U}) == SHEAF_OK);
  REQUIRE(sink.reserve(0, 2, {2, 2}) == SHEAF_OK);
  refused(sink.commit(0, 3), "commits 3 rows where it reserved 2");
  refused(sink.commit(0, -1), "commits -1 rows");
  CHECK(sink.commit(0, 2) == SHEAF_OK);
  refused(sink.commit(0, 2), "without having reserved");
}

TEST_CASE("slots of two outputs may be open at a time and are cut short one by one",
          "[host][slots]") {
  Sink sink({numbers({}), {"m", int32, {}, layout::Ragged::Never, {}}});
  sink.begin();
  REQUIRE(sink.reserve(0, 100, {}) == SHEAF_OK);
  REQUIRE(sink.reserve(1, 100, {}) == SHEAF_OK);
  const sheaf_slot right = sink.slot;
  REQUIRE(sink.commit(0, 1) == SHEAF_OK);
  REQUIRE(sink.reserve(0, 100, {}) == SHEAF_OK);
  auto* const begin = static_cast<std::byte*>(sink.slot.data);
  auto* const other = static_cast<std::byte*>(right.data);
  CHECK((begin >= other + right.size || begin + sink.slot.size <= other));
}

TEST_CASE("a large cell is sent on at a commit and goes on in the next parcel", "[host][slots]") {
  Sink sink({numbers({})}, 4096);
  sink.begin();
  for (int i = 0; i < 10; ++i) REQUIRE(sink.write(512) == SHEAF_OK);
  sink.slots->end({SHEAF_ERR_SOURCE, "cut off"});
  REQUIRE(sink.sent.size() == 5);
  const Cell& first = sink.sent[0]->cells.at(0);
  CHECK((first.begins && !first.ends));
  const Cell& middle = sink.sent[1]->cells.at(0);
  CHECK((!middle.begins && !middle.ends && middle.source == 3 && middle.feature == 5));
  const Cell& last = sink.slots->parcel().cells.at(0);
  CHECK((!last.begins && last.ends && last.piece_count == 0));
  CHECK((last.status == SHEAF_ERR_SOURCE && last.message == "cut off"));
}

TEST_CASE("a parcel isn't sent on while a slot in it is being filled", "[host][slots]") {
  Sink sink({numbers({}), numbers({})}, 4096);
  sink.begin();
  REQUIRE(sink.reserve(1, 10, {}) == SHEAF_OK);
  for (int i = 0; i < 10; ++i) REQUIRE(sink.write(512) == SHEAF_OK);
  CHECK(sink.sent.empty());
  REQUIRE(sink.commit(1, 10) == SHEAF_OK);
  CHECK(sink.sent.size() == 1);
}

TEST_CASE("a cell that doesn't stream stays whole, up to the memory limit", "[host][slots]") {
  Sink sink({numbers({})}, 4096, 1 << 16);
  sink.begin(false);
  sheaf_status status = SHEAF_OK;
  for (int i = 0; i < 100 && status == SHEAF_OK; ++i) status = sink.write(512);
  CHECK(sink.sent.empty());
  CHECK(status == SHEAF_ERR_SOURCE);
  CHECK_THAT(sink.call.message, Catch::Contains("--memory"));
  CHECK(sink.rows() >= 8 * 1024);
  sink.slots->end({SHEAF_ERR_SOURCE, ""});
  CHECK(sink.sent.size() == 1);  // complete, it may leave
  sink.begin(false);
  CHECK(sink.write(512) == SHEAF_OK);  // the next one has the limit for itself
}

TEST_CASE("slots that are left open don't pile up without limit", "[host][slots]") {
  Sink sink({numbers({})}, 4096, 1 << 16);
  sink.begin();
  sheaf_status status = SHEAF_OK;
  for (int i = 0; i < 1000 && status == SHEAF_OK; ++i) status = sink.reserve(0, 1024, {});
  CHECK(status == SHEAF_ERR_SOURCE);
}

TEST_CASE("strings must be UTF-8 without zeros, inside their bytes and complete", "[host][slots]") {
  Sink sink({{"s", utf8, {}, layout::Ragged::Never, {}}});
  const auto commit = [&](std::string_view bytes, std::vector<std::int64_t> offsets,
                          std::int64_t rows) {
    sink.begin();
    REQUIRE(sink.reserve(0, static_cast<std::int64_t>(offsets.size()) - 1, {}, bytes.size()) ==
            SHEAF_OK);
    std::memcpy(sink.slot.data, bytes.data(), bytes.size());
    std::copy(offsets.begin(), offsets.end(), sink.slot.offsets);
    const sheaf_status status = sink.commit(0, rows);
    sink.slots->end({});
    return status;
  };
  CHECK(commit("grün", {0, 2, 5}, 2) == SHEAF_OK);
  CHECK(commit("", {0, 0}, 1) == SHEAF_OK);
  CHECK(commit("gr\xfcn", {0, 4}, 1) == SHEAF_ERR_SOURCE);
  CHECK_THAT(sink.call.message, Catch::Contains("string 0 is not UTF-8"));
  CHECK(commit("gr\xc3\xbcn", {0, 3, 5}, 2) == SHEAF_ERR_SOURCE);  // cut inside a character
  CHECK(commit(std::string_view("a\0b", 3), {0, 3}, 1) == SHEAF_ERR_SOURCE);
  CHECK_THAT(sink.call.message, Catch::Contains("zero byte"));
  CHECK(commit("abc", {0, 4}, 1) == SHEAF_ERR_SOURCE);
  CHECK(commit("abc", {-1, 3}, 1) == SHEAF_ERR_SOURCE);
  CHECK(commit("abc", {0, 3, 2}, 2) == SHEAF_ERR_SOURCE);
  CHECK(commit("abc", {0, 1, 3}, 1) == SHEAF_ERR_SOURCE);
  CHECK_THAT(sink.call.message, Catch::Contains("another number of strings"));
  sink.begin();
  CHECK(sink.reserve(0, 1, {}, std::uint64_t{1} << 63U) == SHEAF_ERR_SOURCE);
  CHECK(sink.reserve(0, std::int64_t{1} << 60U, {}, 8) == SHEAF_ERR_SOURCE);
}

TEST_CASE("what others derive from is handed on as whole arrays", "[host][slots]") {
  Sink sink({numbers({-1}), {"s", utf8, {}, layout::Ragged::Never, {}}});
  sink.begin(false);
  REQUIRE(sink.write(2, {3}) == SHEAF_OK);
  REQUIRE(sink.reserve(1, 1, {}, 2) == SHEAF_OK);
  std::memcpy(sink.slot.data, "hi", 2);
  sink.slot.offsets[0] = 0;
  sink.slot.offsets[1] = 2;
  REQUIRE(sink.commit(1, 1) == SHEAF_OK);
  REQUIRE(sink.write(1, {3}) == SHEAF_OK);
  const std::vector<Value> rows = sink.slots->last_rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].shape == Shape{3, 3});
  CHECK(rows[0].bytes.size() == 9 * sizeof(std::int32_t));
  CHECK(rows[1].shape == Shape{1});
  CHECK(rows[1].strings == std::vector<std::string>{"hi"});
}

TEST_CASE("a commit tells a plugin that the user asked to stop", "[host][slots]") {
  Sink sink({numbers({})});
  sink.begin();
  sink.stop = true;
  CHECK(sink.write(1) == SHEAF_CANCELLED);
}
