// SPDX-License-Identifier: MIT
#include "core/typed/values.hpp"

#include "core/error.hpp"

namespace sheaf::typed {

void refuse_elements(Dtype found, Dtype wanted) {
  throw Error(ErrorCode::Invalid, "a tensor",
              "holds " + found.name() + ", and " + wanted.name() + " was asked for");
}

Values::Values(std::initializer_list<Item> items) {
  for (const Item& item : items) {
    if (item.value) {
      set(item.path, *item.value);
    } else {
      set(item.path, item.below);
    }
  }
}

const Value* Values::find(std::string_view path) const {
  const auto found = map_.find(path);
  return found == map_.end() ? nullptr : &found->second;
}

const Value& Values::operator[](std::string_view path) const {
  if (const Value* value = find(path)) return *value;
  std::string known;
  for (const auto& [name, value] : map_) known += (known.empty() ? "" : ", ") + name;
  throw Error(ErrorCode::NotFound, std::string(path),
              "isn't among these values; there " +
                  (known.empty() ? std::string("are none") : "are: " + known));
}

Values Values::group(std::string_view path) const {
  Values below;
  const std::string prefix = std::string(path) + "/";
  for (auto at = map_.lower_bound(prefix); at != map_.end() && at->first.starts_with(prefix);
       ++at) {
    below.map_.emplace_hint(below.map_.end(), at->first.substr(prefix.size()), at->second);
  }
  return below;
}

std::vector<std::string> Values::names() const {
  std::vector<std::string> names;
  for (const auto& [path, value] : map_) {
    std::string name = path.substr(0, path.find('/'));
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return names;
}

void Values::set(std::string path, Value value) {
  map_.insert_or_assign(std::move(path), std::move(value));
}

void Values::set(std::string_view path, const Values& below) {
  for (const auto& [name, value] : below) set(std::string(path) + "/" + name, value);
}

}  // namespace sheaf::typed
