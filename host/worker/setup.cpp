// SPDX-License-Identifier: MIT
#include "host/worker/setup.hpp"

#include <algorithm>
#include <vector>

namespace sheaf::host::worker {
namespace {

constexpr std::size_t least_share = std::size_t{64} << 10U;
constexpr std::size_t slack = std::size_t{1} << 20U;  // of a tray, for what isn't rows

// The plugins that the features come from, each once, in the order they are first needed.
std::vector<const plugin::Plugin*> plugins_of(const Work& work) {
  std::vector<const plugin::Plugin*> plugins;
  for (const Selected& selected : work.features) {
    const plugin::Plugin* const from = selected.feature->plugin;
    if (std::ranges::find(plugins, from) == plugins.end()) plugins.push_back(from);
  }
  return plugins;
}

}  // namespace

Trays Trays::of(const Limits& limits) {
  Trays trays;
  trays.share =
      std::max(limits.memory / 4 / (trays.count * std::size_t{limits.workers}), least_share);
  trays.parcel = std::min(limits.parcel, trays.share / 2);
  trays.size = limits.slot() + 2 * trays.parcel + slack;
  return trays;
}

LoadMessage load_message(const Work& work, const Allowances& allowed, const Trays& trays) {
  LoadMessage load;
  load.trays = trays.count;
  load.tray_size = trays.size;
  load.confine.memory = work.limits.source_memory;
  for (const plugin::Plugin* from : plugins_of(work)) {
    load.plugins.push_back({from->file.string(), from->id, from->version});
    const auto first = std::ranges::find(
        work.features, from, [](const Selected& selected) { return selected.feature->plugin; });
    load.features.push_back(static_cast<std::uint32_t>(first - work.features.begin()));
    if (const auto found = allowed.find(from->id); found != allowed.end()) {
      load.confine.allowed |= found->second;
    }
  }
  return load;
}

SetupMessage setup_message(const Work& work, const Trays& trays) {
  SetupMessage setup;
  const std::vector<const plugin::Plugin*> plugins = plugins_of(work);
  for (std::size_t i = 0; i < work.features.size(); ++i) {
    const Selected& selected = work.features[i];
    const auto from = std::ranges::find(plugins, selected.feature->plugin);
    setup.features.push_back({static_cast<std::uint32_t>(from - plugins.begin()),
                              std::string(selected.feature->name()), selected.params,
                              selected.input, work.before.attrs.at(i)});
  }
  setup.stored_ids = work.before.ids;
  setup.claims = work.sources.claim_lists();
  setup.has_relative_paths = work.sources.has_relative();
  setup.limits = work.limits;
  setup.limits.parcel = trays.parcel;
  setup.granted = trays.share;
  return setup;
}

}  // namespace sheaf::host::worker
