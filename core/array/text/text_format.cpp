// SPDX-License-Identifier: MIT
#include "core/array/text/text_format.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/array/engine/cast.hpp"
#include "core/array/text/text_nodes.hpp"
#include "core/array/text/unicode.hpp"
#include "core/objects/python_text.hpp"

namespace sheaf::np::strings {
namespace {

constexpr std::size_t most_width = 100'000;

struct Conversion {
  bool is_left = false;
  bool has_sign = false;
  bool has_space = false;
  bool has_zeros = false;
  std::size_t width = 0;
  std::optional<std::size_t> precision{};
  char kind = '\0';
};

class Formatter {
 public:
  Formatter(std::string_view format, const Buffer& values, std::int64_t place)
      : format_(format), values_(values), place_(place) {}

  std::string all() {
    while (at_ < format_.size()) {
      if (format_[at_] != '%') {
        result_ += format_[at_++];
      } else if (at_ + 1 < format_.size() && format_[at_ + 1] == '%') {
        result_ += '%';
        at_ += 2;
      } else {
        if (is_used_) fail("takes more than one value");
        is_used_ = true;
        put(conversion());
      }
    }
    if (!is_used_) fail("takes no value");
    return std::move(result_);
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    refuse("mod", "'" + std::string(format_) + "' " + why);
  }

  std::size_t number() {
    std::size_t value = 0;
    for (; at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
      value = value * 10 + static_cast<std::size_t>(format_[at_] - '0');
      if (value > most_width) fail("has a width that is too large");
    }
    return value;
  }

  Conversion conversion() {
    Conversion made;
    for (++at_; at_ < format_.size(); ++at_) {
      const char flag = format_[at_];
      if (flag == '-') {
        made.is_left = true;
      } else if (flag == '+') {
        made.has_sign = true;
      } else if (flag == ' ') {
        made.has_space = true;
      } else if (flag == '0') {
        made.has_zeros = true;
      } else {
        break;
      }
    }
    made.width = number();
    if (at_ < format_.size() && format_[at_] == '.') {
      ++at_;
      made.precision = number();
    }
    while (at_ < format_.size() &&
           std::string_view("hlL").find(format_[at_]) != std::string::npos) {
      ++at_;
    }
    if (at_ == format_.size()) fail("ends within a conversion");
    made.kind = format_[at_++];
    return made;
  }

  void put(const Conversion& how) {
    switch (how.kind) {
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return put_integer(how);
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        return put_float(how);
      case 'c':
      case 's':
      case 'r':
      case 'a':
        return put_text(how);
      default:
        fail(std::string("has the conversion '") + how.kind + "', which isn't there");
    }
  }

  // In the dtype; `T` is what holds all values of its kind.
  template <class T>
  [[nodiscard]] T value() const {
    T number{};
    const Dtype from = values_.dtype();
    cast(values_.bytes() + static_cast<std::size_t>(place_) * from.size(), from, &number,
         dtype_of<T>(), 1);
    return number;
  }

  void check_number(const Conversion& how) const {
    const Dtype dtype = values_.dtype();
    if (dtype.is_string() || dtype.kind == DtypeKind::Complex) {
      fail(std::string("takes a real number for '%") + how.kind + "', not " + dtype.name());
    }
  }

  void put_integer(const Conversion& how) {
    check_number(how);
    bool is_negative = false;
    std::uint64_t size = 0;
    if (values_.dtype().kind == DtypeKind::Float) {
      if (std::string_view("oxX").find(how.kind) != std::string::npos) {
        fail("takes an integer, not " + values_.dtype().name());
      }
      const double number = std::trunc(value<double>());
      if (!(std::abs(number) < 0x1p63)) fail("takes a number that fits 64 bits");
      is_negative = number < 0;
      size = static_cast<std::uint64_t>(std::abs(number));
    } else if (values_.dtype().kind == DtypeKind::Uint) {
      size = value<std::uint64_t>();
    } else {
      const auto number = value<std::int64_t>();
      is_negative = number < 0;
      size =
          is_negative ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    }
    char digits[32];
    const int base = how.kind == 'o' ? 8 : how.kind == 'x' || how.kind == 'X' ? 16 : 10;
    std::string text(digits, std::to_chars(digits, digits + sizeof(digits), size, base).ptr);
    if (how.kind == 'X') text = unicode::upper(text);
    if (how.precision && text.size() < *how.precision) {
      text.insert(0, *how.precision - text.size(), '0');
    }
    put_signed(how, is_negative, std::move(text), true);
  }

