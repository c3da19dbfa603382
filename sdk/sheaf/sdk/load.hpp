// SPDX-License-Identifier: MIT
#pragma once
// Loading one source into the host's memory, and reading the rows of all at the end.
//
// Model: reserve a slot, let the decoder write into it, commit how many rows are there; repeat when
// the length isn't known. Rows count only when load returns without throwing.

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include <sheaf/plugin.h>
#include <sheaf/sdk/call.hpp>
#include <sheaf/sdk/description.hpp>
#include <sheaf/sdk/dtype.hpp>

namespace sheaf::sdk {

// What load may return besides void.
enum class Result : sheaf_status {
  Ok = SHEAF_OK,
  Skip = SHEAF_SKIP,    // nothing of this feature's in the source
  Empty = SHEAF_EMPTY,  // this feature's, with zero rows
};

class Sink : public Call {
 public:
  Sink(const sheaf_call* call, const sheaf_sink* host) noexcept : Call(call), host_(host) {}

  // Room for `rows` rows of `item_shape`, valid until the next reserve or commit on `output`.
  template <class T>
  [[nodiscard]] std::span<T> reserve(std::uint32_t output, std::int64_t rows,
                                     std::span<const std::int64_t> item_shape = {}) {
    const sheaf_slot slot = reserve_slot(output, rows, item_shape, 0);
    return {static_cast<T*>(slot.data), static_cast<std::size_t>(slot.size / sizeof(T))};
  }
  void commit(std::uint32_t output, std::int64_t rows) {
    detail::check_host(host_->commit(host_, output, rows));
  }

  // Rows that are in memory already.
  template <class T>
  void write(std::uint32_t output, std::span<const T> elements, std::int64_t rows,
             std::span<const std::int64_t> item_shape = {}) {
    const std::span<T> slot = reserve<T>(output, rows, item_shape);
    if (slot.size() != elements.size()) throw PluginError("rows and elements don't go together");
    if (!slot.empty()) std::memcpy(slot.data(), elements.data(), slot.size_bytes());
    commit(output, rows);
  }
  // One row that is a number.
  template <class T>
  void write_scalar(std::uint32_t output, T value) {
    write(output, std::span<const T>(&value, 1), 1);
  }
  // One row that is a string.
  void write_string(std::uint32_t output, std::string_view text) {
    const sheaf_slot slot = reserve_slot(output, 1, {}, text.size());
    if (!text.empty()) std::memcpy(slot.data, text.data(), text.size());
    slot.offsets[0] = 0;
    slot.offsets[1] = static_cast<std::int64_t>(text.size());
    commit(output, 1);
  }

  // The slot as the ABI has it: strings of several rows.
  [[nodiscard]] sheaf_slot reserve_slot(std::uint32_t output, std::int64_t rows,
                                        std::span<const std::int64_t> item_shape,
                                        std::uint64_t string_bytes) {
    sheaf_slot slot{};
    detail::check_host(host_->reserve(host_, output, rows, item_shape.data(),
                                      static_cast<std::uint32_t>(item_shape.size()), string_bytes,
                                      &slot));
    return slot;
  }

 private:
  const sheaf_sink* host_;
};

// All rows of the file's arrays, for finish().
class Rows : public Call {
 public:
  Rows(const sheaf_call* call, const sheaf_rows* host) noexcept : Call(call), host_(host) {}

  [[nodiscard]] std::int64_t count(std::uint32_t output) const {
    return host_->count(host_, output);
  }
  // Copies rows start ≤ r < stop into `to`.
  template <class T>
  void read(std::uint32_t output, std::int64_t start, std::int64_t stop, std::span<T> to) const {
    detail::check_host(host_->read(host_, output, start, stop, to.data(), to.size_bytes()));
  }
  template <class T>
  void attr(std::string_view name, const T& value) const {
    detail::with_array(value, [&](const sheaf_array& array) {
      detail::check_host(host_->set_attr(host_, detail::view(name), &array));
    });
  }

 private:
  const sheaf_rows* host_;
};

}  // namespace sheaf::sdk
