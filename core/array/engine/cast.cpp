// SPDX-License-Identifier: MIT
#include "core/array/engine/cast.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/error.hpp"

namespace sheaf::np {
namespace {

template <class T>
constexpr bool is_complex = false;
template <class T>
constexpr bool is_complex<std::complex<T>> = true;

template <class To, class From>
To element(From value) {
  if constexpr (is_complex<From> && is_complex<To>) {
    return To(static_cast<typename To::value_type>(value.real()),
              static_cast<typename To::value_type>(value.imag()));
  } else if constexpr (is_complex<From>) {
    if constexpr (std::is_same_v<To, bool>) {
      return value != From(0);
    } else {
      return element<To>(value.real());
    }
  } else if constexpr (is_complex<To>) {
    return To(static_cast<typename To::value_type>(value));
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != From(0);
  } else {
    return static_cast<To>(value);
  }
}

template <class From, class To>
void cast_all(const From* from, To* to, std::int64_t count) {
  for (std::int64_t at = 0; at < count; ++at) to[at] = element<To>(from[at]);
}

// Signed, unsigned, …: what holds what by bits.
int digits(Dtype dtype) noexcept {
  switch (dtype.kind) {
    case DtypeKind::Bool:
      return 1;
    case DtypeKind::Uint:
      return dtype.bits;
    case DtypeKind::Int:
      return dtype.bits - 1;
    case DtypeKind::Float:
      return dtype.bits == 16 ? 11 : dtype.bits == 32 ? 24 : 64;  // NumPy takes int64 to float64
    default:
      return dtype.bits == 64 ? 24 : 64;
  }
}

bool holds_sign(Dtype dtype) noexcept {
  return dtype.kind != DtypeKind::Bool && dtype.kind != DtypeKind::Uint;
}

int rank(DtypeKind kind) noexcept {
  switch (kind) {
    case DtypeKind::Bool:
      return 0;
    case DtypeKind::Uint:
      return 1;
    case DtypeKind::Int:
      return 2;
    case DtypeKind::Float:
      return 3;
    default:
      return 4;
  }
}

}  // namespace

void cast(const void* from, Dtype from_dtype, void* to, Dtype to_dtype, std::int64_t count) {
  with_type(from_dtype, [&]<class From>(std::type_identity<From>) {
    with_type(to_dtype, [&]<class To>(std::type_identity<To>) {
      cast_all(static_cast<const From*>(from), static_cast<To*>(to), count);
    });
  });
}

bool can_cast_same_kind(Dtype from, Dtype to) noexcept {
  return from.is_string() == to.is_string() &&
         (from.is_string() || rank(from.kind) <= rank(to.kind));
}

bool can_cast(Dtype from, Dtype to) noexcept {
  if (from == to) return true;
  if (from.is_string() || to.is_string()) return false;
  if (rank(from.kind) > rank(to.kind)) return false;
  if (holds_sign(from) && !holds_sign(to)) return false;
  if (from.kind == to.kind) return from.bits <= to.bits;
  return digits(from) <= digits(to);
}

Dtype promote(Dtype one, Dtype other) {
  if (one.is_string() != other.is_string()) {
    throw Error(ErrorCode::Invalid, one.name() + " and " + other.name(),
                "have no dtype in common; convert one of them (astype)");
  }
  constexpr Dtype all[] = {boolean, uint8, int8,    uint16,  int16,   uint32,    int32,
                           uint64,  int64, float16, float32, float64, complex64, complex128};
  if (can_cast(one, other)) return other;
  if (can_cast(other, one)) return one;
  for (const Dtype dtype : all) {
    if (can_cast(one, dtype) && can_cast(other, dtype)) return dtype;
  }
  return complex128;
}

Dtype least_dtype(const Value& scalar) {
  const auto fits = [&](double number) {
    const double size = std::abs(number);
    // NumPy's limits, a little below what fits.
    if (!std::isfinite(number) || size < 65000) return float16;
    return size < 3.4e38 ? float32 : float64;
  };
  return with_type(scalar.dtype, [&]<class T>(std::type_identity<T>) -> Dtype {
    T number{};
    std::memcpy(&number, scalar.bytes.data(), sizeof(T));
    if constexpr (std::is_same_v<T, bool>) {
      return boolean;
    } else if constexpr (is_complex<T>) {
      const bool is_small = fits(number.real()).bits <= 32 && fits(number.imag()).bits <= 32;
      return is_small ? complex64 : complex128;
    } else if constexpr (std::is_integral_v<T>) {
      if (std::in_range<std::uint8_t>(number)) return uint8;
      if (std::in_range<std::int8_t>(number)) return int8;
      if (std::in_range<std::uint16_t>(number)) return uint16;
      if (std::in_range<std::int16_t>(number)) return int16;
      if (std::in_range<std::uint32_t>(number)) return uint32;
      if (std::in_range<std::int32_t>(number)) return int32;
      return std::in_range<std::uint64_t>(number) ? uint64 : int64;
    } else {
      return fits(static_cast<double>(number));
    }
  });
}

}  // namespace sheaf::np
