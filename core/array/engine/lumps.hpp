// SPDX-License-Identifier: MIT
#pragma once
// Elements as lumps of bytes, for what only moves them. Failure: none.

#include <cstddef>
#include <type_traits>

#include "core/array/engine/buffer.hpp"

namespace sheaf::np {

template <std::size_t Size>
struct Lump {
  std::byte bytes[Size];
};

// Calls f with pointers to elements of a type of that size, or to texts.
template <class F>
void with_lumps(const Buffer& from, Buffer& to, F f) {
  const auto as = [&]<class T>(std::type_identity<T>) {
    f(reinterpret_cast<const T*>(from.bytes()), reinterpret_cast<T*>(to.bytes()));
  };
  switch (from.dtype().size()) {
    case 0:
      return f(from.strings().data(), to.strings().data());
    case 1:
      return as(std::type_identity<Lump<1>>{});
    case 2:
      return as(std::type_identity<Lump<2>>{});
    case 4:
      return as(std::type_identity<Lump<4>>{});
    case 8:
      return as(std::type_identity<Lump<8>>{});
    default:
      return as(std::type_identity<Lump<16>>{});
  }
}

}  // namespace sheaf::np
