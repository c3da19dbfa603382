// SPDX-License-Identifier: MIT
#pragma once
// Values as bytes, between processes of one build: host and worker, a scan and its cache.
//
// Model: fields are put one behind the other, and taken in the same order; numbers as this machine
// has them, texts with a length in front. What is taken is checked against what is there, so bytes
// from a worker gone mad give an Error and nothing worse.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/error.hpp"
#include "core/value.hpp"

namespace sheaf::host::wire {

class Out {
 public:
  template <class T>
  requires std::is_arithmetic_v<T>
  void put(T number) { bytes_.append(reinterpret_cast<const char*>(&number), sizeof(T)); }
  void text(std::string_view text) {
    put(static_cast<std::uint64_t>(text.size()));
    bytes_.append(text);
  }
  template <class Range, class Each>
  void list(const Range& range, Each each) {
    put(static_cast<std::uint64_t>(range.size()));
    for (const auto& element : range) each(element);
  }
  void value(const Value& value);
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  void clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

class In {
 public:
  explicit In(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  requires std::is_arithmetic_v<T>
  [[nodiscard]] T get() {
    if constexpr (std::is_same_v<T, bool>) return get<std::uint8_t>() != 0;
    T number{};
    std::memcpy(&number, take(sizeof(T)).data(), sizeof(T));
    return number;
  }
  [[nodiscard]] std::string_view text() { return take(get<std::uint64_t>()); }
  [[nodiscard]] std::string string() { return std::string(text()); }
  // How many elements follow, each of at least `least` bytes.
  [[nodiscard]] std::size_t count(std::size_t least = 1) {
    const auto count = get<std::uint64_t>();
    if (count > rest_.size() / least) broken();
    return static_cast<std::size_t>(count);
  }
  // Calls `each` for every element of what Out::list put.
  template <class Each>
  void list(Each each) {
    for (std::size_t left = count(); left > 0; --left) each();
  }
  [[nodiscard]] Value value();
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[noreturn]] static void broken() {
    throw Error(ErrorCode::Invalid, "worker", "sent a message that makes no sense");
  }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) broken();
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
};

}  // namespace sheaf::host::wire
