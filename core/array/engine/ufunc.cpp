// SPDX-License-Identifier: MIT
#include "core/array/engine/ufunc.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/view.hpp"
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
      // A number beside float16 has its precision, though it is computed as a float.
      const Dtype named = loop_.inputs[at];
      if (named == float16 && !can_cast(block->dtype(), named)) block = as(*block, named, pass);
      if (block->dtype() != wanted) block = as(*block, wanted, pass);
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
  static Pass::BufferPtr as(const Buffer& block, Dtype dtype, Pass& pass) {
    std::shared_ptr<Buffer> converted = pass.scratch();
    cast(block, dtype, *converted);
    return converted;
  }

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

// NumPy's kinds of numbers: real and complex ones are of one kind.
int category(Dtype dtype) noexcept {
  switch (dtype.kind) {
    case DtypeKind::Bool:
      return 0;
    case DtypeKind::Float:
    case DtypeKind::Complex:
      return 2;
    default:
      return 1;
  }
}

// How an input counts in the choice of a dtype.
struct Candidate {
  Dtype dtype;              // of a value that counts alone: the least one
  bool is_small = false;    // as much a signed number of that many bits
  bool is_unknown = false;  // beside arrays with axes, and not computed yet

  [[nodiscard]] Dtype beside(Dtype to) const {
    const bool turns = is_small && to.kind != DtypeKind::Uint && to.kind != DtypeKind::Bool;
    return turns ? Dtype{DtypeKind::Int, dtype.bits} : dtype;
  }
  [[nodiscard]] bool fits(Dtype to) const {
    if (!is_unknown) return can_cast(beside(to), to);
    // A whole number would wrap, a float only loses digits.
    if (category(dtype) == 1 && category(to) == 1) return can_cast(dtype, to);
    if (to.is_string() || category(dtype) > category(to)) return false;
    return dtype.kind != DtypeKind::Complex || to.kind == DtypeKind::Complex;
  }
};

Candidate of_value(const Value& value) {
  Candidate one{least_dtype(value)};
  if (one.dtype.kind == DtypeKind::Uint) {
    std::uint64_t number = 0;
    cast(value.bytes.data(), value.dtype, &number, uint64, 1);
    one.is_small = number < (std::uint64_t{1} << (one.dtype.bits - 1U));
  }
  return one;
}

Candidate weak(const NodePtr& node) {
  if (const Value* value = node->constant()) return of_value(*value);
  // One stored element is read at once.
  if (node->storage() != nullptr) return of_value(load(node));
  return {node->dtype(), false, true};
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
    const bool is_weak =
        input->shape().empty() && arrays >= 0 && scalars <= arrays && !input->dtype().is_string();
    all.push_back(is_weak ? weak(input) : Candidate{input->dtype()});
  }
  return all;
}

const Loop& choose(const Ufunc& ufunc, const std::vector<NodePtr>& inputs) {
  const std::vector<Candidate> all = candidates(inputs);
  const bool has_text =
      std::ranges::any_of(all, [](const Candidate& one) { return one.dtype.is_string(); });
  std::optional<Dtype> together;
  if (ufunc.is_uniform && !has_text) together = result_dtype(inputs);
  const auto is_of = [&](const Loop& loop) { return loop.inputs.front() == *together; };
  if (together && std::ranges::none_of(ufunc.loops, is_of)) together.reset();
  for (const Loop& loop : ufunc.loops) {
    if (has_text || loop.inputs.size() != all.size()) continue;
    bool fits = !together || is_of(loop);
    for (std::size_t at = 0; fits && at < all.size(); ++at) fits = all[at].fits(loop.inputs[at]);
    if (fits && loop.remedy != nullptr) {
      throw Error(ErrorCode::Invalid, ufunc.name,
                  "isn't there for " + loop.inputs.front().name() + "; " + loop.remedy);
    }
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
    for (auto* list : {arithmetic_ufuncs, bitwise_ufuncs, comparison_ufuncs, complex_ufuncs,
                       division_ufuncs, exponential_ufuncs, extremum_ufuncs, floating_ufuncs,
                       logic_ufuncs, rounding_ufuncs, trigonometric_ufuncs}) {
      for (Ufunc& one : list()) made.emplace(one.name, std::move(one));
    }
    for (const char* name :
         {"add", "subtract", "multiply", "maximum", "minimum", "fmax", "fmin", "gcd", "lcm"}) {
      made.at(name).is_uniform = true;
    }
    constexpr std::pair<const char*, const char*> others[] = {
        {"abs", "absolute"},    {"mod", "remainder"},      {"true_divide", "divide"},
        {"conj", "conjugate"},  {"bitwise_not", "invert"}, {"rad2deg", "degrees"},
        {"deg2rad", "radians"}, {"fix", "trunc"},
    };
    for (const auto& [name, same] : others) made.emplace(name, made.at(same));
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
  const auto is_text = [](const NodePtr& input) { return input->dtype().is_string(); };
  if (std::ranges::all_of(inputs, is_text)) {
    if (NodePtr node = compare_texts(ufunc.name, inputs)) return node;
  }
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
  const auto add = [&](Dtype other) { dtype = dtype ? promote(*dtype, other) : other; };
  for (const Candidate& one : all) {
    if (!one.is_small && !one.is_unknown) add(one.dtype);
  }
  for (const Candidate& one : all) {
    if (one.is_small) add(dtype ? one.beside(*dtype) : one.dtype);
    if (one.is_unknown && !(dtype && one.fits(*dtype))) add(one.dtype);
  }
  return dtype.value_or(float64);
}

NodePtr as_dtype(const NodePtr& node, Dtype dtype) {
  return node->dtype() == dtype ? node : std::make_shared<Cast>(node, dtype);
}

}  // namespace sheaf::np
