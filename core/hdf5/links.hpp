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

enum class LinkKind : std::uint8_t { Hard, Soft, External, Other };

struct Link {
  std::string name;
  LinkKind kind = LinkKind::Hard;
  std::string path;  // a soft or external link's
  std::string file;  // an external link's
};

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

}  // namespace sheaf::hdf5
