// SPDX-License-Identifier: MIT
#include "host/ingest/continuation.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/ingest/provenance.hpp"
#include "host/source/digest.hpp"

namespace sheaf::host {
namespace {

// What differs between how a feature wrote before and how it would write now; empty: nothing.
std::string difference(const Origin& before, const Origin& now) {
  if (before.version != now.version) {
    return fmt::format("its plugin was {} then and is {} now", before.version, now.version);
  }
  if (before.parameters != now.parameters) {
    return fmt::format("its parameters were {} then and are {} now", before.parameters,
                       now.parameters);
  }
  if (before.pattern != now.pattern) {
    return fmt::format("its pattern was '{}' then and is '{}' now", before.pattern, now.pattern);
  }
  return {};
}

bool is_at(const Selected& selected, const std::string& path, const std::string& feature) {
  return selected.path == path && selected.feature->name() == feature;
}

layout::Reader open_existing(const std::filesystem::path& file) {
  std::string why = "Sheaf didn't write it";
  try {
    layout::Reader reader = layout::Reader::open(file);
    if (!reader.format_version().empty()) return reader;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Corrupt && error.code() != ErrorCode::Invalid) throw;
    why = std::string(error.what())
              .substr(std::min(error.object().size() + 2, std::string(error.what()).size()));
  }
  throw Error(ErrorCode::Exists, file.string(),
              fmt::format("exists already and can't be gone on with ({}); name another file, or "
                          "replace it with --overwrite",
                          why));
}

}  // namespace

Continuation::Continuation(const std::filesystem::path& file, ContinueOptions options)
    : options_(options), is_resumed_(true), file_(file.string()) {
  const layout::Reader reader = open_existing(file);
  is_complete_ = reader.complete();
  infos_ = reader.sources();
  for (layout::SourceInfo& info : infos_) ids_.push_back(std::exchange(info.id, {}));
  for (std::size_t number = 0; number < ids_.size(); ++number) {
    index_.insert(ids_[number], number, [this](std::size_t at) { return ids_[at]; });
  }
  is_met_.assign(ids_.size(), false);
  failures_ = reader.failures();
  for (const layout::Failure& failure : failures_) unmet_failures_.insert(failure.id);
  read_places(reader);
}

void Continuation::read_places(const layout::Reader& reader) {
  for (const std::string& path : reader.places()) {
    Place& place = places_.emplace_back(Place{path, reader.attrs(path), {}});
    place.has_cell.assign(ids_.size(), false);
    for (const layout::OutputInfo& output : reader.outputs()) {
      if (output.path != path && !output.path.starts_with(path + "/")) continue;
      for (std::size_t number = 0; number < ids_.size(); ++number) {
        if (reader.span(output.path, number)) place.has_cell[number] = true;
      }
    }
  }
}

const Continuation::Place* Continuation::find_place(const std::string& path) const {
  const auto found = std::ranges::find(places_, path, &Place::path);
  return found == places_.end() ? nullptr : &*found;
}

const std::vector<layout::Attribute>* Continuation::attrs(const std::string& place) const {
  const Place* const found = find_place(place);
  return found == nullptr ? nullptr : &found->attrs;
}

void Continuation::check(const std::vector<Selected>& selection) const {
  if (options_.force) return;
  const auto refuse = [this](const std::string& what) {
    throw Error(ErrorCode::Invalid, file_,
                fmt::format("was written in another way: {}; go on all the same with --force, or "
                            "build it anew with --overwrite",
                            what));
  };
  for (const Place& place : places_) {
    for (const Origin& before : origins_of(place.attrs)) {
      const auto found = std::ranges::find_if(selection, [&](const Selected& selected) {
        return is_at(selected, place.path, before.feature);
      });
      if (found == selection.end()) {
        refuse(fmt::format("'{}' at '{}' takes no part now", before.feature, place.path));
      }
      if (const std::string what = difference(before, origin_of(*found)); !what.empty()) {
        refuse(fmt::format("'{}' at '{}': {}", before.feature, place.path, what));
      }
    }
  }
}

bool Continuation::has_changed(const Source& source, std::size_t number) const {
  const layout::SourceInfo& stored = infos_[number];
  const auto differ = [](std::int64_t a, std::int64_t b) { return a >= 0 && b >= 0 && a != b; };
  if (differ(source.size, stored.size)) return true;
  if (options_.digests && !stored.digest.empty() && source.is_local()) {
    return digest_of_file(source.path) != stored.digest;
  }
  return differ(source.mtime_ns, stored.mtime_ns);
}

std::optional<std::size_t> Continuation::meet_number(const std::string& id) {
  unmet_failures_.erase(id);
  const auto number = index_.find(id, [this](std::size_t at) { return ids_[at]; });
  if (number) is_met_[*number] = true;
  return number;
}

void Continuation::meet(const std::string& id) { meet_number(id); }

Continuation::Task Continuation::judge(const Source& source, const std::vector<Selected>& selection,
                                       WorkTable::Claims& claims) {
  if (!is_resumed_) return Task::Load;
  const std::optional<std::size_t> number = meet_number(source.id);
  if (!number) return Task::Load;
  if (has_changed(source, *number)) {
    if (options_.update) return Task::Replace;
    ++changed_;
    return Task::Leave;
  }
  // A derived feature needs the rows of its input, which are loaded once more for it.
  std::vector<bool> is_wanted(selection.size(), false);
  for (auto claim = claims.rbegin(); claim != claims.rend(); ++claim) {
    const Place* const place = find_place(selection[*claim].path);
    if (place == nullptr || !place->has_cell[*number]) is_wanted[*claim] = true;
    if (is_wanted[*claim] && selection[*claim].input != no_input) {
      is_wanted[selection[*claim].input] = true;
    }
  }
  std::erase_if(claims, [&](std::uint32_t feature) { return !is_wanted[feature]; });
  if (!claims.empty()) return Task::Load;
  ++left_;
  return Task::Leave;
}

std::vector<std::int64_t> Continuation::met() const {
  std::vector<std::int64_t> numbers;
  for (std::size_t number = 0; number < is_met_.size(); ++number) {
    if (is_met_[number]) numbers.push_back(static_cast<std::int64_t>(number));
  }
  return numbers;
}

bool Continuation::prunes() const {
  return options_.prune && is_resumed_ &&
         (!unmet_failures_.empty() || std::ranges::find(is_met_, false) != is_met_.end());
}

std::vector<std::string> Continuation::gone_failures() const {
  return {unmet_failures_.begin(), unmet_failures_.end()};
}

}  // namespace sheaf::host
