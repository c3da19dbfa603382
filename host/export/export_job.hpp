// SPDX-License-Identifier: MIT
#pragma once
// What an export works on, the same for all of its forms.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "host/export/arrays.hpp"
#include "host/export/export.hpp"

namespace sheaf::host {

struct ExportJob {
  const read::File& file;
  const ExportOptions& options;
  std::vector<const read::Output*> outputs;
  std::vector<std::size_t> sources;  // empty when it goes by rows
  const std::atomic<bool>& stop;
  Observer& observer;
  Progress progress{};

  // Whether the rows are those of sources.
  [[nodiscard]] bool by_source() const { return !options.rows && !file.ids().empty(); }

  // Counts the bytes on their way to `sink`, and ends the export when the user wants that.
  [[nodiscard]] Sink counted(Sink sink) {
    return [this, sink = std::move(sink)](std::span<const std::byte> bytes) {
      check_stop();
      sink(bytes);
      progress.bytes_done += static_cast<std::int64_t>(bytes.size());
      observer.progress(progress);
    };
  }
  void check_stop() const {
    if (!stop) return;
    throw Error(ErrorCode::Cancelled, options.output.string(), "interrupted; nothing was written");
  }
};

// Which rows of the array are meant: all, or those of options.rows.
[[nodiscard]] layout::Span rows_of(const ExportJob& job, const read::Output& output);

}  // namespace sheaf::host
