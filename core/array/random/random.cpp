// SPDX-License-Identifier: MIT
// The generator, and what is uniform.
#include "core/array/random.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstring>
#include <random>
#include <utility>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/random/drawn.hpp"
#include "core/error.hpp"

namespace sheaf::np::random {
namespace {

std::uint64_t entropy() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

struct Uniform {
  using Result = double;
  static constexpr const char* name = "uniform";
  static constexpr std::size_t parameters = 2;
  static const char* refusal(const Parameters<2>& given) {
    return std::isfinite(given[1] - given[0]) ? nullptr : "has no width: high - low isn't finite";
  }
  explicit Uniform(const Parameters<2>& given) : low(given[0]), width(given[1] - given[0]) {}
  double operator()(Stream& stream) const { return low + width * unit(stream); }
  double low, width;
};

class Bytes : public Node {
 public:
  Bytes(const State& key, std::int64_t length) : Node(uint8, {length}), key_(key) {}

  void read(const Box& box, Buffer& out, Pass&) const override {
    out.reset(uint8, box.size());
    Stream stream(key_);
    std::uint64_t word = 0;
    for (std::int64_t at = 0; at < box.size(); ++at) {
      const auto place = static_cast<std::uint64_t>(box.first[0] + at);
      if (at == 0 || place % 8 == 0) {
        stream.start(place / 8);
        word = stream();
      }
      out.as<std::uint8_t>()[at] = static_cast<std::uint8_t>(word >> (place % 8 * 8));
    }
  }

