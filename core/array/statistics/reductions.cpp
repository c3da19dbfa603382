// SPDX-License-Identifier: MIT
// sum, prod, all, any, count_nonzero.
#include "core/array/engine/lanes.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/statistics/products.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// Whole numbers wrap, as NumPy's.
template <Whole T>
std::uint64_t widened(T x) {
  if constexpr (std::is_signed_v<T>) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(x));
  } else {
    return x;
  }
}

struct WholeTotal {
  std::uint64_t sum = 0;

  template <bool skips, Whole T>
  void add(const T* run, std::int64_t count) {
    if constexpr (sizeof(T) <= 2) {  // so many fit into 32 bits
      using Narrow = std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t>;
      constexpr std::int64_t most = 1 << 15;
      for (std::int64_t at = 0; at < count; at += most) {
        const std::int64_t stop = std::min(count, at + most);
        Narrow part = 0;
        for (std::int64_t i = at; i < stop; ++i) part += static_cast<Narrow>(run[i]);
        sum += widened(part);
      }
    } else {
      for (std::int64_t at = 0; at < count; ++at) sum += widened(run[at]);
    }
  }
  void add(const WholeTotal& other) { sum += other.sum; }
  template <class Out>
  [[nodiscard]] Out as() const {
    if constexpr (std::same_as<Out, bool>) {
      return sum != 0;
    } else {
      return static_cast<Out>(sum);
    }
  }
};

struct RealTotal {
  Exact sum;

  template <bool skips, Real T>
  void add(const T* run, std::int64_t count) {
    add_run<skips>(sum, run, count);
  }
  void add(const RealTotal& other) { sum.add(other.sum); }
  template <class Out>
  [[nodiscard]] Out as() const {
    return static_cast<Out>(sum.value());
  }
};

struct ComplexTotal {
  Exact real, imag;

  template <bool skips, Complex T>
  void add(const T* run, std::int64_t count) {
    for (std::int64_t at = 0; at < count; ++at) {
      if (skips && is_nan(run[at])) continue;
      real.add(run[at].real());
      imag.add(run[at].imag());
    }
  }
  void add(const ComplexTotal& other) {
    real.add(other.real);
    imag.add(other.imag);
  }
  template <class Out>
  [[nodiscard]] Out as() const {
    using Part = typename Out::value_type;
    return Out(static_cast<Part>(real.value()), static_cast<Part>(imag.value()));
  }
};

template <class T>
using Total =
    std::conditional_t<Whole<T>, WholeTotal, std::conditional_t<Real<T>, RealTotal, ComplexTotal>>;

template <class T, class Out, bool skips>
struct Sum {
  using Input = T;
  using State = Total<T>;
  using Output = Out;
  static void fold(State& state, const T* run, std::int64_t count, std::int64_t) {
    state.template add<skips>(run, count);
  }
  static void fold_each(State* states, const T* rows, std::int64_t row_count, std::int64_t columns,
                        std::int64_t) {
    if constexpr (std::floating_point<T> && !skips) {
      for_each_column_sum(rows, row_count, columns, [&](std::int64_t column, const Exact& sum) {
        states[column].sum.add(sum);
      });
    } else {
      for (std::int64_t row = 0; row < row_count; ++row) {
        for (std::int64_t at = 0; at < columns; ++at) {
          states[at].template add<skips>(rows++, 1);
        }
      }
    }
  }
  static void merge(State& state, const State& later) { state.add(later); }
  static Out finish(const State& state, double) { return state.template as<Out>(); }
};

template <class T, class Out, bool skips>
struct Product {
  using Input = T;
  using State = ProductOf<T>;
  using Output = Out;

  static void fold(State& state, const T* run, std::int64_t count, std::int64_t) {
    for (std::int64_t at = 0; at < count; ++at) {
      if (skips && is_nan(run[at])) continue;
      state.take(run[at]);
    }
  }
  static void merge(State& state, const State& later) { state.multiply(later); }
  static Out finish(const State& state, double) {
    if constexpr (std::same_as<Out, bool>) {
      return state.result() != 0;
    } else if constexpr (Complex<T>) {
      using Part = typename Out::value_type;
      const std::complex<double> product = state.result();
      return Out(static_cast<Part>(product.real()), static_cast<Part>(product.imag()));
    } else {
      return static_cast<Out>(state.result());
    }
  }
};

template <class T>
struct Wider {
  using type = T;
};
template <class T>
requires(Whole<T>&& std::is_signed_v<T>) struct Wider<T> {
  using type = std::int64_t;
};
template <class T>
requires(Whole<T> && !std::is_signed_v<T>) struct Wider<T> {
  using type = std::uint64_t;
};
template <>
struct Wider<bool> {
  using type = std::int64_t;
};

