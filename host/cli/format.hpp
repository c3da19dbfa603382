// SPDX-License-Identifier: MIT
#pragma once
// Numbers, values and tables as people read them, and values as JSON.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/value.hpp"

namespace sheaf::host::cli {

// "831 B", "6.1 MB" (powers of 1000, as disks are sold and `ls --si` counts).
[[nodiscard]] std::string human_bytes(std::int64_t bytes);
// "1 source", "2300 sources".
[[nodiscard]] std::string counted(std::size_t count, const char* noun);

// As NumPy prints it: edges only when there are more than 1000 elements.
[[nodiscard]] std::string show(const Value& value);
// One element, by its number in row-major order.
[[nodiscard]] std::string show_element(const Value& value, std::size_t i);
// The same as a number; NaN for strings and complex numbers.
[[nodiscard]] double number_at(const Value& value, std::size_t i);
// One line, cut short: for attributes.
[[nodiscard]] std::string show_inline(const Value& value, std::size_t max_width = 60);
// The text, or as much of it as fits and " ...".
[[nodiscard]] std::string shorten(const std::string& text, std::size_t max_width);
// Nested lists; NaN and infinities as null.
[[nodiscard]] nlohmann::ordered_json to_json(const Value& value);
// Text that is surely valid in JSON.
[[nodiscard]] std::string dump(const nlohmann::ordered_json& json);

// Columns a terminal needs for the text: characters, not bytes.
[[nodiscard]] std::size_t columns_of(std::string_view text) noexcept;

// Left-aligned columns, two spaces apart; the first row is the head.
class TextTable {
 public:
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] std::string text(const char* indent = "") const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace sheaf::host::cli
