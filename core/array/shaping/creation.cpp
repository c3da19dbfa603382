// SPDX-License-Identifier: MIT
#include "core/array/creation.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/joining.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

[[noreturn]] void refuse_creation(const std::string& function, const std::string& why) {
  throw Error(ErrorCode::Invalid, function + "()", why);
}

void check_extents(const std::string& function, const Shape& shape) {
  for (const std::int64_t extent : shape) {
    if (extent < 0) refuse_creation(function, "makes no array of the shape " + to_string(shape));
  }
}

template <class T>
T scalar(const Array& number, Dtype dtype) {
  const Value value = number.astype(dtype).load();
  T result{};
  std::memcpy(&result, value.bytes.data(), sizeof(T));
  return result;
}

// start + i * delta as NumPy computes it in the dtype.
template <class T>
T on_ramp(T start, T delta, std::int64_t at) {
  if constexpr (std::is_same_v<T, Half>) {
    return static_cast<Half>(static_cast<float>(start) +
                             static_cast<float>(at) * static_cast<float>(delta));
  } else if constexpr (std::is_same_v<T, bool>) {
    return at != 0 ? delta : start;
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<std::uint64_t>(start) +
                          static_cast<std::uint64_t>(at) * static_cast<std::uint64_t>(delta));
  } else if constexpr (std::is_floating_point_v<T>) {
    return start + static_cast<T>(at) * delta;
  } else {
    using Part = typename T::value_type;
    return T(start.real() + static_cast<Part>(at) * delta.real(),
             start.imag() + static_cast<Part>(at) * delta.imag());
  }
}

NodePtr ramp_node(const Array& start, const Array& next, Dtype dtype, std::int64_t count) {
  return with_type(dtype, [&]<class T>(std::type_identity<T>) {
    const T first = scalar<T>(start, dtype);
    const T second = scalar<T>(next, dtype);
    T delta = second;
    if constexpr (std::is_same_v<T, Half>) {
      delta = static_cast<Half>(static_cast<float>(second) - static_cast<float>(first));
    } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      delta =
          static_cast<T>(static_cast<std::uint64_t>(second) - static_cast<std::uint64_t>(first));
    } else if constexpr (!std::is_same_v<T, bool>) {
      delta = second - first;
    }
    return made_node(dtype, {count}, {}, [=](const Box& box, Buffer& out, Pass&) {
      out.reset(dtype, box.size());
      for (std::int64_t at = 0; at < box.size(); ++at) {
        const std::int64_t place = box.first[0] + at;
        out.as<T>()[at] = place == 1 ? second : on_ramp(first, delta, place);
      }
    });
  });
}

// Elements as a function of them, in float64.
template <class F>
Array mapped(const Array& a, F f) {
  const NodePtr input = as_dtype(a.node(), float64);
  return Array(
      made_node(float64, a.shape(), {input}, [input, f](const Box& box, Buffer& out, Pass& pass) {
        input->read(box, out, pass);
        auto* element = out.as<double>();
        for (std::int64_t at = 0; at < out.count(); ++at) {
          element[at] = f(element[at]);
        }
      }));
}

bool any_true(const NodePtr& node) {
  const Value value = np::load(node);
  return std::ranges::any_of(value.bytes, [](std::byte one) { return one != std::byte{0}; });
}

Array as_asked(const Array& a, std::optional<Dtype> dtype) {
  if (!dtype) return a;
  const bool is_whole = dtype->kind == DtypeKind::Int || dtype->kind == DtypeKind::Uint;
  const bool cuts = is_whole && a.dtype().kind == DtypeKind::Float;
  return (cuts ? mapped(a, [](double one) { return std::floor(one); }) : a).astype(*dtype);
}

struct Samples {
  Array values;  // along the first axis
  Array step;
};

