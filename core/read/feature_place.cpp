// SPDX-License-Identifier: MIT
#include "core/read/feature_place.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "core/layout/names.hpp"

namespace sheaf::read {
namespace {

std::vector<std::string> features_of(const std::vector<layout::Attribute>& attrs) {
  const auto found =
      std::ranges::find(attrs, layout::names::feature_attr, &layout::Attribute::first);
  return found == attrs.end() ? std::vector<std::string>() : found->second.strings;
}

// Adds those that aren't there yet.
void add_attrs(std::vector<layout::Attribute>& attrs, std::vector<layout::Attribute> more) {
  for (layout::Attribute& attr : more) {
    const bool is_known =
        std::ranges::find(attrs, attr.first, &layout::Attribute::first) != attrs.end();
    if (!is_known && !attr.first.starts_with("sheaf_")) attrs.push_back(std::move(attr));
  }
}

bool are_statistics(const std::vector<std::string>& these, const std::vector<std::string>& of) {
  return std::ranges::any_of(of, [&](const std::string& feature) {
    return std::ranges::find(these, feature + "_statistics") != these.end();
  });
}

}  // namespace

std::string feature_place(const File& file, const std::string& path) {
  for (std::string place = path; !place.empty();) {
    if (!features_of(file.attrs(place)).empty()) return place;
    const std::size_t slash = place.rfind('/');
    place.resize(slash == std::string::npos ? 0 : slash);
  }
  return path;
}

std::vector<std::string> features_at(const File& file, const std::string& place) {
  return features_of(file.attrs(place));
}

std::vector<layout::Attribute> telling_attrs(const File& file, const std::string& path) {
  const std::string own = feature_place(file, path);
  std::vector<layout::Attribute> attrs;
  add_attrs(attrs, file.attrs(own));
  const std::vector<std::string> features = features_at(file, own);
  std::set<std::string> seen{own};
  for (const std::string& other : file.paths()) {
    const std::string place = feature_place(file, other);
    if (features.empty() || !seen.insert(place).second) continue;
    if (are_statistics(features_at(file, place), features)) add_attrs(attrs, file.attrs(place));
  }
  return attrs;
}

}  // namespace sheaf::read
