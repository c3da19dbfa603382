// SPDX-License-Identifier: MIT
// What a worker says about its tray is believed only if it is true.
#include "host/worker/received_rows.hpp"

#include <cstring>
#include <functional>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "host/ingest/slots.hpp"
#include "host/wire.hpp"
#include "host/worker/protocol.hpp"
#include "tests/host/worker/work_of.hpp"

using namespace sheaf;
using namespace sheaf::host;
using namespace sheaf::host::worker;
using test::WorkOf;

namespace {

constexpr std::size_t tray_size = 1 << 16;

// A parcel of two sources and two features, int32 (2,) and text, as a worker makes it.
struct Sender {
  Sender() {
    host = Region::create(2, tray_size);
    there = Region::attach(host->file(), 2, tray_size);
    there->set_writable(1, true);
    descriptions.resize(2);
    descriptions[0].outputs.push_back(
        {"numbers", dtype_of<std::int32_t>(), {2}, layout::Ragged::Never, {}});
    descriptions[1].outputs.push_back(
        {"text", {DtypeKind::String, 0}, {}, layout::Ragged::Never, {}});
    parcel.job = 5;
    parcel.tray = 1;
    parcel.arena = Arena(there->tray(1), tray_size, {});
    for (std::size_t source = 4; source < 6; ++source) {
      numbers(source, 3);
      text(source, "grün");
    }
  }
  Cell& cell(std::size_t source, std::size_t feature) {
    Cell& made = parcel.cells.emplace_back();
    made.source = source;
    made.feature = feature;
    made.first_piece = parcel.pieces.size();
    made.piece_count = 1;
    return made;
  }
  std::byte* slot(std::size_t size) {
    std::byte* const data = parcel.arena.allocate(size + Guard::size);
    Guard::put(data + size, size);
    return data;
  }
  void numbers(std::size_t source, std::int64_t rows) {
    cell(source, 0);
    auto* const shape = reinterpret_cast<std::int64_t*>(parcel.arena.allocate(8));
    *shape = 2;
    const auto size = static_cast<std::size_t>(rows) * 8;
    std::byte* const data = slot(size);
    std::memset(data, static_cast<int>(source), size);
    parcel.pieces.push_back({0, 1, rows, shape, data, size, nullptr});
  }
  void text(std::size_t source, std::string_view content) {
    cell(source, 1);
    auto* const offsets = reinterpret_cast<std::int64_t*>(parcel.arena.allocate(16));
    offsets[0] = 0;
    offsets[1] = static_cast<std::int64_t>(content.size());
    std::byte* const data = slot(content.size());
    std::memcpy(data, content.data(), content.size());
    parcel.pieces.push_back({0, 0, 1, nullptr, data, content.size(), offsets});
  }
  [[nodiscard]] std::string bytes(bool ends = true) const {
    wire::Out out;
    put_rows(out, parcel, there->tray(1).data(), ends);
    return out.bytes();
  }
  ReceivedRows receive(std::string_view message) {
    return receive_rows(message, of.work, descriptions, *host, 2, range);
  }
  [[nodiscard]] Piece& piece(std::size_t i) { return parcel.pieces[i]; }
  template <class T>
  static T* writable(const T* place) {
    return const_cast<T*>(place);
  }

  WorkOf of{10, 2};
  std::shared_ptr<Region> host, there;
  std::vector<plugin::Description> descriptions;
  Parcel parcel;
  Range range{5, 4, 6, 4, false, false};
};

struct Lie {
  std::string reason;
  std::function<void(Sender&)> tell;
};

const std::vector<Lie>& lies() {
  static const std::vector<Lie> all{
      {"another job", [](Sender& s) { s.parcel.job = 6; }},
      {"a tray that isn't there", [](Sender& s) { s.parcel.tray = 2; }},
      {"another order", [](Sender& s) { s.parcel.cells[0].source = 5; }},
      {"another order", [](Sender& s) { s.parcel.cells[0].source = 3; }},
      {"another order", [](Sender& s) { s.parcel.cells[3].source = 6; }},
      {"another order", [](Sender& s) { s.parcel.cells[3].source = 4; }},
      {"another order", [](Sender& s) { s.parcel.cells[0].begins = false; }},
      {"another order", [](Sender& s) { s.parcel.cells[1].ends = false; }},
      {"a feature that doesn't load", [](Sender& s) { s.parcel.cells[1].feature = 2; }},
      {"no sense", [](Sender& s) { s.parcel.cells[0].status = 99; }},
      {"left out sources", [](Sender& s) { s.parcel.cells.resize(2); }},
      {"left out sources", [](Sender& s) { s.parcel.cells[3].ends = false; }},
      {"no sense", [](Sender& s) { s.parcel.cells[3].piece_count = 0, s.piece(0).ndim = 0; }},
      {"an output that isn't there", [](Sender& s) { s.piece(0).output = 1; }},
      {"no sense", [](Sender& s) { s.piece(0).rows = -1; }},
      {"don't fill their shape", [](Sender& s) { s.piece(0).rows = 2; }},
      {"don't fill their shape", [](Sender& s) { s.piece(0).rows = std::int64_t{1} << 61U; }},
      {"a shape that it didn't", [](Sender& s) { *Sender::writable(s.piece(0).item_shape) = 3; }},
      {"outside of their tray", [](Sender& s) { s.piece(0).size = tray_size; }},
      {"outside of their tray", [](Sender& s) { s.piece(0).size = ~std::uint64_t{0} - 4; }},
      {"outside of their tray", [](Sender& s) { s.piece(0).data -= tray_size; }},
      {"outside of their tray", [](Sender& s) { s.piece(3).data += tray_size; }},
      {"behind a slot", [](Sender& s) { *Sender::writable(s.piece(2).data + 24) ^= std::byte{1}; }},
      {"behind a slot", [](Sender& s) { s.piece(1).size = 4; }},
      {"texts that lie outside", [](Sender& s) { s.piece(1).rows = std::int64_t{1} << 60U; }},
      {"texts that lie outside", [](Sender& s) { s.piece(1).offsets += tray_size; }},
      {"texts that lie outside", [](Sender& s) { s.piece(1).offsets = nullptr; }},
      {"no sense", [](Sender& s) { s.piece(0).offsets = s.piece(1).offsets; }},
      {"overlap or end too early",
       [](Sender& s) { *Sender::writable(s.piece(1).offsets + 1) = 6; }},
      {"overlap or end too early", [](Sender& s) { *Sender::writable(s.piece(1).offsets) = -1; }},
      {"isn't UTF-8", [](Sender& s) { *Sender::writable(s.piece(1).data) = std::byte{0xff}; }},
      {"isn't UTF-8", [](Sender& s) { *Sender::writable(s.piece(1).data) = std::byte{0}; }},
  };
  return all;
}

}  // namespace

