// SPDX-License-Identifier: MIT
#include "host/cli/summary_text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "host/cli/bars.hpp"
#include "host/cli/difference_text.hpp"
#include "host/cli/format.hpp"
#include "host/cli/shown_value.hpp"

namespace sheaf::host::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t text_width = 40;  // of a text beside others

std::string number_text(double number) {
  if (std::isnan(number)) return "nan";
  const bool is_whole = std::abs(number) < 1e6 && number == std::floor(number);
  return is_whole || std::isinf(number) ? fmt::format("{}", number)
                                        : fmt::format("{:#.6g}", number);
}

// Whole numbers exactly.
std::string number_text(const Value& values, std::size_t at) {
  return values.dtype.kind == DtypeKind::Float ? number_text(number_at(values, at))
                                               : show_element(values, at);
}

// With their points one below the other.
std::vector<std::string> aligned(std::vector<std::string> numbers) {
  const auto whole = [](const std::string& number) {
    return std::min(number.find_first_of(".e"), number.size());
  };
  std::size_t width = 0;
  for (const std::string& number : numbers) width = std::max(width, whole(number));
  for (std::string& number : numbers) number.insert(0, width - whole(number), ' ');
  return numbers;
}

// "1,204 elements, 3 NaN, 2 infinite (1 +, 1 -)"
std::string counts_text(const ArraySummary& summary) {
  std::string text = grouped(summary.size) + (summary.size == 1 ? " element" : " elements");
  if (summary.nans > 0) text += fmt::format(", {} NaN", grouped(summary.nans));
  const std::int64_t infinite = summary.positive_infinities + summary.negative_infinities;
  if (infinite == 0) return text;
  text += fmt::format(", {} infinite", grouped(infinite));
  if (summary.dtype.kind == DtypeKind::Complex) return text;
  return text + fmt::format(" ({} +, {} -)", grouped(summary.positive_infinities),
                            grouped(summary.negative_infinities));
}

std::string list_of(const std::vector<std::string>& names, std::vector<std::string> numbers) {
  TextTable table;
  numbers = aligned(std::move(numbers));
  for (std::size_t at = 0; at < names.size(); ++at) table.row({names[at], numbers[at]});
  return table.text("  ");
}

std::string truths_text(const ArraySummary& summary, const SummaryStyle& style) {
  const std::int64_t ones = std::llround(summary.mean * static_cast<double>(summary.size));
  return fmt::format(
      "  {:.6g}% are true\n\n{}", summary.mean * 100,
      bars({{"false", summary.size - ones}, {"true", ones}}, style.columns, style.is_utf8));
}

std::string of_what(const ArraySummary& summary) {
  if (summary.dtype.kind != DtypeKind::Complex) return {};
  std::string text = "of the absolute values:\n";
  if (!summary.complex_mean) return text;
  const auto [real, imaginary] = *summary.complex_mean;
  return fmt::format("  mean of the numbers  {:.6g}{:+.6g}j\n", real, imaginary) + text;
}

std::vector<Bar> bars_of(const ArraySummary& summary, bool is_utf8) {
  const std::vector<std::string> labels =
      bin_labels(summary.edges, summary.has_whole_bins, is_utf8);
  std::vector<Bar> all;
  for (std::size_t at = 0; at < labels.size(); ++at) {
    all.push_back({labels[at], summary.counts[at]});
  }
  return all;
}

std::string percent_name(double percent) {
  return percent == 50 ? "median" : fmt::format("{}%", percent);
}

}  // namespace

std::string text_of(const ArraySummary& summary, const SummaryStyle& style) {
  std::string text = counts_text(summary) + "\n";
  if (summary.size == 0) return text;
  if (summary.finite() == 0) return text + "  no finite element\n";
  if (summary.dtype == boolean) return text + truths_text(summary, style);
  text += of_what(summary);
  if (summary.quantiles.empty()) {
    return text + fmt::format("  {} {}\n", summary.finite() == 1 ? "the value is" : "all are",
                              show_element(*summary.min, 0));
  }
  std::vector<std::string> names{"mean", "std", "min"};
  std::vector<std::string> numbers{number_text(summary.mean), number_text(summary.deviation),
                                   number_text(*summary.min, 0)};
  for (const auto& [percent, value] : summary.quantiles) {
    names.push_back(percent_name(percent));
    numbers.push_back(number_text(value));
  }
  names.emplace_back("max");
  numbers.push_back(number_text(*summary.max, 0));
  text += list_of(names, std::move(numbers));
  if (summary.counts.empty()) {
    const double range = number_at(*summary.max, 0) - number_at(*summary.min, 0);
    return text + fmt::format("\n  the range is too {} for a histogram\n",
                              std::isfinite(range) ? "narrow" : "wide");
  }
  return text + "\n" + bars(bars_of(summary, style.is_utf8), style.columns, style.is_utf8);
}

std::string text_of(const TextSummary& summary, const SummaryStyle& style) {
  std::string text = grouped(summary.size) + (summary.size == 1 ? " text" : " texts") + "\n";
  if (summary.size == 0) return text;
  TextTable table;
  table.row({"distinct", summary.distinct ? grouped(*summary.distinct)
                                          : "too many to count; --memory allows more"});
  const auto row = [&](const char* name, std::int64_t characters, const std::string& one) {
    table.row({name, counted(static_cast<std::size_t>(characters), "character"),
               quoted_line(one, text_width)});
  };
  row("shortest", summary.least, summary.shortest);
  row("longest", summary.most, summary.longest);
  table.row({"mean", fmt::format("{:.6g} characters", summary.mean)});
  text += table.text("  ");
  std::vector<Bar> all;
  for (const auto& [one, count] : summary.frequent) {
    all.push_back({quoted_line(one, text_width), count});
  }
  const bool is_telling = !all.empty() && all.front().count > 1;
  if (is_telling) text += "\n" + bars(all, style.columns, style.is_utf8);
  const auto shown = static_cast<std::int64_t>(all.size());
  if (is_telling && summary.distinct > shown) {
    text += fmt::format("  {} {} more\n", style.is_utf8 ? "…" : "...",
                        grouped(*summary.distinct - shown));
  }
  return text;
}

