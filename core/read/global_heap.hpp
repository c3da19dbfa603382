// SPDX-License-Identifier: MIT
#pragma once
// What has a variable length: strings, and the regions of references (HDF5 File Format
// Specification 3.0, III.E), read without HDF5.
//
// Model: an object has a number in a collection, which has an address. Collections that were needed
// last are kept. Threads: one at a time. Failure: Error (Corrupt) for what breaks the format.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/read/stored_rows.hpp"

namespace sheaf::read {

class GlobalHeap {
 public:
  // `base` is what addresses count from.
  GlobalHeap(const MappedFile& file, std::uint64_t base) : file_(file), base_(base) {}
  // Its bytes, until the next call.
  [[nodiscard]] std::span<const std::byte> object(std::uint64_t collection, std::uint32_t number);

 private:
  struct Collection {
    std::vector<std::byte> bytes;
    std::vector<std::span<const std::byte>> objects;  // by number
  };
  [[nodiscard]] Collection load(std::uint64_t address) const;
  [[noreturn]] void fail() const;

  const MappedFile& file_;
  std::uint64_t base_;
  std::unordered_map<std::uint64_t, Collection> collections_;
  std::size_t bytes_ = 0;
};

// All strings of a dataset with one axis.
[[nodiscard]] std::vector<std::string> read_texts(const Shared& shared,
                                                  const hdf5::Dataset& dataset);

}  // namespace sheaf::read