Samples linspace_of(const Array& first, const Array& last, std::int64_t num, bool endpoint) {
  if (num < 0) refuse_creation("linspace", "makes no " + std::to_string(num) + " samples");
  const std::int64_t parts = endpoint ? num - 1 : num;
  const Array one = 1.0;
  const Array start = first * one;
  const Array stop = last * one;
  const Array delta = stop - start;
  const Dtype dtype = result_dtype({start.node(), stop.node(), one.node()});
  Shape apart(delta.ndim() + 1, 1);
  apart[0] = num;
  Array y = reshape(arange(0, num, 1, dtype), apart);
  Array step = std::numeric_limits<double>::quiet_NaN();
  if (parts > 0) {
    step = delta / static_cast<double>(parts);
    if (any_true((step == Array(0)).node())) {
      y = y / static_cast<double>(parts) * delta;
    } else {
      y = y * step;
    }
  } else {
    y = y * delta;
  }
  y = y + start;
  if (endpoint && num > 1) {
    const Array end = broadcast_to(stop.astype(y.dtype()), delta.shape())(newaxis);
    y = concatenate({y(slice(num - 1)), end});
  }
  return {y, step};
}

// Zeros but for the diagonal k, which is the vector; or the lower or upper part of matrices.
Array on_diagonal(const Array& v, std::int64_t k) {
  const std::int64_t extent = v.size() + std::abs(k);
  const NodePtr input = v.node();
  return Array(made_node(
      v.dtype(), {extent, extent}, {input}, [input, k](const Box& box, Buffer& out, Pass& pass) {
        out.reset(input->dtype(), box.size());
        std::fill_n(out.bytes(), out.size_bytes(), std::byte{0});
        std::ranges::fill(out.strings(), std::string());
        // Columns box.first[1] … of rows that cross the diagonal.
        const std::int64_t skipped = std::max<std::int64_t>(0, -k);
        const std::int64_t first = std::max({box.first[0], box.first[1] - k, skipped});
        const std::int64_t stop =
            std::min({box.first[0] + box.count[0], box.first[1] + box.count[1] - k,
                      skipped + input->size()});
        if (first >= stop) return;
        const Pass::BufferPtr part = pass.read(input, {{first - skipped}, {stop - first}});
        for (std::int64_t row = first; row < stop; ++row) {
          copy_elements(*part, row - first, out,
                        (row - box.first[0]) * box.count[1] + row + k - box.first[1], 1);
        }
      }));
}

Array part_of(const Array& m, std::int64_t k, bool is_lower) {
  const NodePtr input = m.ndim() == 1 ? broadcast_to(m, {m.size(), m.size()}).node() : m.node();
  if (input->shape().size() < 2) refuse_creation(is_lower ? "tril" : "triu", "takes matrices");
  return Array(made_node(m.dtype(), input->shape(), {input},
                         [input, k, is_lower](const Box& box, Buffer& out, Pass& pass) {
                           input->read(box, out, pass);
                           const std::size_t axes = box.first.size();
                           const std::int64_t rows = box.count[axes - 2];
                           const std::int64_t columns = box.count[axes - 1];
                           const auto size = static_cast<std::int64_t>(out.dtype().size());
                           for (std::int64_t row = 0; row < out.count() / columns; ++row) {
                             const std::int64_t edge = box.first[axes - 2] + row % rows + k +
                                                       (is_lower ? 1 : 0) - box.first[axes - 1];
                             const std::int64_t middle = std::clamp<std::int64_t>(edge, 0, columns);
                             const std::int64_t from = row * columns + (is_lower ? middle : 0);
                             const std::int64_t count = is_lower ? columns - middle : middle;
                             if (out.dtype().is_string()) {
                               std::fill_n(out.strings().begin() + from, count, std::string());
                             } else {
                               std::fill_n(out.bytes() + from * size, count * size, std::byte{0});
                             }
                           }
                         }));
}

template <class T>
T times(T one, T other) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<std::uint64_t>(one) * static_cast<std::uint64_t>(other));
  } else if constexpr (std::is_same_v<T, Half>) {
    return static_cast<Half>(static_cast<float>(one) * static_cast<float>(other));
  } else if constexpr (std::is_floating_point_v<T>) {
    return one * other;
  } else {
    return T(one.real() * other.real() - one.imag() * other.imag(),
             one.real() * other.imag() + one.imag() * other.real());
  }
}

}  // namespace

