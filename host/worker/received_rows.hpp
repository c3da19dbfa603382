// SPDX-License-Identifier: MIT
#pragma once
// The host's side of a Rows message: is what a worker says about its tray true?
//
// Model: everything is checked on the host's own copy of the message, against the work and the
// descriptions; only then do pieces point into the tray. Texts are copied before they are looked
// at, since the worker could change them afterwards; numbers may be any, and aren't.
// Failure: Error (Invalid) that says what is wrong; then nothing of the parcel is used.

#include <memory>
#include <string_view>
#include <vector>

#include "host/ingest/parcel.hpp"
#include "host/ingest/work.hpp"
#include "host/plugin/instance.hpp"
#include "host/worker/region.hpp"

namespace sheaf::host::worker {

// How far a worker is with the sources first ≤ s < last that it was given.
struct Range {
  std::size_t job = 0;
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t next = 0;    // all before it are complete
  bool in_cell = false;    // a cell of `next` goes on in the next parcel
  bool in_source = false;  // some cells of `next` have come
};

struct ReceivedRows {
  std::unique_ptr<Parcel> parcel;
  bool ends = false;  // the last one of its range
};

[[nodiscard]] ReceivedRows receive_rows(std::string_view bytes, const Work& work,
                                        const std::vector<plugin::Description>& descriptions,
                                        const Region& region, std::size_t trays, Range& range);

}  // namespace sheaf::host::worker
