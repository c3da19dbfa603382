// SPDX-License-Identifier: MIT
#include "host/conformance/samples.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "host/conformance/names.hpp"
#include "host/source/walk.hpp"
#include "host/worker/scan.hpp"

namespace sheaf::host::conformance {
namespace {

using plugin::view;

// Enough to tell sources apart, and few enough to load again and again.
constexpr std::size_t most_samples = 8;

// Spread over all of them.
std::vector<Sample> some_of(std::vector<Sample> all) {
  if (all.size() <= most_samples) return all;
  std::vector<Sample> some;
  for (std::size_t i = 0; i < most_samples; ++i) {
    some.push_back(std::move(all[i * all.size() / most_samples]));
  }
  return some;
}

}  // namespace

Samples::Samples(const std::vector<std::string>& arguments, const plugin::Plugin& checked,
                 Feed feed)
    : checked_(checked), feed_(std::move(feed)) {
  if (arguments.empty()) return;
  WalkOptions options;
  options.archives = false;
  for (const Source& source : walk(arguments, options).sources) {
    if (!source.is_local()) continue;
    sources_.push_back({source.id, std::filesystem::absolute(source.path).string(), {}});
  }
}

const Chosen& Samples::of(const sheaf_feature& feature) {
  const std::string name(view(feature.name));
  if (const auto known = chosen_.find(name); known != chosen_.end()) return known->second;
  // A feature that derives from itself, by whatever way, finds this.
  chosen_[name] = {{}, {}, fmt::format("'{}' derives from itself", name)};
  return chosen_[name] = choose(feature);
}

Chosen Samples::choose(const sheaf_feature& feature) {
  if (sources_.empty()) return {{}, {}, "there are no sources: give some with --with"};
  if (feature.input.size > 0) {
    const auto input = find(view(feature.input));
    if (input) return derive(feature, *input);
    return {{},
            {},
            fmt::format("its input '{}' isn't installed: `sheaf plugins` lists what is",
                        view(feature.input))};
  }
  std::vector<Sample> claimed;
  for (const Sample& source : sources_) {
    if (claims(feature, source.id)) claimed.push_back(source);
  }
  if (!claimed.empty()) return {some_of(std::move(claimed)), {}, {}};
  return {{},
          {},
          fmt::format("none of the {} sources given matches its patterns: add some to --with",
                      sources_.size())};
}

Chosen Samples::derive(const sheaf_feature& feature, const plugin::Feature& input) {
  const Chosen& of_input = of(*input.descriptor);
  if (!of_input.problem.empty()) return {{}, {}, of_input.problem};
  Chosen chosen;
  Apart fed_by = feed_(input, of_input);
  chosen.input = std::move(fed_by.description);
  for (FedRows& fed : fed_by.rows) {
    if (fed.sample >= of_input.samples.size()) continue;
    Sample sample = of_input.samples[fed.sample];
    sample.inputs = std::move(fed.rows);
    if (claims(feature, sample.id)) chosen.samples.push_back(std::move(sample));
  }
  if (chosen.samples.empty()) {
    const bool has_died = !fed_by.findings.empty();
    chosen.problem = fmt::format("its input '{}' made no rows of the sources given{}", input.name(),
                                 has_died ? ": " + fed_by.findings.front().message : "");
  }
  return chosen;
}

std::optional<plugin::Feature> Samples::find(std::string_view name) {
  for (std::uint64_t i = 0; i < checked_.descriptor->feature_count; ++i) {
    const sheaf_feature* const own = checked_.descriptor->features[i];
    if (view(own->name) == name) return plugin::Feature{own, &checked_};
  }
  if (!catalog_) catalog_ = worker::scan_in_workers();
  for (const plugin::Feature* feature : catalog_->find_features(name)) {
    if (feature->name() == name) return *feature;
  }
  return std::nullopt;
}

}  // namespace sheaf::host::conformance
