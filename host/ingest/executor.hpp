// SPDX-License-Identifier: MIT
#pragma once
// Who runs plugin code: the interface between the pipeline and whatever does the decoding.
//
// Model: prepare() opens the features and learns what they write; start() sets the decoders going;
// next() hands out their parcels in the order of the walk; finish() gives each feature its last
// call. Implementations: threads of this process (thread_executor.hpp), processes
// (worker/process_executor.hpp).
// Threads: called by the pipeline's thread. Failure: Error.

#include <cstdint>
#include <memory>
#include <vector>

#include "host/ingest/parcel.hpp"
#include "host/ingest/work.hpp"
#include "host/plugin/instance.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host {

// How `finish` of a feature gets at the rows of the file.
class RowAccess {
 public:
  virtual ~RowAccess() = default;
  [[nodiscard]] virtual std::int64_t count(std::uint32_t output) = 0;
  [[nodiscard]] virtual Value read(std::uint32_t output, std::int64_t start, std::int64_t stop) = 0;
  virtual void set_attr(const std::string& name, const Value& value) = 0;
};

class Executor {
 public:
  virtual ~Executor() = default;

  // One description for each of work.features.
  [[nodiscard]] virtual std::vector<plugin::Description> prepare() = 0;
  virtual void start() = 0;
  // Null at the end and when the run was cancelled. Throws what a decoder's thread died of.
  [[nodiscard]] virtual std::unique_ptr<Parcel> next() = 0;
  virtual void recycle(std::unique_ptr<Parcel> parcel) = 0;
  // Calls `finish` of feature number `feature`; does nothing for features without one.
  virtual plugin::Outcome finish(std::size_t feature, RowAccess& rows) = 0;
  // Nothing is asked of it any more: it may begin to end while the file is made durable.
  virtual void dismiss() {}
};

}  // namespace sheaf::host
