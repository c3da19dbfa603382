// SPDX-License-Identifier: MIT
#include "core/array/differences.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/joining.hpp"
#include "core/array/shaping/made.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

[[noreturn]] void refuse_difference(const std::string& function, const std::string& why) {
  throw Error(ErrorCode::Invalid, function + "()", why);
}

Array between(const Array& a, std::size_t axis, Bound start, Bound stop) {
  return along(a, axis, slice(start, stop));
}

Array end_of(const Array& a, std::size_t axis, const Array& end) {
  if (end.ndim() > 0) return end;
  Shape shape = a.shape();
  shape[axis] = 1;
  return broadcast_to(end, shape);
}

// One number an interval along the axis of `of`.
Array on_axis(const Array& numbers, std::size_t axis, std::size_t axes) {
  Shape shape(axes, 1);
  shape[axis] = numbers.size();
  return reshape(numbers, shape);
}

// The weights of three neighbours, for their middle or an end.
struct Weights {
  Array a, b, c;
};

Array weighted(const Array& f, std::size_t axis, const Weights& w, std::int64_t first,
               Bound length) {
  const auto part = [&](std::int64_t from) {
    return between(f, axis, from, length ? Bound(from + *length) : Bound());
  };
  return w.a * part(first) + w.b * part(first + 1) + w.c * part(first + 2);
}

// Slopes along one axis, by one step or by the steps between coordinates.
class Slopes {
 public:
  Slopes(const Array& f, std::size_t axis, const Array& given)
      : f_(f),
        axis_(axis),
        extent_(f.shape()[axis]),
        is_even_(given.ndim() == 0),
        d_(is_even_ ? given : steps_between(given)) {}

  // At the first or the last element, from two or three of them.
  [[nodiscard]] Array edge(int order, bool is_last) const {
    if (order == 1) {
      const std::int64_t first = is_last ? extent_ - 2 : 0;
      return (at(first + 1) - at(first)) / step(first);
    }
    const std::int64_t first = is_last ? extent_ - 3 : 0;
    if (is_even_ && is_last) {
      return weighted(f_, axis_, {0.5 / d_, -2.0 / d_, 1.5 / d_}, first, 1);
    }
    if (is_even_) return weighted(f_, axis_, {-1.5 / d_, 2.0 / d_, -0.5 / d_}, first, 1);
    const Array one = step(first);
    const Array two = step(first + 1);
    const Array both = one + two;
    if (is_last) {
      const Weights w{two / (one * both), -both / (one * two), (2.0 * two + one) / (two * both)};
      return weighted(f_, axis_, w, first, 1);
    }
    const Weights w{-(2.0 * one + two) / (one * both), both / (one * two), -one / (two * both)};
    return weighted(f_, axis_, w, first, 1);
  }

  // At all that have a neighbour on both sides.
  [[nodiscard]] Array middle() const {
    if (is_even_) {
      return (between(f_, axis_, 2, {}) - between(f_, axis_, 0, extent_ - 2)) / (2.0 * d_);
    }
    const Array one = between(d_, axis_, 0, extent_ - 2);
    const Array two = between(d_, axis_, 1, {});
    const Array both = one + two;
    const Weights w{-two / (one * both), (two - one) / (one * two), one / (two * both)};
    return weighted(f_, axis_, w, 0, extent_ - 2);
  }

 private:
  [[nodiscard]] Array steps_between(const Array& given) const {
    if (given.ndim() == 1 && given.size() == extent_) {
      // Differences of integers may be none of their dtype.
      const bool is_integer = is_whole(given.dtype()) && given.dtype() != boolean;
      return on_axis(diff(is_integer ? given.astype(float64) : given), axis_, f_.ndim());
    }
    refuse_difference("gradient", "takes one coordinate for each of the " +
                                      std::to_string(extent_) + " elements of axis " +
                                      std::to_string(axis_));
  }
  [[nodiscard]] Array step(std::int64_t at) const {
    return is_even_ ? d_ : between(d_, axis_, at, at + 1);
  }
  [[nodiscard]] Array at(std::int64_t place) const { return between(f_, axis_, place, place + 1); }

  Array f_;
  std::size_t axis_;
  std::int64_t extent_;
  bool is_even_;
  Array d_;
};

