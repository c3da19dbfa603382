// SPDX-License-Identifier: MIT
// Records of cells. https://www.rfc-editor.org/rfc/rfc4180
//
// Taken as well: any delimiter, "\n" and "\r" as line ends, blank lines, quotes inside a cell that
// doesn't begin with one (which stand for themselves), a byte order mark.
#include <algorithm>
#include <array>

#include "table/table.hpp"

namespace sheaf::table {
namespace {

constexpr std::size_t part_size = std::size_t{256} << 10U;
constexpr std::size_t longest_cell = std::size_t{16} << 20U;
constexpr std::size_t most_cells = 65536;

// The delimiter that splits the first lines into the most cells, equally many in each.
char sniff(std::string_view text, bool is_whole, char comment) {
  constexpr std::array<char, 4> candidates{',', '\t', ';', '|'};
  char best = ',';
  std::size_t most = 0;
  for (const char candidate : candidates) {
    std::size_t wanted = 0, count = 0, lines = 0, start = 0;
    bool quoted = false, agree = true;
    const auto end_line = [&](std::size_t end) {
      const std::string_view line = text.substr(start, end - start);
      const bool counts = line.find_first_not_of(" \r\n") != std::string_view::npos &&
                          (comment == 0 || !line.starts_with(comment));
      if (counts && lines++ == 0) wanted = count;
      if (counts) agree &= count == wanted;
      count = 0;
      start = end + 1;
    };
    for (std::size_t i = 0; i < text.size() && lines < 20; ++i) {
      if (text[i] == '"') quoted = !quoted;
      if (quoted) continue;
      if (text[i] == candidate) ++count;
      if (text[i] == '\n') end_line(i);
    }
    if (is_whole && start < text.size()) end_line(text.size());
    if (lines == 0) wanted = count;
    if (agree && wanted > most) {
      most = wanted;
      best = candidate;
    }
  }
  return best;
}

}  // namespace

Csv::Csv(sdk::File file, const Dialect& dialect) : file_(std::move(file)), dialect_(dialect) {
  if (!fill()) throw sdk::Error("is empty: 0 bytes");
  if (buffer_.starts_with("\xFF\xFE") || buffer_.starts_with("\xFE\xFF")) {
    throw sdk::Error(
        "is UTF-16 text by its first two bytes: convert it, as in iconv -f UTF-16 -t "
        "UTF-8");
  }
  if (buffer_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  const std::string_view text = std::string_view(buffer_).substr(at_);
  if (dialect_.delimiter == 0) {
    dialect_.delimiter = sniff(text, offset_ >= file_.size(), dialect_.comment);
  }
}

bool Csv::fill() {
  buffer_.resize(part_size);
  buffer_.resize(file_.read_at(offset_, std::as_writable_bytes(std::span(buffer_))));
  offset_ += buffer_.size();
  at_ = 0;
  return !buffer_.empty();
}

double Csv::position() const noexcept {
  if (file_.size() == 0) return 1;
  return std::min(1.0, static_cast<double>(offset_) / static_cast<double>(file_.size()));
}

void Csv::add(std::string& cell, int c) const {
  if (cell.size() >= longest_cell) {
    throw sdk::Error("line " + std::to_string(cell_line_) +
                     ": a cell is longer than 16 MiB; is a quote not closed?");
  }
  cell += static_cast<char>(c);
}

void Csv::read_quoted(std::string& cell) {
  for (;;) {
    const int c = get();
    if (c < 0) {
      throw sdk::Error("line " + std::to_string(cell_line_) +
                       ": a quote is opened and never closed");
    }
    if (c == '\n') ++line_;
    if (c != '"') {
      add(cell, c);
    } else if (peek() == '"') {
      add(cell, get());
    } else {
      return;
    }
  }
}

int Csv::read_cell(std::string& cell) {
  cell.clear();
  cell_line_ = line_;
  if (peek() == '"') {
    static_cast<void>(get());
    read_quoted(cell);
  }
  for (;;) {
    const int c = get();
    if (c < 0 || c == dialect_.delimiter) return c;
    if (c == '\r' && peek() == '\n') continue;
    if (c == '\n' || c == '\r') {
      ++line_;
      return '\n';
    }
    add(cell, c);
  }
}

void Csv::skip_line() {
  int c = get();
  while (c >= 0 && c != '\n' && c != '\r') c = get();
  if (c == '\r' && peek() == '\n') static_cast<void>(get());
  ++line_;
}

bool Csv::next(Record& record) {
  while (peek() >= 0) {
    if (dialect_.comment != 0 && peek() == dialect_.comment) {
      skip_line();
      continue;
    }
    record.line = line_;
    std::size_t count = 0;
    for (int end = 0; end >= 0 && end != '\n';) {
      if (count == most_cells) {
        throw sdk::Error("line " + std::to_string(line_) + " has more than 65536 cells");
      }
      if (count == record.cells.size()) record.cells.emplace_back();
      end = read_cell(record.cells[count++]);
    }
    record.cells.resize(count);
    const bool is_blank = count == 1 && record.cells[0].find_first_not_of(' ') == std::string::npos;
    if (!is_blank) return true;
  }
  return false;
}

}  // namespace sheaf::table
