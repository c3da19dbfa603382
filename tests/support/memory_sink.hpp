// SPDX-License-Identifier: MIT
#pragma once
// The sink of the plugin harness: slots with a guard behind them, and the rows that were committed.
//
// Model: one Sink a load. It holds the plugin to what describe said, as the real host does.
// Failure: what the plugin does wrong goes to call->fail and is the status of reserve or commit.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/plugin_harness.hpp"
#include <sheaf/plugin.h>

namespace sheaf::test {

[[nodiscard]] inline std::string_view view(sheaf_string text) { return {text.data, text.size}; }
[[nodiscard]] inline sheaf_string view(std::string_view text) { return {text.data(), text.size()}; }
[[nodiscard]] inline std::size_t element_size(sheaf_dtype dtype) { return dtype.bits / 8U; }
[[nodiscard]] std::size_t element_count(std::span<const std::int64_t> shape);

// The memory of one reserve.
class Slot {
 public:
  explicit Slot(std::size_t size);
  ~Slot();
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // Whether nothing was written behind it.
  [[nodiscard]] bool intact() const;

 private:
  std::byte* data_;
  std::size_t size_;
};

class Sink {
 public:
  Sink(const std::vector<OutputSpec>& specs, const sheaf_call* call);
  [[nodiscard]] sheaf_sink plain();
  // What was committed: one for each output.
  [[nodiscard]] std::vector<Array> take() noexcept { return std::move(rows_); }
  [[nodiscard]] std::size_t slots() const noexcept { return slots_; }
  [[nodiscard]] std::size_t largest_slot() const noexcept { return largest_slot_; }

 private:
  struct Reserved {
    std::unique_ptr<Slot> slot;
    std::vector<std::int64_t> offsets;
    std::vector<std::int64_t> item_shape;
    std::int64_t rows = 0;
  };
  sheaf_status refuse(std::string_view why) const;
  sheaf_status reserve(std::uint32_t output, std::int64_t rows, std::span<const std::int64_t> item,
                       std::uint64_t string_bytes, sheaf_slot& slot);
  sheaf_status commit(std::uint32_t output, std::int64_t rows);
  static bool offsets_fit(const Reserved& reserved);
  static void append(Array& array, const Reserved& reserved, std::int64_t rows, bool text);

  const std::vector<OutputSpec>* specs_;
  const sheaf_call* call_;
  std::vector<Reserved> reserved_;
  std::vector<Array> rows_;
  std::size_t slots_ = 0, largest_slot_ = 0;
};

}  // namespace sheaf::test
