// SPDX-License-Identifier: MIT
#include "host/ingest/survey_table.hpp"

#include <algorithm>
#include <filesystem>

namespace sheaf::host {

SurveyTable::SurveyTable(const Work& work, std::size_t feature) {
  if (work.features[feature].feature->descriptor->survey == nullptr) return;
  const std::string folder = std::filesystem::current_path().string();
  for (std::size_t i = 0; i < work.sources.size(); ++i) {
    const auto claims = work.sources.claims(i);
    if (std::ranges::find(claims, feature) == claims.end()) continue;
    const SourceView source = work.sources[i];
    sheaf_source& row = rows_.emplace_back();
    const std::string& uri = uris_.emplace_back(file_uri(source.path, folder));
    row.struct_size = sizeof(sheaf_source);
    row.id = {source.id.data(), source.id.size()};
    row.uri = {uri.data(), uri.size()};
    row.path = {reinterpret_cast<const std::uint8_t*>(source.path.data()), source.path.size()};
  }
  pointers_.reserve(rows_.size());
  for (const sheaf_source& row : rows_) pointers_.push_back(&row);
}

}  // namespace sheaf::host
