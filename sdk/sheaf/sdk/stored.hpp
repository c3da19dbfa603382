// SPDX-License-Identifier: MIT
#pragma once
// Rows of one source as they lie in a file, for previews and methods.
//
// Model: read piece by piece, since a recording may be hours long; what is asked for and isn't
// there ends the call with the host's own message. Threads: as Call.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/sdk/call.hpp>
#include <sheaf/sdk/dtype.hpp>
#include <sheaf/stored.h>

namespace sheaf::sdk {

class Stored : public Call {
 public:
  Stored(const sheaf_call* call, const sheaf_stored* host) noexcept : Call(call), host_(host) {}

  [[nodiscard]] std::string_view id() const noexcept { return detail::view(host_->id); }
  [[nodiscard]] std::size_t output_count() const noexcept { return host_->output_count; }
  // Its struct: name, dtype, item shape, rows.
  [[nodiscard]] const sheaf_stored_output& output(std::uint32_t i = 0) const {
    if (i >= output_count()) throw PluginError("the source has no such output");
    return *host_->outputs[i];
  }
  // The number of an output, by its name.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const noexcept {
    for (std::uint32_t i = 0; i < host_->output_count; ++i) {
      if (detail::view(host_->outputs[i]->name) == name) return i;
    }
    return std::nullopt;
  }
  // -1: the source has none.
  [[nodiscard]] std::int64_t rows(std::uint32_t i = 0) const { return output(i).rows; }
  [[nodiscard]] std::span<const std::int64_t> item_shape(std::uint32_t i = 0) const {
    return {output(i).item_shape, output(i).ndim};
  }
  // Elements of a row.
  [[nodiscard]] std::size_t item_size(std::uint32_t i = 0) const {
    std::size_t count = 1;
    for (const std::int64_t extent : item_shape(i)) count *= static_cast<std::size_t>(extent);
    return count;
  }

  // Rows start ≤ r < stop. Throws PluginError when their elements aren't of type T.
  template <class T>
  [[nodiscard]] std::vector<T> read(std::uint32_t i, std::int64_t start, std::int64_t stop) const {
    static_assert(!std::is_same_v<T, bool>, "a bool is a byte: read std::uint8_t");
    const sheaf_dtype dtype = output(i).dtype;
    const bool is_bool = dtype.code == SHEAF_BOOL && std::is_same_v<T, std::uint8_t>;
    if (!is_bool && !(dtype == dtype_of<T>())) {
      throw PluginError("the rows have another element type");
    }
    std::vector<T> elements(count(start, stop) * item_size(i));
    read_bytes(i, start, stop, std::as_writable_bytes(std::span(elements)));
    return elements;
  }
  // The same, converted from whatever real element type they have (not float16).
  template <class T>
  [[nodiscard]] std::vector<T> read_as(std::uint32_t i, std::int64_t start,
                                       std::int64_t stop) const {
    std::vector<T> converted;
    const bool is_real = visit_real(output(i).dtype, [&]<class From>(From) {
      const std::vector<From> elements = read<From>(i, start, stop);
      converted.reserve(elements.size());
      for (const From element : elements) converted.push_back(static_cast<T>(element));
    });
    if (!is_real) throw Error("holds elements that are no real numbers");
    return converted;
  }
  // Into memory of just their size.
  void read_bytes(std::uint32_t i, std::int64_t start, std::int64_t stop,
                  std::span<std::byte> to) const {
    detail::check_host(host_->read(host_, i, start, stop, to.data(), to.size()));
  }
  // A row of strings.
  [[nodiscard]] std::string text(std::uint32_t i, std::int64_t row) const {
    sheaf_string found{};
    detail::check_host(host_->read_text(host_, i, row, &found));
    return std::string(detail::view(found));
  }

  // Of the feature's place in the file.
  [[nodiscard]] std::optional<ArrayView> attr(std::string_view name) const {
    for (std::uint64_t i = 0; i < host_->attr_count; ++i) {
      if (detail::view(host_->attr_names[i]) == name) return ArrayView(host_->attr_values[i]);
    }
    return std::nullopt;
  }

 private:
  static std::size_t count(std::int64_t start, std::int64_t stop) {
    return stop > start ? static_cast<std::size_t>(stop - start) : 0;
  }

  const sheaf_stored* host_;
};

}  // namespace sheaf::sdk
