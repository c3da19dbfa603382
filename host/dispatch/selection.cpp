// SPDX-License-Identifier: MIT
#include "host/dispatch/selection.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <re2/re2.h>

#include "core/error.hpp"
#include "host/nearest.hpp"

namespace sheaf::host {
namespace {

using plugin::Feature;

std::string names_of(const plugin::Catalog& catalog) {
  std::string names;
  for (const Feature& feature : catalog.features()) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", feature.short_name());
  }
  return names.empty() ? "none" : names;
}

std::vector<std::string> patterns_of(const Feature& feature, const FeatureRequest& request) {
  const sheaf_feature& declared = *feature.descriptor;
  std::vector<std::string> patterns = request.patterns;
  if (patterns.empty()) {
    const bool ignore_case = feature.has_flag(SHEAF_FEATURE_IGNORE_CASE);
    for (std::uint64_t i = 0; i < declared.pattern_count; ++i) {
      const std::string_view pattern = plugin::view(declared.patterns[i]);
      patterns.push_back(ignore_case ? fmt::format("(?i:{})", pattern) : std::string(pattern));
    }
  }
  for (const std::string& pattern : patterns) {
    const std::string reason = refuse_pattern(pattern);
    if (!reason.empty()) {
      throw Error(ErrorCode::Invalid, fmt::format("feature '{}'", feature.name()), reason);
    }
  }
  return patterns;
}

Selected resolve(const Feature& feature, const FeatureRequest& request) {
  return {&feature,
          request.path.empty() ? std::string(feature.short_name()) : request.path,
          patterns_of(feature, request),
          plugin::resolve_params(feature, request.params),
          request.dataset,
          no_input};
}

std::optional<std::size_t> find_input(const std::vector<Selected>& selected, const Selected& one) {
  const std::string_view input = plugin::view(one.feature->descriptor->input);
  for (std::size_t i = 0; i < selected.size(); ++i) {
    if (selected[i].feature->name() == input) return i;
  }
  return std::nullopt;
}

bool derives(const Selected& one) { return one.feature->descriptor->input.size > 0; }

std::vector<Selected> select_all(const plugin::Catalog& catalog) {
  std::vector<Selected> selected;
  for (const Feature& feature : catalog.features()) {
    if (!needs_a_request(feature)) selected.push_back(resolve(feature, {}));
  }
  std::ranges::sort(selected, {}, [](const Selected& one) { return one.feature->name(); });
  // A derived feature whose input takes no part has nothing to load from, nor what derives from it.
  const auto is_stuck = [&](const Selected& one) {
    return derives(one) && !find_input(selected, one);
  };
  for (auto stuck = std::ranges::find_if(selected, is_stuck); stuck != selected.end();
       stuck = std::ranges::find_if(selected, is_stuck)) {
    selected.erase(stuck);
  }
  return selected;
}

std::vector<Selected> select_requested(const plugin::Catalog& catalog,
                                       const std::vector<FeatureRequest>& requests) {
  std::vector<Selected> selected;
  for (const FeatureRequest& request : requests) {
    const auto found = catalog.find_features(request.name, request.plugin);
    if (found.empty()) {
      throw Error(ErrorCode::NotFound, fmt::format("feature '{}'", request.name),
                  unknown_feature(catalog, request));
    }
    for (const Feature* feature : found) selected.push_back(resolve(*feature, request));
  }
  return selected;
}

// Of features none of which can be loaded before the others: the one whose input takes no part, or
// the whole cycle that the first of them leads to.
[[noreturn]] void refuse_stuck(const std::vector<Selected>& waiting) {
  std::vector<std::size_t> chain;
  std::size_t at = 0;
  while (std::ranges::find(chain, at) == chain.end()) {
    chain.push_back(at);
    const std::string_view input = plugin::view(waiting[at].feature->descriptor->input);
    const std::optional<std::size_t> next = find_input(waiting, waiting[at]);
    if (!next) {
      throw Error(ErrorCode::Invalid, fmt::format("feature '{}'", waiting[at].feature->name()),
                  fmt::format("derives from '{}', which takes no part; add -f {}", input, input));
    }
    at = *next;
  }
  std::string cycle;
  for (auto one = std::ranges::find(chain, at); one != chain.end(); ++one) {
    cycle += fmt::format("{} from ", waiting[*one].feature->name());
  }
  const std::string_view first = waiting[at].feature->name();
  throw Error(ErrorCode::Invalid, fmt::format("feature '{}'", first),
              fmt::format("derives from itself in a cycle ({}{}), so that none of them can be "
                          "loaded first; leave them out",
                          cycle, first));
}

// Moves derived features behind their inputs and fills in Selected::input. Those that have none, or
// are in a cycle, are left waiting.
std::vector<Selected> order_by_input(std::vector<Selected>& waiting) {
  std::vector<Selected> ordered;
  while (!waiting.empty()) {
    const std::size_t before = waiting.size();
    for (auto next = waiting.begin(); next != waiting.end();) {
      const auto input = derives(*next) ? find_input(ordered, *next) : std::nullopt;
      if (derives(*next) && !input) {
        ++next;
        continue;
      }
      next->input = input.value_or(no_input);
      ordered.push_back(std::move(*next));
      next = waiting.erase(next);
    }
    if (waiting.size() == before) break;
  }
  return ordered;
}

}  // namespace

bool needs_a_request(const Feature& feature) {
  const sheaf_feature& declared = *feature.descriptor;
  return feature.has_flag(SHEAF_FEATURE_OPT_IN) ||
         std::any_of(declared.params, declared.params + declared.param_count,
                     [](const sheaf_param* p) { return (p->flags & SHEAF_PARAM_REQUIRED) != 0; });
}

std::string refuse_pattern(const std::string& pattern) {
  const RE2 regex(pattern, RE2::Quiet);
  return regex.ok() ? std::string()
                    : fmt::format("the pattern '{}' is no RE2 regex: {}", pattern, regex.error());
}

std::string unknown_feature(const plugin::Catalog& catalog, const FeatureRequest& request) {
  std::vector<std::string> known;
  for (const Feature& feature : catalog.features()) {
    known.emplace_back(feature.short_name());
    known.emplace_back(feature.name());
  }
  return fmt::format(
      "no such feature{}; there are: {}. `sheaf plugins paths` shows where plugins are looked for "
      "and why any were refused{}",
      request.plugin.empty() ? "" : fmt::format(" in plugin '{}'", request.plugin),
      names_of(catalog), did_you_mean(request.name, known));
}

std::vector<Selected> all_features(const plugin::Catalog& catalog) {
  std::vector<Selected> all;
  for (const Feature& feature : catalog.features()) {
    all.push_back({&feature, std::string(feature.name()), patterns_of(feature, {}), {}, {}});
  }
  std::ranges::sort(all, {}, [](const Selected& one) { return one.feature->name(); });
  return order_by_input(all);
}

std::vector<Selected> select(const plugin::Catalog& catalog,
                             const std::vector<FeatureRequest>& requests) {
  std::vector<Selected> selected =
      requests.empty() ? select_all(catalog) : select_requested(catalog, requests);
  if (selected.empty()) {
    throw Error(ErrorCode::NotFound, "plugins",
                "no feature is installed that takes part by itself; `sheaf plugins paths` shows "
                "where plugins are looked for and why any were refused");
  }
  std::vector<Selected> ordered = order_by_input(selected);
  if (!selected.empty()) refuse_stuck(selected);
  return ordered;
}

}  // namespace sheaf::host
