// SPDX-License-Identifier: MIT
#include "host/ingest/slots.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/utf8.hpp"

namespace sheaf::host {
namespace {

// Thrown inside a callback, turned into a status by its guard: what one source provokes, a damaged
// header above all, stays with that source.
[[noreturn]] void refuse(const std::string& message) { throw std::runtime_error(message); }

// Appends a piece to the rows gathered so far. Rows of another shape than the first ones are left
// out: the writer refuses such a source.
void append_rows(const Piece& piece, Value& value) {
  const Shape item(piece.item_shape, piece.item_shape + piece.ndim);
  if (value.shape[0] == 0) std::ranges::copy(item, value.shape.begin() + 1);
  if (!std::ranges::equal(item, std::span(value.shape).subspan(1))) return;
  value.shape[0] += piece.rows;
  if (piece.offsets == nullptr) {
    const std::int64_t elements = piece.rows * element_count(item);
    value.bytes.insert(value.bytes.end(), piece.data,
                       piece.data + static_cast<std::size_t>(elements) * value.dtype.size());
    return;
  }
  const char* const text = reinterpret_cast<const char*>(piece.data);
  for (std::int64_t i = 0; i < piece.rows; ++i) {
    value.strings.emplace_back(text + piece.offsets[i], text + piece.offsets[i + 1]);
  }
}

Slots& slots_of(const sheaf_sink* sink) { return *static_cast<Slots*>(sink->host_data); }

}  // namespace

void Guard::put(std::byte* behind, std::uint64_t slot_size) noexcept {
  const std::uint64_t word = 0x5ea1'f00d'dead'10ccULL ^ slot_size;
  std::memcpy(behind, &word, size);
}

bool Guard::is_whole(const std::byte* behind, std::uint64_t slot_size) noexcept {
  std::byte expected[size];
  put(expected, slot_size);
  return std::memcmp(behind, expected, size) == 0;
}

Slots::Slots(const Limits& limits, SendOn send_on) : limits_(limits), send_on_(std::move(send_on)) {
  sink_ = {sizeof(sheaf_sink), 0, this, &on_reserve, &on_commit};
}

void Slots::begin(std::size_t source, std::size_t feature, const Outputs& outputs,
                  plugin::CallState& call, bool streams) {
  outputs_ = &outputs;
  call_ = &call;
  streams_ = streams;
  reservations_.resize(std::max(reservations_.size(), outputs.size()));
  for (Reservation& reservation : reservations_) reservation.open = false;
  Cell& opened = parcel_->cells.emplace_back();
  opened.source = source;
  opened.feature = feature;
  opened.first_piece = parcel_->pieces.size();
  opened.ends = false;
  cell_start_ = parcel_->arena.used();
}

void Slots::end(plugin::Outcome outcome) {
  Cell& closed = cell();
  closed.status = outcome.status;
  closed.message = std::move(outcome.message);
  closed.ends = true;
  outputs_ = nullptr;
  send_on_if_large();
}

void Slots::add_unfetched(std::size_t source, std::size_t feature, std::string why) {
  Cell& closed = parcel_->cells.emplace_back();
  closed.source = source;
  closed.feature = feature;
  closed.first_piece = parcel_->pieces.size();
  closed.status = SHEAF_ERR_SOURCE;
  closed.message = std::move(why);
  closed.unfetched = true;
}

sheaf_status Slots::on_reserve(const sheaf_sink* sink, uint32_t output, int64_t rows,
                               const int64_t* item_shape, uint32_t ndim, uint64_t string_bytes,
                               sheaf_slot* slot) {
  Slots& slots = slots_of(sink);
  return plugin::call_host(
      *slots.call_,
      [&] {
        if (item_shape == nullptr && ndim > 0) refuse("reserves rows without a shape");
        slots.reserve(output, rows, std::span(item_shape, ndim), string_bytes, *slot);
        return SHEAF_OK;
      },
      SHEAF_ERR_SOURCE);
}

sheaf_status Slots::on_commit(const sheaf_sink* sink, uint32_t output, int64_t rows) {
  Slots& slots = slots_of(sink);
  return plugin::call_host(
      *slots.call_,
      [&]() -> sheaf_status {
        slots.commit(output, rows);
        const std::atomic<bool>* cancelled = slots.call_->services.cancelled;
        if (cancelled != nullptr && cancelled->load(std::memory_order_relaxed))
          return SHEAF_CANCELLED;
        return SHEAF_OK;
      },
      SHEAF_ERR_SOURCE);
}

void Slots::check_shape(const layout::OutputSpec& spec, std::span<const std::int64_t> shape) const {
  bool fits = shape.size() == spec.item_shape.size();
  for (std::size_t i = 0; fits && i < shape.size(); ++i) {
    fits = shape[i] >= 0 && (spec.item_shape[i] == -1 || spec.item_shape[i] == shape[i]);
  }
  if (fits) return;
  refuse(fmt::format("reserves rows of shape {} for output '{}', which has {}",
                     to_string(Shape(shape.begin(), shape.end())), spec.name,
                     to_string(spec.item_shape)));
}

std::size_t Slots::checked_size(const layout::OutputSpec& spec, std::int64_t rows,
                                std::span<const std::int64_t> shape) const {
  if (rows < 0) refuse(fmt::format("reserves {} rows", rows));
  std::size_t size = spec.dtype.is_string() ? sizeof(std::int64_t) : spec.dtype.size();
  bool overflow = __builtin_mul_overflow(size, static_cast<std::size_t>(rows), &size);
  for (const std::int64_t extent : shape) {
    overflow = __builtin_mul_overflow(size, static_cast<std::size_t>(extent), &size) || overflow;
  }
  if (overflow || size > limits_.slot()) {
    refuse(fmt::format(
        "needs {} rows of shape {} {} at once, more than half the memory limit of {} MiB; "
        "raise it (--memory) or load the source in smaller parts",
        rows, to_string(Shape(shape.begin(), shape.end())), spec.dtype.name(),
        limits_.memory >> 20U));
  }
  return size;
}

// What can't be sent on piles up: a cell that doesn't stream, slots that were left open.
void Slots::check_room(std::size_t size) const {
  const std::size_t held = parcel_->arena.used() - cell_start_;
  if (held + size <= limits_.slot() + limits_.parcel) return;
  refuse(
      fmt::format("has more rows than half the memory limit of {} MiB can hold; raise it "
                  "(--memory)",
                  limits_.memory >> 20U));
}

void Slots::reserve(std::uint32_t output, std::int64_t rows,
                    std::span<const std::int64_t> item_shape, std::uint64_t string_bytes,
                    sheaf_slot& slot) {
  if (outputs_ == nullptr || output >= outputs_->size()) {
    refuse(fmt::format("reserves rows of output {}, which it didn't describe", output));
  }
  const layout::OutputSpec& spec = (*outputs_)[output];
  check_shape(spec, item_shape);
  std::size_t size = checked_size(spec, rows, item_shape);
  Reservation& made = reservations_[output];
  made.piece = {};
  made.piece.output = output;
  made.piece.ndim = static_cast<std::uint32_t>(item_shape.size());
  made.piece.rows = rows;
  if (!item_shape.empty()) {
    std::byte* const shape = parcel_->arena.allocate(item_shape.size_bytes());
    std::memcpy(shape, item_shape.data(), item_shape.size_bytes());
    made.piece.item_shape = reinterpret_cast<const std::int64_t*>(shape);
  }
  made.offsets = nullptr;
  if (spec.dtype.is_string()) {
    if (string_bytes > limits_.slot()) {
      refuse("needs more bytes of text than half the memory limit; raise it (--memory)");
    }
    check_room(size + string_bytes);
    made.offsets =
        reinterpret_cast<std::int64_t*>(parcel_->arena.allocate(size + sizeof(std::int64_t)));
    size = string_bytes;
  } else {
    check_room(size);
  }
  made.row_bytes = rows > 0 ? size / static_cast<std::size_t>(rows) : 0;
  made.data = parcel_->arena.allocate(size + Guard::size);
  made.size = size;
  Guard::put(made.data + size, size);
  made.open = true;
  slot = {made.data, made.size, made.offsets};
}

void Slots::check_strings(const Reservation& slot, std::int64_t rows) const {
  if (rows != slot.piece.rows) refuse("commits another number of strings than it reserved");
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t begin = slot.offsets[i];
    const std::int64_t end = slot.offsets[i + 1];
    if (begin < 0 || end < begin || static_cast<std::uint64_t>(end) > slot.size) {
      refuse(fmt::format("string {} has offsets {} to {} in {} bytes", i, begin, end, slot.size));
    }
    const std::string_view text(reinterpret_cast<const char*>(slot.data) + begin,
                                static_cast<std::size_t>(end - begin));
    if (!is_utf8(text)) refuse(fmt::format("string {} is not UTF-8", i));
    if (text.find('\0') != std::string_view::npos) {
      refuse(fmt::format("string {} holds a zero byte, which no HDF5 string can", i));
    }
  }
}

