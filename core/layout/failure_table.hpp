// SPDX-License-Identifier: MIT
#pragma once
// Writes /__fail__: one row for each feature of a source that isn't in the file, with the reason.
//
// Model: append-only; the group is there only if there is a row.

#include <array>
#include <memory>
#include <optional>

#include "core/layout/column.hpp"

namespace sheaf::layout {

class FailureTable {
 public:
  // The datasets, and the members of Failure they hold.
  struct Field {
    const char* name;
    std::string Failure::*member;
  };
  static constexpr std::array<Field, 5> fields{{{"id", &Failure::id},
                                                {"feature", &Failure::feature},
                                                {"status", &Failure::status},
                                                {"message", &Failure::message},
                                                {"plugin", &Failure::plugin}}};

  void add(const hdf5::File& file, const Failure& failure);
  // Writes everything.
  void finish();

 private:
  hdf5::Group group_;
  std::array<std::unique_ptr<StringColumn>, fields.size()> columns_;
};

}  // namespace sheaf::layout
