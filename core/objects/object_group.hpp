// SPDX-License-Identifier: MIT
#pragma once
// Described objects as they lie in the file: what of it doesn't depend on the C++ type.
//
//   group   attrs: sheaf_type = "lab.person", sheaf_type_version = 2 (absent: 1)
//           attrs: name, age, …        members that one scalar stands for (form.hpp)
//           entries: home, samples, …  all other members
//
// Model: a group without sheaf_type, made by hand or by others, counts as of the type that is asked
// for; there, scalars may be entries, too. Threads: as File. Failure: Error that names the object.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/objects/item.hpp"

namespace sheaf::objects {

// A type's name in files, and the version of its members.
struct TypeName {
  std::string_view name;
  int version = 1;
};

namespace detail {

struct StoredObject {
  std::string object;               // for messages
  std::optional<std::string> type;  // none where it was made by others
  int version = 1;
  std::vector<std::optional<Tree>> members;  // those asked for, none where they are missing
};

// sheaf_type; none where it has none, or is no group.
[[nodiscard]] std::optional<std::string> type_at(const Item& item);
[[nodiscard]] StoredObject read_object(const Item& from, std::span<const char* const> members);
// Whether it is of an older version; throws unless it is of that type, and can be read.
[[nodiscard]] bool is_older(const StoredObject& stored, const TypeName& type, bool can_upgrade);
// A group with these attributes; one that is there already gets them.
void write_object(const Item& to, const TypeName& type,
                  const std::vector<std::pair<std::string, Tree>>& members);
// A group that has no type yet gets one.
void mark_type(const Item& object, const TypeName& type);

[[nodiscard]] bool has_entry(const Item& object, const char* member);
[[noreturn]] void refuse_older(const Item& object, const TypeName& type);
[[noreturn]] void refuse_missing(const Item& object, const char* member);
// Whether nothing is there, or none.
[[nodiscard]] bool is_nothing(const Item& item);

// Members one by one, for live objects. Throw Error (NotFound) where the object or member is gone;
// a member that may be missing is none then, and is made.
[[nodiscard]] Tree read_member(const Item& object, const char* member, bool may_be_missing);
void write_member(const Item& object, const char* member, const Tree& value, bool may_be_missing);
// Whether there is one; throws where there must be.
bool require_entry(const Item& object, const char* member, bool may_be_missing);
// All that `write` makes, in the place of the members of that name of the object that is there.
void write_members(const Item& object, const std::function<void(const Item& to)>& write);
// What is to be done in one go, without others.
void alone(const Item& item, const std::function<void()>& step);

}  // namespace detail
}  // namespace sheaf::objects
