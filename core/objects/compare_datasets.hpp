// SPDX-License-Identifier: MIT
#pragma once
// All elements of a dataset against those of another with the same shape, block by block.
//
//   same chunks, same filters ──► chunks as they are encoded; those that differ are decoded
//   anything else             ──► boxes that whole chunks of both fit into, through HDF5
//
// Model: a box has about a megabyte, unless a chunk that must be decoded as a whole has more.
// Threads: one. Failure: Error that names the chunk which can't be read.

#include "core/hdf5/elements.hpp"
#include "core/hdf5/handle.hpp"
#include "core/objects/compare_elements.hpp"

namespace sheaf::objects {

struct ComparedDataset {
  const hdf5::Dataset& dataset;
  const hdf5::Elements& elements;
};

// Until all were looked at; the first difference is enough where `only_whether`.
void compare_datasets(const ComparedDataset& a, const ComparedDataset& b, const Shape& shape,
                      bool only_whether, ElementComparison& comparison);

}  // namespace sheaf::objects
