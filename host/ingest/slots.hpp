// SPDX-License-Identifier: MIT
#pragma once
// The sink a plugin writes into: reserve and commit on the memory of a parcel.
//
// Model: begin() opens a cell (one feature of one source), the plugin reserves and commits, end()
// closes it with the outcome. When the parcel has grown past its limit at a commit, it is sent on
// and the cell continues in the next one. What a plugin asks for is checked here: extents, sizes,
// limits, offsets and UTF-8 of strings. Behind each slot stand some bytes that a plugin which
// writes too far damages, and those are looked at when it commits.
// Threads: one at a time.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/layout/spec.hpp"
#include "host/ingest/parcel.hpp"
#include "host/ingest/work.hpp"
#include "host/plugin/bridge.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host {

// The bytes behind a slot: a function of its size, so that old ones don't pass for new ones.
class Guard {
 public:
  static constexpr std::size_t size = 8;
  static void put(std::byte* behind, std::uint64_t slot_size) noexcept;
  [[nodiscard]] static bool is_whole(const std::byte* behind, std::uint64_t slot_size) noexcept;
};

class Slots {
 public:
  using Outputs = std::vector<layout::OutputSpec>;
  // Takes a full parcel and returns an empty one for the same job, never null.
  using SendOn = std::function<std::unique_ptr<Parcel>(std::unique_ptr<Parcel>)>;

  Slots(const Limits& limits, SendOn send_on);
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  void set_parcel(std::unique_ptr<Parcel> parcel) { parcel_ = std::move(parcel); }
  [[nodiscard]] std::unique_ptr<Parcel> take_parcel() { return std::move(parcel_); }
  [[nodiscard]] const Parcel& parcel() const { return *parcel_; }

  // `streams`: whether rows may be sent on before the cell ends; if not, the whole cell must fit
  // the memory limit.
  void begin(std::size_t source, std::size_t feature, const Outputs& outputs,
             plugin::CallState& call, bool streams);
  void end(plugin::Outcome outcome);
  // A cell, opened and closed, that says why a source couldn't be had.
  void add_unfetched(std::size_t source, std::size_t feature, std::string why);
  [[nodiscard]] const sheaf_sink& sink() const noexcept { return sink_; }

  // Copies of the open cell's rows, a value an output, for features that derive from it. The cell
  // must not stream.
  [[nodiscard]] std::vector<Value> last_rows(bool is_empty = false) const;

 private:
  struct Reservation {
    bool open = false;
    Piece piece;
    std::byte* data = nullptr;
    std::uint64_t size = 0;
    std::size_t row_bytes = 0;
    std::int64_t* offsets = nullptr;
  };

  static sheaf_status on_reserve(const sheaf_sink* sink, uint32_t output, int64_t rows,
                                 const int64_t* item_shape, uint32_t ndim, uint64_t string_bytes,
                                 sheaf_slot* slot);
  static sheaf_status on_commit(const sheaf_sink* sink, uint32_t output, int64_t rows);
  void reserve(std::uint32_t output, std::int64_t rows, std::span<const std::int64_t> item_shape,
               std::uint64_t string_bytes, sheaf_slot& slot);
  void commit(std::uint32_t output, std::int64_t rows);
  void check_shape(const layout::OutputSpec& spec, std::span<const std::int64_t> shape) const;
  std::size_t checked_size(const layout::OutputSpec& spec, std::int64_t rows,
                           std::span<const std::int64_t> shape) const;
  void check_room(std::size_t size) const;
  void check_strings(const Reservation& slot, std::int64_t rows) const;
  void send_on_if_large();
  Cell& cell() { return parcel_->cells.back(); }

  void check_guard(const Reservation& slot) const;

  const Limits limits_;
  SendOn send_on_;
  sheaf_sink sink_{};
  std::unique_ptr<Parcel> parcel_;
  const Outputs* outputs_ = nullptr;
  plugin::CallState* call_ = nullptr;
  bool streams_ = false;
  std::size_t cell_start_ = 0;  // bytes of the parcel that belong to earlier cells
  std::vector<Reservation> reservations_;
};

}  // namespace sheaf::host