  void put_float(const Conversion& how) {
    check_number(how);
    const auto number = value<double>();
    const bool is_upper = how.kind < 'a';
    const char kind = is_upper ? static_cast<char>(how.kind + 32) : how.kind;
    const auto form = kind == 'e'   ? std::chars_format::scientific
                      : kind == 'f' ? std::chars_format::fixed
                                    : std::chars_format::general;
    const auto precision = static_cast<int>(how.precision.value_or(6));
    std::string text(350 + static_cast<std::size_t>(precision), '\0');
    const char* end =
        std::to_chars(text.data(), text.data() + text.size(), std::abs(number), form, precision)
            .ptr;
    text.resize(static_cast<std::size_t>(end - text.data()));
    if (std::isnan(number)) text = "nan";
    if (is_upper) text = unicode::upper(text);
    put_signed(how, std::signbit(number) && !std::isnan(number), std::move(text), true);
  }

  void put_text(const Conversion& how) {
    std::string text;
    if (values_.dtype().is_string()) {
      text = values_.strings()[static_cast<std::size_t>(place_)];
      if (how.kind == 'r' || how.kind == 'a') {
        text = unicode::escaped(objects::in_quotes(text), how.kind == 'a');
      }
    } else if (how.kind == 'c') {
      if (!is_whole(values_.dtype())) {
        fail("takes an integer or a character for '%c', not " + values_.dtype().name());
      }
      const auto point = value<std::int64_t>();
      const bool is_surrogate = point >= 0xD800 && point < 0xE000;
      if (point < 0 || point > 0x10FFFF || is_surrogate) fail("takes one character");
      text = unicode::text_of(std::u32string(1, static_cast<char32_t>(point)));
    } else {
      const std::size_t size = values_.dtype().size();
      const std::byte* from = values_.bytes() + static_cast<std::size_t>(place_) * size;
      text = objects::repr(Value{values_.dtype(), {1}, {from, from + size}, {}}, 0);
    }
    if (how.kind == 'c' && unicode::length(text) != 1) fail("takes one character");
    if (how.precision) {
      text.resize(unicode::offset_of(text, static_cast<std::int64_t>(*how.precision)));
    }
    Conversion plain = how;
    plain.has_sign = plain.has_space = false;
    put_signed(plain, false, std::move(text), false);
  }

  void put_signed(const Conversion& how, bool is_negative, std::string text, bool is_number) {
    const std::string sign = is_negative ? "-" : how.has_sign ? "+" : how.has_space ? " " : "";
    const auto length = static_cast<std::size_t>(unicode::length(text)) + sign.size();
    const std::size_t missing = std::max(how.width, length) - length;
    if (how.is_left) {
      result_ += sign + text + std::string(missing, ' ');
    } else if (how.has_zeros && is_number) {
      result_ += sign + std::string(missing, '0') + text;
    } else {
      result_ += std::string(missing, ' ') + sign + text;
    }
  }

  std::string_view format_;
  const Buffer& values_;
  std::int64_t place_;
  std::size_t at_ = 0;
  bool is_used_ = false;
  std::string result_;
};

}  // namespace

std::string formatted(std::string_view format, const Buffer& values, std::int64_t place) {
  return Formatter(format, values, place).all();
}

}  // namespace sheaf::np::strings
