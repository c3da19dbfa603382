// SPDX-License-Identifier: MIT
// What is asked of texts: comparisons, places, classes.
#include <algorithm>
#include <string_view>

#include "core/array/text.hpp"
#include "core/array/text/text_nodes.hpp"
#include "core/array/text/unicode.hpp"

namespace sheaf::np::strings {
namespace {

using unicode::Part;

std::string_view without_end(std::string_view text) {
  const auto last = text.find_last_not_of(std::string_view(" \t\n\r\f\v\0", 7));
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// The order of UTF-8's bytes is that of code points, which is NumPy's.
template <class Test>
Array compared(const std::string& name, const Texts& x1, const Texts& x2, Test test,
               bool strips = true) {
  return each_text<bool>(name, {x1, x2}, [test, strips](const Given& in) {
    if (!strips) return test(in.text(0).compare(in.text(1)));
    return test(without_end(in.text(0)).compare(without_end(in.text(1))));
  });
}

// Where `find` finds it within the part, in characters; -1 where it doesn't.
template <class Find>
std::int64_t place_of(const Given& in, Find find) {
  const std::optional<Part> part = unicode::part_of(in.text(0), in.number(2), in.number(3));
  if (!part) return -1;
  const std::size_t found = find(part->text, in.text(1));
  if (found == std::string_view::npos) return -1;
  return unicode::length(std::string_view(in.text(0)).substr(0, part->first + found));
}

constexpr auto first_place = [](std::string_view text, const std::string& sub) {
  return unicode::find(text, sub);
};
constexpr auto last_place = [](std::string_view text, const std::string& sub) {
  return unicode::rfind(text, sub);
};

template <class Find>
Array places(const std::string& name, const std::vector<Input>& inputs, Find find, bool must) {
  return each_text<std::int64_t>(name, inputs, [=](const Given& in) {
    const std::int64_t place = place_of(in, find);
    if (must && place < 0) refuse(name, "'" + in.text(1) + "' isn't in '" + in.text(0) + "'");
    return place;
  });
}

template <class Test>
Array parts(const std::string& name, const std::vector<Input>& inputs, Test test) {
  return each_text<bool>(name, inputs, [test](const Given& in) {
    const std::optional<Part> part = unicode::part_of(in.text(0), in.number(2), in.number(3));
    return part && test(part->text, in.text(1));
  });
}

// Whether there are characters, and all are of that class.
template <class Test>
Array all_of_class(const std::string& name, const Texts& a, Test test) {
  return each_text<bool>(name, {a}, [test](const Given& in) {
    const std::u32string points = unicode::points_of(in.text(0));
    return !points.empty() && std::ranges::all_of(points, test);
  });
}

bool is_letter_or_number(char32_t point) {
  return unicode::is_alpha(point) || unicode::is_numeric(point);
}

// Whether a letter is of that case, and none of another.
template <class Test, class Other>
Array all_of_case(const std::string& name, const Texts& a, Test test, Other other) {
  return each_text<bool>(name, {a}, [test, other](const Given& in) {
    const std::u32string points = unicode::points_of(in.text(0));
    return std::ranges::any_of(points, test) &&
           std::ranges::none_of(points, [other](char32_t point) {
             return other(point) || unicode::is_title(point);
           });
  });
}

bool is_titled(const std::u32string& points) {
  bool is_within = false;
  bool has_letters = false;
  for (const char32_t point : points) {
    const bool begins = unicode::is_upper(point) || unicode::is_title(point);
    const bool goes_on = !begins && unicode::is_lower(point);
    if ((begins && is_within) || (goes_on && !is_within)) return false;
    is_within = begins || goes_on;
    has_letters = has_letters || is_within;
  }
  return has_letters;
}

}  // namespace

Array equal(const Texts& x1, const Texts& x2) {
  return compared("equal", x1, x2, [](int order) { return order == 0; });
}
Array not_equal(const Texts& x1, const Texts& x2) {
  return compared("not_equal", x1, x2, [](int order) { return order != 0; });
}
Array greater_equal(const Texts& x1, const Texts& x2) {
  return compared("greater_equal", x1, x2, [](int order) { return order >= 0; });
}
Array less_equal(const Texts& x1, const Texts& x2) {
  return compared("less_equal", x1, x2, [](int order) { return order <= 0; });
}
Array greater(const Texts& x1, const Texts& x2) {
  return compared("greater", x1, x2, [](int order) { return order > 0; });
}
Array less(const Texts& x1, const Texts& x2) {
  return compared("less", x1, x2, [](int order) { return order < 0; });
}
Array compare_chararrays(const Texts& a1, const Texts& a2, const std::string& cmp, bool rstrip) {
  const bool takes_equal = cmp == "==" || cmp == "<=" || cmp == ">=";
  const bool takes_less = cmp == "<" || cmp == "<=" || cmp == "!=";
  const bool takes_greater = cmp == ">" || cmp == ">=" || cmp == "!=";
  if (!takes_equal && !takes_less && !takes_greater) {
    refuse("compare_chararrays", "'" + cmp + "' is none of <, <=, ==, >=, >, !=");
  }
  return compared(
      "compare_chararrays", a1, a2,
      [=](int order) { return order == 0  ? takes_equal
                              : order < 0 ? takes_less
                                          : takes_greater; },
      rstrip);
}

Array count(const Texts& a, const Texts& sub, const Array& start, const Array& end) {
  const auto counted = [](const Given& in) -> std::int64_t {
    const std::optional<Part> part = unicode::part_of(in.text(0), in.number(2), in.number(3));
    const std::string& wanted = in.text(1);
    if (!part) return 0;
    if (wanted.empty()) return unicode::length(part->text) + 1;
    std::int64_t found = 0;
    for (std::size_t at = unicode::find(part->text, wanted); at != std::string_view::npos;
         at = unicode::find(part->text, wanted, at + wanted.size())) {
      ++found;
    }
    return found;
  };
  return each_text<std::int64_t>("count", {a, sub, start, end}, counted);
}
Array endswith(const Texts& a, const Texts& suffix, const Array& start, const Array& end) {
  return parts(
      "endswith", {a, suffix, start, end},
      [](std::string_view text, const std::string& sub) { return unicode::ends_with(text, sub); });
}
Array startswith(const Texts& a, const Texts& prefix, const Array& start, const Array& end) {
  return parts("startswith", {a, prefix, start, end},
               [](std::string_view text, const std::string& sub) {
                 return unicode::starts_with(text, sub);
               });
}
Array find(const Texts& a, const Texts& sub, const Array& start, const Array& end) {
  return places("find", {a, sub, start, end}, first_place, false);
}
Array rfind(const Texts& a, const Texts& sub, const Array& start, const Array& end) {
  return places("rfind", {a, sub, start, end}, last_place, false);
}
Array index(const Texts& a, const Texts& sub, const Array& start, const Array& end) {
  return places("index", {a, sub, start, end}, first_place, true);
}
Array rindex(const Texts& a, const Texts& sub, const Array& start, const Array& end) {
  return places("rindex", {a, sub, start, end}, last_place, true);
}

Array isalnum(const Texts& a) { return all_of_class("isalnum", a, is_letter_or_number); }
Array isalpha(const Texts& a) { return all_of_class("isalpha", a, unicode::is_alpha); }
Array isdecimal(const Texts& a) { return all_of_class("isdecimal", a, unicode::is_decimal); }
Array isdigit(const Texts& a) { return all_of_class("isdigit", a, unicode::is_digit); }
Array isnumeric(const Texts& a) { return all_of_class("isnumeric", a, unicode::is_numeric); }
Array isspace(const Texts& a) { return all_of_class("isspace", a, unicode::is_space); }
Array islower(const Texts& a) {
  return all_of_case("islower", a, unicode::is_lower, unicode::is_upper);
}
Array isupper(const Texts& a) {
  return all_of_case("isupper", a, unicode::is_upper, unicode::is_lower);
}
Array istitle(const Texts& a) {
  return each_text<bool>("istitle", {a},
                         [](const Given& in) { return is_titled(unicode::points_of(in.text(0))); });
}
Array str_len(const Texts& a) {
  return each_text<std::int64_t>("str_len", {a},
                                 [](const Given& in) { return unicode::length(in.text(0)); });
}

}  // namespace sheaf::np::strings
