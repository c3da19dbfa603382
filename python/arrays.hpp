// SPDX-License-Identifier: MIT
#pragma once
// Values as NumPy has them, and back.
//
// Model: every dtype is NumPy's of the same name; text is an object array of str, a scalar is a
// NumPy scalar or a str. Arrays made here own their memory unless they are views.
// Threads: with the GIL. Failure: Error, or a Python exception under way (py::error_already_set).

#include <cstddef>
#include <functional>
#include <span>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include "core/layout/spec.hpp"

namespace sheaf::python {

namespace py = pybind11;

[[nodiscard]] py::dtype numpy_dtype(Dtype dtype);
// Of a numeric dtype, its elements not yet set.
[[nodiscard]] py::array new_array(Dtype dtype, const Shape& shape);
[[nodiscard]] std::span<std::byte> bytes_of(py::array& array);
// The same memory; `owner` lives as long as the array does, which is read-only if asked.
[[nodiscard]] py::array array_over(Dtype dtype, const Shape& shape, const void* data,
                                   py::capsule owner, bool is_read_only);
[[nodiscard]] py::object to_python(const Value& value);
[[nodiscard]] py::dict to_python(const std::vector<layout::Attribute>& attrs);
[[nodiscard]] py::list failures_to_python(const std::vector<layout::Failure>& failures);
// Arrays, NumPy and Python scalars, str and sequences of these.
[[nodiscard]] Value from_python(const py::handle& object);
[[nodiscard]] Dtype dtype_from(const py::handle& dtype);

// Lets a Ctrl-C through. Between pieces of what takes long.
void check_signals();

}  // namespace sheaf::python