Array full(const Shape& shape, const Array& fill_value, std::optional<Dtype> dtype) {
  check_extents("full", shape);
  return broadcast_to(fill_value.astype(dtype.value_or(fill_value.dtype())), shape);
}
Array zeros(const Shape& shape, Dtype dtype) {
  return full(shape, dtype.is_string() ? Array(Value::of("")) : Array(0), dtype);
}
Array ones(const Shape& shape, Dtype dtype) { return full(shape, 1, dtype); }
Array empty(const Shape& shape, Dtype dtype) { return zeros(shape, dtype); }
Array full_like(const Array& a, const Array& fill_value, std::optional<Dtype> dtype) {
  return full(a.shape(), fill_value, dtype.value_or(a.dtype()));
}
Array zeros_like(const Array& a, std::optional<Dtype> dtype) {
  return zeros(a.shape(), dtype.value_or(a.dtype()));
}
Array ones_like(const Array& a, std::optional<Dtype> dtype) {
  return ones(a.shape(), dtype.value_or(a.dtype()));
}
Array empty_like(const Array& a, std::optional<Dtype> dtype) { return zeros_like(a, dtype); }

Array arange(const Array& stop, std::optional<Dtype> dtype) {
  return arange(Array(0), stop, 1, dtype);
}

Array arange(const Array& start, const Array& stop, const Array& step, std::optional<Dtype> dtype) {
  const double by = scalar<double>(step, float64);
  if (by == 0) refuse_creation("arange", "has a step of 0");
  const double length = std::ceil(scalar<double>(stop - start, float64) / by);
  if (!std::isfinite(length) || length > 0x1p62) {
    refuse_creation("arange", "has bounds that make no number of elements");
  }
  const Dtype natural = promote(int64, result_dtype({start.node(), stop.node(), step.node()}));
  return Array(ramp_node(start, start + step, dtype.value_or(natural),
                         std::max<std::int64_t>(0, static_cast<std::int64_t>(length))));
}

Array linspace(const Array& start, const Array& stop, std::int64_t num, const Linspace& how) {
  const Array samples = linspace_of(start, stop, num, how.endpoint).values;
  return as_asked(how.axis == 0 ? samples : moveaxis(samples, 0, how.axis), how.dtype);
}
Array linspace_step(const Array& start, const Array& stop, std::int64_t num, bool endpoint) {
  return linspace_of(start, stop, num, endpoint).step;
}

Array logspace(double start, double stop, std::int64_t num, double base, const Linspace& how) {
  const Array y = linspace(start, stop, num, {how.endpoint, {}, how.axis});
  const Array powers = mapped(y, [base](double one) { return std::pow(base, one); });
  return how.dtype ? powers.astype(*how.dtype) : powers;
}

Array geomspace(double start, double stop, std::int64_t num, const Linspace& how) {
  if (start == 0 || stop == 0) refuse_creation("geomspace", "can't reach zero");
  const double sign = start < 0 && stop < 0 ? -1 : 1;
  Array powers =
      logspace(std::log10(sign * start), std::log10(sign * stop), num, 10, {how.endpoint, {}, 0});
  if (sign < 0) powers = -powers;
  if (num > 0) {
    const bool ends = num > 1 && how.endpoint;
    std::vector<Array> parts{atleast_1d(start), powers(slice(1, num - (ends ? 1 : 0)))};
    if (ends) parts.push_back(atleast_1d(stop));
    powers = concatenate(parts);
  }
  return how.dtype ? powers.astype(*how.dtype) : powers;
}

Array eye(std::int64_t N, std::optional<std::int64_t> M, std::int64_t k, Dtype dtype) {
  const Shape shape{N, M.value_or(N)};
  check_extents("eye", shape);
  return Array(made_node(boolean, shape, {},
                         [k](const Box& box, Buffer& out, Pass&) {
                           out.reset(boolean, box.size());
                           for (std::int64_t at = 0; at < box.size(); ++at) {
                             const std::int64_t row = box.first[0] + at / box.count[1];
                             const std::int64_t column = box.first[1] + at % box.count[1];
                             out.as<bool>()[at] = column - row == k;
                           }
                         }))
      .astype(dtype);
}
Array identity(std::int64_t n, Dtype dtype) { return eye(n, n, 0, dtype); }

Array tri(std::int64_t N, std::optional<std::int64_t> M, std::int64_t k, Dtype dtype) {
  return tril(ones({N, M.value_or(N)}, dtype), k);
}
Array tril(const Array& m, std::int64_t k) { return part_of(m, k, true); }
Array triu(const Array& m, std::int64_t k) { return part_of(m, k, false); }

