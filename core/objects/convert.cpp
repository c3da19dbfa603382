// SPDX-License-Identifier: MIT
#include "core/objects/convert.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/types.hpp"

namespace sheaf::objects {
namespace {

// A number of any dtype: one of the three.
struct Number {
  enum class Kind : std::uint8_t { Signed, Unsigned, Real } kind;
  std::int64_t whole = 0;
  std::uint64_t natural = 0;
  double real = 0;
};

template <class T>
T element(const std::byte* bytes) {
  T number{};
  std::memcpy(&number, bytes, sizeof(T));
  return number;
}

template <class T>
Number number_of(const std::byte* bytes) {
  if constexpr (std::floating_point<T>) {
    return {Number::Kind::Real, 0, 0, static_cast<double>(element<T>(bytes))};
  } else if constexpr (std::signed_integral<T>) {
    return {Number::Kind::Signed, element<T>(bytes), 0, 0};
  } else {
    return {Number::Kind::Unsigned, 0, element<T>(bytes), 0};
  }
}

template <class T, class From>
bool store_whole(From from, std::byte* out) {
  if (!std::in_range<T>(from)) return false;
  const T number = static_cast<T>(from);
  std::memcpy(out, &number, sizeof(T));
  return true;
}

template <class T, class From>
bool store_real(From from, std::byte* out) {
  const T number = static_cast<T>(from);
  if constexpr (std::integral<From>) {
    // 2^64 - 1 becomes 2^64, which no longer converts back.
    const double limit = std::ldexp(1.0, std::numeric_limits<From>::digits);
    if (static_cast<double>(number) >= limit || static_cast<From>(number) != from) return false;
  } else if (std::isinf(number) && !std::isinf(from)) {
    return false;
  }
  std::memcpy(out, &number, sizeof(T));
  return true;
}

template <class T>
bool store(const Number& number, std::byte* out) {
  if constexpr (std::floating_point<T>) {
    switch (number.kind) {
      case Number::Kind::Signed:
        return store_real<T>(number.whole, out);
      case Number::Kind::Unsigned:
        return store_real<T>(number.natural, out);
      default:
        return store_real<T>(number.real, out);
    }
  } else {
    switch (number.kind) {
      case Number::Kind::Signed:
        return store_whole<T>(number.whole, out);
      case Number::Kind::Unsigned:
        return store_whole<T>(number.natural, out);
      default:
        break;
    }
    const double least = std::numeric_limits<T>::is_signed ? -std::ldexp(1.0, 63) : 0.0;
    const double most = std::ldexp(1.0, std::numeric_limits<T>::is_signed ? 63 : 64);
    if (!(number.real >= least && number.real < most)) return false;
    if (number.real != std::trunc(number.real)) return false;
    return std::numeric_limits<T>::is_signed
               ? store_whole<T>(static_cast<std::int64_t>(number.real), out)
               : store_whole<T>(static_cast<std::uint64_t>(number.real), out);
  }
}

using Load = Number (*)(const std::byte*);
using PutNumber = bool (*)(const Number&, std::byte*);
struct Access {
  Load load = nullptr;
  PutNumber store = nullptr;
};

template <class T>
constexpr Access access_of() {
  return {number_of<T>, store<T>};
}

bool store_flag(const Number& number, std::byte* out) {
  return store<std::uint8_t>(number, out) && element<std::uint8_t>(out) <= 1;
}

Access access_to(Dtype dtype) {
  if (dtype == boolean) return {number_of<std::uint8_t>, store_flag};
  if (dtype == int8) return access_of<std::int8_t>();
  if (dtype == int16) return access_of<std::int16_t>();
  if (dtype == int32) return access_of<std::int32_t>();
  if (dtype == int64) return access_of<std::int64_t>();
  if (dtype == uint8) return access_of<std::uint8_t>();
  if (dtype == uint16) return access_of<std::uint16_t>();
  if (dtype == uint32) return access_of<std::uint32_t>();
  if (dtype == uint64) return access_of<std::uint64_t>();
  if (dtype == float32) return access_of<float>();
  if (dtype == float64) return access_of<double>();
  return {};
}

[[noreturn]] void refuse(const Value& value, Dtype dtype, const std::string& object) {
  throw Error(ErrorCode::Invalid, object,
              "holds " + value.dtype.name() + " of shape " + to_string(value.shape) +
                  ", which isn't " + dtype.name() + " without a loss; convert it first");
}

// HDF5 knows halves; the lengths of the elements may differ.
Value through_hdf5(const Value& value, Dtype dtype) {
  const std::size_t count = value.bytes.size() / value.dtype.size();
  Value result{dtype, value.shape, value.bytes, {}};
  result.bytes.resize(count * std::max(value.dtype.size(), dtype.size()));
  hdf5::convert(hdf5::memory_type(value.dtype), hdf5::memory_type(dtype), count,
                result.bytes.data());
  result.bytes.resize(count * dtype.size());
  return result;
}

Value to_complex(const Value& value, Dtype dtype, const std::string& object) {
  const Dtype part{DtypeKind::Float, static_cast<std::uint16_t>(dtype.bits / 2)};
  const Value reals = converted(value, part, object);
  Value result{dtype, value.shape, std::vector<std::byte>(reals.bytes.size() * 2), {}};
  for (std::size_t at = 0; at < reals.bytes.size(); at += part.size()) {
    std::memcpy(result.bytes.data() + at * 2, reals.bytes.data() + at, part.size());
  }
  return result;
}

std::string kind_of(const Tree& tree) {
  if (const Value* value = tree.value()) {
    return value->dtype.name() + " of shape " + to_string(value->shape);
  }
  if (tree.is_none()) return "none";
  if (tree.bytes() != nullptr) return tree.bytes()->is_pickle ? "a pickle" : "bytes";
  if (tree.unreadable() != nullptr) return "what can't be read: " + tree.unreadable()->reason;
  return tree.list_items() != nullptr ? "a list" : "a dictionary";
}

}  // namespace

Value converted(const Value& value, Dtype dtype, const std::string& object) {
  if (value.dtype == dtype) return value;
  const bool is_from_complex = value.dtype.kind == DtypeKind::Complex;
  if (value.dtype.is_string() || dtype.is_string()) refuse(value, dtype, object);
  if (value.bytes.empty()) return {dtype, value.shape, {}, {}};
  if (is_from_complex && dtype.kind == DtypeKind::Complex) return through_hdf5(value, dtype);
  if (is_from_complex) refuse(value, dtype, object);
  if (dtype.kind == DtypeKind::Complex) return to_complex(value, dtype, object);
  if (value.dtype == float16) return converted(through_hdf5(value, float32), dtype, object);
  if (dtype == float16) return through_hdf5(converted(value, float32, object), dtype);
  const Access from = access_to(value.dtype);
  const Access to = access_to(dtype);
  if (from.load == nullptr || to.store == nullptr) refuse(value, dtype, object);
  const std::size_t count = value.bytes.size() / value.dtype.size();
  Value result{dtype, value.shape, std::vector<std::byte>(count * dtype.size()), {}};
  for (std::size_t at = 0; at < count; ++at) {
    const Number number = from.load(value.bytes.data() + at * value.dtype.size());
    if (!to.store(number, result.bytes.data() + at * dtype.size())) refuse(value, dtype, object);
  }
  return result;
}

namespace detail {

void refuse(const Tree& tree, const char* wanted, const std::string& object) {
  throw Error(ErrorCode::Invalid, object,
              "holds " + kind_of(tree) + ", and " + wanted + " was asked for");
}

const Value& scalar_in(const Tree& tree, const std::string& object) {
  const Value* value = tree.value();
  if (value == nullptr || element_count(value->shape) != 1) refuse(tree, "a scalar", object);
  return *value;
}

Value array_in(const Tree& tree, Dtype dtype, const std::string& object) {
  if (const Value* value = tree.value()) {
    if (value->shape.size() != 1) refuse(tree, "an array with one axis", object);
    return converted(*value, dtype, object);
  }
  if (tree.list_items() == nullptr) refuse(tree, "an array", object);
  Value all{dtype, {static_cast<std::int64_t>(tree.list_items()->size())}, {}, {}};
  for (const Tree& item : *tree.list_items()) {
    Value one = converted(scalar_in(item, object), dtype, object);
    all.bytes.insert(all.bytes.end(), one.bytes.begin(), one.bytes.end());
    std::move(one.strings.begin(), one.strings.end(), std::back_inserter(all.strings));
  }
  return all;
}

}  // namespace detail

}  // namespace sheaf::objects
