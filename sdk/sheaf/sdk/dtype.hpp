// SPDX-License-Identifier: MIT
#pragma once
// Element types and attribute values in terms of C++ types.

#include <complex>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <sheaf/plugin.h>
#include <sheaf/sdk/error.hpp>

// In the namespace of the struct: that is where other namespaces look for it.
constexpr bool operator==(sheaf_dtype a, sheaf_dtype b) noexcept {
  return a.code == b.code && a.bits == b.bits && a.lanes == b.lanes;
}

namespace sheaf::sdk {

template <class T>
constexpr sheaf_dtype dtype_of() noexcept {
  constexpr auto bits = static_cast<std::uint8_t>(sizeof(T) * 8);
  if constexpr (std::same_as<T, bool>) {
    return {SHEAF_BOOL, 8, 1};
  } else if constexpr (std::floating_point<T>) {
    return {SHEAF_FLOAT, bits, 1};
  } else if constexpr (std::same_as<T, std::complex<float>> ||
                       std::same_as<T, std::complex<double>>) {
    return {SHEAF_COMPLEX, bits, 1};
  } else if constexpr (std::signed_integral<T>) {
    return {SHEAF_INT, bits, 1};
  } else {
    static_assert(std::unsigned_integral<T>, "no such element type in a Sheaf file");
    return {SHEAF_UINT, bits, 1};
  }
}
inline constexpr sheaf_dtype utf8{SHEAF_UTF8, 0, 1};

// Calls visit(T{}) with T what `dtype` says; false, and no call, for what has no real elements in
// C++: complex numbers, strings, float16. A bool is a std::uint8_t.
template <class Visit>
bool visit_real(sheaf_dtype dtype, Visit&& visit) {
  const auto is = [dtype](int code, int bits) { return dtype.code == code && dtype.bits == bits; };
  if (is(SHEAF_UINT, 8) || is(SHEAF_BOOL, 8)) return visit(std::uint8_t{}), true;
  if (is(SHEAF_INT, 8)) return visit(std::int8_t{}), true;
  if (is(SHEAF_UINT, 16)) return visit(std::uint16_t{}), true;
  if (is(SHEAF_INT, 16)) return visit(std::int16_t{}), true;
  if (is(SHEAF_UINT, 32)) return visit(std::uint32_t{}), true;
  if (is(SHEAF_INT, 32)) return visit(std::int32_t{}), true;
  if (is(SHEAF_UINT, 64)) return visit(std::uint64_t{}), true;
  if (is(SHEAF_INT, 64)) return visit(std::int64_t{}), true;
  if (is(SHEAF_FLOAT, 32)) return visit(float{}), true;
  if (is(SHEAF_FLOAT, 64)) return visit(double{}), true;
  return false;
}

// A row-major array somebody else owns, for as long as the call lasts.
class ArrayView {
 public:
  explicit ArrayView(const sheaf_array& array) noexcept : array_(&array) {}
  [[nodiscard]] sheaf_dtype dtype() const noexcept { return array_->dtype; }
  [[nodiscard]] std::span<const std::int64_t> shape() const noexcept {
    return {array_->shape, array_->ndim};
  }
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t count = 1;
    for (const std::int64_t extent : shape()) count *= static_cast<std::size_t>(extent);
    return count;
  }
  // The elements, whatever they are.
  [[nodiscard]] const void* data() const noexcept { return array_->data; }
  // The elements. Throws PluginError when they aren't of type T.
  template <class T>
  [[nodiscard]] std::span<const T> elements() const {
    if (!(dtype() == dtype_of<T>())) throw PluginError("the array has another element type");
    return {static_cast<const T*>(array_->data), size()};
  }
  [[nodiscard]] std::vector<std::string> strings() const {
    if (!(dtype() == utf8)) throw PluginError("the array doesn't hold strings");
    const auto* texts = static_cast<const sheaf_string*>(array_->data);
    std::vector<std::string> result;
    for (std::size_t i = 0; i < size(); ++i) result.emplace_back(detail::view(texts[i]));
    return result;
  }

 private:
  const sheaf_array* array_;
};

namespace detail {

// Calls `sink` with `value` as a sheaf_array: scalars, strings, and vectors of either.
template <class T, class Sink>
void with_array(const T& value, Sink&& sink) {
  if constexpr (std::is_arithmetic_v<T>) {
    sink(sheaf_array{dtype_of<T>(), 0, nullptr, &value});
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    const sheaf_string text = view(std::string_view(value));
    sink(sheaf_array{utf8, 0, nullptr, &text});
  } else if constexpr (std::convertible_to<typename T::value_type, std::string_view>) {
    std::vector<sheaf_string> texts;
    texts.reserve(value.size());
    for (const auto& text : value) texts.push_back(view(std::string_view(text)));
    const auto count = static_cast<std::int64_t>(texts.size());
    sink(sheaf_array{utf8, 1, &count, texts.data()});
  } else {
    const auto count = static_cast<std::int64_t>(value.size());
    sink(sheaf_array{dtype_of<typename T::value_type>(), 1, &count, value.data()});
  }
}

}  // namespace detail
}  // namespace sheaf::sdk