Array diag(const Array& v, std::int64_t k) {
  if (v.ndim() == 2) return diagonal(v, k);
  if (v.ndim() != 1) refuse_creation("diag", "takes one or two axes");
  return on_diagonal(v, k);
}
Array diagflat(const Array& v, std::int64_t k) { return on_diagonal(ravel(v), k); }

Array vander(const Array& x, std::optional<std::int64_t> N, bool increasing) {
  if (x.ndim() != 1) refuse_creation("vander", "takes an array of one axis");
  const std::int64_t columns = N.value_or(x.size());
  check_extents("vander", {columns});
  const Dtype dtype = promote(x.dtype(), int64);
  const NodePtr input = as_dtype(x.node(), dtype);
  return with_type(dtype, [&]<class T>(std::type_identity<T>) {
    return Array(
        made_node(dtype, {x.size(), columns}, {input},
                  [input, columns, increasing](const Box& box, Buffer& out, Pass& pass) {
                    const Pass::BufferPtr from = pass.read(input, {{box.first[0]}, {box.count[0]}});
                    out.reset(input->dtype(), box.size());
                    const std::int64_t width = box.count[1];
                    for (std::int64_t row = 0; row < box.count[0]; ++row) {
                      const T base = from->as<T>()[row];
                      T power = static_cast<T>(1);
                      for (std::int64_t exponent = 0; exponent < columns; ++exponent) {
                        const std::int64_t place = increasing ? exponent : columns - 1 - exponent;
                        if (exponent > 0) power = exponent == 1 ? base : times(power, base);
                        if (place >= box.first[1] && place < box.first[1] + width) {
                          out.as<T>()[row * width + place - box.first[1]] = power;
                        }
                      }
                    }
                  }));
  });
}

std::vector<Array> ogrid(const std::vector<Array>& axes) { return meshgrid(axes, "ij", true); }

Array mgrid(const std::vector<Array>& axes) { return stack(meshgrid(axes, "ij")); }

std::vector<Array> meshgrid(const std::vector<Array>& xi, std::string_view indexing, bool sparse) {
  if (indexing != "xy" && indexing != "ij") refuse_creation("meshgrid", "indexes by xy or ij");
  std::vector<Array> grids;
  for (std::size_t at = 0; at < xi.size(); ++at) {
    Shape shape(xi.size(), 1);
    shape[indexing == "xy" && xi.size() > 1 && at < 2 ? 1 - at : at] = xi[at].size();
    grids.push_back(reshape(xi[at], shape));
  }
  return sparse ? grids : broadcast_arrays(grids);
}

Array indices(const Shape& dimensions, Dtype dtype) {
  std::vector<Array> axes;
  for (const std::int64_t extent : dimensions) {
    if (extent < 0) refuse_creation("indices", "has no negative extents");
    axes.push_back(arange(extent, dtype));
  }
  return axes.empty() ? zeros({0}, dtype) : mgrid(axes);
}

Array copy(const Array& a) { return Array(kept(a.node())); }
Array array(const Array& a, std::optional<Dtype> dtype) { return copy(asarray(a, dtype)); }
Array asarray(const Array& a, std::optional<Dtype> dtype) { return dtype ? a.astype(*dtype) : a; }
Array asfarray(const Array& a, Dtype dtype) {
  const bool is_inexact = dtype.kind == DtypeKind::Float || dtype.kind == DtypeKind::Complex;
  return a.astype(is_inexact ? dtype : float64);
}
Array ascontiguousarray(const Array& a, std::optional<Dtype> dtype) {
  return atleast_1d(asarray(a, dtype));
}
Array asarray_chkfinite(const Array& a, std::optional<Dtype> dtype) {
  Array result = asarray(a, dtype);
  const DtypeKind kind = result.dtype().kind;
  if (kind != DtypeKind::Float && kind != DtypeKind::Complex) return result;
  prepare({result.node()});
  for_each_block(result.node(), {}, [&](const Box& box, const Buffer& block) {
    Buffer numbers;
    cast(block, complex128, numbers);
    for (std::int64_t at = 0; at < box.size(); ++at) {
      const auto number = numbers.as<std::complex<double>>()[at];
      if (!std::isfinite(number.real()) || !std::isfinite(number.imag())) {
        refuse_creation("asarray_chkfinite", "found an element that is NaN or infinite");
      }
    }
  });
  return result;
}

}  // namespace sheaf::np
