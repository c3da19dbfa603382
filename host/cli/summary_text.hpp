// SPDX-License-Identifier: MIT
#pragma once
// Summaries of arrays as text for people and as JSON.
//
// Model: text is no wider than it must be; JSON has all digits, and null where there is no number.
// Failure: none.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "host/cli/array_summary.hpp"

namespace sheaf::host::cli {

struct SummaryStyle {
  std::size_t columns = 80;
  bool is_utf8 = true;
};

[[nodiscard]] std::string text_of(const ArraySummary& summary, const SummaryStyle& style);
[[nodiscard]] std::string text_of(const TextSummary& summary, const SummaryStyle& style);
[[nodiscard]] std::string text_of(const AxisSummary& summary, const SummaryStyle& style);

[[nodiscard]] nlohmann::ordered_json to_json(const ArraySummary& summary);
[[nodiscard]] nlohmann::ordered_json to_json(const TextSummary& summary);
[[nodiscard]] nlohmann::ordered_json to_json(const AxisSummary& summary);

}  // namespace sheaf::host::cli
