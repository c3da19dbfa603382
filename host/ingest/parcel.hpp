// SPDX-License-Identifier: MIT
#pragma once
// What travels from a decoder to the writer: rows of some sources, in order.
//
//   job (a few sources) ── parcel ── cell (one feature of one source) ── piece (committed rows)
//
// Model: a job's sources fill one parcel; when it grows large it is sent on and another one
// continues, if need be in the middle of a cell. `begins` and `ends` say where a cell's parts are.
// Threads: owned by one thread at a time, handed over through Order.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/ingest/arena.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host {

struct Piece {
  std::uint32_t output = 0;
  std::uint32_t ndim = 0;
  std::int64_t rows = 0;
  const std::int64_t* item_shape = nullptr;
  const std::byte* data = nullptr;
  std::uint64_t size = 0;                 // bytes at `data`
  const std::int64_t* offsets = nullptr;  // strings only
};

struct Cell {
  std::size_t source = 0;
  std::size_t feature = 0;
  bool begins = true;
  bool ends = true;
  sheaf_status status = SHEAF_OK;  // known when it ends
  const char* label = nullptr;  // instead of the status's name in __fail__: "crash", "timeout"…
  std::string message;
  bool unfetched = false;  // the source couldn't be had: this cell fails for all its features
  std::size_t first_piece = 0;
  std::size_t piece_count = 0;
};

struct Parcel {
  std::size_t job = 0;
  bool ends_job = false;
  std::uint32_t tray = 0;              // whose memory the rows are in, if a worker's
  std::shared_ptr<const void> memory;  // keeps that mapped
  Arena arena;
  std::vector<Piece> pieces;
  std::vector<Cell> cells;

  // The memory it takes, also when its sources had nothing to store.
  [[nodiscard]] std::size_t size() const noexcept {
    return arena.capacity() + cells.capacity() * sizeof(Cell) + pieces.capacity() * sizeof(Piece);
  }
  void clear() noexcept {
    arena.clear();
    pieces.clear();
    cells.clear();
    ends_job = false;
    memory.reset();
  }
};

}  // namespace sheaf::host
