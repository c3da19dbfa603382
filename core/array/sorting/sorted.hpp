// SPDX-License-Identifier: MIT
#pragma once
// Whole arrays in order, and what is equal in them.
//
//   sorted_values(a)   sorted_places(a)      np.sort(a, None), np.argsort(a, None, "stable")
//   grouped({a}, {.counts = true})           one of each, in order, and how many there are
//
// Model: out of core (external_sort.hpp): inputs are read once, when called. Results have one axis;
// they lie in temporary files, or what takes all values or places gets them straight from there.
// Texts are sorted in memory. NumPy's order: NaNs last, complex numbers by real, then imaginary part.
// Failure: Error.

#include <cstdint>
#include <vector>

#include "core/array/engine/node.hpp"

namespace sheaf::np {

[[nodiscard]] NodePtr sorted_values(const NodePtr& input);
// Where they come from; equal ones in order.
[[nodiscard]] NodePtr sorted_places(const NodePtr& input);

enum class Nans { Equal, Apart, AsOrdered };  // ordered: a complex number has several

struct Grouping {
  bool first = false;  // what is wanted beside the values
  bool counts = false;
  bool inverse = false;
  Nans nans = Nans::Equal;
  std::int64_t of_size = 0;  // only groups of so many; 0: all
  bool keeps_shape = false;  // the inverse has that of the one input
};
// Values; places of the first ones; sizes; each element's group. Null where it isn't wanted.
struct Groups {
  NodePtr values;
  NodePtr first;
  NodePtr counts;
  NodePtr inverse;
};
// Of arrays of one dtype, one behind the other.
[[nodiscard]] Groups grouped(const std::vector<NodePtr>& inputs, const Grouping& how = {});

// The same for texts (sorted_texts.cpp).
[[nodiscard]] NodePtr sorted_texts(const NodePtr& input);
[[nodiscard]] NodePtr sorted_text_places(const NodePtr& input);
[[nodiscard]] Groups grouped_texts(const std::vector<NodePtr>& inputs, const Grouping& how);

}  // namespace sheaf::np
