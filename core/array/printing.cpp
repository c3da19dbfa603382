// SPDX-License-Identifier: MIT
// After the rules of NumPy's arrayprint: formats are found for all elements that are shown, then
// lines are filled up to 75 columns.
#include "core/array/printing.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <ostream>

#include "core/array/joining.hpp"
#include "core/error.hpp"
#include "core/objects/python_text.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t threshold = 1000;  // more elements are shown by the edges
constexpr std::int64_t edge = 3;
constexpr std::size_t line_width = 75;
constexpr int most_digits = 8;  // behind the point

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

// A number as whole part, fraction and exponent: digits, without point and e.
struct Digits {
  std::string sign{};
  std::string whole{};
  std::string fraction{};
  int exponent = 0;

  static Digits parse(std::string_view text) {
    Digits all;
    if (text.starts_with('-')) {
      all.sign = "-";
      text.remove_prefix(1);
    }
    const std::size_t e = text.find('e');
    if (e != std::string_view::npos) all.exponent = std::atoi(text.data() + e + 1);
    const std::string_view plain = text.substr(0, e);
    const std::size_t point = plain.find('.');
    all.whole = plain.substr(0, point);
    if (point != std::string_view::npos) all.fraction = plain.substr(point + 1);
    while (all.fraction.ends_with('0')) all.fraction.pop_back();
    return all;
  }
};

// The shortest text that reads back as the same number.
template <class T>
std::string shortest(T number, std::chars_format format) {
  std::array<char, 512> text{};
  if constexpr (std::is_same_v<T, Half>) {
    // Few digits; the first ones that do.
    for (int digits = 0; digits < 8; ++digits) {
      std::snprintf(text.data(), text.size(), "%.*e", digits, static_cast<double>(number));
      const auto back = static_cast<Half>(std::strtod(text.data(), nullptr));
      if (back == number) break;
    }
    if (format == std::chars_format::scientific) return text.data();
    const double decimal = std::strtod(text.data(), nullptr);
    return shortest(decimal, format);
  } else {
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number, format);
    return {text.data(), end.ptr};
  }
}

// As dragon4 with a precision: shortest, but cut behind 8 digits of the fraction.
template <class T>
Digits digits_of(T number, bool is_scientific) {
  const auto format = is_scientific ? std::chars_format::scientific : std::chars_format::fixed;
  const Digits all = Digits::parse(shortest(number, format));
  if (all.fraction.size() <= most_digits) return all;
  std::array<char, 512> text{};
  std::snprintf(text.data(), text.size(), is_scientific ? "%.*e" : "%.*f", most_digits,
                static_cast<double>(number));
  return Digits::parse(text.data());
}

// All numbers of an array under one another.
template <class T>
class FloatFormat {
 public:
  FloatFormat(const std::vector<T>& numbers, bool shows_plus) : shows_plus_(shows_plus) {
    std::vector<T> finite;
    for (const T number : numbers) {
      if (std::isfinite(static_cast<double>(number))) finite.push_back(number);
    }
    is_scientific_ = wants_exponent(finite);
    for (const T number : finite) {
      const Digits digits = digits_of(number, is_scientific_);
      left_ = std::max(left_, signed_whole(digits).size());
      fraction_ = std::max(fraction_, digits.fraction.size());
      if (!is_scientific_) continue;
      exponent_ = std::max(exponent_, std::to_string(std::abs(digits.exponent)).size());
      exponent_ = std::max<std::size_t>(exponent_, 2);
    }
    right_ = is_scientific_ ? fraction_ + exponent_ + 2 : fraction_;
    if (finite.size() == numbers.size()) return;
    const bool has_wide_inf = shows_plus_ || std::ranges::any_of(numbers, [](T number) {
                                return std::isinf(static_cast<double>(number)) && number < T{};
                              });
    const auto room = static_cast<std::ptrdiff_t>(3 + (has_wide_inf ? 1 : 0)) -
                      static_cast<std::ptrdiff_t>(right_ + 1);
    const auto nan_room = std::ptrdiff_t{3} - static_cast<std::ptrdiff_t>(right_ + 1);
    // An infinity counts even where there are only NaNs, as in NumPy.
    left_ =
        static_cast<std::size_t>(std::max({static_cast<std::ptrdiff_t>(left_), room, nan_room}));
  }

