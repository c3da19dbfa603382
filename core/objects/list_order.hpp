// SPDX-License-Identifier: MIT
#pragma once
// The order of a list whose entries were moved since the last commit.
//
//   names in the file   "0" "1" "3" "4" "5"      after insert(1, …) and erase(…)
//   order                0   5   1   3   4       entry 1 is the one that is named "5"
//
// Model: inserting and erasing change the order only; renumber() gives all entries their names, in
// one pass, and an entry that must make room goes by way of a temporary name once for each circle.
// Threads: one at a time. Failure: Error.

#include <cstdint>
#include <string>
#include <vector>

#include "core/hdf5/handle.hpp"
#include "core/hdf5/maker.hpp"

namespace sheaf::objects {

class ListOrder {
 public:
  // `list` is kept open, so that its address isn't given to another object. Entries are in order.
  ListOrder(hdf5::Object list, std::int64_t size);

  [[nodiscard]] std::int64_t size() const noexcept {
    return static_cast<std::int64_t>(numbers_.size());
  }
  [[nodiscard]] std::string name(std::int64_t index) const {
    return std::to_string(numbers_[static_cast<std::size_t>(index)]);
  }
  // That no entry has.
  [[nodiscard]] std::string free_name() const { return std::to_string(next_); }
  // The one with free_name() is before `index`.
  void insert(std::int64_t index);
  void erase(std::int64_t index);
  // Does nothing to a list that is in no group any more.
  void renumber(const hdf5::Maker& maker);

 private:
  hdf5::Object list_;
  std::vector<std::int64_t> numbers_;
  std::int64_t next_;
};

}  // namespace sheaf::objects
