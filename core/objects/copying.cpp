// SPDX-License-Identifier: MIT
#include "core/objects/copying.hpp"

#include <map>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/copy.hpp"
#include "core/hdf5/group.hpp"
#include "core/objects/graph.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/reading.hpp"

namespace sheaf::objects {
namespace {

constexpr const char* name_in_stage = "value";

class Copier {
 public:
  Copier(Places& from, Places& to) : from_(from), to_(to) {}

  hdf5::Object copy_all(Found found, const std::string& path) {
    hdf5::Object made = copy(std::move(found), path);
    while (!later_.empty()) {
      const Later next = std::move(later_.back());
      later_.pop_back();
      copy_entries(*next.from, next.to.get(), next.path);
    }
    return made;
  }

 private:
  hdf5::Object copy(Look look, hdf5::Object object, const std::string& path) {
    if (look.group) return copy_group(std::move(look.group), path);
    const hdf5::Group stage = to_.maker().group(to_.file(), false);
    if (look.dataset) {
      hdf5::copy_dataset(look.dataset, stage.get(), name_in_stage);
      object = hdf5::Object(look.dataset.release());
    } else {
      hdf5::copy_datatype(object.get(), stage.get(), name_in_stage);
    }
    hdf5::Object made = hdf5::open_object(stage.get(), name_in_stage);
    copy_attributes(object.get(), made.get());
    return made;
  }

  hdf5::Object copy(Found found, const std::string& path) {
    if (!found.object) {
      throw Error(ErrorCode::Unsupported, from_.describe(path), "is " + found.reason);
    }
    const bool is_plain =
        hdf5::is_dataset(found.object.get()) || hdf5::is_group(found.object.get());
    if (!is_plain) return copy(Look{}, std::move(found.object), path);
    if (!hdf5::has_several_names(found.object.get())) {
      return copy(look_at(from_, std::move(found)), {}, path);
    }
    const hdf5::Identity identity = hdf5::identity_of(found.object.get());
    if (const auto met = met_.find(identity); met != met_.end()) return again(met->second);
    if (hdf5::is_group(found.object.get())) {
      return copy(look_at(from_, std::move(found)), {}, path);
    }
    hdf5::Object made = copy(look_at(from_, std::move(found)), {}, path);
    met_.emplace(identity, again(made));
    return made;
  }

  static hdf5::Object again(const hdf5::Object& object) {
    return hdf5::open_object(object.get(), ".");
  }

  void copy_attributes(hid_t from, hid_t to) {
    for (const std::string& name : attribute_names(from)) hdf5::copy_attribute(from, to, name);
  }

  // It can be linked to from below before its entries are there.
  hdf5::Object copy_group(GroupPtr group, const std::string& path) {
    hdf5::Object made(to_.maker().group(to_.file(), group->keeps_order()).release());
    const hid_t id = group->id.get();
    if (hdf5::has_several_names(id)) met_.emplace(hdf5::identity_of(id), again(made));
    copy_attributes(id, made.get());
    if (depth_ < most_straight_down) {
      ++depth_;
      copy_entries(*group, made.get(), path);
      --depth_;
    } else {
      later_.push_back({std::move(group), again(made), path});
    }
    return made;
  }

  void copy_entries(const OpenGroup& group, hid_t to, const std::string& path) {
    for (const std::string& name : group.names()) {
      copy_entry(group, name, to, path + (path.ends_with('/') ? "" : "/") + name);
    }
  }

  void copy_entry(const OpenGroup& group, const std::string& name, hid_t to,
                  const std::string& path) {
    hdf5::Link link = hdf5::link_at(group.id.get(), group.link(name));
    link.name = name;
    if (link.kind == hdf5::LinkKind::Soft) {
      hdf5::make_soft_link(to, link);
    } else if (link.kind == hdf5::LinkKind::External) {
      hdf5::make_external_link(to, link);
    } else {
      to_.maker().link(copy(from_.open_entry(group, name), path).get(), to, name);
    }
  }

  Places& from_;
  Places& to_;
  std::map<hdf5::Identity, hdf5::Object> met_;  // those with several names
  struct Later {
    GroupPtr from;
    hdf5::Object to;
    std::string path;
  };
  std::vector<Later> later_;  // deep down
  int depth_ = 0;
};

}  // namespace

hdf5::Object copy_of(Places& from, const std::string& path, Places& to) {
  Found found = from.find(path);
  if (!found.is_there) (void)from.open(path);
  return Copier(from, to).copy_all(std::move(found), path);
}

}  // namespace sheaf::objects