void Slots::check_guard(const Reservation& slot) const {
  if (Guard::is_whole(slot.data + slot.size, slot.size)) return;
  refuse(fmt::format("wrote past the {} bytes of its slot", slot.size));
}

void Slots::commit(std::uint32_t output, std::int64_t rows) {
  if (outputs_ == nullptr || output >= outputs_->size() || !reservations_[output].open) {
    refuse(fmt::format("commits rows of output {} without having reserved any", output));
  }
  Reservation& made = reservations_[output];
  if (rows < 0 || rows > made.piece.rows) {
    refuse(fmt::format("commits {} rows where it reserved {}", rows, made.piece.rows));
  }
  check_guard(made);
  if (made.offsets != nullptr) check_strings(made, rows);
  made.open = false;
  made.piece.size = made.size;
  if (made.offsets == nullptr && rows < made.piece.rows) {
    made.piece.size = made.row_bytes * static_cast<std::size_t>(rows);
    parcel_->arena.shrink(made.data, made.piece.size + Guard::size);
    Guard::put(made.data + made.piece.size, made.piece.size);
  }
  made.piece.rows = rows;
  made.piece.data = made.data;
  made.piece.offsets = made.offsets;
  parcel_->pieces.push_back(made.piece);
  ++cell().piece_count;
  if (streams_) send_on_if_large();
}

