// SPDX-License-Identifier: MIT
#pragma once
// What a feature can do with rows that are stored: show them, and calculate with them.
//
//   const auto catalog = worker::scan_in_workers();
//   const StoredFeature audio = StoredFeature::open("calls.h5", "audio");
//   const auto& feature = audio.feature(catalog, plugin::methods_of, "methods");
//   auto source = audio.source("bird.wav");
//   for (auto& [name, value] : call(feature, "loudness", {{"window", 0.4}}, {source.get()})) …
//
// Model: one request on an extension of a plugin (sheaf/preview.h, methods.h), which runs in a
// worker process of its own, confined as those of an ingest and gone afterwards; the rows stay here
// and are sent there as they are asked for. What comes back was checked: it is what was asked for,
// in bounds, and its texts are UTF-8. Options::in_process runs the plugin's code in this process,
// for a debugger or where its author is trusted; the feature must be of a Catalog::load() then.
// Threads: any number of requests at once. Failure: Error (Invalid) that names the feature and says
// what the plugin said, or how its worker ended; Cancelled.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/value.hpp"
#include "host/extend/stored.hpp"
#include "host/plugin/catalog.hpp"
#include "host/plugin/extension.hpp"
#include "host/plugin/params.hpp"

namespace sheaf::host::extend {

struct Options {
  bool in_process = false;
  // In a worker: how long a request may take; of a transform, each block of rows.
  std::chrono::milliseconds longest = std::chrono::seconds(60);
  std::uint64_t memory = std::uint64_t{4} << 30U;  // bytes that the worker may take
  std::uint32_t allowed = 0;                       // bits of host/worker/confine.hpp
  const std::atomic<bool>* stop = nullptr;         // ends it when true
};

struct Picture {
  std::uint32_t kind = 0;  // SHEAF_PREVIEW_RGBA …
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> rgba;  // width × height × 4, rows from the top
  std::string text;                // SVG, or text
};

struct PreviewRequest {
  std::uint32_t kind = 0;  // 0: the first the plugin makes
  std::uint32_t width = 512, height = 512;
  plugin::ParamInputs params;
};

// The feature must have the extension sheaf.preview/1; Error (NotFound) where it hasn't.
[[nodiscard]] Picture preview(const plugin::Feature& feature, StoredSource& source,
                              const PreviewRequest& request, const Options& options = {});

using Results = std::vector<std::pair<std::string, Value>>;

// In the order the plugin gave them. Error (NotFound) names the methods there are.
[[nodiscard]] Results call(const plugin::Feature& feature, const std::string& method,
                           const plugin::ParamInputs& params,
                           const std::vector<StoredSource*>& sources, const Options& options = {});

}  // namespace sheaf::host::extend
