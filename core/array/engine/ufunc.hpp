// SPDX-License-Identifier: MIT
#pragma once
// Functions of elements at the same place, as NumPy's ufuncs: sin, add, less, …
//
// Model: a Ufunc is a list of loops in NumPy's order; what it does to given dtypes is the first
// loop that all inputs can be cast to safely. Beside arrays with axes, numbers of C++ and stored
// arrays without axes count by their value (NumPy 1's rules); computed ones, whose value isn't
// known yet, as it is there only where it can't overflow. Inputs are broadcast. A loop's kernel may
// compute in a wider dtype (float16 in float32).
// Failure: Error (Invalid) that names the function and the dtypes.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/array/engine/node.hpp"

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
  // Instead of a kernel: what to use for these dtypes.
  const char* remedy = nullptr;
};

struct Ufunc {
  std::string name;
  std::vector<Loop> loops;
  // All inputs are converted to the dtype that they have together: uint8 and 256 are uint16, where
  // the first loop that fits is int16's.
  bool is_uniform = false;
};

// NumPy's other names too (mod, abs, conj …). Throws Error (NotFound).
[[nodiscard]] const Ufunc& ufunc(std::string_view name);
[[nodiscard]] std::vector<std::string> ufunc_names();
[[nodiscard]] NodePtr apply(const Ufunc& ufunc, std::vector<NodePtr> inputs);
// equal, less … of texts (compare_text.cpp); null for other functions.
[[nodiscard]] NodePtr compare_texts(std::string_view function, const std::vector<NodePtr>& inputs);

// The rooms that they are defined in (kernels.hpp says how).
[[nodiscard]] std::vector<Ufunc> arithmetic_ufuncs();
[[nodiscard]] std::vector<Ufunc> bitwise_ufuncs();
[[nodiscard]] std::vector<Ufunc> comparison_ufuncs();
[[nodiscard]] std::vector<Ufunc> complex_ufuncs();
[[nodiscard]] std::vector<Ufunc> division_ufuncs();
[[nodiscard]] std::vector<Ufunc> exponential_ufuncs();
[[nodiscard]] std::vector<Ufunc> extremum_ufuncs();
[[nodiscard]] std::vector<Ufunc> floating_ufuncs();
[[nodiscard]] std::vector<Ufunc> logic_ufuncs();
[[nodiscard]] std::vector<Ufunc> rounding_ufuncs();
[[nodiscard]] std::vector<Ufunc> trigonometric_ufuncs();

// The dtype of an operation on these: np.result_type.
[[nodiscard]] Dtype result_dtype(const std::vector<NodePtr>& inputs);
// Elements converted, block by block; the node itself where it has that dtype.
[[nodiscard]] NodePtr as_dtype(const NodePtr& node, Dtype dtype);

}  // namespace sheaf::np
