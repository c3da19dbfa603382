// SPDX-License-Identifier: MIT
#pragma once
// One worker's instances of all features, loading job after job.
//
// Model: for each source of a job each feature that claims it fills a cell of the parcel, inputs
// before what derives from them. A feature that says it is broken is quarantined for all workers.
// Threads: a Decoder belongs to one thread; Quarantine and shared instances are for all of them.

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/ingest/slots.hpp"
#include "host/ingest/source_bytes.hpp"
#include "host/ingest/work.hpp"
#include "host/plugin/instance.hpp"
#include "host/source/spool.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host {

// Features that get no more sources, with the reason.
class Quarantine {
 public:
  explicit Quarantine(std::size_t features) : entries_(features) {}
  void add(std::size_t feature, const std::string& reason);
  [[nodiscard]] std::optional<std::string> reason(std::size_t feature) const;

 private:
  struct Entry {
    std::atomic<bool> set = false;
    std::string reason;
  };
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

// An instance and, if all workers share it, the lock to take around each call.
struct LoaderSlot {
  std::shared_ptr<plugin::Instance> instance;
  std::shared_ptr<std::mutex> lock;
};

// Told around each call into a plugin.
class Watch {
 public:
  virtual ~Watch() = default;
  virtual void enter(std::size_t source, std::size_t feature) = 0;
  virtual void leave(std::size_t feature) = 0;
};

// What a feature came to on a source, known without calling it (again).
struct Verdict {
  std::size_t feature = 0;
  plugin::Outcome outcome;
};

class Decoder {
 public:
  // Waits for a source that isn't a local file, and hands over the open file that it became.
  using TakeSource = std::function<Fetched(std::size_t source)>;

  // `take_source` may be empty where all sources are local files, `watch` may be null.
  Decoder(const Work& work, const std::vector<plugin::Description>& descriptions,
          std::vector<LoaderSlot> loaders, Quarantine& quarantine, Slots::SendOn send_on,
          TakeSource take_source, Watch* watch = nullptr);

  // Loads the sources of a job, beginning in `parcel`; returns the last parcel of it. The verdicts
  // hold for all of these sources.
  [[nodiscard]] std::unique_ptr<Parcel> run(const Job& job, std::unique_ptr<Parcel> parcel,
                                            std::vector<Verdict> verdicts = {});

 private:
  void load_source(std::size_t source);
  void load_from(std::size_t source, std::string_view path);
  void load_cell(std::size_t source, std::size_t feature, sheaf_source& given);
  [[nodiscard]] plugin::Outcome load(std::size_t feature, sheaf_source& given);
  [[nodiscard]] bool stopped() const { return work_.stop->load(std::memory_order_relaxed); }

  const Work& work_;
  const std::vector<plugin::Description>& descriptions_;
  std::vector<LoaderSlot> loaders_;
  Quarantine& quarantine_;
  Watch* const watch_;
  std::vector<Verdict> verdicts_;
  Slots slots_;
  TakeSource take_source_;
  SourceBytes bytes_;
  std::optional<std::string> bytes_problem_;  // of the current source; empty optional: not read yet
  std::int64_t size_ = -1;                    // of the current source, as the walk saw it
  const std::string folder_;                  // what relative paths start from
  std::vector<bool> has_dependents_;
  std::vector<std::optional<std::vector<Value>>> rows_;  // of the current source, by feature
};

}  // namespace sheaf::host
