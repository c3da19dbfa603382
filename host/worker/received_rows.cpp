// SPDX-License-Identifier: MIT
#include "host/worker/received_rows.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/utf8.hpp"
#include "host/ingest/slots.hpp"
#include "host/wire.hpp"
#include "host/worker/protocol.hpp"

namespace sheaf::host::worker {
namespace {

constexpr std::size_t shapes_block = std::size_t{8} << 10U;  // what isn't text is small

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::Invalid, "worker", what);
}

class Receiver {
 public:
  Receiver(std::string_view bytes, const Work& work,
           const std::vector<plugin::Description>& descriptions, Range& range)
      : in_(bytes), work_(work), descriptions_(descriptions), range_(range) {}

  ReceivedRows run(const Region& region, std::size_t trays) {
    ReceivedRows received;
    received.parcel = std::make_unique<Parcel>();
    parcel_ = received.parcel.get();
    parcel_->arena = Arena(shapes_block);
    if (in_.get<std::uint64_t>() != range_.job) refuse("sent rows of another job");
    parcel_->job = range_.job;
    parcel_->tray = in_.get<std::uint32_t>();
    if (parcel_->tray >= trays) refuse("sent rows in a tray that isn't there");
    tray_ = region.tray(parcel_->tray);
    received.ends = in_.get<bool>();
    used_ = in_.get<std::uint64_t>();
    if (used_ > tray_.size()) refuse("sent more rows than a tray holds");
    for (std::size_t left = in_.count(); left > 0; --left) cell();
    if (!in_.at_end()) wire::In::broken();
    if (received.ends &&
        (range_.in_cell || range_.next + (range_.in_source ? 1 : 0) != range_.last)) {
      refuse("left out sources it was given");
    }
    return received;
  }

 private:
  void cell() {
    Cell& cell = parcel_->cells.emplace_back();
    cell.source = in_.get<std::uint64_t>();
    cell.feature = in_.get<std::uint32_t>();
    const auto flags = in_.get<std::uint8_t>();
    cell.begins = (flags & 1U) != 0;
    cell.ends = (flags & 2U) != 0;
    cell.status = in_.get<sheaf_status>();
    if (cell.status < SHEAF_ERR_FATAL || cell.status > SHEAF_CANCELLED) wire::In::broken();
    cell.message = in_.string();
    check_place(cell);
    cell.first_piece = parcel_->pieces.size();
    cell.piece_count = in_.get<std::uint32_t>();
    for (std::size_t i = 0; i < cell.piece_count; ++i) piece(cell);
  }

  void check_place(const Cell& cell) {
    const bool moves_on = range_.in_source && !range_.in_cell && cell.source == range_.next + 1;
    if (moves_on) ++range_.next;
    const bool fits = cell.source == range_.next && cell.source >= range_.first &&
                      cell.source < range_.last && cell.begins != range_.in_cell;
    if (!fits) refuse("sent sources in another order");
    const auto& claims = work_.sources.claims(cell.source);
    if (std::ranges::find(claims, cell.feature) == claims.end()) {
      refuse("sent rows of a feature that doesn't load their source");
    }
    range_.in_source = true;
    range_.in_cell = !cell.ends;
  }

  void piece(const Cell& cell) {
    Piece& piece = parcel_->pieces.emplace_back();
    piece.output = in_.get<std::uint32_t>();
    const auto& outputs = descriptions_[cell.feature].outputs;
    if (piece.output >= outputs.size()) refuse("sent rows of an output that isn't there");
    const layout::OutputSpec& spec = outputs[piece.output];
    piece.rows = in_.get<std::int64_t>();
    piece.ndim = in_.get<std::uint32_t>();
    if (piece.rows < 0 || piece.ndim != spec.item_shape.size()) wire::In::broken();
    shape(piece, spec);
    const auto data = in_.get<std::uint64_t>();
    piece.size = in_.get<std::uint64_t>();
    const auto offsets = in_.get<std::uint64_t>();
    check_memory(data, piece.size);
    piece.data = tray_.data() + data;
    if (!Guard::is_whole(piece.data + piece.size, piece.size)) {
      refuse("the memory behind a slot was written to");
    }
    if (spec.dtype.is_string()) return copy_texts(piece, offsets);
    if (offsets != no_offsets) wire::In::broken();
  }