  [[nodiscard]] std::string operator()(T number) const {
    const double wide = static_cast<double>(number);
    if (!std::isfinite(wide)) {
      std::string text = std::isnan(wide) ? "nan" : "inf";
      if (!std::isnan(wide) && wide < 0) {
        text = "-" + text;
      } else if (shows_plus_) {
        text = "+" + text;
      }
      const std::size_t total = left_ + right_ + 1;
      return std::string(total > text.size() ? total - text.size() : 0, ' ') + text;
    }
    const Digits digits = padded(number);
    const std::string whole = signed_whole(digits);
    std::string text = std::string(left_ - std::min(left_, whole.size()), ' ') + whole + ".";
    text += digits.fraction;
    if (!is_scientific_) return text + std::string(right_ - digits.fraction.size(), ' ');
    text += std::string(fraction_ - std::min(fraction_, digits.fraction.size()), '0');
    const std::string exponent = std::to_string(std::abs(digits.exponent));
    return text + (digits.exponent < 0 ? "e-" : "e+") +
           std::string(exponent_ - exponent.size(), '0') + exponent;
  }

 private:
  // With exponents all have as many digits as the longest one: those of the number itself, not
  // zeros behind the shortest text.
  [[nodiscard]] Digits padded(T number) const {
    Digits digits = digits_of(number, is_scientific_);
    if (!is_scientific_ || digits.fraction.size() >= fraction_) return digits;
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*e", static_cast<int>(fraction_),
                  static_cast<double>(number));
    return Digits::parse(text.data());
  }

  [[nodiscard]] std::string signed_whole(const Digits& digits) const {
    return (digits.sign.empty() && shows_plus_ ? "+" : digits.sign) + digits.whole;
  }

  static bool wants_exponent(const std::vector<T>& finite) {
    T largest{};
    T least = std::numeric_limits<T>::max();
    if constexpr (std::is_same_v<T, Half>) least = static_cast<Half>(65504.0F);
    bool is_zero = true;
    for (const T number : finite) {
      if (number == T{}) continue;
      const T magnitude = number < T{} ? static_cast<T>(-number) : number;
      is_zero = false;
      largest = std::max(largest, magnitude);
      least = std::min(least, magnitude);
    }
    if (is_zero) return false;
    return static_cast<double>(largest) >= 1e8 || static_cast<double>(least) < 0.0001 ||
           static_cast<double>(static_cast<T>(largest / least)) > 1000.0;
  }

  bool shows_plus_;
  bool is_scientific_ = false;
  std::size_t left_ = 0;
  std::size_t right_ = 0;
  std::size_t fraction_ = 0;
  std::size_t exponent_ = 0;
};

using Show = std::function<std::string(std::size_t element)>;

template <class T>
std::vector<T> elements_as(const Value& value) {
  std::vector<T> all(static_cast<std::size_t>(element_count(value.shape)));
  if (!all.empty()) {
    std::memcpy(static_cast<void*>(all.data()), value.bytes.data(), value.bytes.size());
  }
  return all;
}

template <class T>
Show show_floats(const Value& value) {
  std::vector<T> all = elements_as<T>(value);
  const FloatFormat<T> format(all, false);
  return [format, all = std::move(all)](std::size_t at) { return format(all[at]); };
}

template <class T>
Show show_complex(const Value& value) {
  const std::vector<std::complex<T>> all = elements_as<std::complex<T>>(value);
  std::vector<T> reals;
  std::vector<T> imaginaries;
  for (const auto& number : all) {
    reals.push_back(number.real());
    imaginaries.push_back(number.imag());
  }
  const FloatFormat<T> real(reals, false);
  const FloatFormat<T> imaginary(imaginaries, true);
  return [=](std::size_t at) {
    std::string text = imaginary(imaginaries[at]);
    text.insert(text.find_last_not_of(' ') + 1, "j");
    return real(reals[at]) + text;
  };
}

Show show_aligned(const Value& value) {
  std::vector<std::string> all;
  std::size_t width = 0;
  for (std::int64_t at = 0; at < element_count(value.shape); ++at) {
    all.push_back(objects::repr(value, static_cast<std::size_t>(at)));
    width = std::max(width, all.back().size());
  }
  if (value.dtype == boolean) width = value.shape.empty() ? 0 : 5;
  return [all = std::move(all), width](std::size_t at) {
    return std::string(width - std::min(width, all[at].size()), ' ') + all[at];
  };
}

Show show_elements(const Value& value) {
  switch (value.dtype.kind) {
    case DtypeKind::String:
      return [&value](std::size_t at) { return objects::in_quotes(value.strings[at]); };
    case DtypeKind::Float:
      return value.dtype.bits == 16   ? show_floats<Half>(value)
             : value.dtype.bits == 32 ? show_floats<float>(value)
                                      : show_floats<double>(value);
    case DtypeKind::Complex:
      return value.dtype.bits == 64 ? show_complex<float>(value) : show_complex<double>(value);
    default:
      return show_aligned(value);
  }
}

// What is left of an array of that shape when the middles of long axes are left out.
struct Shown {
  Value value;
  std::vector<bool> is_cut;
};

