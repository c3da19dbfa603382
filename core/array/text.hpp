// SPDX-License-Identifier: MIT
#pragma once
// NumPy's functions of texts (numpy.char), element by element.
//
//   np::store(file["names"], np::strings::upper(np::strings::strip(names)));
//   const Array ours = names(np::strings::startswith(names, "sub-"));
//
// Model: lazily, block by block; outcomes are those of Python's str methods. Texts are UTF-8,
// places and lengths are counted in characters (code points), case and classes are Unicode's (ICU).
// Texts have no fixed length here, so that nothing is cut off, where NumPy 1 cuts at the width of
// its dtype. Arguments are arrays or single texts and numbers, and are broadcast. Threads: any.
// Failure: Error (Invalid) that names the function.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "core/array/array.hpp"

namespace sheaf::np::strings {

// An array of texts, or one text.
struct Texts {
  Texts(Array texts) : array(std::move(texts)) {}
  Texts(const char* text) : Texts(std::string_view(text)) {}
  Texts(const std::string& text) : Texts(std::string_view(text)) {}
  Texts(std::string_view text) : array(constant_node(Value::of(text))) {}
  Array array;
};

// What comes out is text.
[[nodiscard]] Array add(const Texts& x1, const Texts& x2);
[[nodiscard]] Array multiply(const Texts& a, const Array& i);
// Python's a % value, with one value for each text: "%.3f", "%05d", "%s".
[[nodiscard]] Array mod(const Texts& a, const Array& values);
[[nodiscard]] Array capitalize(const Texts& a);
[[nodiscard]] Array center(const Texts& a, const Array& width, const Texts& fillchar = " ");
// Texts whose bytes are of another encoding (such as files hold that weren't written as UTF-8).
[[nodiscard]] Array decode(const Texts& a, const std::string& encoding = "utf-8");
// Only to UTF-8, and to ASCII, which it contains: texts have no other form.
[[nodiscard]] Array encode(const Texts& a, const std::string& encoding = "utf-8");
[[nodiscard]] Array expandtabs(const Texts& a, const Array& tabsize = 8);
// `sep` between the characters of each text.
[[nodiscard]] Array join(const Texts& sep, const Texts& seq);
[[nodiscard]] Array ljust(const Texts& a, const Array& width, const Texts& fillchar = " ");
[[nodiscard]] Array lower(const Texts& a);
// Without characters at the ends that are white space, or one of `chars`.
[[nodiscard]] Array lstrip(const Texts& a, const std::optional<Texts>& chars = {});
// Along a new last axis: what stands before the separator, the separator, what stands behind.
[[nodiscard]] Array partition(const Texts& a, const Texts& sep);
[[nodiscard]] Array replace(const Texts& a, const Texts& old, const Texts& with,
                            const Array& count = -1);
[[nodiscard]] Array rjust(const Texts& a, const Array& width, const Texts& fillchar = " ");
[[nodiscard]] Array rpartition(const Texts& a, const Texts& sep);
[[nodiscard]] Array rstrip(const Texts& a, const std::optional<Texts>& chars = {});
[[nodiscard]] Array strip(const Texts& a, const std::optional<Texts>& chars = {});
// Lists of several lengths, flat: all pieces one behind the other, and how many each text has.
// Those of text k are pieces(slice(end - counts(k), end)) with end = cumsum(counts)(k). The counts
// are found when it is called. At white space where there is no `sep`.
struct Split {
  Array pieces;
  Array counts;
};
[[nodiscard]] Split split(const Texts& a, const std::optional<Texts>& sep = {},
                          const Array& maxsplit = -1);
[[nodiscard]] Split rsplit(const Texts& a, const std::optional<Texts>& sep = {},
                           const Array& maxsplit = -1);
[[nodiscard]] Split splitlines(const Texts& a, bool keepends = false);
[[nodiscard]] Array swapcase(const Texts& a);
[[nodiscard]] Array title(const Texts& a);
// A character below length(table) becomes the one at its place there.
[[nodiscard]] Array translate(const Texts& a, std::string_view table);
[[nodiscard]] Array upper(const Texts& a);
[[nodiscard]] Array zfill(const Texts& a, const Array& width);
// Numbers as Python writes them.
[[nodiscard]] Array array(const Array& obj);
[[nodiscard]] Array asarray(const Array& obj);

// Comparisons: white space (of ASCII) at the end doesn't count.
[[nodiscard]] Array equal(const Texts& x1, const Texts& x2);
[[nodiscard]] Array not_equal(const Texts& x1, const Texts& x2);
[[nodiscard]] Array greater_equal(const Texts& x1, const Texts& x2);
[[nodiscard]] Array less_equal(const Texts& x1, const Texts& x2);
[[nodiscard]] Array greater(const Texts& x1, const Texts& x2);
[[nodiscard]] Array less(const Texts& x1, const Texts& x2);
// `cmp`: "<", "<=", "==", ">=", ">", "!=".
[[nodiscard]] Array compare_chararrays(const Texts& a1, const Texts& a2, const std::string& cmp,
                                       bool rstrip);

// Within a[start:end].
inline constexpr std::int64_t to_end = std::numeric_limits<std::int64_t>::max();
[[nodiscard]] Array count(const Texts& a, const Texts& sub, const Array& start = 0,
                          const Array& end = to_end);
[[nodiscard]] Array endswith(const Texts& a, const Texts& suffix, const Array& start = 0,
                             const Array& end = to_end);
[[nodiscard]] Array find(const Texts& a, const Texts& sub, const Array& start = 0,
                         const Array& end = to_end);
[[nodiscard]] Array rfind(const Texts& a, const Texts& sub, const Array& start = 0,
                          const Array& end = to_end);
// As find and rfind; Error where it isn't there.
[[nodiscard]] Array index(const Texts& a, const Texts& sub, const Array& start = 0,
                          const Array& end = to_end);
[[nodiscard]] Array rindex(const Texts& a, const Texts& sub, const Array& start = 0,
                           const Array& end = to_end);
[[nodiscard]] Array startswith(const Texts& a, const Texts& prefix, const Array& start = 0,
                               const Array& end = to_end);
[[nodiscard]] Array isalnum(const Texts& a);
[[nodiscard]] Array isalpha(const Texts& a);
[[nodiscard]] Array isdecimal(const Texts& a);
[[nodiscard]] Array isdigit(const Texts& a);
[[nodiscard]] Array islower(const Texts& a);
[[nodiscard]] Array isnumeric(const Texts& a);
[[nodiscard]] Array isspace(const Texts& a);
[[nodiscard]] Array istitle(const Texts& a);
[[nodiscard]] Array isupper(const Texts& a);
[[nodiscard]] Array str_len(const Texts& a);

}  // namespace sheaf::np::strings
