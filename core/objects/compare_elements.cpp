// SPDX-License-Identifier: MIT
#include "core/objects/compare_elements.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>

namespace sheaf::objects {
namespace {

using hdf5::ElementType;
using ElementKind = ElementType::Kind;

constexpr std::size_t run = 512;  // elements whose bytes are compared at once

template <class T>
T number_at(const std::byte* element) {
  T number{};
  std::memcpy(&number, element, sizeof(T));
  return number;
}

void raise_to(std::optional<double>& largest, double value) {
  if (!largest || value > *largest) largest = value;
}

struct Tolerance {
  const DifferenceOptions& options;
  Difference& found;

  bool covers(long double difference, long double b) const {
    return difference <= static_cast<long double>(options.atol) +
                             static_cast<long double>(options.rtol) * std::fabs(b);
  }
  bool noted(double difference, double b) const {
    raise_to(found.largest_absolute, difference);
    if (b != 0 && std::isfinite(b)) raise_to(found.largest_relative, difference / b);
    return true;
  }
};

template <class T>
requires std::integral<T>
bool differ_as(T a, T b, bool is_exact, const Tolerance& tolerance) {
  if (a == b) return false;
  const auto higher = static_cast<std::uint64_t>(std::max(a, b));
  const std::uint64_t difference = higher - static_cast<std::uint64_t>(std::min(a, b));
  if (is_exact) return true;
  if (tolerance.covers(static_cast<long double>(difference), static_cast<long double>(b))) {
    return false;
  }
  return tolerance.noted(static_cast<double>(difference), std::fabs(static_cast<double>(b)));
}

// In double, as NumPy does it; -0.0 is 0.0, and infinities are equal to themselves only.
bool real_differs(double difference, double magnitude, bool are_finite,
                  const Tolerance& tolerance) {
  const DifferenceOptions& options = tolerance.options;
  if (are_finite && difference <= options.atol + options.rtol * magnitude) return false;
  return tolerance.noted(difference, magnitude);
}

template <class T>
requires std::floating_point<T>
bool differ_as(T a, T b, bool /*is_exact*/, const Tolerance& tolerance) {
  if (a == b) return false;
  if (std::isnan(a) || std::isnan(b)) {
    return !(std::isnan(a) && std::isnan(b)) || tolerance.options.nan_differs;
  }
  const double x = a;
  const double y = b;
  return real_differs(std::fabs(x - y), std::fabs(y), std::isfinite(x) && std::isfinite(y),
                      tolerance);
}

template <class T>
bool differ_as(std::complex<T> a, std::complex<T> b, bool /*is_exact*/,
               const Tolerance& tolerance) {
  if (a == b) return false;
  const auto is_nan = [](std::complex<T> z) {
    return std::isnan(z.real()) || std::isnan(z.imag());
  };
  const auto is_finite = [](std::complex<T> z) {
    return std::isfinite(z.real()) && std::isfinite(z.imag());
  };
  if (is_nan(a) || is_nan(b)) return !(is_nan(a) && is_nan(b)) || tolerance.options.nan_differs;
  const std::complex<double> x(a), y(b);
  return real_differs(std::abs(x - y), std::abs(y), is_finite(a) && is_finite(b), tolerance);
}

// Calls `use` with a T{} of the numbers' type.
template <class Use>
auto with_type(Dtype dtype, Use use) {
  const std::size_t size = dtype.size();
  switch (dtype.kind) {
    case DtypeKind::Float:
      return size == 4 ? use(float{}) : use(double{});
    case DtypeKind::Complex:
      return size == 8 ? use(std::complex<float>{}) : use(std::complex<double>{});
    case DtypeKind::Uint:
      if (size == 1) return use(std::uint8_t{});
      if (size == 2) return use(std::uint16_t{});
      return size == 4 ? use(std::uint32_t{}) : use(std::uint64_t{});
    default:
      if (size == 1) return use(std::int8_t{});
      if (size == 2) return use(std::int16_t{});
      return size == 4 ? use(std::int32_t{}) : use(std::int64_t{});
  }
}

Value scalar_of(Dtype dtype, Shape shape, const std::byte* bytes, std::size_t size) {
  return {dtype, std::move(shape), std::vector<std::byte>(bytes, bytes + size), {}};
}

hdf5::ReferenceKind reference_kind(const ElementType& type) {
  return type.kind == ElementKind::ToObject ? hdf5::ReferenceKind::ToObject
                                            : hdf5::ReferenceKind::ToRegion;
}

// Whether elements of the two types lie alike.
bool lie_alike(const ElementType& a, const ElementType& b) {
  if (a.kind != b.kind || a.size != b.size || a.padding != b.padding) return false;
  return std::ranges::equal(a.parts, b.parts, lie_alike);
}

}  // namespace

ElementComparison::ElementComparison(const hdf5::ElementType& a, const hdf5::ElementType& b,
                                     const DifferenceOptions& options, ReferenceJudge* judge)
    : a_(a),
      b_(b),
      options_(options),
      judge_(judge),
      bytes_suffice_(a.is_flat() && b.is_flat() && lie_alike(a, b) &&
                     !(options.nan_differs && a.has_floats())) {
  found_.what = Difference::What::Values;
}

void ElementComparison::compare(const std::byte* a, const std::byte* b, const Shape& first,
                                const Shape& extents) {
  const auto count = static_cast<std::size_t>(element_count(extents));
  if (bytes_suffice_ && (count == 0 || std::memcmp(a, b, count * a_.size) == 0)) return;
  first_ = &first;
  extents_ = &extents;
  if (a_.kind != ElementKind::Number) return compare_any(a, b, count);
  with_type(a_.dtype, [&](auto number) { compare_numbers<decltype(number)>(a, b, count); });
}

template <class T>
void ElementComparison::compare_numbers(const std::byte* a, const std::byte* b, std::size_t count) {
  const Tolerance tolerance{options_, found_};
  for (std::size_t start = 0; start < count; start += run) {
    const std::size_t stop = std::min(count, start + run);
    const std::size_t offset = start * sizeof(T);
    if (bytes_suffice_ && std::memcmp(a + offset, b + offset, (stop - start) * sizeof(T)) == 0) {
      continue;
    }
    for (std::size_t at = start; at < stop; ++at) {
      const std::byte* one = a + at * sizeof(T);
      const std::byte* other = b + at * sizeof(T);
      if (differ_as(number_at<T>(one), number_at<T>(other), a_.is_exact, tolerance)) {
        note(at, one, other);
      }
    }
  }
}

void ElementComparison::compare_any(const std::byte* a, const std::byte* b, std::size_t count) {
  for (std::size_t at = 0; at < count; ++at) {
    const std::byte* one = a + at * a_.size;
    const std::byte* other = b + at * b_.size;
    if (bytes_suffice_ && std::memcmp(one, other, a_.size) == 0) continue;
    if (differ(a_, one, b_, other)) note(at, one, other);
  }
}

bool ElementComparison::differ(const Type& ta, const std::byte* a, const Type& tb,
                               const std::byte* b) {
  switch (ta.kind) {
    case ElementKind::Number:
      return with_type(ta.dtype, [&](auto number) {
        using T = decltype(number);
        return differ_as(number_at<T>(a), number_at<T>(b), ta.is_exact,
                         Tolerance{options_, found_});
      });
    case ElementKind::Text:
    case ElementKind::VariableText:
      return hdf5::text_at(ta, a) != hdf5::text_at(tb, b);
    case ElementKind::Raw:
      return std::memcmp(a, b, ta.size) != 0;
    case ElementKind::Compound:
    case ElementKind::Array:
      return differ_in_parts(ta, a, tb, b);
    case ElementKind::Sequence:
      return differ_as_sequences(ta, a, tb, b);
    default:
      return !judge_->is_same(reference_kind(ta), a, b);
  }
}

bool ElementComparison::differ_in_parts(const Type& ta, const std::byte* a, const Type& tb,
                                        const std::byte* b) {
  bool any = false;
  if (ta.kind == ElementKind::Compound) {
    for (std::size_t at = 0; at < ta.parts.size(); ++at) {
      const Type& one = ta.parts[at];
      const Type& other = tb.parts[at];
      any |= differ(one, a + one.offset, other, b + other.offset);
    }
    return any;
  }
  for (std::size_t at = 0; at < ta.count; ++at) {
    any |= differ(ta.parts[0], a + at * ta.parts[0].size, tb.parts[0], b + at * tb.parts[0].size);
  }
  return any;
}

bool ElementComparison::differ_as_sequences(const Type& ta, const std::byte* a, const Type& tb,
                                            const std::byte* b) {
  const hdf5::SequenceView one = hdf5::sequence_at(a);
  const hdf5::SequenceView other = hdf5::sequence_at(b);
  if (one.count != other.count) return true;
  bool any = false;
  for (std::size_t at = 0; at < one.count; ++at) {
    any |= differ(ta.parts[0], one.data + at * ta.parts[0].size, tb.parts[0],
                  other.data + at * tb.parts[0].size);
  }
  return any;
}

void ElementComparison::note(std::size_t position, const std::byte* a, const std::byte* b) {
  ++found_.differing;
  if (found_.first.size() >= options_.most_places) return;
  Shape at = *first_;
  for (std::size_t axis = at.size(); axis-- > 0;) {
    const auto extent = static_cast<std::size_t>((*extents_)[axis]);
    at[axis] += static_cast<std::int64_t>(position % extent);
    position /= extent;
  }
  found_.first.push_back({std::move(at), tree_of(ReferenceJudge::Side::A, a_, a),
                          tree_of(ReferenceJudge::Side::B, b_, b)});
}

Tree ElementComparison::list_of(ReferenceJudge::Side side, const Type& type,
                                const std::byte* elements, std::size_t count) const {
  if (type.kind == ElementKind::Number) {
    return scalar_of(type.dtype, {static_cast<std::int64_t>(count)}, elements, count * type.size);
  }
  Tree::List items;
  for (std::size_t at = 0; at < count; ++at) {
    items.push_back(tree_of(side, type, elements + at * type.size));
  }
  return items;
}

Tree ElementComparison::tree_of(ReferenceJudge::Side side, const Type& type,
                                const std::byte* element) const {
  switch (type.kind) {
    case ElementKind::Number:
      return scalar_of(type.dtype, {}, element, type.size);
    case ElementKind::Text:
    case ElementKind::VariableText:
      return Value::of(hdf5::text_at(type, element));
    case ElementKind::Raw:
      return Bytes{std::vector<std::byte>(element, element + type.size), false};
    case ElementKind::Array:
      return list_of(side, type.parts[0], element, type.count);
    case ElementKind::Sequence: {
      const hdf5::SequenceView items = hdf5::sequence_at(element);
      return list_of(side, type.parts[0], items.data, items.count);
    }
    case ElementKind::Compound: {
      Tree::Dict entries;
      for (const Type& part : type.parts) {
        entries.emplace_back(part.name, tree_of(side, part, element + part.offset));
      }
      return entries;
    }
    default:
      return Value::of(judge_->describe(side, reference_kind(type), element));
  }
}

}  // namespace sheaf::objects
