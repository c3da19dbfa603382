// SPDX-License-Identifier: MIT
#pragma once
// What the links of a group lead to, so that a whole file can be walked.
//
// Model: an object is known by its address; a hard link that leads to one seen before closes a
// circle or is a second name. Soft and external links are names of other places and aren't
// followed. Failure: Error that names the group.

#include <cstdint>
#include <string>
#include <vector>

#include "core/hdf5/handle.hpp"

namespace sheaf::hdf5 {

// Whether its links, or else its attributes, can be listed in the order of their creation.
[[nodiscard]] bool keeps_order(hid_t group);
[[nodiscard]] bool keeps_attribute_order(hid_t object);
[[nodiscard]] std::int64_t link_count(hid_t group);
// All of them; by_creation where keeps_order(), else by name.
[[nodiscard]] std::vector<std::string> link_names(hid_t group, bool by_creation);
// Quick where keeps_order(); by name, HDF5 sorts all of them first.
[[nodiscard]] std::string link_name(hid_t group, bool by_creation, std::int64_t index);

enum class LinkKind : std::uint8_t { Hard, Soft, External, Other };

struct Link {
  std::string name;
  LinkKind kind = LinkKind::Hard;
  std::string path;  // a soft or external link's
  std::string file;  // an external link's
};

[[nodiscard]] Link link_at(hid_t group, const std::string& name);
// By name; in the order of their creation where the group keeps it.
[[nodiscard]] std::vector<Link> list_links(const Group& group);
void make_soft_link(hid_t group, const Link& link);
void make_external_link(hid_t group, const Link& link);
// A second name for `object`, of the same file.
void make_hard_link(hid_t object, hid_t group, const std::string& name);

// What is neither is a named datatype.
[[nodiscard]] bool is_group(hid_t object);
[[nodiscard]] bool is_dataset(hid_t object);
// Where the object's header lies: the same for all of its names.
[[nodiscard]] std::uint64_t address_of(hid_t object);
// The same for all ids of one object, also of files that external links lead to.
struct Identity {
  unsigned long file = 0;
  std::uint64_t address = 0;
  auto operator<=>(const Identity&) const = default;
};
[[nodiscard]] Identity identity_of(hid_t object);
struct ObjectInfo {
  Identity identity;
  std::int64_t attributes = 0;
};
[[nodiscard]] ObjectInfo info_of(hid_t object);
// Whether a hard link leads to it: without one it goes when its last id is closed.
[[nodiscard]] bool has_name(hid_t object);
[[nodiscard]] bool has_several_names(hid_t object);

}  // namespace sheaf::hdf5
