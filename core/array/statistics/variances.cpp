// SPDX-License-Identifier: MIT
// var, std.
#include <array>

#include "core/array/engine/lanes.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// How what is found as a double is given.
template <class T>
using AsReal = std::conditional_t<Whole<T>, double, Part<T>>;

// Mean and sum of squares about it; the mean with more digits than a double has.
struct Moments {
  double mean = 0;
  double mean_rest = 0;
  double squares = 0;
};

// Chan, Golub and LeVeque's way of putting two together; counts are of both.
void merge_moments(Moments& state, double count, const Moments& other, double other_count) {
  if (other_count == 0) return;
  if (count == 0) {
    state = other;
    return;
  }
  const double all = count + other_count;
  const double apart = (other.mean - state.mean) + (other.mean_rest - state.mean_rest);
  state.squares += other.squares + apart * apart * (count * other_count / all);
  add_exactly(state.mean, state.mean_rest, apart * (other_count / all));
}

// In two passes: the run lies in the first-level cache.
Moments moments_of(const double* run, std::int64_t count) {
  const auto size = static_cast<double>(count);
  const double mean = plain_sum(run, count) / size;
  Lanes<double> squares[ways] = {};
  Lanes<double> rests[ways] = {};
  std::int64_t at = 0;
  for (; at + 2 * ways <= count; at += 2 * ways) {
    for (int way = 0; way < ways; ++way) {
      Lanes<double> x;
      std::memcpy(&x, run + at + 2 * way, sizeof(x));
      x -= mean;
      squares[way] += x * x;
      rests[way] += x;
    }
  }
  const Lanes<double> all = (squares[0] + squares[1]) + (squares[2] + squares[3]);
  const Lanes<double> all_rests = (rests[0] + rests[1]) + (rests[2] + rests[3]);
  double sum = all[0] + all[1];
  double rest = all_rests[0] + all_rests[1];
  for (; at < count; ++at) {
    sum += (run[at] - mean) * (run[at] - mean);
    rest += run[at] - mean;
  }
  return {mean, rest / size, sum - rest * rest / size};
}

// Eight columns of rows.
void moments_of_columns(const double* rows, std::int64_t row_count, std::int64_t step,
                        std::array<Moments, 8>& out) {
  const auto size = static_cast<double>(row_count);
  Lanes<double> mean[ways] = {};
  for (std::int64_t row = 0; row < row_count; ++row) {
    for (int way = 0; way < ways; ++way) {
      Lanes<double> x;
      std::memcpy(&x, rows + row * step + 2 * way, sizeof(x));
      mean[way] += x;
    }
  }
  for (Lanes<double>& one : mean) one /= size;
  Lanes<double> squares[ways] = {};
  Lanes<double> rests[ways] = {};
  for (std::int64_t row = 0; row < row_count; ++row) {
    for (int way = 0; way < ways; ++way) {
      Lanes<double> x;
      std::memcpy(&x, rows + row * step + 2 * way, sizeof(x));
      x -= mean[way];
      squares[way] += x * x;
      rests[way] += x;
    }
  }
  for (int at = 0; at < 8; ++at) {
    const double rest = rests[at / 2][at % 2];
    out[static_cast<std::size_t>(at)] = {mean[at / 2][at % 2], rest / size,
                                         squares[at / 2][at % 2] - rest * rest / size};
  }
}

struct RealSpread {
  std::int64_t count = 0;
  Moments of;
};
struct ComplexSpread {
  std::int64_t count = 0;
  Moments real, imag;
};

enum class Spread { Var, Std };

template <class T, Spread spread, bool skips>
struct Variance {
  using Input = T;
  using State = std::conditional_t<Complex<T>, ComplexSpread, RealSpread>;
  using Output = AsReal<T>;

