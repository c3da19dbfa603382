// SPDX-License-Identifier: MIT
// The header of an array file: a magic, a version, and a Python dictionary with three keys.
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <utility>

#include "npy/npy.hpp"

namespace sheaf::npy {
namespace {

constexpr std::size_t longest_header = std::size_t{1} << 20U;
constexpr std::size_t most_axes = 32;
constexpr std::int64_t most_bytes = std::int64_t{1} << 56U;

constexpr std::pair<std::string_view, sheaf_dtype> names[] = {
    {"int8", {SHEAF_INT, 8, 1}},
    {"int16", {SHEAF_INT, 16, 1}},
    {"int32", {SHEAF_INT, 32, 1}},
    {"int64", {SHEAF_INT, 64, 1}},
    {"uint8", {SHEAF_UINT, 8, 1}},
    {"uint16", {SHEAF_UINT, 16, 1}},
    {"uint32", {SHEAF_UINT, 32, 1}},
    {"uint64", {SHEAF_UINT, 64, 1}},
    {"float16", {SHEAF_FLOAT, 16, 1}},
    {"float32", {SHEAF_FLOAT, 32, 1}},
    {"float64", {SHEAF_FLOAT, 64, 1}},
    {"complex64", {SHEAF_COMPLEX, 64, 1}},
    {"complex128", {SHEAF_COMPLEX, 128, 1}},
    {"bool", {SHEAF_BOOL, 8, 1}},
    {"str", {SHEAF_UTF8, 0, 1}}};

[[noreturn]] void damaged(const std::string& what) {
  throw sdk::Error("has a damaged header: " + what + "; save it again with numpy.save");
}

template <class T>
T number(std::string_view digits, const char* what) {
  T value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stop != end) {
    damaged("'" + std::string(digits.substr(0, 40)) + "' is no " + what);
  }
  return value;
}

// "<f8", "|b1", ">U12".
Element parse_descr(std::string_view descr) {
  const auto refuse = [&](const std::string& why) {
    throw sdk::Error("holds elements of NumPy's type '" + std::string(descr.substr(0, 60)) + "', " +
                     why);
  };
  if (descr.size() < 2) damaged("'" + std::string(descr) + "' is no element type");
  const char order = descr[0], kind = descr[1];
  if (kind == 'O')
    refuse("which are Python objects: only a program that trusts them may read them");
  if (kind == 'M' || kind == 'm') refuse("which are times: save them as numbers, a.view('int64')");
  if (kind == 'V') refuse("which have no meaning of their own: save their fields as arrays");
  if (std::string_view("<>|=").find(order) == std::string_view::npos) refuse("which isn't known");
  const auto size = number<std::size_t>(descr.substr(2), "size of an element");
  Element element;
  element.size = size;
  constexpr bool little = std::endian::native == std::endian::little;
  element.swapped = (order == '<' && !little) || (order == '>' && little);
  if (kind == 'U' || kind == 'S') {
    element.dtype = sdk::utf8;
    element.wide_text = kind == 'U';
    if (size == 0 || size > (std::size_t{1} << 28U)) refuse("a length no text has");
    element.size = size * (element.wide_text ? 4 : 1);
    return element;
  }
  const std::size_t at = std::string_view("iufcb").find(kind);
  if (at == std::string_view::npos || size > 16) refuse("which Sheaf has no counterpart of");
  constexpr std::uint8_t codes[] = {SHEAF_INT, SHEAF_UINT, SHEAF_FLOAT, SHEAF_COMPLEX, SHEAF_BOOL};
  element.dtype = {codes[at], static_cast<std::uint8_t>(size * 8), 1};
  if (name_of(element.dtype).empty()) {
    refuse("which Sheaf has no counterpart of: save them with another, a.astype('float64')");
  }
  return element;
}

// Just as much Python as headers are written in.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Header parse() {
    Header header;
    bool has_descr = false, has_order = false, has_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr" && !std::exchange(has_descr, true)) {
        header.element = parse_descr(descr());
      } else if (key == "fortran_order" && !std::exchange(has_order, true)) {
        header.fortran = truth();
      } else if (key == "shape" && !std::exchange(has_shape, true)) {
        header.shape = tuple();
      } else {
        damaged("it has the key '" + std::string(key.substr(0, 40)) + "'");
      }
      if (!accept(',') && peek() != '}') damaged("a comma is missing");
    }
    if (!has_descr || !has_order || !has_shape) damaged("a key is missing");
    return header;
  }

 private:
  char peek() {
    while (!text_.empty() && std::string_view(" \t\r\n").find(text_[0]) != std::string_view::npos) {
      text_.remove_prefix(1);
    }
    return text_.empty() ? '\0' : text_[0];
  }
  bool accept(char wanted) {
    if (peek() != wanted || text_.empty()) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) damaged(std::string("there is no '") + wanted + "' where one belongs");
  }
  std::string_view take(std::size_t size) {
    const std::string_view part = text_.substr(0, size);
    text_.remove_prefix(part.size());
    return part;
  }
  std::string_view quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') damaged("a quote is missing");
    text_.remove_prefix(1);
    const std::size_t end = text_.find(quote);
    if (end == std::string_view::npos) damaged("a quote is missing");
    const std::string_view text = take(end);
    text_.remove_prefix(1);
    return text;
  }
  std::string_view descr() {
    if (peek() == '[') {
      throw sdk::Error(
          "holds records (a structured array): save each field as an array of its own, as in "
          "numpy.savez(file, **{n: a[n] for n in a.dtype.names})");
    }
    return quoted();
  }
  bool truth() {
    peek();
    const bool yes = text_.starts_with("True");
    if (!yes && !text_.starts_with("False")) damaged("fortran_order is neither True nor False");
    take(yes ? 4 : 5);
    return yes;
  }
  sdk::Shape tuple() {
    sdk::Shape shape;
    expect('(');
    while (!accept(')')) {
      peek();
      const std::size_t end = std::min(text_.find_first_not_of("0123456789"), text_.size());
      shape.push_back(number<std::int64_t>(take(end), "extent"));
      if (shape.size() > most_axes) damaged("it has more than 32 axes");
      accept('L');  // of Python 2
      if (!accept(',') && peek() != ')') damaged("its shape isn't closed");
    }
    return shape;
  }

  std::string_view text_;
};

