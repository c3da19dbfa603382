// SPDX-License-Identifier: MIT
#pragma once
// The elements of one block in memory: of one dtype, one behind the other.
//
// Model: numbers lie in memory that nobody clears; texts are a vector. A Buffer is used again for
// the next block. float16 is the compiler's _Float16. Threads: one at a time.

#include <complex>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/codecs/buffer.hpp"
#include "core/value.hpp"

namespace sheaf::np {

using Half = _Float16;

class Buffer {
 public:
  void reset(Dtype dtype, std::int64_t count) {
    dtype_ = dtype;
    count_ = count;
    if (dtype.is_string()) {
      strings_.resize(static_cast<std::size_t>(count));
    } else {
      data_ = memory_.claim(static_cast<std::size_t>(count) * dtype.size()).data();
    }
  }
  [[nodiscard]] Dtype dtype() const noexcept { return dtype_; }
  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  [[nodiscard]] std::size_t size_bytes() const noexcept {
    return static_cast<std::size_t>(count_) * dtype_.size();
  }
  [[nodiscard]] std::byte* bytes() noexcept { return data_; }
  [[nodiscard]] const std::byte* bytes() const noexcept { return data_; }
  template <class T>
  [[nodiscard]] T* as() noexcept {
    return reinterpret_cast<T*>(data_);
  }
  template <class T>
  [[nodiscard]] const T* as() const noexcept {
    return reinterpret_cast<const T*>(data_);
  }
  [[nodiscard]] std::vector<std::string>& strings() noexcept { return strings_; }
  [[nodiscard]] const std::vector<std::string>& strings() const noexcept { return strings_; }

 private:
  Dtype dtype_;
  std::int64_t count_ = 0;
  codecs::Buffer memory_;
  std::byte* data_ = nullptr;
  std::vector<std::string> strings_;
};

// Calls `f` with std::type_identity<T>, T the type of an element in memory; not for text.
template <class F>
decltype(auto) with_type(Dtype dtype, F&& f) {
  switch (dtype.kind) {
    case DtypeKind::Int:
      if (dtype.bits == 8) return f(std::type_identity<std::int8_t>{});
      if (dtype.bits == 16) return f(std::type_identity<std::int16_t>{});
      if (dtype.bits == 32) return f(std::type_identity<std::int32_t>{});
      return f(std::type_identity<std::int64_t>{});
    case DtypeKind::Uint:
      if (dtype.bits == 8) return f(std::type_identity<std::uint8_t>{});
      if (dtype.bits == 16) return f(std::type_identity<std::uint16_t>{});
      if (dtype.bits == 32) return f(std::type_identity<std::uint32_t>{});
      return f(std::type_identity<std::uint64_t>{});
    case DtypeKind::Float:
      if (dtype.bits == 16) return f(std::type_identity<Half>{});
      if (dtype.bits == 32) return f(std::type_identity<float>{});
      return f(std::type_identity<double>{});
    case DtypeKind::Complex:
      if (dtype.bits == 64) return f(std::type_identity<std::complex<float>>{});
      return f(std::type_identity<std::complex<double>>{});
    default:
      return f(std::type_identity<bool>{});
  }
}

}  // namespace sheaf::np
