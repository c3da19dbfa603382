// SPDX-License-Identifier: MIT
#pragma once
// What a file of dictionaries, lists and attributes holds, in memory, and the edits of it.
//
// Model: plain C++ that knows nothing of how core/objects keeps it; entries are in the order in
// which they came, and an entry that is put in the place of another one becomes the last. Paths are
// those of objects::Item: "/log/3/gain". Threads: any. Failure: std::out_of_range for a path that
// leads nowhere; read() throws Error.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/objects/item.hpp"

namespace sheaf::crash {

struct Node {
  enum class Kind { Leaf, Dict, List };
  Kind kind = Kind::Leaf;
  objects::Tree leaf{};
  std::vector<std::pair<std::string, Node>> entries{};  // of a list: without names
  std::map<std::string, objects::Tree> attrs{};

  bool operator==(const Node&) const = default;
};

[[nodiscard]] Node node_of(const objects::Tree& tree);
[[nodiscard]] Node& at(Node& root, std::string_view path);
[[nodiscard]] std::size_t count(const Node& node);
// Paths of all that are of this kind, without the root.
[[nodiscard]] std::vector<std::string> paths_of(const Node& root, Node::Kind kind);

// Dictionaries on the way are made.
void put(Node& root, std::string_view path, Node node);
void insert(Node& root, std::string_view list, std::size_t index, Node node);
// Gives what was there.
Node take(Node& root, std::string_view path);
void merge(Node& dict, const objects::Tree& tree);

// All of an item, with the attributes that aren't the format's own.
[[nodiscard]] Node read(const objects::Item& item);
// The first place where they differ; empty where they don't.
[[nodiscard]] std::string difference(const Node& stored, const Node& expected,
                                     const std::string& path = "");

}  // namespace sheaf::crash
