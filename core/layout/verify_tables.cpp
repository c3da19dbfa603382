// SPDX-License-Identifier: MIT
// /__src__ and /__fail__.
#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/failure_table.hpp"
#include "core/layout/names.hpp"
#include "core/layout/stored_table.hpp"
#include "core/layout/verification.hpp"

namespace sheaf::layout {
namespace {

std::string table(const char* group, const char* name) { return std::string(group) + "/" + name; }

// Rows of a table; empty when it isn't there.
std::optional<std::size_t> length_of(Verification& state, const std::string& path) {
  if (!hdf5::exists(state.file.get(), path)) return std::nullopt;
  const Shape shape = hdf5::shape_of(hdf5::open_dataset(state.file.get(), path));
  return shape.size() == 1 ? std::optional(static_cast<std::size_t>(shape[0])) : std::nullopt;
}

// What follows `known` something else appended, which may have had the id already.
void check_unique(Verification& state, const std::string& path, std::size_t known) {
  std::unordered_map<std::string_view, std::size_t> first;
  for (std::size_t source = 0; source < state.ids.size(); ++source) {
    const auto [same, is_new] = first.try_emplace(state.ids[source], source);
    if (is_new) continue;
    const std::string message = "sources " + std::to_string(same->second) + " and " +
                                std::to_string(source) + " are both called '" + state.ids[source] +
                                "'";
    if (state.is_ours && source < known) {
      state.problem("/" + path, "id-twice", message, "give one of them another name");
    } else {
      state.note("/" + path, "id-twice", message + "; the last one counts",
                 "`sheaf pack " + state.name + "` drops the others");
    }
  }
}

// One row a source, or fewer. Returns how many.
std::size_t check_length(Verification& state, const char* name) {
  const std::string path = table(names::sources, name);
  const std::size_t sources = state.ids.size();
  const auto length = length_of(state, path);
  if (!length) return 0;
  if (*length > sources) {
    state.problem("/" + path, "too-long",
                  "has " + count_of(*length, "row") + " for " + count_of(sources, "source"),
                  restore);
  } else if (*length < sources) {
    state.note("/" + path, "too-short",
               "has " + count_of(*length, "row") + " for " + count_of(sources, "source") +
                   "; what is missing counts as unknown",
               "`sheaf pack " + state.name + "` fills it up");
  }
  return *length;
}

void check_numbers(Verification& state, const char* name) {
  const std::string path = table(names::sources, name);
  state.try_to("/" + path, [&] {
    check_length(state, name);
    const auto numbers = read_numbers(state.file, path, state.ids.size());
    if (name != std::string_view(names::sizes)) return;
    for (std::size_t source = 0; source < numbers.size(); ++source) {
      if (numbers[source] >= -1) continue;
      state.problem("/" + path, "size-negative",
                    state.name_of(source) + " has " + std::to_string(numbers[source]) + " bytes",
                    restore);
    }
  });
}

bool is_digest(std::string_view text) {
  constexpr std::string_view prefix = "xxh128:";
  if (!text.starts_with(prefix) || text.size() != prefix.size() + 32) return false;
  return std::ranges::all_of(text.substr(prefix.size()), [](char digit) {
    return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
  });
}

void check_digests(Verification& state) {
  const std::string path = table(names::sources, names::digests);
  state.try_to("/" + path, [&] {
    check_length(state, names::digests);
    const std::vector<std::string> digests = read_texts(state.file, path);
    for (std::size_t source = 0; source < digests.size(); ++source) {
      if (digests[source].empty() || is_digest(digests[source])) continue;
      state.problem(
          "/" + path, "digest-form",
          state.name_of(source) + " has '" + digests[source] + "', not xxh128: and 32 hex digits",
          "compare with --sources, and write what `xxh128sum` prints, or nothing");
    }
  });
}

std::vector<std::string> check_keys(Verification& state) {
  const std::string path = table(names::sources, names::keys);
  std::vector<std::string> keys;
  state.at("/" + path);
  state.try_to("/" + path, [&] {
    if (state.is_ours && !length_of(state, path)) {
      state.problem("/" + path, "missing", "isn't there, or is no list", restore);
    }
    const std::vector<std::string> texts = read_texts(state.file, path);
    std::unordered_set<std::string> seen;
    for (std::string key : texts) {
      key.erase(0, key.find_first_not_of('/'));
      if (key.empty()) {
        state.problem("/" + path, "key-empty", "has an empty path", "remove it");
      } else if (seen.insert(key).second) {
        keys.push_back(std::move(key));
      } else {
        state.note("/" + path, "key-twice", "has '" + key + "' more than once",
                   "`sheaf pack " + state.name + "` keeps the first");
      }
    }
  });
  return keys;
}

}  // namespace

std::vector<std::string> check_sources(Verification& state) {
  const std::string path = table(names::sources, names::ids);
  state.at("/" + path);
  state.has_ids = state.try_to("/" + path, [&] {
    if (state.is_ours && !length_of(state, path)) {
      throw Error(ErrorCode::Corrupt, path, "isn't there, or is no list");
    }
    state.ids = read_texts(state.file, path);
    state.report.checked.sources = static_cast<std::int64_t>(state.ids.size());
    const auto known = length_of(state, table(names::sources, names::sizes));
    check_unique(state, path, known.value_or(state.ids.size()));
  });
  if (!state.has_ids) return check_keys(state);
  check_numbers(state, names::sizes);
  check_numbers(state, names::mtimes);
  check_digests(state);
  return check_keys(state);
}

void check_failures(Verification& state) {
  if (!hdf5::exists(state.file.get(), names::failures)) return;
  const std::string group = std::string("/") + names::failures;
  state.at(group);
  std::optional<std::size_t> rows;
  for (const auto& field : FailureTable::texts) {
    const std::string path = table(names::failures, field.name);
    state.try_to("/" + path, [&] {
      const auto length = length_of(state, path);
      if (!length) return state.problem("/" + path, "missing", "isn't there", restore);
      if (!rows) rows = length;
      if (length != rows) {
        state.problem(group, "unequal",
                      "its tables have different lengths: " + std::to_string(*rows) + " and " +
                          std::to_string(*length) + " (" + field.name + ")",
                      restore);
      }
      const std::vector<std::string> texts = read_texts(state.file, path);
      if (field.member != &Failure::feature) return;
      for (std::string feature : texts) {
        feature.erase(0, feature.find_first_not_of('/'));
        if (feature.empty() || hdf5::exists(state.file.get(), feature)) continue;
        state.problem("/" + path, "feature-unknown",
                      "names the feature '" + feature + "', which the file doesn't have",
                      "remove the entry, or restore the feature's group");
      }
    });
  }
  state.report.checked.failures = static_cast<std::int64_t>(rows.value_or(0));
}

}  // namespace sheaf::layout