TEST_CASE("rows arrive as they were sent", "[host][worker][rows]") {
  Sender sender;
  const ReceivedRows received = sender.receive(sender.bytes());
  CHECK((received.ends && received.parcel->job == 5 && received.parcel->tray == 1));
  REQUIRE(received.parcel->cells.size() == 4);
  const Piece& numbers = received.parcel->pieces.at(2);
  CHECK((numbers.rows == 3 && numbers.item_shape[0] == 2 && numbers.size == 24));
  CHECK(numbers.data[23] == std::byte{5});
  CHECK(numbers.data ==
        sender.host->tray(1).data() + (sender.piece(2).data - sender.there->tray(1).data()));
  const Piece& text = received.parcel->pieces.at(1);
  CHECK(std::string_view(reinterpret_cast<const char*>(text.data), text.size) == "grün");
  CHECK((sender.range.next == 5 && sender.range.in_source && !sender.range.in_cell));
}

TEST_CASE("texts that are changed afterwards stay as they were checked", "[host][worker][rows]") {
  Sender sender;
  const ReceivedRows received = sender.receive(sender.bytes());
  std::memset(Sender::writable(sender.piece(1).data), 0xff, 4);
  *Sender::writable(sender.piece(1).offsets) = 1 << 20;
  const Piece& text = received.parcel->pieces.at(1);
  CHECK(text.offsets[0] == 0);
  CHECK(std::string_view(reinterpret_cast<const char*>(text.data), text.size) == "grün");
}

TEST_CASE("whatever isn't true is refused with its reason, and its sources count as not loaded",
          "[host][worker][rows]") {
  for (std::size_t i = 0; i < lies().size(); ++i) {
    const Lie& lie = lies()[i];
    CAPTURE(i, lie.reason);
    Sender sender;
    lie.tell(sender);
    CHECK_THROWS_WITH(sender.receive(sender.bytes()), Catch::Contains(lie.reason));
    CHECK((sender.range.next == 4 && !sender.range.in_source && !sender.range.in_cell));
  }
}

TEST_CASE("a source may go on in the next parcel, and the job ends with the last one",
          "[host][worker][rows]") {
  Sender sender;
  sender.parcel.cells.resize(1);
  sender.parcel.cells[0].ends = false;
  CHECK_FALSE(sender.receive(sender.bytes(false)).ends);
  CHECK((sender.range.in_cell && sender.range.next == 4));
  sender.parcel.cells[0].begins = false;
  sender.parcel.cells[0].ends = true;
  sender.receive(sender.bytes(false));
  CHECK((!sender.range.in_cell && sender.range.in_source));
  CHECK_THROWS_WITH(sender.receive(sender.bytes(true)),
                    Catch::Contains("another order") || Catch::Contains("left out"));
}

TEST_CASE("a message that was cut off or damaged anywhere gives an error and nothing worse",
          "[host][worker][rows][fuzz]") {
  const std::string whole = Sender().bytes();
  std::mt19937 random(1);  // NOLINT: the same each time
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Sender sender;
    CHECK_THROWS_AS(sender.receive(std::string_view(whole).substr(0, size)), Error);
  }
  for (int round = 0; round < 3000; ++round) {
    Sender sender;
    std::string damaged = whole;
    for (int i = 0; i <= round % 3; ++i)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    try {
      const ReceivedRows received = sender.receive(damaged);
      for (const Piece& piece : received.parcel->pieces) {  // all of it can be read
        volatile std::byte last{};
        for (std::uint64_t at = 0; at < piece.size; ++at) last = piece.data[at];
        static_cast<void>(last);
      }
    } catch (const Error&) {
    }
  }
}