Shown shown(const Array& a) {
  Array part = a;
  std::vector<bool> is_cut(a.ndim(), false);
  for (std::size_t axis = 0; a.size() > threshold && axis < a.ndim(); ++axis) {
    if (a.shape()[axis] <= 2 * edge) continue;
    is_cut[axis] = true;
    part = concatenate({along(part, axis, slice(edge)), along(part, axis, slice(-edge, {}))},
                       static_cast<std::int64_t>(axis));
  }
  return {part.load(), is_cut};
}

class Layout {
 public:
  Layout(const Shown& shown, std::string separator, std::size_t width)
      : shown_(shown),
        separator_(std::move(separator)),
        width_(width),
        show_(show_elements(shown.value)) {}

  [[nodiscard]] std::string text(const std::string& indent) const {
    return part(0, 0, indent, width_);
  }

 private:
  [[nodiscard]] std::string part(std::size_t axis, std::size_t first, const std::string& indent,
                                 std::size_t width) const {
    const Shape& shape = shown_.value.shape;
    if (axis == shape.size()) return show_(first);
    const auto count = static_cast<std::size_t>(shape[axis]);
    std::string result = axis + 1 == shape.size() ? row(axis, first, count, indent, width)
                                                  : rows(axis, first, count, indent, width);
    return "[" + result.substr(indent.size()) + "]";
  }

  void extend(std::string& done, std::string& line, const std::string& word, std::size_t width,
              const std::string& indent) const {
    const bool wraps = width_of(line) + width_of(word) > width && line.size() > indent.size();
    if (wraps) {
      line.erase(line.find_last_not_of(' ') + 1);
      done += line + "\n";
      line = indent;
    }
    line += word;
  }

  [[nodiscard]] std::string row(std::size_t axis, std::size_t first, std::size_t count,
                                const std::string& indent, std::size_t width) const {
    const std::size_t room = width - 1;
    std::string done;
    std::string line = indent;
    for (std::size_t at = 0; at < count; ++at) {
      if (shown_.is_cut[axis] && at == edge) {
        extend(done, line, "...", room, indent);
        line += separator_;
      }
      extend(done, line, show_(first + at), room, indent);
      if (at + 1 < count) line += separator_;
    }
    return done + line;
  }

  [[nodiscard]] std::string rows(std::size_t axis, std::size_t first, std::size_t count,
                                 const std::string& indent, std::size_t width) const {
    const Shape& shape = shown_.value.shape;
    std::size_t step = 1;
    for (std::size_t inner = axis + 1; inner < shape.size(); ++inner) {
      step *= static_cast<std::size_t>(shape[inner]);
    }
    const std::string end =
        (separator_ == " " ? "" : ",") + std::string(shape.size() - axis - 1, '\n');
    std::string result;
    for (std::size_t at = 0; at < count; ++at) {
      if (shown_.is_cut[axis] && at == edge) result += indent + "..." + end;
      result += indent + part(axis + 1, first + at * step, indent + " ", width - 1);
      if (at + 1 < count) result += end;
    }
    return result;
  }

  const Shown& shown_;
  std::string separator_;
  std::size_t width_;
  Show show_;
};

std::string dtype_text(const Shown& what) {
  if (!what.value.dtype.is_string()) return what.value.dtype.name();
  std::size_t width = 1;
  for (const std::string& text : what.value.strings) width = std::max(width, width_of(text));
  return "'<U" + std::to_string(width) + "'";
}

}  // namespace

std::string array_str(const Array& a) {
  if (a.ndim() == 0) {
    const Value value = a.load();
    return value.dtype.is_string() ? value.strings[0] : objects::repr(value, 0);
  }
  if (a.size() == 0) return "[]";
  const Shown what = shown(a);
  return Layout(what, " ", line_width).text(" ");
}

std::string array_repr(const Array& a) {
  const Shown what = a.size() > 0 ? shown(a) : Shown{{a.dtype(), a.shape(), {}, {}}, {}};
  std::string text = "array(";
  if (a.size() > 0) {
    text += Layout(what, ", ", line_width - 1).text(std::string(7, ' '));
  } else {
    text += a.shape() == Shape{0} ? "[]" : "[], shape=" + to_string(a.shape());
  }
  const Dtype dtype = a.dtype();
  const bool is_implied =
      dtype == int64 || dtype == float64 || dtype == complex128 || dtype == boolean;
  if (is_implied && a.size() > 0) return text + ")";
  text += ",";
  const std::string last = "dtype=" + dtype_text(what) + ")";
  const std::size_t line = width_of(text.substr(text.rfind('\n') + 1));
  return text + (line + last.size() + 1 > line_width ? "\n" + std::string(6, ' ') : " ") + last;
}

std::ostream& operator<<(std::ostream& out, const Array& array) { return out << array_str(array); }

}  // namespace sheaf::np
