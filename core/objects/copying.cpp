// SPDX-License-Identifier: MIT
#include "core/objects/copying.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/copy.hpp"
#include "core/hdf5/group.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/reading.hpp"

namespace sheaf::objects {
namespace {

constexpr const char* name_in_stage = "value";

class Copier {
 public:
  Copier(Places& from, Places& to) : from_(from), to_(to) {}

  hdf5::Object copy(Look look, hdf5::Object object, const std::string& path) {
    if (look.group) return copy_group(*look.group, path);
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
    return copy(look_at(from_, std::move(found)), {}, path);
  }

 private:
  void copy_attributes(hid_t from, hid_t to) {
    for (const std::string& name : attribute_names(from)) hdf5::copy_attribute(from, to, name);
  }

  hdf5::Object copy_group(const OpenGroup& group, const std::string& path) {
    const hdf5::Identity identity = hdf5::identity_of(group.id.get());
    if (std::ranges::count(above_, identity) > 0) {
      throw Error(ErrorCode::Unsupported, from_.describe(path),
                  "can't be copied: it is a part of itself");
    }
    above_.push_back(identity);
    hdf5::Object made(to_.maker().group(to_.file(), group.keeps_order).release());
    copy_attributes(group.id.get(), made.get());
    for (const std::string& name : group.names()) {
      copy_entry(group, name, made.get(), path + (path.ends_with('/') ? "" : "/") + name);
    }
    above_.pop_back();
    return made;
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
  std::vector<hdf5::Identity> above_;
};

}  // namespace

hdf5::Object copy_of(Places& from, const std::string& path, Places& to) {
  Found found = from.find(path);
  if (!found.is_there) (void)from.open(path);
  return Copier(from, to).copy(std::move(found), path);
}

}  // namespace sheaf::objects