// Of the dtype's own elements; the outcome is of that dtype, or wide.
template <template <class, class, bool> class Step>
Reducer totals(Dtype input, Dtype output, bool skips, const char* name) {
  return with_type(input, [&]<class T>(std::type_identity<T>) {
    using Wide = typename Wider<T>::type;
    Reducer reducer = output == input ? reducer_of<Step<T, T, false>>(input, output, name)
                                      : reducer_of<Step<T, Wide, false>>(input, output, name);
    if constexpr (!Whole<T>) {
      if (skips) reducer = reducer_of<Step<T, T, true>>(input, output, name);
    }
    return reducer;
  });
}

struct TotalOf {
  const char* name;
  const char* with_initial;
  Array neutral;
  bool skips;
};

template <template <class, class, bool> class Step>
Array total(Array a, const Along& along, const Folding& how, const TotalOf& what) {
  require_numbers(a, what.name);
  if (how.where) a = masked(a, *how.where, what.neutral);
  Dtype output = widest_of(a.dtype());
  if (how.dtype) {
    require_numbers(Array(as_dtype(what.neutral.node(), *how.dtype)), what.name);
    output = *how.dtype;
    if (widest_of(a.dtype()) != output) a = a.astype(output);
  }
  Array result = reduced(a, along, totals<Step>(a.dtype(), output, what.skips, what.name));
  if (!how.initial) return result;
  const Array initial(Value{output, {}, element_of(*how.initial, output), {}});
  return Array(apply(ufunc(what.with_initial), {result.node(), initial.node()}));
}

struct Tally {
  std::int64_t true_ones = 0;
  std::int64_t false_ones = 0;
};

enum class Question { All, Any, HowMany };

template <class T, Question question>
struct Truth {
  using Input = T;
  using State = Tally;
  using Output = std::conditional_t<question == Question::HowMany, std::int64_t, bool>;
  static void fold(State& state, const T* run, std::int64_t count, std::int64_t) {
    std::int64_t found = 0;
    for (std::int64_t at = 0; at < count; ++at) found += run[at] != T(0) ? 1 : 0;
    state.true_ones += found;
    state.false_ones += count - found;
  }
  static void merge(State& state, const State& later) {
    state.true_ones += later.true_ones;
    state.false_ones += later.false_ones;
  }
  static Output finish(const State& state, double) {
    if constexpr (question == Question::All) {
      return state.false_ones == 0;
    } else if constexpr (question == Question::Any) {
      return state.true_ones > 0;
    } else {
      return state.true_ones;
    }
  }
};

template <Question question>
Array truth(const Array& a, const Along& along, const char* name) {
  require_numbers(a, name);
  return with_type(a.dtype(), [&]<class T>(std::type_identity<T>) {
    const Dtype output = question == Question::HowMany ? int64 : boolean;
    return reduced(a, along, reducer_of<Truth<T, question>>(a.dtype(), output, name));
  });
}

// Texts that aren't empty.
class HasText : public Node {
 public:
  explicit HasText(NodePtr input) : Node(boolean, input->shape()), input_(std::move(input)) {}
  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const Pass::BufferPtr block = pass.read(input_, box);
    out.reset(boolean, box.size());
    for (std::int64_t at = 0; at < box.size(); ++at) {
      out.as<bool>()[at] = !block->strings()[static_cast<std::size_t>(at)].empty();
    }
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

 private:
  NodePtr input_;
};

}  // namespace

Array sum(const Array& a, const Along& along, const Folding& how) {
  return total<Sum>(a, along, how, {"sum", "add", 0, false});
}
Array nansum(const Array& a, const Along& along, const Folding& how) {
  return total<Sum>(a, along, how, {"nansum", "add", 0, true});
}
Array prod(const Array& a, const Along& along, const Folding& how) {
  return total<Product>(a, along, how, {"prod", "multiply", 1, false});
}
Array nanprod(const Array& a, const Along& along, const Folding& how) {
  return total<Product>(a, along, how, {"nanprod", "multiply", 1, true});
}

Array any(const Array& a, const Along& along, const Folding& how) {
  return truth<Question::Any>(how.where ? masked(a, *how.where, 0) : a, along, "any");
}
Array all_of(const Array& a, const Along& along, const Folding& how) {
  return truth<Question::All>(how.where ? masked(a, *how.where, 1) : a, along, "all");
}
Array Everything::operator()(const Array& a) const { return all_of(a); }
Array Everything::operator()(const Array& a, const Along& along) const { return all_of(a, along); }

Array count_nonzero(const Array& a, const Along& along) {
  const Array tested = a.dtype().is_string() ? Array(std::make_shared<HasText>(a.node())) : a;
  return truth<Question::HowMany>(tested, along, "count_nonzero");
}

}  // namespace sheaf::np
