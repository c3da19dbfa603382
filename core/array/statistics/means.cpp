// SPDX-License-Identifier: MIT
// mean, average.
#include "core/array/engine/cast.hpp"
#include "core/array/engine/lanes.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// How what is found as a double is given.
template <class T>
using AsItself = std::conditional_t<Whole<T>, double, T>;

struct RealMean {
  Exact sum;
  std::int64_t count = 0;
};
struct ComplexMean {
  Exact real, imag;
  std::int64_t count = 0;
};
struct WholeMean {  // of at most 32 bits: exact
  std::int64_t sum = 0;
  std::int64_t count = 0;
};
template <class T>
inline constexpr bool is_small = Whole<T> && sizeof(T) <= 4;

template <class T, class Out, bool skips>
struct Mean {
  using Input = T;
  using State = std::conditional_t<is_small<T>, WholeMean,
                                   std::conditional_t<Complex<T>, ComplexMean, RealMean>>;
  using Output = Out;

  static void fold(State& state, const T* run, std::int64_t count, std::int64_t) {
    if constexpr (is_small<T>) {
      state.count += count;
      for (std::int64_t at = 0; at < count; ++at) state.sum += run[at];
    } else if constexpr (Complex<T>) {
      for (std::int64_t at = 0; at < count; ++at) {
        if (skips && is_nan(run[at])) continue;
        state.real.add(run[at].real());
        state.imag.add(run[at].imag());
        ++state.count;
      }
    } else {
      state.count += add_run<skips>(state.sum, run, count);
    }
  }
  static void fold_each(State* states, const T* rows, std::int64_t row_count, std::int64_t columns,
                        std::int64_t) {
    if constexpr (std::floating_point<T> && !skips) {
      for_each_column_sum(rows, row_count, columns, [&](std::int64_t column, const Exact& sum) {
        states[column].sum.add(sum);
        states[column].count += row_count;
      });
    } else {
      for (std::int64_t row = 0; row < row_count; ++row) {
        for (std::int64_t at = 0; at < columns; ++at) fold(states[at], rows++, 1, 0);
      }
    }
  }
  static void merge(State& state, const State& later) {
    state.count += later.count;
    if constexpr (is_small<T>) {
      state.sum += later.sum;
    } else if constexpr (Complex<T>) {
      state.real.add(later.real);
      state.imag.add(later.imag);
    } else {
      state.sum.add(later.sum);
    }
  }
  static Out finish(const State& state, double) {
    const auto count = static_cast<double>(state.count);
    if constexpr (is_small<T>) {
      return static_cast<Out>(static_cast<double>(state.sum) / count);
    } else if constexpr (Complex<T>) {
      return Out(static_cast<Part<Out>>(state.real.value() / count),
                 static_cast<Part<Out>>(state.imag.value() / count));
    } else {
      return static_cast<Out>(state.sum.value() / count);
    }
  }
};

template <bool skips>
Array mean_of(const Array& given, const Along& along, std::optional<Dtype> dtype,
              const char* name) {
  const Array a = for_means(given, dtype, name);
  return with_type(a.dtype(), [&]<class T>(std::type_identity<T>) {
    constexpr bool really = skips && !Whole<T>;
    if constexpr (Whole<T>) {  // cut, as asked for
      if (dtype) return reduced(a, along, reducer_of<Mean<T, T, false>>(*dtype, *dtype, name));
    }
    using Step = Mean<T, AsItself<T>, really>;
    const Dtype output = Whole<T> ? float64 : a.dtype();
    return reduced(a, along, reducer_of<Step>(a.dtype(), output, name));
  });
}

// Refuses zeros when they are read.
class NoZero : public Node {
 public:
  explicit NoZero(NodePtr input) : Node(input->dtype(), input->shape()), input_(std::move(input)) {}
  void read(const Box& box, Buffer& out, Pass& pass) const override {
    input_->read(box, out, pass);
    with_type(dtype(), [&]<class T>(std::type_identity<T>) {
      const T* all = out.as<T>();
      for (std::int64_t at = 0; at < out.count(); ++at) {
        if (all[at] != T(0)) continue;
        throw Error(ErrorCode::Invalid, "average", "has weights whose sum is zero");
      }
    });
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

 private:
  NodePtr input_;
};

// Weights of one axis lie along it.
Array spread_weights(const Array& a, const Along& along, const Array& weights) {
  if (weights.shape() == a.shape()) return weights;
  if (along.is_whole || along.axes.size() != 1 || weights.ndim() != 1) {
    throw Error(ErrorCode::Invalid, "average",
                "needs weights of the array's shape, or of one axis' length and that axis");
  }
  const std::size_t axis = axis_of(along.axes.front(), a.ndim());
  if (weights.size() != a.shape()[axis]) {
    throw Error(ErrorCode::Invalid, "average",
                "has weights of the shape " + to_string(weights.shape()) + " for an axis of " +
                    std::to_string(a.shape()[axis]));
  }
  std::vector<ViewAxis> axes;
  for (const std::int64_t count : a.shape()) axes.push_back({count, -1, 0});
  axes[axis] = {weights.size(), 0, 1};
  return Array(view_of(weights.node(), {0}, axes));
}

}  // namespace

Array mean(const Array& a, const Along& along, std::optional<Dtype> dtype) {
  return mean_of<false>(a, along, dtype, "mean");
}
Array nanmean(const Array& a, const Along& along, std::optional<Dtype> dtype) {
  return mean_of<true>(a, along, dtype, "nanmean");
}
Average average(const Array& a, const Along& along, const Array& weights) {
  require_numbers(a, "average");
  require_numbers(weights, "average");
  Dtype dtype = promote(a.dtype(), weights.dtype());
  if (is_whole(a.dtype())) dtype = promote(dtype, float64);
  const Array spread = spread_weights(a, along, weights).astype(dtype);
  const Array total(std::make_shared<NoZero>(sum(spread, along).node()));
  return {sum(a.astype(dtype) * spread, along) / total, total};
}

}  // namespace sheaf::np
