// SPDX-License-Identifier: MIT
// Elements: byte order, other types, text.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "npy/npy.hpp"

namespace sheaf::npy {
namespace {

// Holds every integer of 64 bits and every double as it is.
using Wide = long double;
static_assert(std::numeric_limits<Wide>::digits >= 64);

struct Number {
  Wide real = 0, imaginary = 0;
};

template <class T>
T value_at(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

// IEEE 754, binary16.
Wide half_at(const std::byte* at) {
  const auto bits = value_at<std::uint16_t>(at);
  const int exponent = bits >> 10U & 31U, mantissa = bits & 1023U;
  Wide value = 0;
  if (exponent == 31) {
    value = mantissa == 0 ? std::numeric_limits<Wide>::infinity()
                          : std::numeric_limits<Wide>::quiet_NaN();
  } else {
    value = std::ldexp(static_cast<Wide>(exponent == 0 ? mantissa : mantissa + 1024),
                       std::max(exponent, 1) - 25);
  }
  return (bits >> 15U) != 0 ? -value : value;
}

template <class Signed>
Wide integer_at(const std::byte* at, bool is_signed) {
  if (is_signed) return static_cast<Wide>(value_at<Signed>(at));
  return static_cast<Wide>(value_at<std::make_unsigned_t<Signed>>(at));
}

Number number_at(const std::byte* at, sheaf_dtype dtype) {
  if (dtype.code == SHEAF_COMPLEX) {
    if (dtype.bits == 64) return {value_at<float>(at), value_at<float>(at + 4)};
    return {value_at<double>(at), value_at<double>(at + 8)};
  }
  if (dtype.code == SHEAF_FLOAT) {
    if (dtype.bits == 16) return {half_at(at)};
    return {dtype.bits == 32 ? static_cast<Wide>(value_at<float>(at)) : value_at<double>(at)};
  }
  const bool is_signed = dtype.code == SHEAF_INT;
  if (dtype.bits == 8) return {integer_at<std::int8_t>(at, is_signed)};
  if (dtype.bits == 16) return {integer_at<std::int16_t>(at, is_signed)};
  if (dtype.bits == 32) return {integer_at<std::int32_t>(at, is_signed)};
  return {integer_at<std::int64_t>(at, is_signed)};
}

[[noreturn]] void does_not_fit(Wide value, sheaf_dtype want) {
  throw sdk::Error("holds " + std::to_string(value) + ", which no " + std::string(name_of(want)) +
                   " can be: give another dtype");
}

template <class T>
void put(std::byte* to, T value) {
  std::memcpy(to, &value, sizeof(T));
}

template <class T>
void put_integer(std::byte* to, Wide value, sheaf_dtype want) {
  const bool fits = value >= static_cast<Wide>(std::numeric_limits<T>::min()) &&
                    value <= static_cast<Wide>(std::numeric_limits<T>::max()) &&
                    std::trunc(value) == value;
  if (!fits) does_not_fit(value, want);
  put(to, static_cast<T>(value));
}

template <class Signed>
void put_integer_of(std::byte* to, Wide value, sheaf_dtype want) {
  if (want.code == SHEAF_INT) return put_integer<Signed>(to, value, want);
  put_integer<std::make_unsigned_t<Signed>>(to, value, want);
}

void put_number(std::byte* to, const Number& number, sheaf_dtype want) {
  if (want.code == SHEAF_COMPLEX) {
    if (want.bits == 64) {
      put(to, static_cast<float>(number.real));
      return put(to + 4, static_cast<float>(number.imaginary));
    }
    put(to, static_cast<double>(number.real));
    return put(to + 8, static_cast<double>(number.imaginary));
  }
  if (want.code == SHEAF_FLOAT) {
    if (want.bits == 32) return put(to, static_cast<float>(number.real));
    return put(to, static_cast<double>(number.real));
  }
  if (want.code == SHEAF_BOOL && number.real != 0 && number.real != 1) {
    does_not_fit(number.real, want);
  }
  if (want.bits == 8) return put_integer_of<std::int8_t>(to, number.real, want);
  if (want.bits == 16) return put_integer_of<std::int16_t>(to, number.real, want);
  if (want.bits == 32) return put_integer_of<std::int32_t>(to, number.real, want);
  put_integer_of<std::int64_t>(to, number.real, want);
}

void append_utf8(std::string& text, std::uint32_t point) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (point < 0x80U) return add(point);
  if (point < 0x800U) return add(0xC0U | point >> 6U), add(0x80U | (point & 63U));
  if (point < 0x10000U) {
    add(0xE0U | point >> 12U);
  } else {
    add(0xF0U | point >> 18U);
    add(0x80U | (point >> 12U & 63U));
  }
  add(0x80U | (point >> 6U & 63U));
  add(0x80U | (point & 63U));
}

}  // namespace

void settle(const Element& element, std::span<std::byte> elements) noexcept {
  if (element.dtype.code == SHEAF_BOOL) {
    for (std::byte& byte : elements) byte = byte == std::byte{0} ? byte : std::byte{1};
  }
  if (!element.swapped) return;
  const std::size_t width = element.size / (element.dtype.code == SHEAF_COMPLEX ? 2 : 1);
  for (std::size_t at = 0; at + width <= elements.size(); at += width) {
    std::reverse(elements.begin() + static_cast<std::ptrdiff_t>(at),
                 elements.begin() + static_cast<std::ptrdiff_t>(at + width));
  }
}

void convert(std::span<const std::byte> from, sheaf_dtype have, std::span<std::byte> to,
             sheaf_dtype want) {
  if (have.code == SHEAF_COMPLEX && want.code != SHEAF_COMPLEX) {
    throw sdk::Error("holds complex numbers, which no " + std::string(name_of(want)) +
                     " can be: give dtype=complex64 or complex128");
  }
  const std::size_t step = have.bits / 8U, made = want.bits / 8U;
  for (std::size_t i = 0; i < from.size() / step; ++i) {
    put_number(to.data() + i * made, number_at(from.data() + i * step, have), want);
  }
}

std::string text_of(const Element& element, std::span<const std::byte> bytes) {
  std::string text;
  if (element.wide_text) {
    std::size_t size = bytes.size() / 4;
    const auto point_at = [&](std::size_t i) {
      std::uint32_t point = value_at<std::uint32_t>(bytes.data() + 4 * i);
      return element.swapped ? __builtin_bswap32(point) : point;
    };
    while (size > 0 && point_at(size - 1) == 0) --size;
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint32_t point = point_at(i);
      if (point == 0 || point > 0x10FFFFU || (point >= 0xD800U && point < 0xE000U)) {
        throw sdk::Error("holds text with the character number " + std::to_string(point) +
                         ", which UTF-8 text can't have");
      }
      append_utf8(text, point);
    }
    return text;
  }
  text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  text.resize(text.find_last_not_of('\0') + 1);  // npos + 1 is 0
  for (const char c : text) {
    if (static_cast<unsigned char>(c) - 1U < 127U) continue;
    throw sdk::Error(
        "holds bytes as text (NumPy's S) that aren't ASCII: save them as a.astype('U')");
  }
  return text;
}

}  // namespace sheaf::npy
