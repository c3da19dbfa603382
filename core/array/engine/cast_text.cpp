// SPDX-License-Identifier: MIT
// Blocks as another dtype, text among them.
#include <charconv>
#include <string_view>

#include "core/array/engine/cast.hpp"
#include "core/error.hpp"
#include "core/objects/python_text.hpp"

namespace sheaf::np {
namespace {

template <class T>
T parse(std::string_view text) {
  const std::string_view whole = text;
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  if constexpr (std::same_as<T, bool>) {
    if (text == "True" || text == "1") return true;
    if (text == "False" || text == "0") return false;
  } else if constexpr (requires { typename T::value_type; }) {
    return T(parse<typename T::value_type>(text));
  } else if constexpr (std::same_as<T, Half>) {
    return static_cast<Half>(parse<float>(text));
  } else {
    T number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  throw Error(ErrorCode::Invalid, "'" + std::string(whole) + "'",
              "is no " + dtype_of<std::conditional_t<std::is_arithmetic_v<T>, T, float>>().name());
}

void parse_all(const Buffer& from, Dtype to, Buffer& out) {
  with_type(to, [&]<class T>(std::type_identity<T>) {
    for (std::int64_t at = 0; at < from.count(); ++at) {
      out.as<T>()[at] = parse<T>(from.strings()[static_cast<std::size_t>(at)]);
    }
  });
}

}  // namespace

void cast(const Buffer& from, Dtype to, Buffer& out) {
  out.reset(to, from.count());
  if (!from.dtype().is_string() && !to.is_string()) {
    cast(from.bytes(), from.dtype(), out.bytes(), to, from.count());
  } else if (!from.dtype().is_string()) {
    const Value all{
        from.dtype(), {from.count()}, {from.bytes(), from.bytes() + from.size_bytes()}, {}};
    for (std::size_t at = 0; at < out.strings().size(); ++at) {
      out.strings()[at] = objects::repr(all, at);
    }
  } else if (to.is_string()) {
    out.strings() = from.strings();
  } else {
    parse_all(from, to, out);
  }
}

}  // namespace sheaf::np
