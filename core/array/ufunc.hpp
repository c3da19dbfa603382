// SPDX-License-Identifier: MIT
#pragma once
// Functions of elements at the same place, as NumPy's ufuncs: sin, add, less, …
//
// Model: a Ufunc is a list of loops in NumPy's order; what it does to given dtypes is the first
// loop that all inputs can be cast to safely. Numbers of C++ and arrays without axes only count by
// their kind beside arrays that have axes, as far as their value fits (NumPy 1's rules). Inputs are
// broadcast. A loop's kernel may compute in a wider dtype (float16 in float32).
// Failure: Error (Invalid) that names the function and the dtypes.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/array/node.hpp"

namespace sheaf::np {

struct Operand {
  const void* data;
  bool is_one;  // the same element for all
};
using Kernel = void (*)(const Operand* inputs, void* out, std::int64_t count);

struct Loop {
  std::vector<Dtype> inputs;
  Dtype output;
  Kernel kernel;
  // What the kernel takes and gives, where that differs.
  std::vector<Dtype> computed{};
  Dtype result = output;
};

struct Ufunc {
  std::string name;
  std::vector<Loop> loops;
};

// Throws Error (NotFound).
[[nodiscard]] const Ufunc& ufunc(std::string_view name);
[[nodiscard]] std::vector<std::string> ufunc_names();
[[nodiscard]] NodePtr apply(const Ufunc& ufunc, std::vector<NodePtr> inputs);

// The rooms that they are defined in (kernels.hpp says how).
[[nodiscard]] std::vector<Ufunc> arithmetic_ufuncs();
[[nodiscard]] std::vector<Ufunc> comparison_ufuncs();

// The dtype of an operation on these: np.result_type.
[[nodiscard]] Dtype result_dtype(const std::vector<NodePtr>& inputs);
// Elements converted, block by block; the node itself where it has that dtype.
[[nodiscard]] NodePtr as_dtype(const NodePtr& node, Dtype dtype);

}  // namespace sheaf::np
