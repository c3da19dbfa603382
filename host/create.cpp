// SPDX-License-Identifier: MIT
#include "host/create.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "host/ingest/ingest.hpp"
#include "host/worker/scan.hpp"

namespace sheaf::host {
namespace {

class HostIngestor final : public typed::Ingestor {
 public:
  explicit HostIngestor(plugin::Catalog catalog) : catalog_(std::move(catalog)) {}

  typed::IngestReport ingest(const std::filesystem::path& file,
                             const std::vector<std::string>& sources,
                             const typed::CreateOptions& options) override {
    IngestOptions all;
    all.sources = sources;
    all.output = file;
    all.overwrite = options.overwrite;
    for (const std::string& text : options.features) all.features.push_back(parse_request(text));
    all.limits.workers =
        options.workers > 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency());
    std::atomic<bool> stop = false;
    Observer nobody;
    Summary summary = host::ingest(all, catalog_, stop, nobody);
    return {summary.stored, std::move(summary.failures)};
  }

 private:
  plugin::Catalog catalog_;
};

}  // namespace

std::unique_ptr<typed::Ingestor> make_ingestor(Plugins plugins) {
  return std::make_unique<HostIngestor>(plugins == Plugins::InProcess ? plugin::Catalog::load()
                                                                      : worker::scan_in_workers());
}

}  // namespace sheaf::host