  void shape(Piece& piece, const layout::OutputSpec& spec) {
    auto* const shape =
        reinterpret_cast<std::int64_t*>(parcel_->arena.allocate(piece.ndim * sizeof(std::int64_t)));
    for (std::uint32_t axis = 0; axis < piece.ndim; ++axis) {
      shape[axis] = in_.get<std::int64_t>();
      const std::int64_t wanted = spec.item_shape[axis];
      if (shape[axis] < 0 || (wanted != -1 && wanted != shape[axis])) {
        refuse("sent rows of a shape that it didn't describe");
      }
    }
    piece.item_shape = shape;
  }

  void check_memory(std::uint64_t start, std::uint64_t size) const {
    if (start > used_ || size > used_ - start || Guard::size > used_ - start - size) {
      refuse("sent rows that lie outside of their tray");
    }
  }

  void copy_texts(Piece& piece, std::uint64_t at) {
    const auto count = static_cast<std::uint64_t>(piece.rows) + 1;
    if (at > used_ || count > (used_ - at) / sizeof(std::int64_t)) {
      refuse("sent texts that lie outside of their tray");
    }
    auto* const offsets =
        reinterpret_cast<std::int64_t*>(parcel_->arena.allocate(count * sizeof(std::int64_t)));
    std::memcpy(offsets, tray_.data() + at, count * sizeof(std::int64_t));
    std::byte* const texts = parcel_->arena.allocate(piece.size);
    std::memcpy(texts, piece.data, piece.size);
    for (std::uint64_t i = 0; i + 1 < count; ++i) {
      if (offsets[i] < 0 || offsets[i + 1] < offsets[i] ||
          static_cast<std::uint64_t>(offsets[i + 1]) > piece.size) {
        refuse("sent texts that overlap or end too early");
      }
      const std::string_view text(reinterpret_cast<const char*>(texts) + offsets[i],
                                  static_cast<std::size_t>(offsets[i + 1] - offsets[i]));
      if (!is_utf8(text) || text.find('\0') != std::string_view::npos) {
        refuse("sent text that isn't UTF-8 without zero bytes");
      }
    }
    piece.data = texts;
    piece.offsets = offsets;
  }

  wire::In in_;
  const Work& work_;
  const std::vector<plugin::Description>& descriptions_;
  Range& range_;
  Parcel* parcel_ = nullptr;
  std::span<const std::byte> tray_;
  std::uint64_t used_ = 0;
};

// Numbers are as large as their shape says.
void check_sizes(const Parcel& parcel, const std::vector<plugin::Description>& descriptions) {
  for (const Cell& cell : parcel.cells) {
    for (std::size_t i = 0; i < cell.piece_count; ++i) {
      const Piece& piece = parcel.pieces[cell.first_piece + i];
      const layout::OutputSpec& spec = descriptions[cell.feature].outputs[piece.output];
      if (spec.dtype.is_string()) continue;
      auto size = static_cast<std::uint64_t>(piece.rows);
      bool overflow = __builtin_mul_overflow(size, spec.dtype.size(), &size);
      for (std::uint32_t axis = 0; axis < piece.ndim; ++axis) {
        overflow = __builtin_mul_overflow(size, static_cast<std::uint64_t>(piece.item_shape[axis]),
                                          &size) ||
                   overflow;
      }
      if (overflow || size != piece.size) refuse("sent rows that don't fill their shape");
    }
  }
}

}  // namespace

ReceivedRows receive_rows(std::string_view bytes, const Work& work,
                          const std::vector<plugin::Description>& descriptions,
                          const Region& region, std::size_t trays, Range& range) {
  Range moved = range;
  ReceivedRows received = Receiver(bytes, work, descriptions, moved).run(region, trays);
  check_sizes(*received.parcel, descriptions);
  range = moved;  // not by a message that is refused: its sources are still to be loaded
  return received;
}

}  // namespace sheaf::host::worker
