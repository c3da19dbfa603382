// SPDX-License-Identifier: MIT
#include "host/export/label_table.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include <fmt/format.h>

namespace sheaf::host {
namespace {

constexpr std::size_t text_block_bytes = std::size_t{1} << 20U;

template <class T>
T number_of(const Value& value) {
  T number;
  std::memcpy(&number, value.bytes.data(), sizeof(T));
  return number;
}

template <class I8, class I16, class I32, class I64>
std::string whole_text(const Value& value) {
  switch (value.dtype.bits) {
    case 8:
      return std::to_string(number_of<I8>(value));
    case 16:
      return std::to_string(number_of<I16>(value));
    case 32:
      return std::to_string(number_of<I32>(value));
    default:
      return std::to_string(number_of<I64>(value));
  }
}

std::string text_of(const Value& value) {
  switch (value.dtype.kind) {
    case DtypeKind::Int:
      return whole_text<std::int8_t, std::int16_t, std::int32_t, std::int64_t>(value);
    case DtypeKind::Uint:
      return whole_text<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>(value);
    case DtypeKind::Bool:
      return number_of<std::uint8_t>(value) != 0 ? "true" : "false";
    default:
      return value.dtype.bits == 32 ? fmt::format("{}", number_of<float>(value))
                                    : fmt::format("{}", number_of<double>(value));
  }
}

bool has_text(Dtype dtype) {
  return dtype.kind == DtypeKind::Int || dtype.kind == DtypeKind::Uint ||
         dtype.kind == DtypeKind::Bool || dtype == float32 || dtype == float64;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

struct Column {
  const read::Output* output;
  std::vector<std::string> classes;
};

Column column_of(const read::File& file, const read::Output& output) {
  Column column{&output, {}};
  const DtypeKind kind = output.array().dtype().kind;
  if (kind != DtypeKind::Int && kind != DtypeKind::Uint) return column;
  for (const auto& [name, value] : file.attrs(output.path())) {
    if (name == "classes") column.classes = value.strings;
  }
  return column;
}

std::string cells(const Column& column, std::size_t source) {
  const auto value = column.output->get(source);
  const std::string text = value && !value->bytes.empty() ? text_of(*value) : std::string();
  if (column.classes.empty()) return ',' + text;
  // Not a number, not one of them: no name.
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool is_index = !text.empty() && text.size() < 10 && std::ranges::all_of(text, is_digit);
  const std::size_t index = is_index ? std::stoul(text) : column.classes.size();
  return ',' + text + ',' +
         (index < column.classes.size() ? quoted(column.classes[index]) : std::string());
}

}  // namespace

bool is_label(const ExportJob& job, const read::Output& output) {
  const read::Array& array = output.array();
  if (output.is_ragged() || array.shape().size() != 1 || !has_text(array.dtype())) return false;
  bool is_there = false;
  for (const std::size_t source : job.sources) {
    const auto span = output.span(source);
    if (!span) continue;
    if (span->stop - span->start != 1) return false;
    is_there = true;
  }
  return is_there;
}

void write_label_table(const ExportJob& job, const std::vector<const read::Output*>& labels,
                       const Sink& sink) {
  std::vector<Column> columns;
  std::string text = "id";
  for (const read::Output* label : labels) {
    columns.push_back(column_of(job.file, *label));
    text += ',' + quoted(label->path());
    if (!columns.back().classes.empty()) text += ',' + quoted(label->path() + "_class");
  }
  text += '\n';
  for (const std::size_t source : job.sources) {
    text += quoted(job.file.ids()[source]);
    for (const Column& column : columns) text += cells(column, source);
    text += '\n';
    if (text.size() < text_block_bytes) continue;
    sink(std::as_bytes(std::span(text)));
    text.clear();
  }
  sink(std::as_bytes(std::span(text)));
}

}  // namespace sheaf::host
