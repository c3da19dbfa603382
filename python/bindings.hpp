// SPDX-License-Identifier: MIT
#pragma once
// The parts that sheaf._core is put together from (module.cpp).

#include <pybind11/pybind11.h>

namespace sheaf::python {

void bind_errors(pybind11::module_& module);
void bind_file(pybind11::module_& module);
void bind_info(pybind11::module_& module);
void bind_ingest(pybind11::module_& module);
void bind_loader(pybind11::module_& module);
void bind_writing(pybind11::module_& module);

}  // namespace sheaf::python
