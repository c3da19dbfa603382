// SPDX-License-Identifier: MIT
#include "host/cli/values_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/layout/spec.hpp"
#include "host/cli/format.hpp"

namespace sheaf::host::cli {
namespace {

// The first rows of a source.
Value first_rows(const read::Output& output, std::size_t source, std::int64_t rows) {
  if (output.is_ragged()) return *output.get(source);
  const layout::Span span = *output.span(source);
  return output.array().rows(span.start, std::min(span.stop, span.start + rows));
}

std::string values_of(const Value& value, std::size_t first, std::size_t count, std::size_t width) {
  std::string text;
  for (std::size_t i = 0; i < count && text.size() <= width; ++i) {
    text += (i > 0 ? " " : "") + show_element(value, first + i);
  }
  return text;
}

// Smallest and largest; "" where there is no number.
std::pair<std::string, std::string> extremes(const Value& value, std::size_t first,
                                             std::size_t count) {
  std::size_t low = first, high = first;
  for (std::size_t i = first; i < first + count; ++i) {
    const double number = number_at(value, i);
    if (std::isnan(number)) continue;
    const double least = number_at(value, low), most = number_at(value, high);
    if (std::isnan(least) || number < least) low = i;
    if (std::isnan(most) || number > most) high = i;
  }
  if (count == 0 || std::isnan(number_at(value, low))) return {};
  return {show_element(value, low), show_element(value, high)};
}

std::string fit(const std::string& text, std::size_t width) {
  std::string fitted;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    fitted += shorten(text.substr(at, end - at), width) + '\n';
    at = end + 1;
  }
  return fitted;
}

}  // namespace

std::string values_text(const read::Output& output, std::size_t source, std::size_t width,
                        std::size_t height) {
  const std::optional<Shape> shape = output.shape(source);
  if (!shape) throw Error(ErrorCode::NotFound, output.path(), "has no rows of this source");
  const std::int64_t rows = shape->empty() ? 1 : shape->front();
  const auto lines = static_cast<std::int64_t>(std::max<std::size_t>(height, 4)) - 3;
  const std::int64_t shown = std::min(rows, lines);
  const Value value = first_rows(output, source, shown);
  const auto per_row = static_cast<std::size_t>(rows == 0 ? 0 : element_count(*shape) / rows);
  const bool is_scalar = shape->size() < 2;
  TextTable table;
  table.row(is_scalar ? std::vector<std::string>{"row", "value"}
                      : std::vector<std::string>{"row", "min", "max", "values"});
  for (std::int64_t row = 0; row < shown; ++row) {
    const std::size_t first = static_cast<std::size_t>(row) * per_row;
    const std::string values = values_of(value, first, per_row, width);
    if (is_scalar) {
      table.row({std::to_string(row), values});
    } else {
      const auto [low, high] = extremes(value, first, per_row);
      table.row({std::to_string(row), low, high, values});
    }
  }
  std::string text =
      fmt::format("{} {} {}\n", output.path(), to_string(*shape), output.array().dtype().name());
  if (shown > 0) text += table.text();
  if (shown < rows) text += fmt::format("... {} more rows\n", rows - shown);
  return fit(text, width);
}

}  // namespace sheaf::host::cli
