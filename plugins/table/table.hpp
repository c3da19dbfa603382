// SPDX-License-Identifier: MIT
#pragma once
// What the parts of sheaf.table share.
//
//   a.csv ── Csv ──► records of cells ── Column ──► numbers and strings ──► slots
//
// Model: Csv splits a file into records (RFC 4180) in bounded memory; a Column collects the cells
// of one column as its type until they are written. Failure: sdk::Error with line and column.
// Threads: an object is used by one thread at a time.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sheaf::table {

// How files are written.
struct Dialect {
  char delimiter = 0;  // ASCII; 0: found out in each file
  char comment = 0;    // ASCII; lines that begin so are left out; 0: none
};

struct Record {
  std::uint64_t line = 0;  // of its beginning, counted from 1
  std::vector<std::string> cells;
};

class Csv {
 public:
  Csv(sdk::File file, const Dialect& dialect);
  // The next record that isn't blank or a comment; false behind the last.
  [[nodiscard]] bool next(Record& record);
  // How much of the file was read, 0 to 1.
  [[nodiscard]] double position() const noexcept;

 private:
  [[nodiscard]] bool fill();
  [[nodiscard]] int get() {
    return at_ < buffer_.size() || fill() ? static_cast<unsigned char>(buffer_[at_++]) : -1;
  }
  [[nodiscard]] int peek() {
    return at_ < buffer_.size() || fill() ? static_cast<unsigned char>(buffer_[at_]) : -1;
  }
  // Reads a cell; what it ended with: the delimiter, '\n', or -1 at the end of the file.
  [[nodiscard]] int read_cell(std::string& cell);
  void read_quoted(std::string& cell);
  void skip_line();
  void add(std::string& cell, int c) const;

  sdk::File file_;
  Dialect dialect_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t offset_ = 0;  // of the buffer's end in the file
  std::uint64_t line_ = 1;    // that get() reads from
  std::uint64_t cell_line_ = 1;
};

// "float64", "str", …; the number is an index into types.
using Type = std::size_t;
struct TypeInfo {
  std::string_view name;
  sheaf_dtype dtype;
};
[[nodiscard]] std::span<const TypeInfo> types() noexcept;
[[nodiscard]] std::optional<Type> type_named(std::string_view name) noexcept;
[[nodiscard]] bool is_text(Type type) noexcept;

// Where a cell stands.
struct Place {
  std::uint64_t line;
  std::string_view column;
};

// Whether a cell stands for a value that isn't there.
[[nodiscard]] bool is_missing(std::string_view cell, std::string_view also) noexcept;
// Whether a float64 column can have it.
[[nodiscard]] bool is_number(std::string_view cell, char decimal);

// The cells of a column, or of all columns of a matrix row by row, until they are flushed.
class Column {
 public:
  Column(Type type, char decimal, std::string missing)
      : type_(type), decimal_(decimal), missing_(std::move(missing)) {}
  void add(std::string_view cell, const Place& place);
  [[nodiscard]] std::size_t bytes() const noexcept { return numbers_.size() + text_.size(); }
  // `columns` is 0 where rows are scalars.
  void flush(sdk::Sink& sink, std::uint32_t output, std::int64_t columns);

 private:
  template <class T>
  void add_number(std::string_view cell, const Place& place);
  void add_bool(std::string_view cell, const Place& place);

  Type type_;
  char decimal_;
  std::string missing_;
  std::vector<std::byte> numbers_;
  std::string text_;
  std::vector<std::int64_t> ends_;
};

}  // namespace sheaf::table
