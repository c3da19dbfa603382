// SPDX-License-Identifier: MIT
#pragma once
// Carries over what a file holds beside the format's own tables and arrays: groups, attributes,
// links, and datasets of the user's.
//
// Model: what the packer writes anew it tells with remember(); then rest() walks the old file and
// makes what isn't there yet. Every object is made once: a second hard link to it becomes one to
// the new object, circles too. References are made last, when everything they may lead to is there.
// Failure: Error.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/hdf5/file.hpp"
#include "core/hdf5/links.hpp"

namespace sheaf::layout {

class TreeCopy {
 public:
  // Both must outlive this.
  TreeCopy(const hdf5::File& from, const hdf5::File& to);

  // The group in the new file; it and its parents are made as in the old one. One that is there
  // under another name gets a second one.
  hdf5::Group ensure_group(const std::string& path);
  // What is at that path was written anew; other names of it lead to the new one. References to
  // rows of it can't be carried over if they moved.
  void remember(const std::string& path, bool rows_moved = false);
  // Everything else. Returns what couldn't be carried over, a line each.
  [[nodiscard]] std::vector<std::string> rest();

 private:
  struct Later {  // a dataset or an attribute of references
    std::string path;
    std::string attribute;
  };

  void copy_group(const std::string& path);
  void copy_link(const hdf5::Group& from, const hdf5::Group& to, const std::string& path,
                 const hdf5::Link& link);
  void copy_hard_link(const hdf5::Group& from, const hdf5::Group& to, const std::string& child,
                      const std::string& name);
  void copy_child(const hdf5::Group& to, const std::string& path, const std::string& name);
  void copy_attributes(hid_t from, hid_t to, const std::string& path);
  void make_references();
  void lose(const std::string& path, const std::string& attribute, const std::string& what);

  const hdf5::File& from_;
  const hdf5::File& to_;
  std::unordered_map<std::uint64_t, std::string> copied_;  // new paths, by old address
  std::unordered_set<std::uint64_t> moved_;                // arrays whose rows have other numbers
  std::vector<std::string> open_;                          // groups that wait
  std::vector<Later> later_;
  std::vector<std::string> lost_;
};

}  // namespace sheaf::layout