Array gradient_along(const Array& f, std::size_t axis, const Array& given, int edge_order) {
  const std::int64_t extent = f.shape()[axis];
  if (extent < edge_order + 1) {
    refuse_difference("gradient", "needs " + std::to_string(edge_order + 1) +
                                      " elements along axis " + std::to_string(axis) + ", not " +
                                      std::to_string(extent));
  }
  const Slopes slopes(f, axis, given);
  std::vector<Array> parts{slopes.edge(edge_order, false)};
  if (extent > 2) parts.push_back(slopes.middle());
  parts.push_back(slopes.edge(edge_order, true));
  return concatenate(parts, static_cast<std::int64_t>(axis)).astype(f.dtype());
}

// out[k] of a convolution in full, for first ≤ k < stop.
template <class T>
void convolve_run(const T* a, std::int64_t a_first, std::int64_t a_stop, std::span<const T> v,
                  std::int64_t first, std::int64_t stop, T* out) {
  std::fill(out, out + (stop - first), T{});
  for (std::int64_t j = 0; j < static_cast<std::int64_t>(v.size()); ++j) {
    const T factor = v[static_cast<std::size_t>(j)];
    const std::int64_t from = std::max(first, a_first + j);
    const std::int64_t to = std::min(stop, a_stop + j);
    for (std::int64_t k = from; k < to; ++k) {
      const T element = a[k - j - a_first];
      if constexpr (std::is_same_v<T, bool>) {
        out[k - first] = out[k - first] || (element && factor);
      } else if constexpr (std::is_integral_v<T>) {
        using U = std::uint64_t;
        out[k - first] = static_cast<T>(static_cast<U>(out[k - first]) +
                                        static_cast<U>(element) * static_cast<U>(factor));
      } else if constexpr (std::is_same_v<T, Half>) {
        out[k - first] =
            static_cast<Half>(static_cast<float>(out[k - first]) +
                              static_cast<float>(element) * static_cast<float>(factor));
      } else {
        out[k - first] += element * factor;
      }
    }
  }
}

template <class T>
NodePtr convolution(const NodePtr& a, const NodePtr& v, std::int64_t skipped, std::int64_t count) {
  const auto kernel = std::make_shared<const Value>(np::load(v));
  return made_node(
      a->dtype(), {count}, {a}, [a, kernel, skipped](const Box& box, Buffer& out, Pass& pass) {
        const std::int64_t first = box.first[0] + skipped;
        const std::int64_t stop = first + box.count[0];
        const std::span factors(reinterpret_cast<const T*>(kernel->bytes.data()),
                                kernel->bytes.size() / sizeof(T));
        const auto reach = static_cast<std::int64_t>(factors.size()) - 1;
        const std::int64_t from = std::clamp<std::int64_t>(first - reach, 0, a->size());
        const std::int64_t to = std::clamp<std::int64_t>(stop, from, a->size());
        const Pass::BufferPtr part = pass.read(a, {{from}, {to - from}});
        out.reset(a->dtype(), box.size());
        convolve_run<T>(part->as<T>(), from, to, factors, first, stop, out.as<T>());
      });
}

}  // namespace

Array diff(const Array& a, std::int64_t n, std::int64_t axis, const Ends& ends) {
  if (n < 0) refuse_difference("diff", "takes differences 0 times or more");
  if (n == 0) return a;
  if (a.ndim() == 0) refuse_difference("diff", "takes an array with an axis");
  const std::size_t place = axis_of(axis, a.ndim());
  std::vector<Array> parts{a};
  if (ends.prepend) parts.insert(parts.begin(), end_of(a, place, *ends.prepend));
  if (ends.append) parts.push_back(end_of(a, place, *ends.append));
  Array result = concatenate(parts, static_cast<std::int64_t>(place));
  for (std::int64_t at = 0; at < n; ++at) {
    const Array later = between(result, place, 1, {});
    const Array before = between(result, place, {}, -1);
    result = result.dtype() == boolean ? later != before : later - before;
  }
  return result;
}

namespace {

// By kinds; a number that isn't negative is of any integers' kind.
bool fits(const Array& end, Dtype dtype) {
  if (end.ndim() > 0 || !is_whole(end.dtype()) || !is_whole(dtype)) {
    return can_cast_same_kind(end.dtype(), dtype);
  }
  return dtype.kind != DtypeKind::Uint || end.dtype().kind == DtypeKind::Uint ||
         end.astype(int64).item<std::int64_t>() >= 0;
}

}  // namespace

