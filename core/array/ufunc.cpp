// SPDX-License-Identifier: MIT
#include "core/array/ufunc.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "core/array/cast.hpp"
#include "core/array/view.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

class Elementwise : public Node {
 public:
  Elementwise(const Loop& loop, Shape shape, std::vector<NodePtr> inputs)
      : Node(loop.output, std::move(shape)), loop_(loop), inputs_(std::move(inputs)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    std::vector<Pass::BufferPtr> blocks;
    std::vector<Operand> operands;
    for (std::size_t at = 0; at < inputs_.size(); ++at) {
      const NodePtr& input = inputs_[at];
      const bool is_one = input->size() == 1;
      Pass::BufferPtr block = pass.read(input, is_one ? Box::whole(input->shape()) : box);
      const Dtype wanted = loop_.computed.empty() ? loop_.inputs[at] : loop_.computed[at];
      if (block->dtype() != wanted) {
        const std::shared_ptr<Buffer> converted = pass.scratch();
        cast(*block, wanted, *converted);
        block = converted;
      }
      operands.push_back({block->bytes(), is_one});
      blocks.push_back(std::move(block));
    }
    const std::int64_t count = box.size();
    if (loop_.result == loop_.output) {
      out.reset(dtype(), count);
      loop_.kernel(operands.data(), out.bytes(), count);
      return;
    }
    const std::shared_ptr<Buffer> wide = pass.scratch();
    wide->reset(loop_.result, count);
    loop_.kernel(operands.data(), wide->bytes(), count);
    cast(*wide, dtype(), out);
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return inputs_; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

 private:
  const Loop& loop_;
  std::vector<NodePtr> inputs_;
};

class Cast : public Node {
 public:
  Cast(NodePtr input, Dtype dtype) : Node(dtype, input->shape()), input_(std::move(input)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    cast(*pass.read(input_, box), dtype(), out);
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

 private:
  NodePtr input_;
};

int category(Dtype dtype) noexcept {
  switch (dtype.kind) {
    case DtypeKind::Bool:
      return 0;
    case DtypeKind::Float:
      return 2;
    case DtypeKind::Complex:
      return 3;
    default:
      return 1;
  }
}

// How an input counts in the choice of a dtype.
struct Candidate {
  Dtype dtype;
  bool is_weak = false;          // counts by its kind …
  std::optional<Dtype> least{};  // … if its value fits, where that is known
  bool is_positive = false;

  [[nodiscard]] bool fits(Dtype to) const {
    if (!is_weak) return can_cast(dtype, to);
    if (category(dtype) != category(to)) return category(dtype) < category(to);
    if (!least) return true;
    if (can_cast(*least, to)) return true;
    // A small positive number is as much an int8 as a uint8.
    return is_positive && least->kind == DtypeKind::Uint && to.kind == DtypeKind::Int &&
           least->bits <= to.bits && is_small;
  }
  bool is_small = false;  // also as a signed number of that many bits
};

Candidate weak(const NodePtr& node) {
  Candidate one{node->dtype(), true};
  if (const Value* value = node->constant()) {
    one.least = least_dtype(*value);
    if (one.least->kind == DtypeKind::Uint) {
      std::uint64_t number = 0;
      cast(value->bytes.data(), value->dtype, &number, uint64, 1);
      one.is_positive = true;
      one.is_small = number < (std::uint64_t{1} << (one.least->bits - 1U));
    }
  }
  return one;
}

std::vector<Candidate> candidates(const std::vector<NodePtr>& inputs) {
  int arrays = -1;
  int scalars = -1;
  for (const NodePtr& input : inputs) {
    int& most = input->shape().empty() ? scalars : arrays;
    most = std::max(most, category(input->dtype()));
  }
  std::vector<Candidate> all;
  for (const NodePtr& input : inputs) {
    const bool is_weak = input->shape().empty() && arrays >= 0 && scalars <= arrays;
    all.push_back(is_weak ? weak(input) : Candidate{input->dtype()});
  }
  return all;
}

const Loop& choose(const Ufunc& ufunc, const std::vector<NodePtr>& inputs) {
  const std::vector<Candidate> all = candidates(inputs);
  const bool has_text =
      std::ranges::any_of(all, [](const Candidate& one) { return one.dtype.is_string(); });
  for (const Loop& loop : ufunc.loops) {
    if (has_text || loop.inputs.size() != all.size()) continue;
    bool fits = true;
    for (std::size_t at = 0; fits && at < all.size(); ++at) fits = all[at].fits(loop.inputs[at]);
    if (fits) return loop;
  }
  std::string text;
  for (const NodePtr& input : inputs) text += (text.empty() ? "" : ", ") + input->dtype().name();
  throw Error(ErrorCode::Invalid, ufunc.name,
              "isn't there for " + text + "; convert them (astype)");
}

const std::map<std::string, Ufunc, std::less<>>& all_ufuncs() {
  static const std::map<std::string, Ufunc, std::less<>> all = [] {
    std::map<std::string, Ufunc, std::less<>> made;
    for (auto* list : {arithmetic_ufuncs, comparison_ufuncs}) {
      for (Ufunc& one : list()) made.emplace(one.name, std::move(one));
    }
    return made;
  }();
  return all;
}

}  // namespace

const Ufunc& ufunc(std::string_view name) {
  const auto found = all_ufuncs().find(name);
  if (found != all_ufuncs().end()) return found->second;
  throw Error(ErrorCode::NotFound, std::string(name), "is no function of elements");
}

std::vector<std::string> ufunc_names() {
  std::vector<std::string> names;
  for (const auto& [name, ufunc] : all_ufuncs()) names.push_back(name);
  return names;
}

NodePtr apply(const Ufunc& ufunc, std::vector<NodePtr> inputs) {
  const Loop& loop = choose(ufunc, inputs);
  std::vector<Shape> shapes;
  for (const NodePtr& input : inputs) shapes.push_back(input->shape());
  const Shape shape = broadcast_shape(shapes);
  for (NodePtr& input : inputs) {
    if (input->size() != 1) input = broadcast(input, shape);
  }
  return std::make_shared<Elementwise>(loop, shape, std::move(inputs));
}

Dtype result_dtype(const std::vector<NodePtr>& inputs) {
  const std::vector<Candidate> all = candidates(inputs);
  std::optional<Dtype> dtype;
  for (const Candidate& one : all) {
    if (!one.is_weak) dtype = dtype ? promote(*dtype, one.dtype) : one.dtype;
  }
  for (const Candidate& one : all) {
    if (!dtype) dtype = one.dtype;
    if (one.is_weak && !one.fits(*dtype)) dtype = promote(*dtype, one.least.value_or(one.dtype));
  }
  return dtype.value_or(float64);
}

NodePtr as_dtype(const NodePtr& node, Dtype dtype) {
  return node->dtype() == dtype ? node : std::make_shared<Cast>(node, dtype);
}

}  // namespace sheaf::np
