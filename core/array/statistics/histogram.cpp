// SPDX-License-Identifier: MIT
#include "core/array/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <mutex>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/engine/sweep.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/statistics/histogram_rules.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t pass_tasks = 8;  // of a count that needs several passes

double one_of(const NodePtr& node, Pass& pass) {
  const Pass::BufferPtr block = pass.read(node, Box::whole(node->shape()));
  double value = 0;
  cast(block->bytes(), block->dtype(), &value, float64, 1);
  return value;
}

// Edges of bins of one width, between two nodes' values.
class EvenEdges : public Node {
 public:
  EvenEdges(NodePtr first, NodePtr last, std::int64_t bins, Dtype dtype)
      : Node(dtype, {bins + 1}), first_(std::move(first)), last_(std::move(last)) {}

  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {first_, last_}; }

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const auto [first, last] = ends(pass);
    const std::int64_t bins = shape()[0] - 1;
    const double step = (last - first) / static_cast<double>(bins);
    const auto edges = pass.scratch();
    edges->reset(float64, box.size());
    for (std::int64_t at = 0; at < box.size(); ++at) {
      const std::int64_t edge = box.first[0] + at;
      edges->as<double>()[at] = edge == bins ? last : static_cast<double>(edge) * step + first;
    }
    cast(*edges, dtype(), out);
  }

  [[nodiscard]] std::pair<double, double> ends(Pass& pass) const {
    double first = one_of(first_, pass);
    double last = one_of(last_, pass);
    if (!std::isfinite(first) || !std::isfinite(last)) {
      throw Error(
          ErrorCode::Invalid, "histogram",
          "finds a range that isn't finite; give `range`, or leave NaNs and infinities out");
    }
    if (first == last) {
      first -= 0.5;
      last += 0.5;
    }
    if (!std::isfinite(last - first)) {
      throw Error(ErrorCode::Invalid, "histogram", "finds a range that is too wide; give `range`");
    }
    return {first, last};
  }

 private:
  NodePtr first_;
  NodePtr last_;
};

// Which bins elements are in; -1: in none.
using BinsOf = std::function<void(const double* from, std::int64_t count, std::int64_t* bins)>;
template <class Bin>
BinsOf bins_of(Bin bin) {
  return [bin = std::move(bin)](const double* from, std::int64_t count, std::int64_t* bins) {
    for (std::int64_t at = 0; at < count; ++at) bins[at] = bin(from[at]);
  };
}

// How many elements, or how much weight, each bin has. `edges`: none for small whole numbers, which
// are bins themselves.
class Counted : public Node, public Sweeping {
 public:
  Counted(NodePtr input, NodePtr weights, NodePtr edges, std::int64_t bins, Dtype dtype)
      : Node(dtype, {bins}),
        input_(std::move(input)),
        weights_(std::move(weights)),
        edges_(std::move(edges)),
        window_({0, bins}) {}

  [[nodiscard]] std::vector<NodePtr> inputs() const override {
    std::vector<NodePtr> all = swept();
    if (edges_) all.push_back(edges_);
    return all;
  }
  void read(const Box& box, Buffer& out, Pass& pass) const override {
    found()->read(box, out, pass);
  }

  // What is larger than memory has several passes of its own.
  [[nodiscard]] bool needs_sweep() const override {
    return !is_swept() && (edges_ || state_bytes() <= options().max_memory / 8);
  }
  [[nodiscard]] bool is_swept() const override { return found() != nullptr; }
  [[nodiscard]] std::vector<NodePtr> swept() const override {
    if (weights_) return {input_, weights_};
    return {input_};
  }
  [[nodiscard]] std::size_t state_bytes() const override {
    return static_cast<std::size_t>(size()) * sizeof(double);
  }

  void begin(std::int64_t tasks) const override {
    const auto bins = static_cast<std::size_t>(window_.second - window_.first);
    counts_.assign(static_cast<std::size_t>(tasks), std::vector<std::int64_t>(weights_ ? 0 : bins));
    sums_.assign(static_cast<std::size_t>(tasks), std::vector<double>(weights_ ? bins : 0));
    if (edges_) bins_of_ = bins_between_edges();
  }
  void accumulate(std::int64_t task, const Box& box, Pass& pass) const override {
    const Pass::BufferPtr block = pass.read(input_, box);
    const Pass::BufferPtr weights = weights_ ? pass.read(weights_, box) : nullptr;
    auto& counts = counts_[static_cast<std::size_t>(task)];
    auto& sums = sums_[static_cast<std::size_t>(task)];
    const auto [first, last] = window_;
    const auto found = edges_ ? pass.scratch() : nullptr;
    if (found) {
      found->reset(int64, block->count());
      bins_of_(block->as<double>(), block->count(), found->as<std::int64_t>());
    }
    const auto* bins = (found ? *found : *block).as<std::int64_t>();
    for (std::int64_t at = 0; at < block->count(); ++at) {
      const std::int64_t bin = bins[at];
      if (bin < first || bin >= last) continue;
      const auto place = static_cast<std::size_t>(bin - first);
      if (weights) {
        sums[place] += weights->as<double>()[at];
      } else {
        ++counts[place];
      }
    }
  }
  void end() const override {
    NodePtr all = kept_array(dtype(), shape());
    put(*all);
    const std::lock_guard lock(mutex_);
    found_ = std::move(all);
  }

