// SPDX-License-Identifier: MIT
// Random orders and choices.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/array/cumulative.hpp"
#include "core/array/engine/dataset.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/options.hpp"
#include "core/array/random.hpp"
#include "core/array/random/drawn.hpp"
#include "core/array/random/shuffled.hpp"
#include "core/array/statistics.hpp"
#include "core/loader/permutation.hpp"

namespace sheaf::np::random {
namespace {

// Places to places, by loader/permutation.hpp: nothing is stored for each.
loader::Permutation order_of(const State& key, std::int64_t n) {
  return {static_cast<std::uint64_t>(n), philox(key, {{0, 0, 2, 0}})[0]};
}

class Permuted : public Node {
 public:
  Permuted(const loader::Permutation& order, std::int64_t n) : Node(int64, {n}), order_(order) {}

  void read(const Box& box, Buffer& out, Pass&) const override {
    out.reset(int64, box.size());
    for (std::int64_t at = 0; at < box.size(); ++at) {
      out.as<std::int64_t>()[at] =
          static_cast<std::int64_t>(order_(static_cast<std::uint64_t>(box.first[0] + at)));
    }
  }

 private:
  loader::Permutation order_;
};

// Distribution functions: of each place the sum of probabilities up to it. Of a long one, every
// n-th is in memory and the others are looked up in what is kept.
class Weights {
 public:
  explicit Weights(const NodePtr& p) : sums_(kept(cumsum(Array(p)).node())) {
    const auto most = static_cast<std::int64_t>(options().max_memory / 4 / sizeof(double));
    const std::int64_t step = 1 + p->size() / std::max<std::int64_t>(most, 1);
    step_ = step;
    Pass pass;
    Buffer part;
    for (std::int64_t at = 0; at < p->size(); at += block) {
      read_flat(sums_, at, std::min(at + block, p->size()), part, pass);
      for (std::int64_t within = 0; within < part.count(); ++within) {
        const bool is_end = (at + within + 1) % step == 0 || at + within + 1 == p->size();
        if (is_end) ends_.push_back(part.as<double>()[within]);
      }
    }
  }
  [[nodiscard]] double sum() const { return ends_.back(); }

  [[nodiscard]] std::int64_t find(double u, Buffer& part, Pass& pass) const {
    u *= sum();
    const auto found = std::ranges::upper_bound(ends_, u);
    auto at =
        std::min<std::int64_t>(found - ends_.begin(), static_cast<std::int64_t>(ends_.size()) - 1);
    if (step_ == 1) return at;
    at *= step_;
    read_flat(sums_, at, std::min(at + step_, sums_->size()), part, pass);
    const double* first = part.as<double>();
    return at + std::min(std::upper_bound(first, first + part.count(), u) - first,
                         static_cast<std::ptrdiff_t>(part.count() - 1));
  }

 private:
  static constexpr std::int64_t block = 1 << 14;
  NodePtr sums_;
  std::int64_t step_ = 1;
  std::vector<double> ends_;
};

class Weighted : public Node {
 public:
  Weighted(const State& key, Shape shape, const NodePtr& p)
      : Node(int64, std::move(shape)), key_(key), weights_(p) {}
  void read(const Box& box, Buffer& out, Pass& pass) const override {
    out.reset(int64, box.size());
    const std::shared_ptr<Buffer> part = pass.scratch();
    Stream stream(key_);
    for_each_place(shape(), box, [&](std::int64_t at, std::int64_t element) {
      stream.start(static_cast<std::uint64_t>(element));
      out.as<std::int64_t>()[at] = weights_.find(unit(stream), *part, pass);
    });
  }