 private:
  State key_;
};

// A number of int64 or uint64; in order by what it is.
struct Bound {
  bool is_positive = true;
  std::uint64_t bits = 0;
  auto operator<=>(const Bound&) const = default;
};
Dtype dtype_of_bound(Dtype given) { return given.kind == DtypeKind::Uint ? uint64 : int64; }
Bound bound_of(std::uint64_t bits, Dtype dtype) {
  return {dtype == uint64 || static_cast<std::int64_t>(bits) >= 0, bits};
}

class IntegersNode : public Node {
 public:
  // Bounds of int64 or uint64.
  IntegersNode(const char* name, const State& key, const Integers& how, Shape shape,
               std::vector<NodePtr> bounds)
      : Node(how.dtype, std::move(shape)),
        name_(name),
        key_(key),
        is_closed_(how.endpoint),
        bounds_(std::move(bounds)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const Pass::BufferPtr low = block_of(bounds_[0], box, pass);
    const Pass::BufferPtr high = block_of(bounds_[1], box, pass);
    const std::int64_t low_step = bounds_[0]->size() == 1 ? 0 : 1;
    const std::int64_t high_step = bounds_[1]->size() == 1 ? 0 : 1;
    const std::shared_ptr<Buffer> wide = pass.scratch();
    wide->reset(dtype() == uint64 ? uint64 : int64, box.size());
    Stream stream(key_);
    for_each_place(shape(), box, [&](std::int64_t at, std::int64_t element) {
      const std::uint64_t first = low->as<std::uint64_t>()[at * low_step];
      const std::uint64_t stop = high->as<std::uint64_t>()[at * high_step];
      const std::uint64_t last = stop - (is_closed_ ? 0 : 1);
      check(bound_of(first, low->dtype()), bound_of(stop, high->dtype()));
      stream.start(static_cast<std::uint64_t>(element));
      wide->as<std::uint64_t>()[at] = first + bounded(stream, last - first);
    });
    cast(*wide, dtype(), out);
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return bounds_; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

  void check(const Bound& low, const Bound& high) const {
    const auto [least, most] = range();
    if (low < least) refuse(name_, "low is out of bounds for " + dtype().name());
    if (is_closed_ && high < low) refuse(name_, "has low > high");
    if (!is_closed_ && high <= low) refuse(name_, "has low ≥ high");
    const std::uint64_t last = high.bits - (is_closed_ ? 0 : 1);
    if (high > most && last != most.bits) {  // may be one past it where it isn't reached
      refuse(name_, "high is out of bounds for " + dtype().name());
    }
  }

 private:
  [[nodiscard]] std::pair<Bound, Bound> range() const {
    if (dtype() == boolean) return {{true, 0}, {true, 1}};
    const std::uint64_t all = ~std::uint64_t{0} >> (64U - dtype().bits);
    if (dtype().kind == DtypeKind::Uint) return {{true, 0}, {true, all}};
    return {{false, ~(all >> 1U)}, {true, all >> 1U}};
  }

  const char* name_;
  State key_;
  bool is_closed_;
  std::vector<NodePtr> bounds_;
};

Array integers_of(const char* name, const Array& low, const Array& high, const Size& size,
                  const Integers& how, Generator& from) {
  if (!is_whole(how.dtype)) refuse(name, "makes integers, not " + how.dtype.name());
  const Shape shape = drawn_shape(name, {low, high}, size);
  std::vector<NodePtr> bounds;
  for (const Array& one : {low, high}) {
    if (!is_whole(one.dtype())) {
      refuse(name, "takes integers as bounds, not " + one.dtype().name());
    }
    bounds.push_back(drawn_inputs(name, {one}, dtype_of_bound(one.dtype()), shape).front());
  }
  const auto node =
      std::make_shared<IntegersNode>(name, from.next_call(), how, shape, std::move(bounds));
  if (low.node()->constant() != nullptr && high.node()->constant() != nullptr) {
    const auto number = [](const Array& of) {
      const Dtype wide = dtype_of_bound(of.dtype());
      const Value value = of.astype(wide).load();
      std::uint64_t bits = 0;
      std::memcpy(&bits, value.bytes.data(), sizeof(bits));
      return bound_of(bits, wide);
    };
    node->check(number(low), number(high));
  }
  return Array(node);
}

}  // namespace

Generator::Generator() : state_{entropy(), 0} {}

State Generator::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}
void Generator::set_state(const State& state) {
  const std::lock_guard lock(mutex_);
  state_ = state;
}
State Generator::next_call() {
  const std::lock_guard lock(mutex_);
  const State taken = state_;
  ++state_.calls;
  return taken;
}

Generator& global() {
  static Generator all;
  return all;
}
void seed(std::uint64_t seed) { global().set_state({seed, 0}); }
State get_state() { return global().state(); }
void set_state(const State& state) { global().set_state(state); }

void refuse(const std::string& name, const std::string& why) {
  throw Error(ErrorCode::Invalid, "random." + name + "()", why);
}

Shape drawn_shape(const std::string& name, const std::vector<Array>& parameters, const Size& size) {
  std::vector<Shape> shapes;
  for (const Array& one : parameters) shapes.push_back(one.shape());
  Shape shape = broadcast_shape(shapes, "random." + name);
  if (!size.shape) return shape;
  if (std::ranges::any_of(*size.shape, [](std::int64_t extent) { return extent < 0; })) {
    refuse(name, "makes no array of the shape " + to_string(*size.shape));
  }
  const bool fits =
      shape.size() <= size.shape->size() &&
      std::equal(shape.rbegin(), shape.rend(), size.shape->rbegin(),
                 [](std::int64_t own, std::int64_t wanted) { return own == wanted || own == 1; });
  if (!fits) {
    refuse(name, "has parameters of the shape " + to_string(shape) + ", which don't fit the size " +
                     to_string(*size.shape));
  }
  return *size.shape;
}

std::vector<NodePtr> drawn_inputs(const std::string& name, const std::vector<Array>& parameters,
                                  Dtype dtype, const Shape& shape) {
  std::vector<NodePtr> inputs;
  for (const Array& one : parameters) {
    if (one.dtype().is_string() || one.dtype().kind == DtypeKind::Complex) {
      refuse(name, "takes real numbers; a parameter is " + one.dtype().name());
    }
    const NodePtr input = as_dtype(one.node(), dtype);
    inputs.push_back(input->size() == 1 ? input : broadcast(input, shape));
  }
  return inputs;
}

Pass::BufferPtr block_of(const NodePtr& input, const Box& box, Pass& pass) {
  return pass.read(input, input->size() == 1 ? Box::whole(input->shape()) : box);
}

Array uniform(const Array& low, const Array& high, const Size& size, Generator& from) {
  return drawn<Uniform>({low, high}, size, from);
}
Array random(const Size& size, Generator& from) {
  return drawn<Uniform>({0.0, 1.0}, size, from, "random");
}
Array random_sample(const Size& size, Generator& from) {
  return drawn<Uniform>({0.0, 1.0}, size, from, "random_sample");
}

Array bytes(std::int64_t length, Generator& from) {
  if (length < 0) refuse("bytes", "makes no " + std::to_string(length) + " bytes");
  return Array(std::make_shared<Bytes>(from.next_call(), length));
}

Array integers(const Array& low, const std::optional<Array>& high, const Size& size,
               const Integers& how, Generator& from) {
  return integers_of("integers", high ? low : Array(0), high ? *high : low, size, how, from);
}
Array randint(const Array& low, const std::optional<Array>& high, const Size& size, Dtype dtype,
              Generator& from) {
  return integers_of("randint", high ? low : Array(0), high ? *high : low, size, {dtype, false},
                     from);
}
Array random_integers(const Array& low, const std::optional<Array>& high, const Size& size,
                      Generator& from) {
  return integers_of("random_integers", high ? low : Array(1), high ? *high : low, size,
                     {int64, true}, from);
}

}  // namespace sheaf::np::random