void Slots::send_on_if_large() {
  if (parcel_->arena.used() < limits_.parcel) return;
  // A slot that is still being filled lies in this parcel.
  if (std::ranges::any_of(reservations_, &Reservation::open) && outputs_ != nullptr) return;
  const bool in_cell = outputs_ != nullptr;
  const Cell open = cell();
  parcel_ = send_on_(std::move(parcel_));
  if (!in_cell) return;
  Cell& continued = parcel_->cells.emplace_back();
  continued.source = open.source;
  continued.feature = open.feature;
  continued.begins = false;
  continued.ends = false;
  cell_start_ = 0;
}

std::vector<Value> Slots::last_rows(bool is_empty) const {
  std::vector<Value> values;
  for (const layout::OutputSpec& spec : *outputs_) {
    Shape shape{0};
    for (const std::int64_t extent : spec.item_shape)
      shape.push_back(std::max<std::int64_t>(extent, 0));
    values.push_back({spec.dtype, std::move(shape), {}, {}});
  }
  if (is_empty) return values;  // what was committed doesn't count
  const std::span pieces(parcel_->pieces);
  for (const Piece& piece : pieces.subspan(parcel_->cells.back().first_piece)) {
    append_rows(piece, values[piece.output]);
  }
  return values;
}

}  // namespace sheaf::host
