// SPDX-License-Identifier: MIT
// cov, corrcoef.
#include <algorithm>
#include <cmath>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/statistics/comoments.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t most_tasks = 8;

struct Observed {
  std::vector<NodePtr> variables;  // (n, observations) each
  NodePtr fweights, aweights;      // doubles; or none
  double ddof = 1;

  [[nodiscard]] std::int64_t count() const {
    std::int64_t all = 0;
    for (const NodePtr& node : variables) all += node->shape()[0];
    return all;
  }
  [[nodiscard]] std::int64_t observations() const { return variables.front()->shape()[1]; }
  [[nodiscard]] std::vector<NodePtr> nodes() const {
    std::vector<NodePtr> all = variables;
    if (fweights) all.push_back(fweights);
    if (aweights) all.push_back(aweights);
    return all;
  }
};

class CovarianceOf : public FoundAtOnce {
 public:
  CovarianceOf(Observed observed, Dtype dtype)
      : FoundAtOnce(dtype, {observed.count(), observed.count()}), observed_(std::move(observed)) {}

  [[nodiscard]] std::vector<NodePtr> inputs() const override { return observed_.nodes(); }

 private:
  void find(const Node& result) const override {
    if (dtype().kind == DtypeKind::Complex) {
      find_all<std::complex<double>>(result);
    } else {
      find_all<double>(result);
    }
  }

  struct Range {
    std::int64_t first = 0;
    std::int64_t count = 0;
    bool operator==(const Range&) const = default;
  };
  // Variables, and the first observation of each: taken off, it leaves smaller numbers.
  template <class T>
  struct Group {
    Range range;
    std::vector<T> first;
  };

