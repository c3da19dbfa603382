// SPDX-License-Identifier: MIT
#pragma once
// The nodes below some others. Failure: none.

#include <unordered_map>
#include <vector>

#include "core/array/engine/node.hpp"

namespace sheaf::np {

class Graph {
 public:
  explicit Graph(const std::vector<NodePtr>& roots);

  // Each once, inputs first.
  [[nodiscard]] const std::vector<NodePtr>& nodes() const noexcept { return nodes_; }
  [[nodiscard]] bool contains(const Node* node) const { return readers_.contains(node); }
  // Those that are read by several, and aren't constants.
  [[nodiscard]] std::vector<const Node*> shared() const;

 private:
  void visit(const NodePtr& root);

  std::unordered_map<const Node*, int> readers_;
  std::vector<NodePtr> nodes_;
};

// That of the node, or of the first one below it that has one, and its shape.
[[nodiscard]] Shape grain_of(const NodePtr& node);

}  // namespace sheaf::np