namespace {

// "[:, 3, 7]": as it is selected.
std::string place_text(const AxisSummary& summary, std::int64_t row) {
  const Shape strides = np::strides_of(summary.kept);
  std::string text = "[";
  std::size_t kept = 0;
  for (std::size_t axis = 0; axis < summary.axes.size() + summary.kept.size(); ++axis) {
    if (axis > 0) text += ", ";
    if (std::ranges::binary_search(summary.axes, static_cast<std::int64_t>(axis))) {
      text += ":";
    } else {
      text += std::to_string(row / strides[kept] % std::max<std::int64_t>(1, summary.kept[kept]));
      ++kept;
    }
  }
  return text + "]";
}

}  // namespace

std::string text_of(const AxisSummary& summary, const SummaryStyle& style) {
  const std::string along =
      fmt::format("{} element{} a row\n", grouped(summary.along), summary.along == 1 ? "" : "s");
  if (summary.rows.empty()) return along + "  no rows\n";
  std::vector<std::string> head{""};
  std::vector<std::vector<std::string>> columns;
  for (const auto& [name, values] : summary.columns) {
    std::vector<std::string> numbers;
    bool is_telling = name != "finite";
    for (std::size_t row = 0; row < summary.rows.size(); ++row) {
      numbers.push_back(number_text(values, row));
      is_telling |= number_at(values, row) != static_cast<double>(summary.along);
    }
    if (!is_telling) continue;
    head.push_back(name);
    columns.push_back(aligned(std::move(numbers)));
  }
  TextTable table;
  table.row(head);
  std::int64_t expected = 0;
  for (std::size_t row = 0; row < summary.rows.size(); ++row) {
    const std::int64_t left_out =
        summary.rows[row] - std::exchange(expected, summary.rows[row] + 1);
    if (left_out > 0) {
      table.row({fmt::format("{} {} more", style.is_utf8 ? "…" : "...", grouped(left_out))});
    }
    std::vector<std::string> cells{place_text(summary, summary.rows[row])};
    for (const auto& numbers : columns) cells.push_back(numbers[row]);
    table.row(std::move(cells));
  }
  return along + table.text("  ");
}

Json to_json(const ArraySummary& summary) {
  const bool is_finite = summary.finite() > 0;
  Json json{{"dtype", summary.dtype.name()},
            {"shape", summary.shape},
            {"size", summary.size},
            {"finite", summary.finite()},
            {"nan", summary.nans},
            {"posinf", summary.positive_infinities},
            {"neginf", summary.negative_infinities},
            {"min", nullptr},
            {"max", nullptr},
            {"mean", nullptr},
            {"std", nullptr}};
  if (is_finite) {
    json["min"] = to_json(*summary.min);
    json["max"] = to_json(*summary.max);
    json["mean"] = summary.mean;
    json["std"] = summary.deviation;
  }
  if (summary.complex_mean) {
    json["complex_mean"] = {summary.complex_mean->first, summary.complex_mean->second};
  }
  json["quantiles"] = Json::object();
  for (const auto& [percent, value] : summary.quantiles) {
    json["quantiles"][fmt::format("{}%", percent)] = value;
  }
  json["histogram"] = {{"edges", summary.edges}, {"counts", summary.counts}};
  return json;
}

Json to_json(const TextSummary& summary) {
  Json json{{"dtype", utf8.name()}, {"shape", summary.shape}, {"size", summary.size}};
  json["distinct"] = summary.distinct ? Json(*summary.distinct) : Json(nullptr);
  if (summary.size > 0) {
    json["shortest"] = {{"characters", summary.least}, {"text", summary.shortest}};
    json["longest"] = {{"characters", summary.most}, {"text", summary.longest}};
    json["mean_characters"] = summary.mean;
  }
  json["frequent"] = Json::array();
  for (const auto& [text, count] : summary.frequent) {
    json["frequent"].push_back({{"text", text}, {"count", count}});
  }
  return json;
}

Json to_json(const AxisSummary& summary) {
  Json json{{"axis", summary.axes}, {"rows_shape", summary.kept}, {"along", summary.along}};
  const Shape strides = np::strides_of(summary.kept);
  json["rows"] = Json::array();
  for (std::size_t at = 0; at < summary.rows.size(); ++at) {
    Json row{{"index", Json::array()}};
    for (std::size_t axis = 0; axis < summary.kept.size(); ++axis) {
      row["index"].push_back(summary.rows[at] / strides[axis] % summary.kept[axis]);
    }
    for (const auto& column : summary.columns) {
      Value one{column.values.dtype, {1}, {}, {}};
      const std::size_t size = one.dtype.size();
      const auto begin = column.values.bytes.begin() + static_cast<std::ptrdiff_t>(at * size);
      one.bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
      row[column.name] = to_json(one)[0];
    }
    json["rows"].push_back(std::move(row));
  }
  return json;
}

}  // namespace sheaf::host::cli
