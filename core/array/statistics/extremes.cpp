// SPDX-License-Identifier: MIT
// max, min, ptp; argmax and argmin.
#include "core/array/engine/lanes.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/array/statistics/text_extremes.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

template <class T>
T a_nan() {
  if constexpr (Complex<T>) {
    const auto part = std::numeric_limits<typename T::value_type>::quiet_NaN();
    return T(part, part);
  } else if constexpr (Real<T>) {
    return static_cast<T>(std::numeric_limits<float>::quiet_NaN());
  } else {
    return T{};
  }
}

// Booleans are small numbers here.
template <class T>
using InMemory = std::conditional_t<std::same_as<T, bool>, std::uint8_t, T>;

template <class T, class Better, bool skips>
struct Best {
  using Input = T;
  struct State {
    T value = Better::template worst<T>();
    bool has_nan = false;
    bool has_number = false;
  };
  using Output = T;

  // What is as bad as the worst may be none at all.
  static bool is_found(const T* run, std::int64_t count, std::int64_t step,
                       const Extreme<T>& best) {
    if (!best.has_nan || best.value != Better::template worst<T>()) return true;
    for (std::int64_t at = 0; at < count; ++at) {
      if (!is_nan(run[at * step])) return true;
    }
    return false;
  }
  static void take(State& state, const State& other) {
    if (Better::is(other.value, state.value)) state.value = other.value;
    state.has_nan = state.has_nan || other.has_nan;
    state.has_number = state.has_number || other.has_number;
  }
  static void fold(State& state, const T* run, std::int64_t count, std::int64_t) {
    const Extreme<T> best = extreme_of_run<Better>(run, count);
    take(state, {best.value, best.has_nan, is_found(run, count, 1, best)});
  }
  static void fold_each(State* states, const T* rows, std::int64_t row_count, std::int64_t columns,
                        std::int64_t) {
    for_each_column_extreme<Better>(
        rows, row_count, columns, [&](std::int64_t column, const Extreme<T>& best) {
          take(states[column],
               {best.value, best.has_nan, is_found(rows + column, row_count, columns, best)});
        });
  }
  static void merge(State& state, const State& later) { take(state, later); }
  static T finish(const State& state, double) {
    return (skips ? !state.has_number : state.has_nan) ? a_nan<T>() : state.value;
  }
};

template <class T, class Better, bool skips>
struct BestPlace {
  using Input = T;
  struct State {
    T value{};
    std::int64_t place = -1;
  };
  using Output = std::int64_t;

  // The first one of equals, and a NaN before all.
  static void take(State& state, const State& other) {
    if (other.place < 0) return;
    bool is_better = state.place < 0;
    if (!is_better) {
      const bool was_nan = is_nan(state.value);
      const bool now_nan = is_nan(other.value);
      const bool is_equal = was_nan ? now_nan : state.value == other.value;
      is_better = is_equal ? other.place < state.place
                           : !was_nan && (now_nan || Better::is(other.value, state.value));
    }
    if (is_better) state = other;
  }
  static void search(State& state, const T* run, std::int64_t count, std::int64_t step,
                     std::int64_t position) {
    for (std::int64_t at = 0; at < count; ++at) {
      const T x = run[at * step];
      if (skips && is_nan(x)) continue;
      take(state, {x, position + at});
    }
  }
  // Whether it is worth it to look where.
  static bool may_hold(const State& state, const Extreme<T>& best, std::int64_t position) {
    if (state.place < 0 || position < state.place) return true;
    if (!skips && best.has_nan) return !is_nan(state.value);
    return !is_nan(state.value) && Better::is(best.value, state.value);
  }
  static void fold(State& state, const T* run, std::int64_t count, std::int64_t position) {
    constexpr std::int64_t length = 2048;
    for (std::int64_t at = 0; at < count; at += length) {
      const std::int64_t some = std::min(length, count - at);
      const Extreme<T> best = extreme_of_run<Better>(run + at, some);
      if (may_hold(state, best, position + at)) search(state, run + at, some, 1, position + at);
    }
  }
  static void fold_each(State* states, const T* rows, std::int64_t row_count, std::int64_t columns,
                        std::int64_t position) {
    for_each_column_extreme<Better>(
        rows, row_count, columns, [&](std::int64_t column, const Extreme<T>& best) {
          if (may_hold(states[column], best, position)) {
            search(states[column], rows + column, row_count, columns, position);
          }
        });
  }
  static void merge(State& state, const State& later) { take(state, later); }
  static std::int64_t finish(const State& state, double) {
    if (state.place >= 0) return state.place;
    throw Error(ErrorCode::Invalid, "array",
                "holds nothing but NaNs along an axis: none is least "
                "or greatest");
  }
};

template <class Better, bool skips>
Array best(Array a, const Along& along, const Folding& how, const char* name) {
  if (a.dtype().is_string()) {
    if (how.where || how.initial) {
      throw Error(ErrorCode::Unsupported, name,
                  "takes neither `where` nor `initial` for texts; select those that count first");
    }
    return text_extreme(a, along, std::same_as<Better, Greater>, false);
  }
  if (how.where) {
    if (!how.initial) {
      throw Error(ErrorCode::Invalid, name, "needs `initial` where there is `where`");
    }
    a = masked(a, *how.where, *how.initial);
  }
  return with_type(a.dtype(), [&]<class T>(std::type_identity<T>) {
    using Step = Best<InMemory<T>, Better, skips && !Whole<T>>;
    Reducer reducer = reducer_of<Step>(a.dtype(), a.dtype(), name, how.initial.has_value());
    if (how.initial) reducer.initial = element_of(*how.initial, a.dtype());
    return reduced(a, along, std::move(reducer));
  });
}

template <class Better, bool skips>
Array best_place(const Array& a, const Along& along, const char* name) {
  if (!along.is_whole && along.axes.size() != 1) {
    throw Error(ErrorCode::Invalid, name, "goes along one axis, or through the whole array");
  }
  if (a.dtype().is_string()) return text_extreme(a, along, std::same_as<Better, Greater>, true);
  return with_type(a.dtype(), [&]<class T>(std::type_identity<T>) {
    using Step = BestPlace<InMemory<T>, Better, skips && !Whole<T>>;
    return reduced(a, along, reducer_of<Step>(a.dtype(), int64, name, false));
  });
}

}  // namespace

Array max(const Array& a, const Along& along, const Folding& how) {
  return best<Greater, false>(a, along, how, "max");
}
Array min(const Array& a, const Along& along, const Folding& how) {
  return best<Less, false>(a, along, how, "min");
}
Array nanmax(const Array& a, const Along& along, const Folding& how) {
  return best<Greater, true>(a, along, how, "nanmax");
}
Array nanmin(const Array& a, const Along& along, const Folding& how) {
  return best<Less, true>(a, along, how, "nanmin");
}
Array ptp(const Array& a, const Along& along) { return max(a, along) - min(a, along); }

Array argmax(const Array& a, const Along& along) {
  return best_place<Greater, false>(a, along, "argmax");
}
Array argmin(const Array& a, const Along& along) {
  return best_place<Less, false>(a, along, "argmin");
}
Array nanargmax(const Array& a, const Along& along) {
  return best_place<Greater, true>(a, along, "nanargmax");
}
Array nanargmin(const Array& a, const Along& along) {
  return best_place<Less, true>(a, along, "nanargmin");
}

}  // namespace sheaf::np
