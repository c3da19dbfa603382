// SPDX-License-Identifier: MIT
// equal, less and their like, of texts.
#include <compare>
#include <optional>

#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"

namespace sheaf::np {
namespace {

using Test = bool (*)(std::strong_ordering);

// The order of UTF-8's bytes is that of code points, which is NumPy's.
class TextComparison : public Node {
 public:
  TextComparison(Test test, Shape shape, std::vector<NodePtr> inputs)
      : Node(boolean, std::move(shape)), test_(test), inputs_(std::move(inputs)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const auto block = [&](const NodePtr& input) {
      return pass.read(input, input->size() == 1 ? Box::whole(input->shape()) : box);
    };
    const Pass::BufferPtr left = block(inputs_[0]);
    const Pass::BufferPtr right = block(inputs_[1]);
    const std::size_t left_step = inputs_[0]->size() == 1 ? 0 : 1;
    const std::size_t right_step = inputs_[1]->size() == 1 ? 0 : 1;
    out.reset(boolean, box.size());
    for (std::size_t at = 0; at < static_cast<std::size_t>(out.count()); ++at) {
      const std::string& one = left->strings()[at * left_step];
      const std::string& other = right->strings()[at * right_step];
      out.as<bool>()[at] = test_(one <=> other);
    }
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return inputs_; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

 private:
  Test test_;
  std::vector<NodePtr> inputs_;
};

Test test_of(std::string_view function) {
  if (function == "equal") return [](std::strong_ordering order) { return order == 0; };
  if (function == "not_equal") return [](std::strong_ordering order) { return order != 0; };
  if (function == "less") return [](std::strong_ordering order) { return order < 0; };
  if (function == "less_equal") return [](std::strong_ordering order) { return order <= 0; };
  if (function == "greater") return [](std::strong_ordering order) { return order > 0; };
  if (function == "greater_equal") return [](std::strong_ordering order) { return order >= 0; };
  return nullptr;
}

}  // namespace

NodePtr compare_texts(std::string_view function, const std::vector<NodePtr>& inputs) {
  const Test test = test_of(function);
  if (test == nullptr || inputs.size() != 2) return nullptr;
  const Shape shape = broadcast_shape({inputs[0]->shape(), inputs[1]->shape()});
  std::vector<NodePtr> fitting = inputs;
  for (NodePtr& input : fitting) {
    if (input->size() != 1) input = broadcast(input, shape);
  }
  return std::make_shared<TextComparison>(test, shape, std::move(fitting));
}

}  // namespace sheaf::np
