// SPDX-License-Identifier: MIT
#pragma once
// A host in a world of its own: a temporary folder, and no plugins but those a test asks for.
//
//   World world({"fault"});                  // folders below SHEAF_TEST_PLUGINS
//   world.source("a.fault", "ok 3");         // a file in <folder>/in
//   Summary summary = world.ingest("fault"); // in → out.h5, as `sheaf in -f fault` does
//   world.reader().ids();
//
// Plugins run in threads of the test, or in worker processes with Run::Workers or when the variable
// SHEAF_TEST_IN_WORKERS is set.
// Failure: as the host's. Threads: one.

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout/reader.hpp"
#include "host/dispatch/request.hpp"
#include "host/ingest/ingest.hpp"
#include "host/log.hpp"
#include "host/plugin/catalog.hpp"
#include "host/worker/scan.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::test {

// SHEAF_PLUGIN_PATH for folders of the test plugins.
inline std::string plugin_path(const std::vector<std::string>& folders) {
  std::string path;
  for (const std::string& folder : folders) {
    path += (path.empty() ? "" : ":") + std::string(SHEAF_TEST_PLUGINS "/") + folder;
  }
  return path;
}

enum class Run { AsAsked, Workers };

class World {
 public:
  explicit World(const std::vector<std::string>& plugins, Run run = Run::AsAsked)
      : in_workers_(run == Run::Workers || std::getenv("SHEAF_TEST_IN_WORKERS") != nullptr),
        plugin_path_("SHEAF_PLUGIN_PATH", plugin_path(plugins)),
        data_("XDG_DATA_HOME", (folder / "data").string()),
        config_("XDG_CONFIG_HOME", (folder / "config").string()),
        cache_("XDG_CACHE_HOME", (folder / "in" / ".cache").string()),
        temporary_("TMPDIR", (folder / "in" / ".tmp").string()),
        worker_("SHEAF_WORKER", SHEAF_TEST_WORKER) {
    host::log::set_level(host::log::Level::Off);
    std::filesystem::create_directories(in() / ".tmp");
  }

  [[nodiscard]] std::filesystem::path in() const { return folder / "in"; }
  [[nodiscard]] std::filesystem::path out() const { return folder / "out.h5"; }

  std::filesystem::path source(const std::string& name, std::string_view content) const {
    return folder.write("in/" + name, content);
  }
  // Looks for the plugins on first use.
  const host::plugin::Catalog& catalog() {
    if (!catalog_) {
      catalog_ = in_workers_ ? host::worker::scan_in_workers() : host::plugin::Catalog::load();
    }
    return *catalog_;
  }
  host::Summary ingest(const host::IngestOptions& options) {
    stop = false;
    host::Observer nobody;
    return host::ingest(options, catalog(), stop, nobody);
  }
  // `features` as behind -f.
  host::Summary ingest(const std::vector<std::string>& features, unsigned workers = 2) {
    return ingest(options(features, workers));
  }
  host::Summary ingest(const char* feature) { return ingest(std::vector<std::string>{feature}); }

  [[nodiscard]] host::IngestOptions options(const std::vector<std::string>& features,
                                            unsigned workers = 2) const {
    host::IngestOptions options;
    options.sources = {in().string() + "/"};
    options.output = out();
    options.overwrite = true;
    options.limits.workers = workers;
    for (const std::string& text : features) options.features.push_back(host::parse_request(text));
    return options;
  }
  [[nodiscard]] layout::Reader reader() const { return layout::Reader::open(out()); }

  TempDir folder;
  std::atomic<bool> stop = false;

 private:
  const bool in_workers_;
  ScopedVariable plugin_path_, data_, config_, cache_, temporary_, worker_;
  std::optional<host::plugin::Catalog> catalog_;
};

template <class T>
std::vector<T> elements(const Value& value) {
  std::vector<T> numbers(value.bytes.size() / sizeof(T));
  if (!numbers.empty()) std::memcpy(numbers.data(), value.bytes.data(), value.bytes.size());
  return numbers;
}

// All rows of one source; none where it is absent.
template <class T>
std::vector<T> rows_of(const layout::Reader& reader, const std::string& path,
                       const std::string& id) {
  const auto number = reader.find(id);
  if (!number) return {};
  const auto value = reader.get(path, *number);
  return value ? elements<T>(*value) : std::vector<T>{};
}

inline const Value* find_attr(const std::vector<layout::Attribute>& attrs,
                              const std::string& name) {
  const auto found = std::ranges::find(attrs, name, &layout::Attribute::first);
  return found == attrs.end() ? nullptr : &found->second;
}

inline const layout::Failure* find_failure(const host::Summary& summary, const std::string& id,
                                           const std::string& feature = {}) {
  for (const layout::Failure& failure : summary.failures) {
    if (failure.id == id && (feature.empty() || failure.feature == feature)) return &failure;
  }
  return nullptr;
}

}  // namespace sheaf::test