  // As many variables with as many others as there is room for; each two once.
  template <class T>
  void find_all(const Node& result) const {
    const std::int64_t all = observed_.count();
    const double room = static_cast<double>(options().max_memory) / 4 / most_tasks / sizeof(T);
    const auto width = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::sqrt(room)), 1,
                                                std::max<std::int64_t>(all, 1));
    for (std::int64_t row = 0; row < all; row += width) {
      for (std::int64_t column = row; column < all; column += width) {
        find<T>({row, std::min(width, all - row)}, {column, std::min(width, all - column)}, result);
      }
    }
  }

  template <class T>
  void find(const Range& rows, const Range& columns, const Node& result) const {
    const Budget budget = budget_for(observed_.nodes());
    const std::int64_t count = observed_.observations();
    const std::int64_t length =
        std::max<std::int64_t>(1, budget.block_elements / (rows.count + columns.count));
    const std::int64_t blocks = (count + length - 1) / length;
    Pass first_pass;
    const std::int64_t some = std::min<std::int64_t>(count, 1);
    const Group<T> one{rows, values<T>(rows, {0, some}, first_pass)};
    const Group<T> other{columns, values<T>(columns, {0, some}, first_pass)};
    std::vector<Together<T>> states(
        most_tasks,
        Together<T>(static_cast<std::size_t>(rows.count), static_cast<std::size_t>(columns.count)));
    run_tasks(most_tasks, budget.threads, observed_.nodes(), [&](std::int64_t task, Pass& pass) {
      const std::int64_t stop = blocks * (task + 1) / most_tasks;
      for (std::int64_t block = blocks * task / most_tasks; block < stop; ++block) {
        pass.next_block();
        const Range part{block * length, std::min(length, count - block * length)};
        states[static_cast<std::size_t>(task)].merge(piece<T>(one, other, part, pass));
      }
    });
    for (std::size_t task = 1; task < states.size(); ++task) states[0].merge(states[task]);
    put(states[0], rows, columns, result);
  }

  template <class T>
  [[nodiscard]] Together<T> piece(const Group<T>& rows, const Group<T>& columns, const Range& part,
                                  Pass& pass) const {
    Together<T> found(static_cast<std::size_t>(rows.range.count),
                      static_cast<std::size_t>(columns.range.count));
    std::vector<double> weights;
    find_weights(part, pass, found.weight, found.weight_squares, weights);
    std::vector<T> one = centred<T>(rows, part, weights, found.weight, pass, found.row_means);
    std::vector<T> other;
    if (columns.range == rows.range) {
      found.column_means = found.row_means;
      other = one;
    } else {
      other = centred<T>(columns, part, weights, found.weight, pass, found.column_means);
    }
    const auto count = static_cast<std::size_t>(part.count);
    for (std::size_t at = 0; !weights.empty() && at < one.size(); ++at) {
      one[at] *= weights[at % count];
    }
    for (std::size_t row = 0; row < found.row_means.size(); ++row) {
      for (std::size_t column = 0; column < found.column_means.size(); ++column) {
        found.products[row * found.column_means.size() + column] =
            product_sum(one.data() + row * count, other.data() + column * count, part.count);
      }
    }
    return found;
  }

  // Of both kinds together; empty: one for each.
  void find_weights(const Range& part, Pass& pass, double& sum, double& squares,
                    std::vector<double>& all) const {
    sum = static_cast<double>(part.count);
    if (!observed_.fweights && !observed_.aweights) return;
    all.assign(static_cast<std::size_t>(part.count), 1);
    sum = 0;
    for (const NodePtr& node : {observed_.fweights, observed_.aweights}) {
      if (!node) continue;
      const Pass::BufferPtr block = pass.read(node, {{part.first}, {part.count}});
      for (std::size_t at = 0; at < all.size(); ++at) {
        const double weight = block->as<double>()[at];
        if (weight < 0 || (node == observed_.fweights && weight != std::nearbyint(weight))) {
          throw Error(ErrorCode::Invalid, "cov",
                      "takes weights that aren't negative, and fweights that are whole numbers");
        }
        all[at] *= weight;
        if (node == observed_.aweights) squares += all[at] * weight;
      }
    }
    for (const double weight : all) sum += weight;
  }

  template <class T>
  [[nodiscard]] std::vector<T> values(const Range& range, const Range& part, Pass& pass) const {
    std::vector<T> all(static_cast<std::size_t>(range.count * part.count));
    std::int64_t first = 0;  // variable of the node
    for (const NodePtr& node : observed_.variables) {
      const std::int64_t from = std::max(range.first, first);
      const std::int64_t to = std::min(range.first + range.count, first + node->shape()[0]);
      if (from < to && part.count > 0) {
        const Pass::BufferPtr block =
            pass.read(node, {{from - first, part.first}, {to - from, part.count}});
        std::copy_n(block->as<T>(), block->count(),
                    all.begin() + (from - range.first) * part.count);
      }
      first += node->shape()[0];
    }
    return all;
  }

  // Values less their means, which are found.
  template <class T>
  [[nodiscard]] std::vector<T> centred(const Group<T>& group, const Range& part,
                                       const std::vector<double>& weights, double weight,
                                       Pass& pass, std::vector<T>& means) const {
    const auto count = static_cast<std::size_t>(part.count);
    std::vector<T> all = values<T>(group.range, part, pass);
    for (std::size_t row = 0; row < means.size(); ++row) {
      T* line = all.data() + row * count;
      T sum{};
      for (std::size_t at = 0; at < count; ++at) {
        line[at] -= group.first[row];
        sum += weights.empty() ? line[at] : line[at] * weights[at];
      }
      means[row] = weight == 0 ? T{} : sum / weight;
      for (std::size_t at = 0; at < count; ++at) line[at] -= means[row];
    }
    return all;
  }

  template <class T>
  void put(const Together<T>& found, const Range& rows, const Range& columns,
           const Node& result) const {
    double freedom = static_cast<double>(observed_.observations()) - observed_.ddof;
    if (observed_.fweights || observed_.aweights) {
      freedom = found.weight - observed_.ddof;
      if (observed_.aweights && observed_.ddof != 0) {
        freedom = found.weight - observed_.ddof * found.weight_squares / found.weight;
      }
    }
    const double by = 1 / std::max(freedom, 0.0);
    Buffer block;
    Buffer mirrored;
    block.reset(dtype(), rows.count * columns.count);
    mirrored.reset(dtype(), rows.count * columns.count);
    for (std::int64_t row = 0; row < rows.count; ++row) {
      for (std::int64_t column = 0; column < columns.count; ++column) {
        const std::int64_t at = row * columns.count + column;
        const T value = found.products[static_cast<std::size_t>(at)] * by;
        block.as<T>()[at] = value;
        mirrored.as<T>()[column * rows.count + row] = conjugate(value);
      }
    }
    result.write({{rows.first, columns.first}, {rows.count, columns.count}}, block);
    if (rows == columns) return;
    result.write({{columns.first, rows.first}, {columns.count, rows.count}}, mirrored);
  }

  Observed observed_;
};

