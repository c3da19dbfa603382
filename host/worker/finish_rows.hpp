// SPDX-License-Identifier: MIT
#pragma once
// The rows of the file for a feature's `finish`, which runs in a worker: both ends of the talk.
//
// Model: RemoteRows asks, one question at a time, and the host answers with serve_rows(); what the
// host refuses is thrown in the worker as the same Error. Threads: one a side.

#include <string>

#include "host/ingest/executor.hpp"
#include "host/worker/protocol.hpp"

namespace sheaf::host::worker {

// The worker's end. Throws Error; Cancelled when the host is gone.
class RemoteRows final : public RowAccess {
 public:
  explicit RemoteRows(Channel& host) : host_(host) {}

  std::int64_t count(std::uint32_t output) override;
  Value read(std::uint32_t output, std::int64_t start, std::int64_t stop) override;
  void set_attr(const std::string& name, const Value& value) override;

 private:
  std::string ask(Kind kind, const std::string& bytes);
  Channel& host_;
};

// The host's end: answers the message if it is a question about rows, and says whether it was.
bool serve_rows(Channel& worker, const Message& message, RowAccess& rows);

}  // namespace sheaf::host::worker