  static void fold(State& state, const T* run, std::int64_t count, std::int64_t) {
    for (std::int64_t at = 0; at < count; at += piece_length) {
      fold_piece(state, run + at, std::min(piece_length, count - at), 1);
    }
  }
  static void fold_each(State* states, const T* rows, std::int64_t row_count, std::int64_t columns,
                        std::int64_t) {
    constexpr std::int64_t most = 128;  // rows at a time
    for (std::int64_t row = 0; row < row_count; row += most) {
      const std::int64_t some = std::min(most, row_count - row);
      const T* from = rows + row * columns;
      std::int64_t column = 0;
      if constexpr (!Complex<T> && !(skips && Real<T>)) {
        for (; column + 8 <= columns; column += 8) {
          fold_eight(states + column, from + column, some, columns);
        }
      }
      for (; column < columns; ++column) fold_piece(states[column], from + column, some, columns);
    }
  }
  static void merge(State& state, const State& later) {
    const auto count = static_cast<double>(state.count);
    const auto other = static_cast<double>(later.count);
    if constexpr (Complex<T>) {
      merge_moments(state.real, count, later.real, other);
      merge_moments(state.imag, count, later.imag, other);
    } else {
      merge_moments(state.of, count, later.of, other);
    }
    state.count += later.count;
  }
  static Output finish(const State& state, double ddof) {
    double squares = 0;
    if constexpr (Complex<T>) {
      squares = state.real.squares + state.imag.squares;
    } else {
      squares = state.of.squares;
    }
    double freedom = static_cast<double>(state.count) - ddof;
    if (freedom <= 0) freedom = skips ? std::numeric_limits<double>::quiet_NaN() : 0;
    const double value = squares / freedom;
    return static_cast<Output>(spread == Spread::Std ? std::sqrt(value) : value);
  }

 private:
  static void fold_piece(State& state, const T* run, std::int64_t count, std::int64_t step) {
    State piece;
    double numbers[piece_length];
    if constexpr (Complex<T>) {
      double others[piece_length];
      for (std::int64_t at = 0; at < count; ++at) {
        const T x = run[at * step];
        if (skips && is_nan(x)) continue;
        numbers[piece.count] = static_cast<double>(x.real());
        others[piece.count++] = static_cast<double>(x.imag());
      }
      if (piece.count == 0) return;
      piece.real = moments_of(numbers, piece.count);
      piece.imag = moments_of(others, piece.count);
    } else {
      const double* from = numbers;
      piece.count = count;
      if constexpr (std::same_as<T, double> && !skips) {
        if (step == 1) from = run;
      }
      if (from == numbers) piece.count = as_doubles<skips>(run, count, step, numbers);
      if (piece.count == 0) return;
      piece.of = moments_of(from, piece.count);
    }
    merge(state, piece);
  }

  static void fold_eight(State* states, const T* rows, std::int64_t row_count,
                         std::int64_t columns) {
    std::array<Moments, 8> pieces;
    if constexpr (std::same_as<T, double>) {
      moments_of_columns(rows, row_count, columns, pieces);
    } else {
      double numbers[128 * 8];
      for (std::int64_t row = 0; row < row_count; ++row) {
        as_doubles<false>(rows + row * columns, 8, 1, numbers + row * 8);
      }
      moments_of_columns(numbers, row_count, 8, pieces);
    }
    if constexpr (!Complex<T>) {
      for (std::size_t at = 0; at < 8; ++at) merge(states[at], State{row_count, pieces[at]});
    }
  }
};

template <Spread spread, bool skips>
Array spread_of(const Array& given, const Along& along, double ddof, std::optional<Dtype> dtype,
                const char* name) {
  if (dtype && is_whole(*dtype)) {
    throw Error(ErrorCode::Invalid, name,
                "can't be of the dtype " + dtype->name() + "; a floating one is needed");
  }
  const Array a = for_means(given, dtype, name);
  return with_type(a.dtype(), [&]<class T>(std::type_identity<T>) {
    using Step = Variance<T, spread, skips && !Whole<T>>;
    Dtype output = Whole<T> ? float64 : a.dtype();
    if (Complex<T>) output = {DtypeKind::Float, static_cast<std::uint16_t>(a.dtype().bits / 2)};
    return reduced(a, along, reducer_of<Step>(a.dtype(), output, name), ddof);
  });
}

}  // namespace

Array var(const Array& a, const Along& along, double ddof, std::optional<Dtype> dtype) {
  return spread_of<Spread::Var, false>(a, along, ddof, dtype, "var");
}
Array std(const Array& a, const Along& along, double ddof, std::optional<Dtype> dtype) {
  return spread_of<Spread::Std, false>(a, along, ddof, dtype, "std");
}
Array nanvar(const Array& a, const Along& along, double ddof, std::optional<Dtype> dtype) {
  return spread_of<Spread::Var, true>(a, along, ddof, dtype, "nanvar");
}
Array nanstd(const Array& a, const Along& along, double ddof, std::optional<Dtype> dtype) {
  return spread_of<Spread::Std, true>(a, along, ddof, dtype, "nanstd");
}

}  // namespace sheaf::np
