// SPDX-License-Identifier: MIT
#include "label/classes.hpp"

namespace sheaf::label {

void Classes::settle(const sdk::Survey& survey, const std::set<std::string>& found) {
  if (const auto stored = survey.stored("classes")) {
    for (const std::string& name : stored->strings()) add(name);
  }
  for (const std::string& name : found) add(name);
}

void Classes::add(const std::string& name) {
  if (indices_.emplace(name, static_cast<std::int64_t>(names_.size())).second) {
    names_.push_back(name);
  }
}

std::int64_t Classes::index(const std::string& name) const {
  const auto found = indices_.find(name);
  if (found == indices_.end()) {
    throw sdk::Error("has the class '" + name +
                     "', which no source had when the classes were made");
  }
  return found->second;
}

}  // namespace sheaf::label
