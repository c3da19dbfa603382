// SPDX-License-Identifier: MIT
#pragma once
// Where paths lead in an open file, and putting objects there.
//
// Model: groups that were used last stay open, so that a step begins at the nearest of them. A path
// names entries of a list by their index, whatever name they have in the file just now. Objects are
// made whole before they get a place. Threads: one at a time. Failure: Error.

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/hdf5/handle.hpp"
#include "core/hdf5/links.hpp"
#include "core/hdf5/maker.hpp"
#include "core/objects/item.hpp"
#include "core/objects/list_order.hpp"

namespace sheaf::objects {

struct OpenGroup {
  hdf5::Object id;
  Kind kind = Kind::Dict;              // Dict, List or Object
  std::shared_ptr<ListOrder> order{};  // of a list, where it isn't that of the names

  [[nodiscard]] std::int64_t size() const;
  [[nodiscard]] bool keeps_order() const { return hdf5::keeps_order(id.get()); }
  // The link's name; empty for what is no index of a list.
  [[nodiscard]] std::string link(std::string_view name) const;
  // Names in paths, in order.
  [[nodiscard]] std::vector<std::string> names() const;
  // The first and the last of them; together no more than there are.
  [[nodiscard]] std::vector<std::string> names_at_ends(std::int64_t first, std::int64_t last) const;
};
using GroupPtr = std::shared_ptr<OpenGroup>;

struct Found {
  bool is_there = false;
  hdf5::Object object{};  // none: the link leads nowhere …
  std::string reason{};   // … that can be opened
};

class Places {
 public:
  // `name` is the file's in messages.
  Places(hid_t file, std::string name);

  [[nodiscard]] hdf5::Maker& maker() noexcept { return maker_; }
  [[nodiscard]] hid_t file() const noexcept { return file_; }
  [[nodiscard]] std::string describe(std::string_view path) const;

  // Null where there is none; kept() looks among those that are open only.
  [[nodiscard]] GroupPtr find_group(std::string_view path);
  [[nodiscard]] GroupPtr kept(std::string_view path);
  // Throws Error: NotFound (naming what is there), Invalid (no group).
  [[nodiscard]] GroupPtr group(const std::string& path);
  [[nodiscard]] GroupPtr list(const std::string& path);
  [[nodiscard]] Found find(const std::string& path);
  // Throws Error (NotFound), or Unsupported where it can't be opened.
  [[nodiscard]] hdf5::Object open(const std::string& path);
  [[nodiscard]] Found open_entry(const OpenGroup& group, std::string_view name);
  [[nodiscard]] GroupPtr as_group(hdf5::Object object);

  // In the place of what is there; groups on the way are made.
  void put(const std::string& path, hid_t object);
  void insert(const std::string& list_path, std::int64_t index, hid_t object);
  bool erase(const std::string& path);
  void rename(const std::string& path, const std::string& new_path);
  void renumber();

  // A group without a place; the name of what is made in it is "value".
  [[nodiscard]] std::string begin_stage(const std::string& destination);
  // A short path for a group that is known, whatever its place; both end with end_stage().
  [[nodiscard]] std::string begin_visit(GroupPtr group, const std::string& place);
  void end_stage(const std::string& stage) noexcept;
  // Where a path leads, without stages: what it is outside of this step.
  [[nodiscard]] std::string place_of(std::string_view path) const;

  // Closes what is kept open.
  void forget_groups(std::string_view within) noexcept;
  void forget_groups() noexcept {
    by_path_.clear();
    groups_.clear();
  }

 private:
  void keep(std::string_view path, const GroupPtr& group);
  [[nodiscard]] GroupPtr open_top(std::string_view path);
  [[noreturn]] void refuse_absent(const std::string& path);
  void replace(OpenGroup& group, const std::string& path, hid_t object);
  void unlink(OpenGroup& group, const std::string& link);
  void erase_entry(OpenGroup& list, std::int64_t index);
  void require_order(OpenGroup& list);

  struct Stage {
    GroupPtr group;
    std::string destination;
    std::string_view entry;  // the path within it that becomes the destination
  };

  hid_t file_;
  std::string name_;
  hdf5::Maker maker_;
  using Kept = std::list<std::pair<std::string, GroupPtr>>;
  Kept groups_;  // used last comes first
  std::unordered_map<std::string_view, Kept::iterator> by_path_;
  std::map<hdf5::Identity, std::shared_ptr<ListOrder>> orders_;
  std::map<std::string, Stage, std::less<>> stages_;
  int stage_count_ = 0;
};

}  // namespace sheaf::objects
