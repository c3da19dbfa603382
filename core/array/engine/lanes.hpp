// SPDX-License-Identifier: MIT
#pragma once
// Sums and extremes of runs of elements, several at a time.
//
//   Exact total;                             sum and what rounding took from it
//   add_run<false>(total, run, count);       the sum of doubles, as if they had twice the digits
//   extreme_of_run<Greater>(run, count)      the largest one, and whether there are NaNs
//   for_each_column(rows, columns, …)        the same, of columns
//
// Model: vectors of 16 bytes, which all machines have, several at a time; float16 is computed as
// float. Doubles are added without loss (two-sum, lane by lane); what is narrower in double, piece
// by piece. For sources of reductions: nothing else includes this. Failure: none.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstring>
#include <limits>

#include "core/array/engine/buffer.hpp"

namespace sheaf::np {

template <class T>
inline constexpr bool is_complex_type = false;
template <class T>
inline constexpr bool is_complex_type<std::complex<T>> = true;
template <class T>
concept Complex = is_complex_type<T>;
template <class T>
struct PartOf {
  using type = T;
};
template <Complex T>
struct PartOf<T> {
  using type = typename T::value_type;
};
// Of a complex number's parts; the type itself.
template <class T>
using Part = typename PartOf<T>::type;
template <class T>
concept Whole = std::integral<T>;  // and bool
template <class T>
concept Real = std::same_as<T, Half> || std::floating_point<T>;
// Those that vectors are made of.
template <class T>
concept Laned = (Whole<T> && !std::same_as<T, bool>) || std::floating_point<T>;

template <class T>
struct LanesOf {
  typedef T type __attribute__((vector_size(16)));
  static constexpr std::int64_t count = 16 / sizeof(T);
};
template <class T>
using Lanes = typename LanesOf<T>::type;

template <class T>
bool is_nan(const T& x) {
  if constexpr (Complex<T>) {
    return std::isnan(x.real()) || std::isnan(x.imag());
  } else if constexpr (Real<T>) {
    return x != x;
  } else {
    return false;
  }
}

// sum + error is what it was, and x, exactly.
template <class V>
inline void add_exactly(V& sum, V& error, const V& x) {
  const V total = sum + x;
  const V part = total - sum;
  error += (sum - (total - part)) + (x - part);
  sum = total;
}

struct Exact {
  double sum = 0;
  double error = 0;

