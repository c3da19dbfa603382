// SPDX-License-Identifier: MIT
#pragma once
// Writes /__fail__: one row for each feature of a source that isn't in the file, with the reason.
//
// Model: rows are kept in memory, too; a flush writes those that are new, or all of them when one
// was changed. A source's row goes when it is forgotten; one that fails again counts its attempts.
// The group is there only if there ever was a row. Failure: Error.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/layout/column.hpp"

namespace sheaf::layout {

class FailureTable {
 public:
  // The datasets, and the members of Failure they hold.
  struct Text {
    const char* name;
    std::string Failure::*member;
  };
  struct Number {
    const char* name;
    std::int64_t Failure::*member;
  };
  static constexpr std::array<Text, 6> texts{{{"id", &Failure::id},
                                              {"feature", &Failure::feature},
                                              {"status", &Failure::status},
                                              {"message", &Failure::message},
                                              {"plugin", &Failure::plugin},
                                              {"stage", &Failure::stage}}};
  static constexpr std::array<Number, 2> numbers{
      {{"attempts", &Failure::attempts}, {"time", &Failure::time_ns}}};

  // All of a file; none if it has no such table.
  [[nodiscard]] static std::vector<Failure> read(const hdf5::File& file);

  // For a file that has rows already.
  void resume(const hdf5::File& file);
  void add(Failure failure);
  // Forgets that this feature of the source failed, and how often it did.
  void forget(std::string_view id, std::string_view feature);
  // Forgets all of a source.
  void forget(std::string_view id);
  void flush(const hdf5::File& file);
  void close();

 private:
  void open_columns(const hdf5::File& file);
  [[nodiscard]] std::vector<std::size_t>* rows_of(std::string_view id);

  std::vector<Failure> rows_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_id_;  // those that were resumed
  std::vector<bool> is_gone_;
  std::size_t written_ = 0;
  bool is_changed_ = false;  // rows that are written
  hdf5::Group group_;
  std::array<std::unique_ptr<StringColumn>, texts.size()> text_columns_;
  std::array<std::unique_ptr<FixedColumn>, numbers.size()> number_columns_;
};

}  // namespace sheaf::layout