// Covariances by the deviations of both, clipped to what a correlation can be.
class Correlation : public Node {
 public:
  explicit Correlation(NodePtr input)
      : Node(input->dtype(), input->shape()), input_(std::move(input)) {}
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    input_->read(box, out, pass);
    const std::vector<double> rows = deviations(box.first[0], box.count[0], pass);
    const std::vector<double> columns = deviations(box.first[1], box.count[1], pass);
    with_type(dtype(), [&]<class T>(std::type_identity<T>) {
      if constexpr (!Whole<T>) {
        T* values = out.as<T>();
        for (const double row : rows) {
          for (const double column : columns) {
            *values = clipped<T>(*values, row, column);
            ++values;
          }
        }
      }
    });
  }

 private:
  template <class T>
  static T clipped(const T& value, double row, double column) {
    const auto clip = [&](auto part) {
      const double by = static_cast<double>(part) / row / column;
      return static_cast<decltype(part)>(by < -1 ? -1 : by > 1 ? 1 : by);
    };
    if constexpr (Complex<T>) {
      return T(clip(value.real()), clip(value.imag()));
    } else {
      return clip(value);
    }
  }
  [[nodiscard]] std::vector<double> deviations(std::int64_t first, std::int64_t count,
                                               Pass& pass) const {
    std::vector<double> all;
    for (std::int64_t at = first; at < first + count; ++at) {
      const Pass::BufferPtr one = pass.read(input_, {{at, at}, {1, 1}});
      double variance = 0;
      cast(one->bytes(), dtype(), &variance, float64, 1);
      all.push_back(std::sqrt(variance));
    }
    return all;
  }

  NodePtr input_;
};

// Variables as rows.
NodePtr variables_of(const Array& a, bool rowvar, Dtype dtype) {
  if (a.ndim() > 2) {
    throw Error(ErrorCode::Invalid, "cov",
                "takes arrays of two axes at most, not of the shape " + to_string(a.shape()));
  }
  NodePtr node = as_dtype(a.node(), dtype);
  if (a.ndim() == 0) return view_of(node, {}, {{1, -1, 0}, {1, -1, 0}});
  if (a.ndim() == 1) return view_of(node, {0}, {{1, -1, 0}, {a.size(), 0, 1}});
  return rowvar || a.shape()[0] == 1 ? node : transposed(node, {1, 0});
}

NodePtr weights_of(const std::optional<Array>& weights, std::int64_t count) {
  if (!weights) return nullptr;
  if (weights->ndim() != 1 || weights->size() != count) {
    throw Error(ErrorCode::Invalid, "cov", "needs one weight for each observation");
  }
  return as_dtype(weights->node(), float64);
}

// Of all variables, also where it is only one.
NodePtr covariances(const Array& m, const std::optional<Array>& y, const Covariance& how) {
  require_numbers(m, "cov");
  Dtype dtype = promote(m.dtype(), float64);
  if (y) {
    require_numbers(*y, "cov");
    dtype = promote(dtype, y->dtype());
  }
  Observed observed;
  observed.variables.push_back(variables_of(m, how.rowvar, dtype));
  if (y) observed.variables.push_back(variables_of(*y, how.rowvar, dtype));
  for (const NodePtr& node : observed.variables) {
    if (node->shape()[1] == observed.observations()) continue;
    throw Error(ErrorCode::Invalid, "cov", "has different numbers of observations");
  }
  observed.fweights = weights_of(how.fweights, observed.observations());
  observed.aweights = weights_of(how.aweights, observed.observations());
  observed.ddof = how.ddof.value_or(how.bias ? 0 : 1);
  if (observed.ddof != std::nearbyint(observed.ddof)) {
    throw Error(ErrorCode::Invalid, "cov", "needs a ddof that is a whole number");
  }
  return as_dtype(std::make_shared<CovarianceOf>(std::move(observed), dtype),
                  how.dtype.value_or(dtype));
}

}  // namespace

Array cov(const Array& m, const std::optional<Array>& y, const Covariance& how) {
  const Array found(covariances(m, y, how));
  return found.size() == 1 ? found(0, 0) : found;
}

Array corrcoef(const Array& x, const std::optional<Array>& y, const Covariance& how) {
  const Array found(covariances(x, y, how));
  if (found.size() == 1) return found(0, 0) / found(0, 0);
  return Array(std::make_shared<Correlation>(found.node()));
}

}  // namespace sheaf::np
