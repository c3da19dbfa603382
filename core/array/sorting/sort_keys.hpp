// SPDX-License-Identifier: MIT
#pragma once
// Elements as unsigned numbers in NumPy's order, alone or with their places.
//
//   double        sign turned, NaNs last ─► 64 bits
//   complex64     [real][imag] ─► 64 bits;  complex128 ─► 128 bits
//   with places   [key][place]: equal elements come in order of places, so that any sort is stable
//
// Model: both zeros have one key, all NaNs one (for each way that a complex number is one): keys
// are equal where elements are. What comes back of a key is the element, but for the sign of zeros
// and the payload of NaNs. For sources that sort: nothing else includes this. Failure: none.

#include <algorithm>
#include <bit>
#include <compare>
#include <concepts>
#include <type_traits>

#include "core/array/engine/lanes.hpp"

namespace sheaf::np {

__extension__ typedef unsigned __int128 Wide;

template <class T>
struct RawOf {
  using type = std::conditional_t<
      sizeof(T) == 1, std::uint8_t,
      std::conditional_t<sizeof(T) == 2, std::uint16_t,
                         std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;
};

// Of floats, integers and bool.
template <class T>
struct KeyOf {
  using Key = typename RawOf<T>::type;
  static constexpr int bits = sizeof(T) * 8;
  static constexpr Key sign = static_cast<Key>(Key{1} << (bits - 1U));
  static constexpr Key infinity = bits == 16   ? static_cast<Key>(0x7c00U)
                                  : bits == 32 ? static_cast<Key>(0x7f800000U)
                                               : static_cast<Key>(0x7ff0000000000000U);
  // NaN, positive and quiet.
  static constexpr Key first_nan =
      static_cast<Key>(sign | infinity | ((infinity & static_cast<Key>(~infinity + 1U)) >> 1U));

  template <bool keeps_zeros = false>
  static Key key(T x) {
    auto raw = std::bit_cast<Key>(x);
    if constexpr (Real<T>) {
      if (!keeps_zeros && raw == sign) raw = 0;
      if (static_cast<Key>(raw & ~sign) > infinity) return first_nan;
      return static_cast<Key>((raw & sign) != 0 ? ~raw : raw | sign);
    } else if constexpr (std::is_signed_v<T>) {
      return static_cast<Key>(raw ^ sign);
    } else {
      return raw;
    }
  }
  static T element(Key key) {
    if constexpr (Real<T>) {
      return std::bit_cast<T>(static_cast<Key>((key & sign) != 0 ? key ^ sign : ~key));
    } else if constexpr (std::is_signed_v<T>) {
      return std::bit_cast<T>(static_cast<Key>(key ^ sign));
    } else {
      return std::bit_cast<T>(key);
    }
  }
  static bool is_nan(Key key) {
    if constexpr (Real<T>) return key >= first_nan;
    return false;
  }
};

// NumPy's order: numbers, then (x, nan) by x, (nan, x) by x, (nan, nan).
template <Complex T>
struct KeyOf<T> {
  using PartKey = KeyOf<Part<T>>;
  using Half_ = typename PartKey::Key;
  using Key = std::conditional_t<sizeof(Half_) == 4, std::uint64_t, Wide>;
  static constexpr int half_bits = sizeof(Half_) * 8;
  static constexpr Half_ nan = PartKey::first_nan;
  static constexpr Key first_nan = Key{nan} << half_bits;

  template <bool keeps_zeros = false>
  static Key key(const T& x) {
    const Half_ real = PartKey::key(x.real());
    const Half_ imag = PartKey::key(x.imag());
    if (real < nan && imag < nan) return join(real, imag);
    if (real < nan) return join(nan, real);
    if (imag < nan) return join(nan + 1, imag);
    return join(nan + 2, 0);
  }
  static T element(Key key) {
    const auto high = static_cast<Half_>(key >> half_bits);
    const auto low = static_cast<Half_>(key);
    const auto part = [](Half_ of) { return PartKey::element(of); };
    if (high < nan) return T(part(high), part(low));
    if (high == nan) return T(part(low), part(nan));
    return T(part(nan), high == nan + 1 ? part(low) : part(nan));
  }
  static bool is_nan(Key key) { return key >= first_nan; }

 private:
  static Key join(Half_ high, Half_ low) { return (Key{high} << half_bits) | low; }
};

// A key that has no room for a place beside it.
struct PlacedWide {
  Wide key;
  std::uint64_t place;
  bool operator==(const PlacedWide&) const = default;
  bool operator<(const PlacedWide& other) const {
    return key != other.key ? key < other.key : place < other.place;
  }
  bool operator<=(const PlacedWide& other) const { return !(other < *this); }
};

// What is sorted: a key, or one with a place (below 2^48).
template <class Key_, bool is_placed>
struct Records {
  using Key = Key_;
  using Record = Key_;
  static Record make(Key key, std::uint64_t) { return key; }
  static Key key(const Record& record) { return record; }
  static std::uint64_t place(const Record&) { return 0; }
};
template <class Key_>
struct Records<Key_, true> {
  using Key = Key_;
  using Record = std::conditional_t<sizeof(Key) <= 2, std::uint64_t, Wide>;
  static constexpr int place_bits = sizeof(Key) <= 2 ? 48 : 64;
  static Record make(Key key, std::uint64_t place) { return (Record{key} << place_bits) | place; }
  static Key key(const Record& record) { return static_cast<Key>(record >> place_bits); }
  static std::uint64_t place(const Record& record) {
    return static_cast<std::uint64_t>(record) & (~std::uint64_t{0} >> (64 - place_bits));
  }
};
template <>
struct Records<Wide, true> {
  using Key = Wide;
  using Record = PlacedWide;
  static Record make(Key key, std::uint64_t place) { return {key, place}; }
  static Key key(const Record& record) { return record.key; }
  static std::uint64_t place(const Record& record) { return record.place; }
};

// The next greater one; the greatest one itself.
template <class Record>
Record next_record(const Record& record) {
  const auto next = static_cast<Record>(record + 1);
  return next == 0 ? record : next;
}
inline PlacedWide next_record(const PlacedWide& record) { return {record.key, record.place + 1}; }

// In memory (sort_records.cpp).
template <class Record>
void sort_records(Record* first, Record* last);

}  // namespace sheaf::np
