// SPDX-License-Identifier: MIT
#pragma once
// What a feature writes: its outputs, how their datasets are created, its attributes.
//
// Model: describe(Description&) runs after the parameters are set and after survey, so both may
// shape the answer. Every instance must give the same one.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <sheaf/plugin.h>
#include <sheaf/sdk/call.hpp>
#include <sheaf/sdk/dtype.hpp>
#include <sheaf/sdk/minor.hpp>

namespace sheaf::sdk {

// The extents of one row, or of one string slot; axis 0 (rows) isn't among them.
using Shape = std::vector<std::int64_t>;
inline constexpr std::int64_t per_source = -1;  // an extent known only when a source is loaded

class Output {
 public:
  Output(std::string name, sheaf_dtype dtype, Shape item_shape)
      : name_(std::move(name)), dtype_(dtype), item_shape_(std::move(item_shape)) {}
  // The name counts only when a feature has several outputs.
  template <class T>
  [[nodiscard]] static Output of(std::string name, Shape item_shape) {
    return {std::move(name), dtype_of<T>(), std::move(item_shape)};
  }
  [[nodiscard]] static Output strings(std::string name) { return {std::move(name), utf8, {}}; }

  // Each source has its own shape: stored flat, the shape beside it.
  Output& ragged(bool yes = true) { return set_flag(SHEAF_OUTPUT_RAGGED, yes); }
  // One array while all sources have one shape; ragged from the first one that differs.
  Output& ragged_if_needed() { return set_flag(SHEAF_OUTPUT_RAGGED_IF_NEEDED, true); }
  Output& chunk_rows(std::int64_t rows) { return chunk_rows_ = rows, *this; }
  Output& deflate(std::uint32_t level = 4) { return add_filter(SHEAF_FILTER_DEFLATE, {level}); }
  Output& shuffle() { return add_filter(SHEAF_FILTER_SHUFFLE, {}); }
  Output& fletcher32() { return add_filter(SHEAF_FILTER_FLETCHER32, {}); }
  Output& lzf() { return add_filter(SHEAF_FILTER_LZF, {}); }
  Output& lz4() { return add_filter(SHEAF_FILTER_LZ4, {}); }
  Output& zstd(std::uint32_t level = 3) { return add_filter(SHEAF_FILTER_ZSTD, {level}); }
  Output& blosc(std::uint32_t level = 5) { return add_filter(SHEAF_FILTER_BLOSC, {level}); }
  // A number, converted to the output's dtype.
  template <class T>
  Output& fill_value(T value) {
    static_assert(std::is_arithmetic_v<T>, "a fill value is a number");
    const auto* const bytes = reinterpret_cast<const std::byte*>(&value);
    fill_value_.assign(bytes, bytes + sizeof value);
    fill_dtype_ = dtype_of<T>();
    return *this;
  }

 private:
  friend class Description;
  struct Filter {
    std::uint32_t id;
    std::vector<std::uint32_t> options;
  };
  Output& set_flag(std::uint32_t flag, bool yes) {
    flags_ = yes ? (flags_ | flag) : (flags_ & ~flag);
    return *this;
  }
  Output& add_filter(std::uint32_t id, std::vector<std::uint32_t> options) {
    filters_.push_back({id, std::move(options)});
    return *this;
  }

  std::string name_;
  sheaf_dtype dtype_;
  Shape item_shape_;
  std::uint32_t flags_ = 0;
  std::int64_t chunk_rows_ = 0;
  std::vector<Filter> filters_;
  std::vector<std::byte> fill_value_;  // empty: 0
  sheaf_dtype fill_dtype_{};
};

class Description : public Call {
 public:
  Description(const sheaf_call* call, const sheaf_description* host) noexcept
      : Call(call), host_(host) {}

  // Outputs are numbered from 0 in the order added.
  Description& add(const Output& output) {
    std::vector<sheaf_filter> filters;
    for (const Output::Filter& filter : output.filters_) {
      filters.push_back(
          {filter.id, static_cast<std::uint32_t>(filter.options.size()), filter.options.data()});
    }
    const sheaf_array fill{output.fill_dtype_, 0, nullptr, output.fill_value_.data()};
    const std::uint32_t flags =
        detail::known_flags(output.flags_, detail::late_output_flags, abi_minor());
    const sheaf_output plain{sizeof(sheaf_output),
                             flags,
                             detail::view(output.name_),
                             output.dtype_,
                             static_cast<std::uint32_t>(output.item_shape_.size()),
                             output.item_shape_.data(),
                             output.chunk_rows_,
                             filters.data(),
                             filters.size(),
                             output.fill_value_.empty() ? nullptr : &fill};
    detail::check_host(host_->add_output(host_, &plain));
    return *this;
  }

  // Numbers, bool, strings, and vectors of them.
  template <class T>
  Description& attr(std::string_view name, const T& value) {
    detail::with_array(value, [&](const sheaf_array& array) {
      detail::check_host(host_->set_attr(host_, detail::view(name), &array));
    });
    return *this;
  }

 private:
  const sheaf_description* host_;
};

}  // namespace sheaf::sdk