Array ediff1d(const Array& ary, const Ends& ends) {
  const Array flat = ravel(ary);
  std::vector<Array> parts;
  const auto add = [&](const std::optional<Array>& end) {
    if (!end) return;
    if (!fits(*end, flat.dtype())) {
      refuse_difference("ediff1d",
                        "has ends of a dtype that " + flat.dtype().name() + " doesn't hold");
    }
    parts.push_back(ravel(end->astype(flat.dtype())));
  };
  add(ends.prepend);
  parts.push_back(flat(slice(1, {})) - flat(slice({}, -1)));
  add(ends.append);
  return concatenate(parts);
}

std::vector<Array> gradient(const Array& f, const std::vector<Array>& spacing,
                            const std::optional<Shape>& axis, int edge_order) {
  if (edge_order != 1 && edge_order != 2) {
    refuse_difference("gradient", "has edges of order 1 and 2");
  }
  if (f.dtype() == boolean) {
    refuse_difference("gradient", "takes numbers, not bool; convert it (astype)");
  }
  Shape axes(f.ndim());
  std::iota(axes.begin(), axes.end(), 0);
  if (axis) axes = *axis;
  const bool is_inexact =
      f.dtype().kind == DtypeKind::Float || f.dtype().kind == DtypeKind::Complex;
  const Array values = is_inexact ? f : f.astype(float64);
  if (spacing.size() > 1 && spacing.size() != axes.size()) {
    refuse_difference("gradient", "takes one spacing for all axes, or one for each");
  }
  if (spacing.size() == 1 && axes.size() > 1 && spacing.front().ndim() > 0) {
    refuse_difference("gradient", "takes coordinates for each of the axes");
  }
  std::vector<Array> along;
  for (std::size_t at = 0; at < axes.size(); ++at) {
    const Array step = spacing.empty() ? Array(1.0) : spacing[spacing.size() == 1 ? 0 : at];
    along.push_back(gradient_along(values, axis_of(axes[at], f.ndim()), step, edge_order));
  }
  return along;
}

Array cross(const Array& a, const Array& b, const CrossAxes& axes) {
  const Array one = moveaxis(a, axes.a, -1);
  const Array other = moveaxis(b, axes.b, -1);
  const auto width = [](const Array& of) { return of.shape().back(); };
  if (width(one) < 2 || width(one) > 3 || width(other) < 2 || width(other) > 3) {
    refuse_difference("cross", "takes vectors of 2 or 3 components, not of the shapes " +
                                   to_string(a.shape()) + " and " + to_string(b.shape()));
  }
  const auto part = [](const Array& of, std::int64_t at) { return of(ellipsis, at); };
  const Array z = part(one, 0) * part(other, 1) - part(one, 1) * part(other, 0);
  if (width(one) == 2 && width(other) == 2) return z;
  // A component that isn't there is 0.
  Array x = width(other) == 3 ? part(one, 1) * part(other, 2) : -(part(one, 2) * part(other, 1));
  Array y = width(one) == 3 ? part(one, 2) * part(other, 0) : -(part(one, 0) * part(other, 2));
  if (width(one) == 3 && width(other) == 3) {
    x = x - part(one, 2) * part(other, 1);
    y = y - part(one, 0) * part(other, 2);
  }
  return moveaxis(stack({x, y, z}, -1), -1, axes.c);
}

Array convolve(const Array& a, const Array& v, std::string_view mode) {
  Array longer = atleast_1d(a);
  Array shorter = atleast_1d(v);
  if (longer.ndim() != 1 || shorter.ndim() != 1 || longer.size() == 0 || shorter.size() == 0) {
    refuse_difference("convolve", "takes two arrays of one axis with elements");
  }
  if (shorter.size() > longer.size()) std::swap(longer, shorter);
  const std::int64_t n = longer.size();
  const std::int64_t m = shorter.size();
  std::int64_t skipped = 0;
  std::int64_t count = n + m - 1;
  if (mode == "same") {
    skipped = (m - 1) / 2;
    count = n;
  } else if (mode == "valid") {
    skipped = m - 1;
    count = n - m + 1;
  } else if (mode != "full") {
    refuse_difference("convolve", "has the modes full, same and valid");
  }
  const Dtype dtype = promote(longer.dtype(), shorter.dtype());
  return with_type(dtype, [&]<class T>(std::type_identity<T>) {
    return Array(convolution<T>(as_dtype(longer.node(), dtype), as_dtype(shorter.node(), dtype),
                                skipped, count));
  });
}

}  // namespace sheaf::np
