// SPDX-License-Identifier: MIT
#include "host/cli/bars.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "host/cli/difference_text.hpp"
#include "host/cli/format.hpp"

namespace sheaf::host::cli {
namespace {

constexpr std::size_t least_width = 10, most_width = 60;  // of the longest bar

std::string bar_of(double characters, bool is_utf8) {
  constexpr std::array<const char*, 8> parts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  std::string text;
  if (!is_utf8) {
    return std::string(static_cast<std::size_t>(std::max(1.0, std::round(characters))), '#');
  }
  const auto eighths = static_cast<std::size_t>(std::max(1.0, std::round(characters * 8)));
  for (std::size_t at = 0; at < eighths / 8; ++at) text += "█";
  return text + parts.at(eighths % 8);
}

std::string padded_left(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, columns_of(text)), ' ') + text;
}

// Digits behind the point for numbers that lie `step` apart; none: exponents are shorter.
std::string number_text(double number, double step, double largest) {
  const int decimals = std::max(0, 1 - static_cast<int>(std::floor(std::log10(step))));
  if (number != 0 && std::abs(number) < step * 1e-6) number = 0;  // -0.00, by rounding
  if (largest < 1e7 && decimals <= 6) return fmt::format("{:.{}f}", number, decimals);
  const double digits = std::log10(largest) - std::log10(step) + 1;
  return fmt::format("{:.{}e}", number, std::clamp(static_cast<int>(std::ceil(digits)), 1, 16));
}

}  // namespace

bool has_utf8() noexcept {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const set = std::getenv(name);
    if (set == nullptr || *set == '\0') continue;
    const std::string_view text(set);
    return std::ranges::any_of(std::array<std::string_view, 4>{"UTF-8", "utf8", "utf-8", "UTF8"},
                               [&](auto kind) { return text.find(kind) != text.npos; });
  }
  return false;
}

std::string bars(const std::vector<Bar>& all, std::size_t columns, bool is_utf8) {
  std::size_t label_width = 0, count_width = 0;
  std::int64_t largest = 1;
  for (const Bar& bar : all) {
    label_width = std::max(label_width, columns_of(bar.label));
    count_width = std::max(count_width, grouped(bar.count).size());
    largest = std::max(largest, bar.count);
  }
  const std::size_t taken = label_width + count_width + 6;
  const std::size_t room = std::clamp(columns - std::min(columns, taken), least_width, most_width);
  std::string text;
  for (const Bar& bar : all) {
    const double length = static_cast<double>(bar.count) / static_cast<double>(largest);
    text += "  " + bar.label + std::string(label_width - columns_of(bar.label), ' ') + "  " +
            padded_left(grouped(bar.count), count_width);
    if (bar.count > 0) text += "  " + bar_of(length * static_cast<double>(room), is_utf8);
    text += '\n';
  }
  return text;
}

std::vector<std::string> bin_labels(const std::vector<double>& edges, bool are_whole,
                                    bool is_utf8) {
  const double step = edges[1] - edges[0];
  const double largest = std::max(std::abs(edges.front()), std::abs(edges.back()));
  const auto number = [&](double edge) {
    return are_whole ? fmt::format("{:.0f}", edge) : number_text(edge, step, largest);
  };
  std::vector<std::string> lower, upper, labels;
  std::size_t lower_width = 0, upper_width = 0;
  for (std::size_t at = 0; at + 1 < edges.size(); ++at) {
    lower.push_back(number(edges[at]));
    upper.push_back(number(are_whole ? edges[at + 1] - 1 : edges[at + 1]));
    lower_width = std::max(lower_width, lower.back().size());
    upper_width = std::max(upper_width, upper.back().size());
  }
  for (std::size_t at = 0; at < lower.size(); ++at) {
    labels.push_back(padded_left(lower[at], lower_width));
    if (are_whole && step == 1) continue;
    labels.back() += (is_utf8 ? " … " : " .. ") + padded_left(upper[at], upper_width);
  }
  return labels;
}

}  // namespace sheaf::host::cli
