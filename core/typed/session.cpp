// SPDX-License-Identifier: MIT
#include "core/typed/session.hpp"

#include <utility>

#include "core/error.hpp"

namespace sheaf::typed {

Session::Session(layout::Writer writer, std::vector<std::string> ids, bool is_dirty)
    : writer_(std::move(writer)), ids_(std::move(ids)), is_dirty_(is_dirty) {}

std::unique_ptr<Session> Session::create(const std::filesystem::path& target) {
  return std::unique_ptr<Session>(new Session(layout::Writer::create(target), {}, true));
}

std::unique_ptr<Session> Session::open(const std::filesystem::path& file,
                                       std::vector<std::string> ids, bool keeps_complete) {
  auto writer = layout::Writer::open(file, {.keeps_complete = keeps_complete, .adopts = true});
  return std::unique_ptr<Session>(new Session(std::move(writer), std::move(ids), false));
}

const Session::Output* Session::find(std::string_view path) const {
  const auto found = outputs_.find(path);
  return found == outputs_.end() ? nullptr : &found->second;
}

const Session::Output& Session::require(layout::FeatureSpec spec) {
  if (const Output* output = find(spec.path)) return *output;
  const std::string path = spec.path;
  const Dtype dtype = spec.outputs[0].dtype;
  const std::size_t item_axes = spec.outputs[0].item_shape.size();
  const std::size_t feature = writer_.add_feature(std::move(spec));
  return outputs_.emplace(path, Output{feature, dtype, item_axes}).first->second;
}

bool Session::fits_in_place(const Change& change, std::int64_t source) const {
  return writer_.shape(change.output->feature, 0, source) == change.rows.shape();
}

void Session::store(const std::string& id, const std::vector<Change>& changes) {
  const auto source = writer_.find(id);
  std::vector<const Change*> in_place;
  std::vector<const Change*> appended;
  for (const Change& change : changes) {
    const bool fits = source && fits_in_place(change, *source);
    (fits ? in_place : appended).push_back(&change);
  }
  // Rows that don't fit are told of before anything is overwritten.
  if (!appended.empty()) append(id, appended);
  for (const Change* change : in_place) overwrite_in_place(*change, *source);
}

void Session::append(const std::string& id, const std::vector<const Change*>& changes) {
  const auto source = writer_.find(id);
  layout::SourceInfo info{id};
  if (source) info = writer_.source(*source);
  writer_.begin_source(info);
  for (const Change* change : changes) {
    const auto reason = writer_.append(change->output->feature, 0, change->rows.view());
    if (!reason) continue;
    for (const Change* before : changes) writer_.drop(before->output->feature);
    (void)writer_.end_source();
    throw Error(ErrorCode::Invalid, change->object, "source '" + id + "': " + *reason);
  }
  is_dirty_ = true;
  (void)writer_.end_source();
  for (const Change* change : changes) {
    if (change->rows.shape()[0] == 0) writer_.settle(change->output->feature);
  }
  if (!source) ids_.push_back(id);
}

void Session::overwrite_in_place(const Change& change, std::int64_t source) {
  const auto span = writer_.span(change.output->feature, 0, source);
  const bool is_ragged = writer_.is_ragged(change.output->feature, 0);
  overwrite(*change.output, change.object, span->start,
            is_ragged ? change.rows.flat_view() : change.rows.view());
}

void Session::overwrite(const Output& output, const std::string& object, std::int64_t start,
                        const layout::RowsView& rows) {
  is_dirty_ = true;
  if (const auto reason = writer_.overwrite(output.feature, 0, start, rows)) {
    throw Error(ErrorCode::Invalid, object, *reason);
  }
}

std::filesystem::path Session::commit() {
  std::filesystem::path name = writer_.commit();
  is_dirty_ = false;
  return name;
}

}  // namespace sheaf::typed