// Fills in what the shape means, and refuses one that can't be.
void measure(Header& header) {
  if (header.shape.empty()) header.shape = {1};
  if (header.shape.size() == 1) header.fortran = false;  // there is no difference
  std::int64_t bytes = std::max<std::int64_t>(static_cast<std::int64_t>(header.element.size), 1);
  for (std::size_t axis = header.shape.size(); axis-- > 0;) {
    const std::int64_t extent = header.shape[axis];
    if (extent > 0 && bytes > most_bytes / extent) damaged("its shape is larger than any array");
    bytes *= std::max<std::int64_t>(extent, 1);
    if (axis > 0) header.row_elements *= extent;
  }
  if (header.row_elements == 0 && header.rows() > 0) {
    throw sdk::Error("has rows without elements: an axis other than the first has the extent 0");
  }
}

void check_size(const Header& header, const Input& input) {
  const std::optional<std::uint64_t> left = input.left();
  const auto wanted = static_cast<std::uint64_t>(header.rows()) * header.row_bytes();
  if (!left || *left >= wanted) return;
  throw sdk::Error("was cut: its header promises " + std::to_string(wanted) +
                   " bytes of elements, and " + std::to_string(*left) +
                   " are there; copy it again from where it came");
}

}  // namespace

std::string_view name_of(sheaf_dtype dtype) noexcept {
  for (const auto& [name, known] : names) {
    if (known == dtype) return name;
  }
  return {};
}

std::optional<sheaf_dtype> dtype_named(std::string_view name) noexcept {
  for (const auto& [known, dtype] : names) {
    if (known == name) return dtype;
  }
  return std::nullopt;
}

Header read_header(Input& input) {
  if (input.left() == std::uint64_t{0}) throw sdk::Error("is empty: 0 bytes");
  std::array<unsigned char, 12> start{};
  input.read(std::as_writable_bytes(std::span(start).first(8)));
  constexpr std::array<unsigned char, 6> magic{0x93, 'N', 'U', 'M', 'P', 'Y'};
  if (!std::equal(magic.begin(), magic.end(), start.begin())) {
    throw sdk::Error("is no array file: it doesn't begin as those that numpy.save writes");
  }
  const int version = start[6];
  if (version < 1 || version > 3) {
    throw sdk::Error("is an array file of version " + std::to_string(version) +
                     "; versions 1 to 3 are known");
  }
  const std::size_t width = version == 1 ? 2 : 4;
  input.read(std::as_writable_bytes(std::span(start).subspan(8, width)));
  std::size_t size = 0;
  for (std::size_t i = 0; i < width; ++i) size |= std::size_t{start[8 + i]} << (8 * i);
  if (size > longest_header) damaged("it claims to be " + std::to_string(size) + " bytes long");
  std::string text(size, '\0');
  input.read(std::as_writable_bytes(std::span(text)));
  Header header = Parser(text).parse();
  header.data_start = static_cast<std::int64_t>(8 + width + size);
  measure(header);
  check_size(header, input);
  return header;
}

}  // namespace sheaf::npy