 private:
  State key_;
  Weights weights_;
};

// The places with the least E / p, E exponential: in that order they are what is drawn one by one
// (Efraimidis and Spirakis, "Weighted random sampling with a reservoir").
NodePtr weighted_without_replacement(const State& key, const Shape& shape, const NodePtr& p) {
  using Place = std::pair<double, std::int64_t>;
  const auto count = static_cast<std::size_t>(element_count(shape));
  if (count > options().max_memory / 4 / sizeof(Place)) {
    refuse("choice", "with p and without replacement keeps what it draws in memory: at most " +
                         std::to_string(options().max_memory / 4 / sizeof(Place)) +
                         " elements with this max_memory");
  }
  std::vector<Place> least;
  prepare({p});
  Pass pass;
  Stream stream(key);
  const Blocks blocks(p->shape(), {1 << 14});
  for (std::int64_t number = 0; number < blocks.count() && count > 0; ++number) {
    pass.next_block();
    const Box box = blocks.at(number);
    const Pass::BufferPtr part = pass.read(p, box);
    for (std::int64_t at = 0; at < part->count(); ++at) {
      const double weight = part->as<double>()[at];
      if (!(weight > 0)) continue;
      stream.start(static_cast<std::uint64_t>(box.first[0] + at));
      const Place place{-std::log(open_unit(stream)) / weight, box.first[0] + at};
      if (least.size() == count && !(place < least.front())) continue;
      if (least.size() == count) {
        std::ranges::pop_heap(least);
        least.pop_back();
      }
      least.push_back(place);
      std::ranges::push_heap(least);
    }
  }
  if (least.size() < count) refuse("choice", "has fewer p > 0 than elements to draw");
  std::ranges::sort_heap(least);
  std::vector<std::int64_t> places;
  for (const Place& one : least) places.push_back(one.second);
  Value value = Value::of(places);
  value.shape = shape;
  return memory_node(std::move(value));
}

// The first elements of a permutation, in another shape.
class Some : public Node {
 public:
  Some(Shape shape, NodePtr order) : Node(int64, std::move(shape)), order_(std::move(order)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    out.reset(int64, box.size());
    const std::shared_ptr<Buffer> run = pass.scratch();
    for_each_row_of(box, shape(), [&](std::int64_t element, std::int64_t at, std::int64_t count) {
      read_flat(order_, element, element + count, *run, pass);
      copy_elements(*run, 0, out, at, count);
    });
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {order_}; }

 private:
  NodePtr order_;
};

NodePtr checked_weights(const Array& p, std::int64_t n) {
  if (p.shape() != Shape{n}) {
    refuse("choice", "has p of the shape " + to_string(p.shape()) + " for " + std::to_string(n) +
                         " elements");
  }
  // NumPy's: the root of what the dtype rounds by.
  const double rounding = p.dtype() == float16 ? 0x1p-10 : p.dtype() == float32 ? 0x1p-23 : 0x1p-52;
  const Array weights = p.astype(float64);
  const Array least = min(weights);
  const Array all = sum(weights);
  prepare({least.node(), all.node()});
  if (!(least.item<double>() >= 0)) refuse("choice", "has p that aren't ≥ 0");
  if (!(std::abs(all.item<double>() - 1) <= std::sqrt(rounding))) {
    refuse("choice", "has p whose sum isn't 1");
  }
  return weights.node();
}

}  // namespace

Array permutation(std::int64_t n, Generator& from) {
  if (n < 0) refuse("permutation", "orders no " + std::to_string(n) + " numbers");
  return Array(std::make_shared<Permuted>(order_of(from.next_call(), n), n));
}

Array permutation(const Array& x, Generator& from) {
  if (x.ndim() == 0) return permutation(x.item<std::int64_t>(), from);
  const std::int64_t rows = x.shape()[0];
  const loader::Permutation order = order_of(from.next_call(), rows);
  return Array(shuffled(x.node(), order, std::make_shared<Permuted>(order, rows)));
}

void shuffle(const Array& x, Generator& from) {
  if (x.ndim() == 0) refuse("shuffle", "takes an array with an axis");
  NodePtr rows = permutation(x, from).node();
  if (x.node()->is_writable()) {
    if (item_of(x.node()) != nullptr) {
      // By way of bins without a copy in between: they have all rows before one is written.
      prepare({rows});
      if (rows->assign_to(x.node())) return;
    }
    rows = kept(rows);
  }
  // Stopped half way, some rows would be there twice and others nowhere.
  Options limits = options();
  limits.stop = nullptr;
  const OptionsScope scope(limits);
  x.write(Array(rows));
}

Array choice(std::int64_t a, const Size& size, const Choice& how, Generator& from) {
  const Shape shape = drawn_shape("choice", {}, size);
  const std::int64_t count = element_count(shape);
  if (a <= 0 && count > 0) refuse("choice", "has nothing to choose from");
  if (!how.replace && count > a) {
    refuse("choice", "draws " + std::to_string(count) + " of " + std::to_string(a) +
                         " elements without replacement");
  }
  if (!how.p) {
    if (how.replace) return integers(0, std::max<std::int64_t>(a, 1), shape, {}, from);
    return Array(std::make_shared<Some>(shape, permutation(a, from).node()));
  }
  const NodePtr p = checked_weights(*how.p, a);
  if (how.replace) return Array(std::make_shared<Weighted>(from.next_call(), shape, p));
  return Array(weighted_without_replacement(from.next_call(), shape, p));
}

Array choice(const Array& a, const Size& size, const Choice& how, Generator& from) {
  if (a.ndim() == 0) return choice(a.item<std::int64_t>(), size, how, from);
  if (a.ndim() != 1) refuse("choice", "takes an array of one axis, not " + to_string(a.shape()));
  return a(choice(a.size(), size, how, from));
}

}  // namespace sheaf::np::random
