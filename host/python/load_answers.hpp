// SPDX-License-Identifier: MIT
#pragma once
// The host's sink and rows for a class in Python: where its arrays lie, and the calls for them.
//
// Model: a slot of the host's is given as a place in shared memory: in the trays themselves, where
// Python's array is the slot, or in Scratch, from which it is copied at commit. Rows that come with
// a message are reserved, copied and committed at once. What the host refuses it has recorded, so
// only the status goes back. Threads: within one request of a loader.

#include <vector>

#include "host/python/loader.hpp"

namespace sheaf::host::python {

// The source behind the request's head; returns the open files that go with it.
[[nodiscard]] std::vector<int> put_source(Loader& loader, const sheaf_source& source,
                                          wire::Out& request);

class SinkAnswers {
 public:
  SinkAnswers(Loader& loader, const sheaf_call& call, const sheaf_sink& sink)
      : loader_(loader), call_(call), sink_(sink) {}

  // Reserve, Commit and Rows.
  void operator()(Say kind, wire::In& in, wire::Out& out);
  // The rows and commits that came with Done.
  sheaf_status last_rows(wire::In& in);

 private:
  struct Open {
    sheaf_slot slot{};
    std::int64_t rows = 0;
    std::optional<std::uint64_t> scratch;  // where Python writes, if not into the slot
  };
  void reserve(wire::In& in, wire::Out& out);
  sheaf_status commit(wire::In& in);
  sheaf_status write(wire::In& in);
  sheaf_status write_texts(std::uint32_t output, wire::In& in);

  Loader& loader_;
  const sheaf_call& call_;
  const sheaf_sink& sink_;
  std::vector<Open> open_;  // by output
};

// Count, Read and SetAttr.
void answer_rows(Loader& loader, const sheaf_call& call, const sheaf_rows& rows, Say kind,
                 wire::In& in, wire::Out& out);

}  // namespace sheaf::host::python
