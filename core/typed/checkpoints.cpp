// SPDX-License-Identifier: MIT
#include "core/typed/checkpoints.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/layout/paths.hpp"
#include "core/typed/store.hpp"

namespace sheaf::typed {
namespace {

bool is_scalar(const Store& store, const std::string& path, const Value& value) {
  if (value.shape != Shape{1}) return false;
  return std::ranges::any_of(store.attrs(path),
                             [](const auto& attr) { return attr.first == Store::scalar_attr; });
}

// A set stored over another one of the name would keep those of its tensors that it lacks.
void check_replaces(const Store& store, const std::string& place, const std::string& id,
                    const Tensors& tensors) {
  for (const std::string& path : store.paths()) {
    if (!path.starts_with(place + "/") || !store.has(path, id)) continue;
    const std::string name = path.substr(place.size() + 1);
    if (tensors.contains(name)) continue;
    throw Error(ErrorCode::Invalid, store.name() + ":/" + place,
                "the checkpoint '" + id + "' that is there has a tensor '" + name +
                    "' and the new one hasn't; store it under another name");
  }
}

}  // namespace

void Checkpoints::add(std::string_view id, const Tensors& tensors) const {
  check_replaces(*place_.store, place_.path, std::string(id), tensors);
  Values values;
  for (const auto& [name, tensor] : tensors) values.set(name, tensor);
  place_.store->add(place_.path, id, values, {.marks_scalars = true});
  place_.store->commit();
}

std::optional<Tensors> Checkpoints::get(std::string_view id) const {
  const auto values = place_.store->get_all(place_.path, id);
  if (!values) return std::nullopt;
  Tensors tensors;
  for (const auto& [name, value] : *values) {
    const bool scalar = is_scalar(*place_.store, layout::below(place_.path, name), value);
    tensors.emplace(name, value).first->second.shape = scalar ? Shape{} : value.shape;
  }
  return tensors;
}

std::vector<std::string> Checkpoints::ids() const {
  const std::vector<std::string> all = place_.store->ids();
  std::vector<bool> is_present(all.size());
  for (const std::string& path : place_.store->paths()) {
    if (!path.starts_with(place_.path + "/")) continue;
    const auto refs = place_.store->refs(path);
    for (std::size_t source = 0; source < refs.size(); ++source) {
      if (refs[source]) is_present[source] = true;
    }
  }
  std::vector<std::string> ids;
  for (std::size_t source = 0; source < all.size(); ++source) {
    if (is_present[source]) ids.push_back(all[source]);
  }
  return ids;
}

}  // namespace sheaf::typed
