// SPDX-License-Identifier: MIT
#pragma once
// Element types, by the names NumPy gives them.
//
// Model: a Dtype is a kind and a width in bits; strings are UTF-8 of any length and have width 0.
// Multi-byte elements are in the machine's byte order in memory and little-endian in a file.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sheaf {

enum class DtypeKind : std::uint8_t { Int, Uint, Float, Complex, Bool, String };

struct Dtype {
  DtypeKind kind = DtypeKind::Uint;
  std::uint16_t bits = 8;

  bool operator==(const Dtype&) const = default;

  // Bytes of one element; 0 for strings, whose length varies.
  [[nodiscard]] std::size_t size() const noexcept { return bits / 8U; }
  [[nodiscard]] bool is_string() const noexcept { return kind == DtypeKind::String; }
  // "uint8", "float32", "complex64", "bool", "str".
  [[nodiscard]] std::string name() const;
  // The inverse of name(). Throws Error (Invalid) that lists the names there are.
  [[nodiscard]] static Dtype parse(std::string_view name);
};

inline constexpr Dtype int8{DtypeKind::Int, 8}, int16{DtypeKind::Int, 16},
    int32{DtypeKind::Int, 32}, int64{DtypeKind::Int, 64};
inline constexpr Dtype uint8{DtypeKind::Uint, 8}, uint16{DtypeKind::Uint, 16},
    uint32{DtypeKind::Uint, 32}, uint64{DtypeKind::Uint, 64};
inline constexpr Dtype float16{DtypeKind::Float, 16}, float32{DtypeKind::Float, 32},
    float64{DtypeKind::Float, 64};
inline constexpr Dtype complex64{DtypeKind::Complex, 64}, complex128{DtypeKind::Complex, 128};
inline constexpr Dtype boolean{DtypeKind::Bool, 8};
inline constexpr Dtype utf8{DtypeKind::String, 0};

}  // namespace sheaf
