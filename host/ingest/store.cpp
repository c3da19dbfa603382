// SPDX-License-Identifier: MIT
#include "host/ingest/store.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/layout/check_spec.hpp"
#include "host/ingest/provenance.hpp"
#include "host/plugin/describe.hpp"
#include "host/source/digest.hpp"

namespace sheaf::host {
namespace {

// The rows of one place, for the `finish` of a feature there.
class PlaceRows final : public RowAccess {
 public:
  PlaceRows(layout::Writer& writer, std::size_t place, std::size_t outputs)
      : writer_(writer), place_(place), outputs_(outputs) {}

  std::int64_t count(std::uint32_t output) override {
    return writer_.rows(place_, checked(output));
  }
  Value read(std::uint32_t output, std::int64_t start, std::int64_t stop) override {
    if (start < 0 || stop < start || stop > count(output)) {
      throw Error(ErrorCode::Invalid, "finish",
                  fmt::format("reads rows {} to {} of {}", start, stop, count(output)));
    }
    return writer_.read(place_, output, start, stop);
  }
  void set_attr(const std::string& name, const Value& value) override {
    plugin::check_attr_name(name);
    writer_.set_attr(place_, name, value);
  }

 private:
  [[nodiscard]] std::size_t checked(std::uint32_t output) const {
    if (output < outputs_) return output;
    throw Error(ErrorCode::Invalid, "finish", fmt::format("there is no output {}", output));
  }
  layout::Writer& writer_;
  std::size_t place_;
  std::size_t outputs_;
};

// SOURCE_DATE_EPOCH stands for now where the same run is to give the same bytes
// (https://reproducible-builds.org/specs/source-date-epoch).
std::int64_t now_ns() {
  constexpr std::int64_t second = 1'000'000'000;
  if (const char* const text = std::getenv("SOURCE_DATE_EPOCH")) return std::atoll(text) * second;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string plugin_text(const Selected& selected) {
  return fmt::format("{} {}", selected.feature->plugin->id, selected.feature->plugin->version);
}

// Two features may fill one place only if the place can't tell which of them did.
void check_shared_place(const Selected& first, const plugin::Description& first_description,
                        const Selected& other, const plugin::Description& other_description) {
  const char* what = first_description.outputs != other_description.outputs ? "outputs"
                     : first_description.attrs != other_description.attrs   ? "attributes"
                     : !(first.dataset == other.dataset)                    ? "dataset options"
                                                                            : nullptr;
  if (what == nullptr) return;
  throw Error(
      ErrorCode::Invalid, fmt::format("place '{}'", first.path),
      fmt::format("'{}' and '{}' want different {} there; give one another place "
                  "(-f {}=PATH)",
                  first.feature->name(), other.feature->name(), what, other.feature->name()));
}

}  // namespace

void check_places(const Work& work, const std::vector<plugin::Description>& descriptions) {
  const std::vector<Selected>& features = work.features;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const std::string object = fmt::format("place '{}'", features[i].path);
    layout::check_spec({features[i].path, with_overrides(features[i], descriptions[i].outputs), {}},
                       object);
    for (std::size_t k = 0; k < i; ++k) {
      if (features[k].path == features[i].path) {
        check_shared_place(features[k], descriptions[k], features[i], descriptions[i]);
      } else if (layout::paths_collide(features[k].path, features[i].path)) {
        throw Error(ErrorCode::Invalid, object,
                    fmt::format("one lies inside the other: '{}'", features[k].path));
      }
    }
  }
}

Store::Store(layout::Writer& writer, const Work& work,
             const std::vector<plugin::Description>& descriptions, Summary& summary,
             bool stop_on_error)
    : writer_(writer), work_(work), summary_(summary), stop_on_error_(stop_on_error) {
  add_places(descriptions);
}

void Store::add_places(const std::vector<plugin::Description>& descriptions) {
  const std::vector<Selected>& features = work_.features;
  for (const plugin::Description& description : descriptions) {
    output_counts_.push_back(description.outputs.size());
  }
  for (std::size_t i = 0; i < features.size(); ++i) {
    const auto first = std::ranges::find(features, features[i].path, &Selected::path);
    const auto leader = static_cast<std::size_t>(first - features.begin());
    if (leader < i) {
      check_shared_place(features[leader], descriptions[leader], features[i], descriptions[i]);
      places_.push_back(places_[leader]);
      continue;
    }
    std::vector<const Selected*> sharers;
    for (const Selected& feature : features) {
      if (feature.path == features[i].path) sharers.push_back(&feature);
    }
    std::vector<layout::Attribute> attrs = descriptions[i].attrs;
    for (layout::Attribute& attr :
         merged_provenance(work_.before.attrs.at(i), provenance(sharers))) {
      attrs.push_back(std::move(attr));
    }
    places_.push_back(
        writer_.add_feature({features[i].path, with_overrides(features[i], descriptions[i].outputs),
                             std::move(attrs)}));
  }
}

void Store::forget_general_failures(const std::vector<layout::Failure>& failures) {
  for (const layout::Failure& failure : failures) {
    if (failure.id.empty() || failure.stage == "walk") writer_.forget_failures(failure.id);
  }
}

void Store::add_failure(layout::Failure failure) {
  failure.time_ns = now_ns();
  writer_.add_failure(failure);
  if (stop_on_error_) {
    throw Error(ErrorCode::Invalid, printable(failure.id),
                fmt::format("{}{}{}; stopped, since the error policy is to stop", failure.feature,
                            failure.feature.empty() ? "" : ": ", failure.message));
  }
  summary_.failures.push_back(std::move(failure));
}

void Store::apply(const Parcel& parcel) {
  for (const Cell& cell : parcel.cells) apply(parcel, cell);
}

void Store::apply(const Parcel& parcel, const Cell& cell) {
  if (!source_open_ || cell.source != source_) {
    end_source();
    begin_source(cell.source);
  }
  if (cell.begins) {
    refused_.clear();
    // Once more from the start: a worker died in the middle, and another one has the source now.
    // All of it goes, since this time a feature may have nothing to derive from.
    if (seen_here_[cell.feature]) drop_source();
    seen_here_[cell.feature] = true;
  }
  append(parcel, cell);
  if (cell.ends) end_cell(cell);
}

void Store::append(const Parcel& parcel, const Cell& cell) {
  // Rows of a cell that failed in this same parcel needn't be written to be taken back.
  if (cell.ends && cell.status != SHEAF_OK && cell.begins) return;
  const std::size_t place = places_[cell.feature];
  for (std::size_t i = 0; i < cell.piece_count && refused_.empty(); ++i) {
    const Piece& piece = parcel.pieces[cell.first_piece + i];
    rows_.rows = piece.rows;
    rows_.item_shape.assign(piece.item_shape, piece.item_shape + piece.ndim);
    rows_.data = piece.data;
    rows_.offsets = piece.offsets;
    if (auto reason = writer_.append(place, piece.output, rows_)) refused_ = *std::move(reason);
    uncommitted_bytes_ += piece.size;
  }
}

void Store::end_cell(const Cell& cell) {
  if (cell.unfetched) return fail_source(cell);
  const std::size_t place = places_[cell.feature];
  const std::size_t input = work_.features[cell.feature].input;
  if (input != no_input && failed_here_[input]) {  // the writer refused what it was made of
    failed_here_[cell.feature] = true;
    return writer_.drop(place);
  }
  const bool stored = cell.status == SHEAF_OK || cell.status == SHEAF_EMPTY;
  if (cell.status != SHEAF_OK || !refused_.empty()) writer_.drop(place);
  if (stored && refused_.empty()) {
    writer_.mark_present(place);
    return;
  }
  if (cell.status == SHEAF_SKIP) return;
  if (stored) {
    fail(cell, "shape",
         fmt::format("{}; `sheaf plugins info {}` shows the parameters that make shapes equal",
                     refused_, work_.features[cell.feature].feature->short_name()));
    return;
  }
  fail(cell, cell.label != nullptr ? cell.label : plugin::status_name(cell.status), cell.message);
  if (cell.status == SHEAF_ERR_FATAL) {
    throw Error(ErrorCode::Invalid, printable(work_.sources[cell.source].id), cell.message);
  }
}

void Store::fail(const Cell& cell, const char* status, const std::string& message) {
  if (failed_here_[cell.feature]) return;  // told before the worker died
  if (!source_failed_) ++summary_.failed;
  source_failed_ = true;
  failed_here_[cell.feature] = true;
  const Selected& feature = work_.features[cell.feature];
  const char* const stage = std::string_view(status) == "shape" ? "store" : "load";
  add_failure({std::string(work_.sources[cell.source].id), feature.path, status, message,
               plugin_text(feature), stage});
}

void Store::fail_source(const Cell& cell) {
  if (source_failed_) return;  // told before a worker died
  ++summary_.failed;
  source_failed_ = true;
  add_failure({std::string(work_.sources[cell.source].id), "", "fetch", cell.message, "", "fetch"});
}

void Store::begin_source(std::size_t source) {
  const SourceView from = work_.sources[source];
  is_replacing_ = work_.replaced.contains(source);
  layout::SourceInfo info{std::string(from.id), from.size, from.mtime_ns, {}};
  if (work_.digests && from.is_local()) info.digest = digest_of_file(std::string(from.path));
  writer_.begin_source(info, is_replacing_);
  source_ = source;
  source_open_ = true;
  source_failed_ = false;
  failed_here_.assign(work_.features.size(), false);
  seen_here_.assign(work_.features.size(), false);
}

void Store::drop_source() {
  for (std::size_t i = 0; i < seen_here_.size(); ++i) {
    if (seen_here_[i]) writer_.drop(places_[i]);
  }
  seen_here_.assign(seen_here_.size(), false);
}

void Store::end_source() {
  if (!source_open_) return;
  source_open_ = false;
  // Rows of two versions of a source don't mix: the earlier one stays.
  if (is_replacing_ && source_failed_) drop_source();
  if (writer_.end_source()) {
    ++summary_.stored;
    if (is_replacing_) ++summary_.replaced;
    if (source_failed_) ++summary_.partly;
  } else if (!source_failed_) {
    summary_.skipped.emplace_back(work_.sources[source_].id);
  }
  forget_failures();
  ++uncommitted_sources_;
  commit_if_due();
}

void Store::forget_failures() {
  const std::string_view id = work_.sources[source_].id;
  for (std::size_t feature = 0; feature < seen_here_.size(); ++feature) {
    if (!seen_here_[feature] || failed_here_[feature]) continue;
    writer_.forget_failure(id, work_.features[feature].path);
    writer_.forget_failure(id, "");  // it could be fetched
  }
}

void Store::commit_if_due() {
  const CommitPoints& points = work_.commits;
  const auto now = std::chrono::steady_clock::now();
  if (uncommitted_sources_ < points.sources && uncommitted_bytes_ < points.bytes &&
      now - committed_at_ < points.time) {
    return;
  }
  writer_.commit();
  summary_.committed = summary_.stored - summary_.replaced;
  uncommitted_sources_ = uncommitted_bytes_ = 0;
  committed_at_ = std::chrono::steady_clock::now();
}

void Store::end(bool is_whole) {
  if (!is_whole && source_open_) {
    drop_source();  // it may be there in part only
    writer_.end_source();
    source_open_ = false;
  }
  end_source();
}

void Store::finish(Executor& executor) {
  for (std::size_t i = 0; i < work_.features.size(); ++i) {
    const Selected& feature = work_.features[i];
    PlaceRows rows(writer_, places_[i], output_counts_[i]);
    const plugin::Outcome outcome = executor.finish(i, rows);
    if (outcome.status == SHEAF_OK) continue;
    const std::string message = outcome.message.empty() ? "without saying why" : outcome.message;
    if (outcome.status == SHEAF_ERR_FATAL) {
      throw Error(ErrorCode::Invalid, fmt::format("feature '{}'", feature.feature->name()),
                  "finish failed: " + message);
    }
    add_failure({"", feature.path, plugin::status_name(outcome.status), "finish failed: " + message,
                 plugin_text(feature), "finish"});
  }
}

}  // namespace sheaf::host