  void prepare() const override {
    if (is_swept() || needs_sweep()) return;
    const std::lock_guard only_one(preparing());
    if (is_swept()) return;
    NodePtr all = kept_array(dtype(), shape());
    const Budget budget = budget_for(swept());
    const Blocks blocks(input_->shape(), block_extents(input_->shape(), {}, budget.block_elements));
    const auto width = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(options().max_memory / 4 / 8 / pass_tasks));
    for (std::int64_t first = 0; first < size(); first += width) {
      window_ = {first, std::min(size(), first + width)};
      begin(pass_tasks);
      run_tasks(pass_tasks, budget.threads, swept(), [&](std::int64_t task, Pass& pass) {
        const std::int64_t stop = blocks.count() * (task + 1) / pass_tasks;
        for (std::int64_t number = blocks.count() * task / pass_tasks; number < stop; ++number) {
          pass.next_block();
          accumulate(task, blocks.at(number), pass);
        }
      });
      put(*all);
    }
    const std::lock_guard lock(mutex_);
    found_ = std::move(all);
  }

 private:
  [[nodiscard]] NodePtr found() const {
    const std::lock_guard lock(mutex_);
    return found_;
  }

  // The sum of all tasks, in their order.
  void put(const Node& to) const {
    const Box box{{window_.first}, {window_.second - window_.first}};
    for (std::size_t task = 1; task < counts_.size(); ++task) {
      std::ranges::transform(counts_[0], counts_[task], counts_[0].begin(), std::plus<>());
      std::ranges::transform(sums_[0], sums_[task], sums_[0].begin(), std::plus<>());
    }
    Buffer values;
    values.reset(dtype(), box.size());
    if (weights_) {
      cast(sums_[0].data(), float64, values.bytes(), dtype(), box.size());
    } else {
      cast(counts_[0].data(), int64, values.bytes(), dtype(), box.size());
    }
    counts_.clear();
    sums_.clear();
    to.write(box, values);
  }

  [[nodiscard]] BinsOf bins_between_edges() const {
    Pass pass;
    Buffer block;
    edges_->read(Box::whole(edges_->shape()), block, pass);
    std::vector<double> edges(static_cast<std::size_t>(block.count()));
    cast(block.bytes(), block.dtype(), edges.data(), float64, block.count());
    const auto last = static_cast<std::int64_t>(edges.size()) - 2;
    const auto* even = dynamic_cast<const EvenEdges*>(edges_.get());
    if (even == nullptr) {
      return bins_of([edges = std::move(edges), last](double x) -> std::int64_t {
        if (!(x >= edges.front() && x <= edges.back())) return -1;
        return std::min(last, std::ranges::upper_bound(edges, x) - edges.begin() - 1);
      });
    }
    const auto [low, high] = even->ends(pass);
    const double bins_per_one = static_cast<double>(last + 1) / (high - low);
    // The edges decide, as they are rounded.
    return bins_of([edges = std::move(edges), last, low = low, high = high,
                    bins_per_one](double x) -> std::int64_t {
      if (!(x >= low && x <= high)) return -1;
      std::int64_t bin =
          std::clamp<std::int64_t>(static_cast<std::int64_t>((x - low) * bins_per_one), 0, last);
      while (bin > 0 && x < edges[static_cast<std::size_t>(bin)]) --bin;
      while (bin < last && x >= edges[static_cast<std::size_t>(bin) + 1]) ++bin;
      return bin;
    });
  }

  NodePtr input_;
  NodePtr weights_;
  NodePtr edges_;
  mutable std::pair<std::int64_t, std::int64_t> window_;
  mutable BinsOf bins_of_;
  mutable std::vector<std::vector<std::int64_t>> counts_;  // of tasks
  mutable std::vector<std::vector<double>> sums_;
  mutable std::mutex mutex_;
  mutable NodePtr found_;
};

[[noreturn]] void refuse(const char* function, const std::string& why) {
  throw Error(ErrorCode::Invalid, function, why);
}

