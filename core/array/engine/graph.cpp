// SPDX-License-Identifier: MIT
#include "core/array/engine/graph.hpp"

#include <cstddef>

namespace sheaf::np {

Graph::Graph(const std::vector<NodePtr>& roots) {
  for (const NodePtr& root : roots) visit(root);
}

// Expressions that are built in a loop are deep: no recursion.
void Graph::visit(const NodePtr& root) {
  struct Step {
    NodePtr node;
    std::vector<NodePtr> inputs;
    std::size_t next = 0;
  };
  std::vector<Step> steps;
  const auto enter = [&](const NodePtr& node) {
    if (++readers_[node.get()] == 1) steps.push_back({node, node->inputs()});
  };
  enter(root);
  while (!steps.empty()) {
    Step& step = steps.back();
    if (step.next < step.inputs.size()) {
      enter(NodePtr(step.inputs[step.next++]));
    } else {
      nodes_.push_back(std::move(step.node));
      steps.pop_back();
    }
  }
}

std::vector<const Node*> Graph::shared() const {
  std::vector<const Node*> all;
  for (const auto& [node, readers] : readers_) {
    if (readers > 1 && node->constant() == nullptr) all.push_back(node);
  }
  return all;
}

Shape grain_of(const NodePtr& node) {
  if (Shape own = node->grain(); !own.empty()) return own;
  const Graph graph({node});
  for (const NodePtr& below : graph.nodes()) {
    if (below->shape() != node->shape()) continue;
    if (Shape grain = below->grain(); !grain.empty()) return grain;
  }
  return {};
}

}  // namespace sheaf::np
