// SPDX-License-Identifier: MIT
#include "core/array/script/literal.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/error.hpp"

namespace sheaf::np::script {
namespace {

using objects::Wide;

constexpr Wide too_wide = Wide{1} << 120U;  // below, sums need no look at what overflows

template <class T>
T element_of(const Value& value) {
  T number{};
  std::memcpy(&number, value.bytes.data(), sizeof(T));
  return number;
}

std::optional<Wide> whole(const Argument& argument) {
  if (argument.exact) return argument.exact;
  const auto* array = std::get_if<Array>(&argument.held);
  const Value* value = array == nullptr ? nullptr : array->node()->constant();
  if (value == nullptr) return std::nullopt;
  if (value->dtype == int64) return element_of<std::int64_t>(*value);
  if (value->dtype == uint64) return element_of<std::uint64_t>(*value);
  return std::nullopt;
}

template <class T>
bool fits(Wide number) {
  return number >= std::numeric_limits<T>::min() && number <= std::numeric_limits<T>::max();
}

Argument number(Wide whole) {
  if (fits<std::int64_t>(whole)) return Array(static_cast<std::int64_t>(whole));
  if (fits<std::uint64_t>(whole)) return Array(static_cast<std::uint64_t>(whole));
  Argument wide = Array(static_cast<double>(whole));
  if (whole > -too_wide && whole < too_wide) wide.exact = whole;
  return wide;
}

Argument product(Wide a, Wide b) {
  Wide result = 0;
  if (!__builtin_mul_overflow(a, b, &result)) return number(result);
  return Array(static_cast<double>(a) * static_cast<double>(b));
}

using Folded = std::optional<Argument>;

Folded power(Wide base, Wide exponent) {
  if (base == 0 && exponent < 0) return std::nullopt;
  const auto real = [&] {
    return Array(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
  };
  if (exponent < 0) return real();
  Wide result = 1, factor = base;
  for (Wide left = exponent; left > 0; left /= 2) {
    if (left % 2 == 1 && __builtin_mul_overflow(result, factor, &result)) return real();
    if (left > 1 && __builtin_mul_overflow(factor, factor, &factor)) return real();
  }
  return number(result);
}

Wide quotient(Wide a, Wide b) {
  const bool is_below = a % b != 0 && (a < 0) != (b < 0);
  return a / b - (is_below ? 1 : 0);
}

Folded shifted(Wide a, Wide by) {
  if (by < 0) return std::nullopt;
  if (by <= 120) return product(a, Wide{1} << static_cast<int>(by));
  return Array(std::ldexp(static_cast<double>(a), static_cast<int>(std::min<Wide>(by, 10'000))));
}

struct Operator {
  std::string_view function;
  Folded (*fold)(Wide a, Wide b);
};

constexpr Operator operators[] = {
    {"equal", [](Wide a, Wide b) -> Folded { return Array(a == b); }},
    {"not_equal", [](Wide a, Wide b) -> Folded { return Array(a != b); }},
    {"less", [](Wide a, Wide b) -> Folded { return Array(a < b); }},
    {"less_equal", [](Wide a, Wide b) -> Folded { return Array(a <= b); }},
    {"greater", [](Wide a, Wide b) -> Folded { return Array(a > b); }},
    {"greater_equal", [](Wide a, Wide b) -> Folded { return Array(a >= b); }},
    {"bitwise_or", [](Wide a, Wide b) -> Folded { return number(a | b); }},
    {"bitwise_xor", [](Wide a, Wide b) -> Folded { return number(a ^ b); }},
    {"bitwise_and", [](Wide a, Wide b) -> Folded { return number(a & b); }},
    {"left_shift", shifted},
    {"right_shift",
     [](Wide a, Wide b) -> Folded {
       if (b < 0) return std::nullopt;
       return number(a >> static_cast<int>(std::min<Wide>(b, 127)));
     }},
    {"add", [](Wide a, Wide b) -> Folded { return number(a + b); }},
    {"subtract", [](Wide a, Wide b) -> Folded { return number(a - b); }},
    {"multiply", [](Wide a, Wide b) -> Folded { return product(a, b); }},
    {"power", power},
    {"divide",
     [](Wide a, Wide b) -> Folded {
       if (b == 0) return std::nullopt;
       return Array(static_cast<double>(a) / static_cast<double>(b));
     }},
    {"floor_divide",
     [](Wide a, Wide b) -> Folded {
       if (b == 0) return std::nullopt;
       return number(quotient(a, b));
     }},
    {"remainder",
     [](Wide a, Wide b) -> Folded {
       if (b == 0) return std::nullopt;
       return number(a - quotient(a, b) * b);
     }},
    // Of one: there is no b.
    {"negative", [](Wide a, Wide) -> Folded { return number(-a); }},
    {"positive", [](Wide a, Wide) -> Folded { return number(a); }},
    {"invert", [](Wide a, Wide) -> Folded { return number(~a); }},
};

}  // namespace

std::optional<Argument> number_of(std::string_view text, bool is_imaginary) {
  const bool is_whole = text.find_first_not_of("0123456789") == std::string_view::npos;
  Wide whole = 0;
  bool fits = is_whole && !is_imaginary;
  for (std::size_t at = 0; fits && at < text.size(); ++at) {
    whole = whole * 10 + (text[at] - '0');
    fits = whole < too_wide;
  }
  if (fits) return number(whole);
  double real = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), real);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  if (is_imaginary) return Array(std::complex<double>(0, real));
  return Array(real);
}

std::optional<Argument> folded(std::string_view function, const List& operands) {
  const std::optional<Wide> a = whole(operands.front()), b = whole(operands.back());
  if (a && b) {
    const auto* const found = std::ranges::find(operators, function, &Operator::function);
    return found == std::end(operators) ? std::nullopt : found->fold(*a, *b);
  }
  const auto* array = std::get_if<Array>(&operands.front().held);
  const bool is_real = array != nullptr && array->node()->constant() != nullptr &&
                       array->dtype().kind == DtypeKind::Float;
  if (is_real && function == "negative") return Array(-array->item<double>());
  return std::nullopt;
}

std::optional<Argument> constant_of(std::string_view name) {
  if (name == "pi") return Array(3.141592653589793);
  if (name == "e") return Array(2.718281828459045);
  if (name == "inf") return Array(std::numeric_limits<double>::infinity());
  if (name == "nan") return Array(std::numeric_limits<double>::quiet_NaN());
  return std::nullopt;
}

bool is_dtype(const std::string& name) {
  if (name == "int" || name == "float" || name == "complex") return true;
  try {
    (void)Dtype::parse(name);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace sheaf::np::script