// Numbers of one axis.
Array counted_array(const Array& a) {
  require_numbers(a, "histogram");
  if (a.dtype().kind == DtypeKind::Complex) {
    refuse("histogram", "isn't there for complex numbers, which have no order");
  }
  return a.dtype() == boolean ? a.astype(uint8) : a;
}

std::int64_t bins_given(const Array& number) {
  if (number.ndim() > 1 || number.dtype().is_string() || number.dtype().kind == DtypeKind::Float) {
    refuse("histogram", "takes a number of `bins`, or a list of edges");
  }
  const auto bins = number.item<std::int64_t>();
  if (bins < 1) refuse("histogram", "needs one bin at least");
  return bins;
}

// Given ones, as they are; or even ones.
Array edges_of(const Array& a, const Histogram& how) {
  if (how.rule.empty() && how.bins.ndim() == 1) {
    const std::vector<double> edges = doubles_of(how.bins);
    if (!std::ranges::is_sorted(edges)) refuse("histogram", "needs `bins` that increase");
    if (edges.size() < 2) refuse("histogram", "needs two edges at least");
    return how.bins;
  }
  std::vector<NodePtr> of{a.node()};
  Array first = 0;
  Array last = 1;
  std::optional<std::pair<double, double>> range;
  if (how.range) {
    std::tie(first, last) = *how.range;
    const auto low = first.item<double>();
    const auto high = last.item<double>();
    if (low > high) refuse("histogram", "has a `range` whose end lies before its start");
    if (!std::isfinite(low) || !std::isfinite(high)) refuse("histogram", "has an endless `range`");
    range.emplace(low, high);
    of.push_back(first.node());
    of.push_back(last.node());
  } else if (a.size() > 0) {
    first = min(a);
    last = max(a);
  }
  const std::int64_t bins =
      how.rule.empty() ? bins_given(how.bins) : bins_by_rule(a, how.rule, range);
  Dtype dtype = result_dtype(of);
  if (dtype.kind != DtypeKind::Float) dtype = float64;
  return Array(std::make_shared<EvenEdges>(first.node(), last.node(), bins, dtype));
}

}  // namespace

Array histogram_bin_edges(const Array& a, const Histogram& how) {
  return edges_of(counted_array(a), how);
}

Counts histogram(const Array& a, const Histogram& how) {
  const Array counted = counted_array(a);
  const Array edges = edges_of(counted, how);
  NodePtr weights;
  Dtype dtype = int64;
  if (how.weights) {
    if (how.weights->shape() != a.shape()) {
      refuse("histogram", "has weights of the shape " + to_string(how.weights->shape()) +
                              " for an array of " + to_string(a.shape()));
    }
    if (!how.rule.empty()) refuse("histogram", "has no rule for bins with weights");
    dtype = how.weights->dtype();
    if (dtype.is_string() || dtype.kind == DtypeKind::Complex) {
      refuse("histogram", "takes weights that are real numbers");
    }
    weights = as_dtype(how.weights->node(), float64);
  }
  const Array counts(std::make_shared<Counted>(as_dtype(counted.node(), float64), weights,
                                               edges.node(), edges.size() - 1, dtype));
  if (!how.density) return {counts, edges};
  const Array widths = edges(slice(1, {})) - edges(slice({}, -1));
  return {counts / widths.astype(float64) / sum(counts), edges};
}

Array bincount(const Array& x, const std::optional<Array>& weights, std::int64_t minlength) {
  if (x.ndim() != 1) refuse("bincount", "counts an array of one axis");
  if (!can_cast(x.dtype(), int64)) {
    refuse("bincount", "counts whole numbers, no " + x.dtype().name() + "; convert them (astype)");
  }
  if (minlength < 0) refuse("bincount", "needs a minlength that isn't negative");
  if (weights && (weights->shape() != x.shape() || !can_cast(weights->dtype(), float64))) {
    refuse("bincount", "takes a weight, a real number, for each element");
  }
  std::int64_t length = minlength;
  if (x.size() > 0) {
    const Array least = min(x);
    const Array most = max(x);
    prepare({least.node(), most.node()});
    if (least.astype(int64).item<std::int64_t>() < 0) {
      refuse("bincount", "counts no negative numbers");
    }
    length = std::max(length, most.astype(int64).item<std::int64_t>() + 1);
  }
  const NodePtr weight = weights ? as_dtype(weights->node(), float64) : nullptr;
  return Array(std::make_shared<Counted>(as_dtype(x.node(), int64), weight, nullptr, length,
                                         weights ? float64 : int64));
}

}  // namespace sheaf::np
