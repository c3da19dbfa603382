// SPDX-License-Identifier: MIT
#include "tests/crash/objects_content.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/objects/dict.hpp"
#include "core/objects/list.hpp"
#include "core/objects/names.hpp"

namespace sheaf::crash {
namespace {

using objects::Tree;

std::pair<std::string_view, std::string_view> split(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return {path.substr(0, slash), path.substr(slash + 1)};
}

// Null where there is none.
Node* entry(Node& node, std::string_view name) {
  if (node.kind == Node::Kind::List) {
    return &node.entries.at(std::stoul(std::string(name))).second;
  }
  const auto found =
      std::ranges::find_if(node.entries, [&](const auto& each) { return each.first == name; });
  return found == node.entries.end() ? nullptr : &found->second;
}

void collect(const Node& node, const std::string& path, Node::Kind kind,
             std::vector<std::string>& all) {
  for (std::size_t index = 0; index < node.entries.size(); ++index) {
    const auto& [name, below] = node.entries[index];
    const std::string its_path =
        path + "/" + (node.kind == Node::Kind::List ? std::to_string(index) : name);
    if (below.kind == kind) all.push_back(its_path);
    collect(below, its_path, kind, all);
  }
}

bool is_the_formats(std::string_view name) {
  return name == objects::names::type_attr || name == objects::names::dtype_attr;
}

}  // namespace

Node node_of(const Tree& tree) {
  Node node;
  if (tree.entries() != nullptr) {
    node.kind = Node::Kind::Dict;
    for (const auto& [name, value] : *tree.entries())
      node.entries.emplace_back(name, node_of(value));
  } else if (tree.list_items() != nullptr) {
    node.kind = Node::Kind::List;
    for (const Tree& item : *tree.list_items()) node.entries.emplace_back("", node_of(item));
  } else {
    node.leaf = tree;
  }
  return node;
}

Node& at(Node& root, std::string_view path) {
  if (path.empty() || path == "/") return root;
  const auto [above, name] = split(path);
  Node* found = entry(at(root, above), name);
  if (found == nullptr) throw std::out_of_range(std::string(path));
  return *found;
}

std::size_t count(const Node& node) {
  std::size_t sum = 1;
  for (const auto& [name, below] : node.entries) sum += count(below);
  return sum;
}

std::vector<std::string> paths_of(const Node& root, Node::Kind kind) {
  std::vector<std::string> all;
  collect(root, "", kind, all);
  return all;
}

void put(Node& root, std::string_view path, Node node) {
  const auto [above_path, name] = split(path);
  Node* above = &root;
  std::string_view rest = above_path.substr(std::min<std::size_t>(above_path.size(), 1));
  while (!rest.empty()) {
    const std::string_view step = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(rest.size(), step.size() + 1));
    Node* next = entry(*above, step);
    if (next == nullptr) {
      next = &above->entries.emplace_back(step, Node{.kind = Node::Kind::Dict}).second;
    }
    above = next;
  }
  if (above->kind == Node::Kind::List) {
    *entry(*above, name) = std::move(node);
    return;
  }
  std::erase_if(above->entries, [&](const auto& each) { return each.first == name; });
  above->entries.emplace_back(name, std::move(node));
}

void insert(Node& root, std::string_view list, std::size_t index, Node node) {
  auto& entries = at(root, list).entries;
  entries.emplace(entries.begin() + static_cast<std::ptrdiff_t>(index), "", std::move(node));
}

Node take(Node& root, std::string_view path) {
  const auto [above_path, name] = split(path);
  auto& above = at(root, above_path);
  Node* found = entry(above, name);
  if (found == nullptr) throw std::out_of_range(std::string(path));
  Node taken = std::move(*found);
  std::erase_if(above.entries, [&](const auto& each) { return &each.second == found; });
  return taken;
}

void merge(Node& dict, const Tree& tree) {
  for (const auto& [name, value] : *tree.entries()) {
    Node* there = entry(dict, name);
    if (there != nullptr && there->kind == Node::Kind::Dict && value.entries() != nullptr) {
      merge(*there, value);
    } else {
      put(dict, "/" + name, node_of(value));
    }
  }
}

Node read(const objects::Item& item) {
  Node node;
  for (auto& [name, value] : item.attrs().items()) {
    if (!is_the_formats(name)) node.attrs.emplace(name, std::move(value));
  }
  switch (item.kind()) {
    case objects::Kind::Dict:
      node.kind = Node::Kind::Dict;
      item.dict().for_each([&](const std::string& key, const objects::Item& below) {
        node.entries.emplace_back(key, read(below));
        return true;
      });
      return node;
    case objects::Kind::List:
      node.kind = Node::Kind::List;
      item.list().for_each([&](const objects::Item& below) {
        node.entries.emplace_back("", read(below));
        return true;
      });
      return node;
    default:
      node.leaf = item.tree();
      return node;
  }
}

std::string difference(const Node& stored, const Node& expected, const std::string& path) {
  if (stored == expected) return "";
  const std::string place = path.empty() ? "/" : path;
  if (stored.kind != expected.kind) return place + " is of another kind";
  if (stored.attrs != expected.attrs) return place + " has other attributes";
  if (!(stored.leaf == expected.leaf)) return place + " holds something else";
  if (stored.entries.size() != expected.entries.size()) {
    return place + " has " + std::to_string(stored.entries.size()) + " entries, not " +
           std::to_string(expected.entries.size());
  }
  for (std::size_t index = 0; index < stored.entries.size(); ++index) {
    const auto& [name, node] = stored.entries[index];
    const auto& [wanted_name, wanted] = expected.entries[index];
    if (name != wanted_name) return place + " has '" + name + "' where '" + wanted_name + "' was";
    const std::string step = stored.kind == Node::Kind::List ? std::to_string(index) : name;
    if (!(node == wanted)) return difference(node, wanted, path + "/" + step);
  }
  return place + " differs";
}

}  // namespace sheaf::crash