  void add(double x) { add_exactly(sum, error, x); }
  void add(const Exact& other) {
    add(other.sum);
    error += other.error;
  }
  // Infinities and NaNs leave no error that means anything.
  [[nodiscard]] double value() const { return std::isfinite(error) ? sum + error : sum; }
};

inline constexpr std::int64_t piece_length = 1024;  // of what is converted first

// As doubles; without the NaNs where these are skipped. Returns how many.
template <bool skips, class T>
std::int64_t as_doubles(const T* run, std::int64_t count, std::int64_t step, double* out) {
  if constexpr (skips && Real<T>) {
    std::int64_t kept = 0;
    for (std::int64_t at = 0; at < count; ++at) {
      out[kept] = static_cast<double>(run[at * step]);
      kept += out[kept] == out[kept] ? 1 : 0;
    }
    return kept;
  } else {
    for (std::int64_t at = 0; at < count; ++at) out[at] = static_cast<double>(run[at * step]);
    return count;
  }
}

inline constexpr int ways = 4;  // vectors at a time

// Of doubles that fit into the first-level cache, where the last digits don't matter.
inline double plain_sum(const double* run, std::int64_t count) {
  Lanes<double> lanes[ways] = {};
  std::int64_t at = 0;
  for (; at + 2 * ways <= count; at += 2 * ways) {
    for (int way = 0; way < ways; ++way) {
      Lanes<double> x;
      std::memcpy(&x, run + at + 2 * way, sizeof(x));
      lanes[way] += x;
    }
  }
  const Lanes<double> both = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
  double sum = both[0] + both[1];
  for (; at < count; ++at) sum += run[at];
  return sum;
}

// Returns how many were added.
template <bool skips>
std::int64_t add_run(Exact& total, const double* run, std::int64_t count) {
  using V = Lanes<double>;
  V sum[ways] = {};
  V error[ways] = {};
  V missing = {};
  std::int64_t at = 0;
  for (; at + 2 * ways <= count; at += 2 * ways) {
    for (int way = 0; way < ways; ++way) {
      V x;
      std::memcpy(&x, run + at + 2 * way, sizeof(x));
      if constexpr (skips) {
        missing += x != x ? V{} + 1.0 : V{};
        x = x == x ? x : V{};
      }
      add_exactly(sum[way], error[way], x);
    }
  }
  auto kept = count - static_cast<std::int64_t>(missing[0] + missing[1]);
  for (int way = 0; way < ways; ++way) {
    for (int lane = 0; lane < 2; ++lane) total.add(Exact{sum[way][lane], error[way][lane]});
  }
  for (; at < count; ++at) {
    if (skips && run[at] != run[at]) {
      --kept;
    } else {
      total.add(run[at]);
    }
  }
  return kept;
}

template <bool skips, class T>
std::int64_t add_run(Exact& total, const T* run, std::int64_t count) {
  double piece[piece_length];
  std::int64_t kept = 0;
  for (std::int64_t at = 0; at < count; at += piece_length) {
    const std::int64_t some =
        as_doubles<skips>(run + at, std::min(piece_length, count - at), 1, piece);
    total.add(plain_sum(piece, some));
    kept += some;
  }
  return kept;
}

// Calls each(column, Exact) with the sums of columns of rows.
template <class T, class Each>
void for_each_column_sum(const T* rows, std::int64_t row_count, std::int64_t columns, Each each) {
  constexpr std::int64_t width = 2 * ways;
  std::int64_t column = 0;
  for (; column + width <= columns; column += width) {
    Lanes<double> sum[ways] = {};
    Lanes<double> error[ways] = {};
    const T* from = rows + column;
    for (std::int64_t row = 0; row < row_count; ++row, from += columns) {
      for (int way = 0; way < ways; ++way) {
        const Lanes<double> x = {static_cast<double>(from[2 * way]),
                                 static_cast<double>(from[2 * way + 1])};
        if constexpr (std::same_as<T, double>) {
          add_exactly(sum[way], error[way], x);
        } else {  // of so few that a double loses nothing that counts
          sum[way] += x;
        }
      }
    }
    for (std::int64_t at = 0; at < width; ++at) {
      each(column + at, Exact{sum[at / 2][at % 2], error[at / 2][at % 2]});
    }
  }
  for (; column < columns; ++column) {
    Exact total;
    for (std::int64_t row = 0; row < row_count; ++row) {
      total.add(static_cast<double>(rows[row * columns + column]));
    }
    each(column, total);
  }
}

// What a comparison calls better; the worst there is.
struct Greater {
  template <class T>
  static auto is(const T& a, const T& b) {
    if constexpr (Complex<T>) {
      return a.real() > b.real() || (a.real() == b.real() && a.imag() > b.imag());
    } else {
      return a > b;
    }
  }
  template <class T>
  static T worst() {
    if constexpr (Complex<T>) {
      return T(worst<typename T::value_type>(), worst<typename T::value_type>());
    } else if constexpr (Real<T>) {
      return static_cast<T>(-std::numeric_limits<float>::infinity());
    } else {
      return std::numeric_limits<T>::lowest();
    }
  }
};
struct Less {
  template <class T>
  static auto is(const T& a, const T& b) {
    return Greater::is(b, a);
  }
  template <class T>
  static T worst() {
    if constexpr (Whole<T>) {
      return std::numeric_limits<T>::max();
    } else {
      return -Greater::worst<T>();
    }
  }
};

template <class T>
struct Extreme {
  T value;
  bool has_nan = false;
};

// NaNs left aside.
template <class Better, class T>
Extreme<T> extreme_of_run(const T* run, std::int64_t count) {
  Extreme<T> best{Better::template worst<T>()};
  std::int64_t at = 0;
  if constexpr (Laned<T>) {
    constexpr std::int64_t lanes = LanesOf<T>::count;
    Lanes<T> value[ways];
    for (Lanes<T>& part : value) part = Lanes<T>{} + best.value;
    auto nans = Lanes<T>{} != Lanes<T>{};
    for (; at + ways * lanes <= count; at += ways * lanes) {
      for (int way = 0; way < ways; ++way) {
        Lanes<T> x;
        std::memcpy(&x, run + at + way * lanes, sizeof(x));
        value[way] = Better::is(x, value[way]) ? x : value[way];
        if constexpr (Real<T>) nans |= x != x;
      }
    }
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      for (const Lanes<T>& part : value) {
        if (Better::is(T{part[lane]}, best.value)) best.value = part[lane];
      }
      best.has_nan = best.has_nan || nans[lane] != 0;
    }
  }
  for (; at < count; ++at) {
    if (is_nan(run[at])) {
      best.has_nan = true;
    } else if (Better::is(run[at], best.value)) {
      best.value = run[at];
    }
  }
  return best;
}

// Calls each(column, Extreme) for the columns of rows.
template <class Better, class T, class Each>
void for_each_column_extreme(const T* from, std::int64_t rows, std::int64_t columns, Each each) {
  std::int64_t column = 0;
  if constexpr (Laned<T>) {
    constexpr std::int64_t lanes = LanesOf<T>::count;
    for (; column + lanes <= columns; column += lanes) {
      Lanes<T> value = Lanes<T>{} + Better::template worst<T>();
      auto nans = Lanes<T>{} != Lanes<T>{};
      for (std::int64_t row = 0; row < rows; ++row) {
        Lanes<T> x;
        std::memcpy(&x, from + row * columns + column, sizeof(x));
        value = Better::is(x, value) ? x : value;
        if constexpr (Real<T>) nans |= x != x;
      }
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        each(column + lane, Extreme<T>{value[lane], nans[lane] != 0});
      }
    }
  }
  for (; column < columns; ++column) {
    Extreme<T> best{Better::template worst<T>()};
    for (std::int64_t row = 0; row < rows; ++row) {
      const T x = from[row * columns + column];
      if (is_nan(x)) {
        best.has_nan = true;
      } else if (Better::is(x, best.value)) {
        best.value = x;
      }
    }
    each(column, best);
  }
}

}  // namespace sheaf::np
