// SPDX-License-Identifier: MIT
// where, select, choose: elements of one of several arrays.
#include "core/array/engine/cast.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/logic.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// Element i of choices[index[i]]; of a bool index, false is the first one.
class Choice : public Node {
 public:
  Choice(Dtype dtype, Shape shape, std::vector<NodePtr> inputs, ChoiceMode mode)
      : Node(dtype, std::move(shape)), inputs_(std::move(inputs)), mode_(mode) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    std::vector<Pass::BufferPtr> blocks;
    for (const NodePtr& input : inputs_) {
      blocks.push_back(pass.read(input, input->size() == 1 ? Box::whole(input->shape()) : box));
    }
    out.reset(dtype(), box.size());
    if (inputs_.front()->dtype() == boolean) {
      fill<bool>(blocks, out);
    } else {
      fill<std::int64_t>(blocks, out);
    }
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return inputs_; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

 private:
  template <class I>
  void fill(const std::vector<Pass::BufferPtr>& blocks, Buffer& out) const {
    if (dtype().is_string()) {
      pick<I, std::string>(blocks, out.strings().data(), out.count(),
                           [](const Buffer& block) { return block.strings().data(); });
      return;
    }
    with_type(dtype(), [&]<class T>(std::type_identity<T>) {
      pick<I, T>(blocks, out.as<T>(), out.count(),
                 [](const Buffer& block) { return block.as<T>(); });
    });
  }

  template <class I, class T, class From>
  void pick(const std::vector<Pass::BufferPtr>& blocks, T* out, std::int64_t count,
            const From& from) const {
    const I* index = blocks.front()->as<I>();
    const std::int64_t index_step = step(0);
    std::vector<const T*> choices;
    std::vector<std::int64_t> steps;
    for (std::size_t at = 1; at < inputs_.size(); ++at) {
      choices.push_back(from(*blocks[at]));
      steps.push_back(step(at));
    }
    for (std::int64_t at = 0; at < count; ++at) {
      const std::size_t chosen = which(index[at * index_step], choices.size());
      out[at] = choices[chosen][at * steps[chosen]];
    }
  }

  [[nodiscard]] std::int64_t step(std::size_t input) const {
    return inputs_[input]->size() == 1 ? 0 : 1;
  }
  [[nodiscard]] std::size_t which(bool index, std::size_t) const noexcept { return index ? 1 : 0; }
  [[nodiscard]] std::size_t which(std::int64_t index, std::size_t choices) const {
    const auto count = static_cast<std::int64_t>(choices);
    if (index >= 0 && index < count) return static_cast<std::size_t>(index);
    if (mode_ == ChoiceMode::Clip) return index < 0 ? 0 : choices - 1;
    if (mode_ == ChoiceMode::Wrap) return static_cast<std::size_t>((index % count + count) % count);
    throw Error(ErrorCode::Invalid, "choose",
                "has no choice number " + std::to_string(index) + " among " +
                    std::to_string(count) + "; see mode");
  }

  std::vector<NodePtr> inputs_;
  ChoiceMode mode_;
};

NodePtr choice_of(const NodePtr& index, std::vector<NodePtr> choices, ChoiceMode mode) {
  const Dtype dtype = result_dtype(choices);
  std::vector<NodePtr> inputs{index};
  std::vector<Shape> shapes{index->shape()};
  for (const NodePtr& choice : choices) {
    inputs.push_back(as_dtype(choice, dtype));
    shapes.push_back(choice->shape());
  }
  const Shape shape = broadcast_shape(shapes);
  for (NodePtr& input : inputs) {
    if (input->size() != 1) input = broadcast(input, shape);
  }
  return std::make_shared<Choice>(dtype, shape, std::move(inputs), mode);
}

}  // namespace

Array where(const Array& condition, const Array& x, const Array& y) {
  return Array(
      choice_of(as_dtype(condition.node(), boolean), {y.node(), x.node()}, ChoiceMode::Raise));
}

Array select(const std::vector<Array>& conditions, const std::vector<Array>& choices,
             const Array& otherwise) {
  if (conditions.empty() || conditions.size() != choices.size()) {
    throw Error(ErrorCode::Invalid, "select",
                "takes as many choices as conditions, at least one; has " +
                    std::to_string(choices.size()) + " and " + std::to_string(conditions.size()));
  }
  std::vector<NodePtr> nodes{otherwise.node()};
  for (const Array& choice : choices) nodes.push_back(choice.node());
  const Dtype dtype = result_dtype(nodes);
  Array result = otherwise.astype(dtype);
  for (std::size_t at = choices.size(); at-- > 0;) {
    if (conditions[at].dtype() != boolean) {
      throw Error(ErrorCode::Invalid, "select",
                  "takes conditions of bool, not of " + conditions[at].dtype().name());
    }
    result = where(conditions[at], choices[at].astype(dtype), result);
  }
  return result;
}

Array choose(const Array& a, const std::vector<Array>& choices, ChoiceMode mode) {
  if (choices.empty()) throw Error(ErrorCode::Invalid, "choose", "has no choices");
  if (!can_cast(a.dtype(), int64)) {
    throw Error(ErrorCode::Invalid, "choose",
                "takes integers that fit into int64, not " + a.dtype().name());
  }
  std::vector<NodePtr> nodes;
  for (const Array& choice : choices) nodes.push_back(choice.node());
  return Array(choice_of(as_dtype(a.node(), int64), std::move(nodes), mode));
}

}  // namespace sheaf::np
