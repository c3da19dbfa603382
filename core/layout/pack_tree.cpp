// SPDX-License-Identifier: MIT
#include "core/layout/pack_tree.hpp"

#include <algorithm>
#include <utility>

#include "core/hdf5/copy.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/paths.hpp"

namespace sheaf::layout {

TreeCopy::TreeCopy(const hdf5::File& from, const hdf5::File& to) : from_(from), to_(to) {
  copied_.emplace(hdf5::address_of(hdf5::open_group(from_.get(), "/").get()), "");
}

void TreeCopy::remember(const std::string& path, bool rows_moved) {
  if (!hdf5::exists(from_.get(), path)) return;
  const hdf5::Object object = hdf5::open_object(from_.get(), path);
  const std::uint64_t address = hdf5::address_of(object.get());
  copied_.try_emplace(address, path);
  if (rows_moved) moved_.insert(address);
}

hdf5::Group TreeCopy::ensure_group(const std::string& path) {
  hdf5::Group group = hdf5::open_group(to_.get(), "/");
  for (std::size_t end = 0; end < path.size();) {
    end = std::min(path.find('/', end + 1), path.size());
    const std::string part = path.substr(0, end);
    if (!hdf5::exists(to_.get(), part)) {
      const hdf5::Group model = hdf5::open_group(from_.get(), part);
      const auto [known, is_new] = copied_.try_emplace(hdf5::address_of(model.get()), part);
      if (is_new) {
        (void)hdf5::create_group_like(group.get(), part.substr(part.rfind('/') + 1), model);
      } else {
        const hdf5::Object same = hdf5::open_object(to_.get(), "/" + known->second);
        hdf5::make_hard_link(same.get(), group.get(), part.substr(part.rfind('/') + 1));
      }
    }
    group = hdf5::open_group(to_.get(), part);
  }
  return group;
}

std::vector<std::string> TreeCopy::rest() {
  open_.emplace_back();
  while (!open_.empty()) {
    const std::string path = std::move(open_.back());
    open_.pop_back();
    copy_group(path);
  }
  make_references();
  return std::move(lost_);
}

void TreeCopy::copy_group(const std::string& path) {
  const hdf5::Group from = hdf5::open_group(from_.get(), path.empty() ? "/" : path);
  const hdf5::Group to = hdf5::open_group(to_.get(), path.empty() ? "/" : path);
  copy_attributes(from.get(), to.get(), path);
  const std::size_t waiting = open_.size();
  for (const hdf5::Link& link : hdf5::list_links(from)) copy_link(from, to, path, link);
  std::reverse(open_.begin() + static_cast<std::ptrdiff_t>(waiting), open_.end());
}

void TreeCopy::copy_link(const hdf5::Group& from, const hdf5::Group& to, const std::string& path,
                         const hdf5::Link& link) {
  const bool is_there = hdf5::exists(to.get(), link.name);
  switch (link.kind) {
    case hdf5::LinkKind::Hard:
      return copy_hard_link(from, to, below(path, link.name), link.name);
    case hdf5::LinkKind::Soft:
      if (!is_there) hdf5::make_soft_link(to.get(), link);
      return;
    case hdf5::LinkKind::External:
      if (!is_there) hdf5::make_external_link(to.get(), link);
      return;
    case hdf5::LinkKind::Other:
      lost_.push_back("/" + below(path, link.name) +
                      ": a link of a kind that only its maker knows");
  }
}

void TreeCopy::copy_hard_link(const hdf5::Group& from, const hdf5::Group& to,
                              const std::string& child, const std::string& name) {
  const bool is_there = hdf5::exists(to.get(), name);
  const hdf5::Object object = hdf5::open_object(from.get(), name);
  const auto [known, is_new] = copied_.try_emplace(hdf5::address_of(object.get()), child);
  if (!is_there && !is_new) {
    const hdf5::Object same = hdf5::open_object(to_.get(), "/" + known->second);
    hdf5::make_hard_link(same.get(), to.get(), name);
  } else if (hdf5::is_group(object.get())) {
    if (!is_there)
      (void)hdf5::create_group_like(to.get(), name, hdf5::open_group(from.get(), name));
    // A group's own name leads on; a second one is a circle or a short cut.
    if (known->second == child) open_.push_back(child);
  } else if (is_there) {
    // A table or an array that was written anew.
    copy_attributes(object.get(), hdf5::open_object(to.get(), name).get(), child);
  } else {
    copy_child(to, child, name);
  }
}

// A dataset or a datatype that isn't of the format.
void TreeCopy::copy_child(const hdf5::Group& to, const std::string& path, const std::string& name) {
  const hdf5::Object object = hdf5::open_object(from_.get(), "/" + path);
  const bool is_dataset = hdf5::is_dataset(object.get());
  if (is_dataset) {
    hdf5::copy_dataset(hdf5::open_dataset(from_.get(), path), to.get(), name);
  } else {
    hdf5::copy_datatype(object.get(), to.get(), name);
  }
  copy_attributes(object.get(), hdf5::open_object(to.get(), name).get(), path);
  if (!is_dataset) return;
  const hdf5::Datatype type = hdf5::type_of(hdf5::open_dataset(from_.get(), path));
  const hdf5::References references = hdf5::references_in(type);
  if (references == hdf5::References::Nested) {
    lose(path, "",
         hdf5::is_variable(type) ? "its rows, since they have lists of references"
                                 : "its references, which are inside of compounds");
  } else if (references != hdf5::References::None) {
    later_.push_back({path, ""});
  }
}

void TreeCopy::copy_attributes(hid_t from, hid_t to, const std::string& path) {
  for (const std::string& name : hdf5::attribute_names(from)) {
    const hdf5::Datatype type = hdf5::attribute_type(from, name);
    const hdf5::References references = hdf5::references_in(type);
    const bool is_nested = references == hdf5::References::Nested;
    if (is_nested && hdf5::is_variable(type)) {
      lose(path, name, "it, since it has lists of references");
    } else if (is_nested || references == hdf5::References::None) {
      hdf5::copy_attribute(from, to, name);
      if (is_nested) lose(path, name, "its references, which are inside of compounds");
    } else {
      later_.push_back({path, name});
    }
  }
}

void TreeCopy::make_references() {
  const hdf5::NewPath new_path = [this](std::uint64_t address, hdf5::References kind) {
    const auto found = copied_.find(address);
    const bool is_lost =
        found == copied_.end() || (kind == hdf5::References::Regions && moved_.contains(address));
    if (is_lost) return std::string();
    return found->second.empty() ? "/" : found->second;
  };
  for (const Later& item : later_) {
    const std::string path = "/" + item.path;
    const hdf5::Object from = hdf5::open_object(from_.get(), path);
    const hdf5::Object to = hdf5::open_object(to_.get(), path);
    const std::int64_t lost =
        item.attribute.empty()
            ? hdf5::copy_references(hdf5::open_dataset(from_.get(), path),
                                    hdf5::open_dataset(to_.get(), path), new_path)
            : hdf5::copy_reference_attribute(from.get(), to.get(), item.attribute, new_path);
    if (lost > 0) lose(item.path, item.attribute, std::to_string(lost) + " of its references");
  }
}

void TreeCopy::lose(const std::string& path, const std::string& attribute,
                    const std::string& what) {
  lost_.push_back("/" + path + (attribute.empty() ? "" : ": the attribute " + attribute) + ": " +
                  what);
}

}  // namespace sheaf::layout
