// SPDX-License-Identifier: MIT
#include "host/ingest/survey_table.hpp"

#include <algorithm>

namespace sheaf::host {

SurveyTable::SurveyTable(const Work& work, std::size_t feature) : work_(work), feature_(feature) {
  if (work.features[feature].feature->descriptor->survey == nullptr) return;
  const auto is_claimed = [&](std::size_t source) {
    const WorkTable::Claims& claims = work.sources.claims(source);
    return std::ranges::find(claims, feature) != claims.end();
  };
  std::size_t count = 0;
  for (std::size_t i = 0; i < work.sources.size(); ++i) count += is_claimed(i) ? 1 : 0;
  rows_.reserve(count);
  pointers_.reserve(count);
  for (std::size_t i = 0; i < work.sources.size(); ++i) {
    if (!is_claimed(i)) continue;
    const SourceView source = work.sources[i];
    sheaf_source& row = rows_.emplace_back();
    row.struct_size = sizeof(sheaf_source);
    row.id = {source.id.data(), source.id.size()};
    pointers_.push_back(&row);
    if (!source.is_local()) continue;  // fetched when it is loaded, and not before
    row.path = {reinterpret_cast<const std::uint8_t*>(source.path.data()), source.path.size()};
  }
}

plugin::SurveyView SurveyTable::view(std::span<const plugin::Description> described) const {
  plugin::SurveyView view{pointers_};
  const std::size_t input = work_.features[feature_].input;
  if (input != no_input) view.input = &described[input];
  if (feature_ < work_.before.attrs.size()) view.stored_attrs = work_.before.attrs[feature_];
  view.stored_ids = work_.before.ids;
  return view;
}

}  // namespace sheaf::host
