// SPDX-License-Identifier: MIT
#include "python/arrays.hpp"

#include <cstring>
#include <string>
#include <utility>

#include "core/error.hpp"

namespace sheaf::python {
namespace {

py::object numpy() { return py::module_::import("numpy"); }

py::object texts_to_python(const Value& value) {
  if (value.shape.empty()) return py::str(value.strings.at(0));
  py::array texts(py::dtype("O"), value.shape);
  auto* slots = static_cast<PyObject**>(texts.mutable_data());
  for (std::size_t at = 0; at < value.strings.size(); ++at) {
    PyObject* const before = std::exchange(slots[at], py::str(value.strings[at]).release().ptr());
    Py_XDECREF(before);
  }
  return texts;
}

Value texts_from(const py::array& array) {
  Value value{utf8, {array.shape(), array.shape() + array.ndim()}, {}, {}};
  for (const py::handle item : array.attr("ravel")()) {
    value.strings.push_back(py::isinstance<py::bytes>(item) ? item.cast<std::string>()
                                                            : py::str(item).cast<std::string>());
  }
  return value;
}

// Objects are text if they are str or bytes throughout; anything else would be pickled, or lost.
void check_texts(const py::array& array) {
  for (const py::handle item : array.attr("ravel")()) {
    if (py::isinstance<py::str>(item) || py::isinstance<py::bytes>(item)) continue;
    const auto type = py::str(py::type::handle_of(item).attr("__name__")).cast<std::string>();
    throw Error(ErrorCode::Invalid, "array",
                "holds objects of type " + type + "; numbers, bools and str can be stored");
  }
}

}  // namespace

// By NumPy's type numbers: a dtype by name is parsed at each call.
py::dtype numpy_dtype(Dtype dtype) {
  using py::detail::npy_api;
  const int bytes = static_cast<int>(dtype.size());
  switch (dtype.kind) {
    case DtypeKind::String:
      return py::dtype(npy_api::NPY_OBJECT_);
    case DtypeKind::Bool:
      return py::dtype(npy_api::NPY_BOOL_);
    case DtypeKind::Int:
      return py::dtype(bytes == 1   ? npy_api::NPY_BYTE_
                       : bytes == 2 ? npy_api::NPY_SHORT_
                       : bytes == 4 ? npy_api::NPY_INT_
                                    : npy_api::NPY_LONG_);
    case DtypeKind::Uint:
      return py::dtype(bytes == 1   ? npy_api::NPY_UBYTE_
                       : bytes == 2 ? npy_api::NPY_USHORT_
                       : bytes == 4 ? npy_api::NPY_UINT_
                                    : npy_api::NPY_ULONG_);
    case DtypeKind::Float:
      if (bytes == 4) return py::dtype(npy_api::NPY_FLOAT_);
      if (bytes == 8) return py::dtype(npy_api::NPY_DOUBLE_);
      break;
    case DtypeKind::Complex:
      return py::dtype(bytes == 8 ? npy_api::NPY_CFLOAT_ : npy_api::NPY_CDOUBLE_);
  }
  return py::dtype(dtype.name());
}

py::array new_array(Dtype dtype, const Shape& shape) {
  return {numpy_dtype(dtype), std::vector<py::ssize_t>(shape.begin(), shape.end())};
}

std::span<std::byte> bytes_of(py::array& array) {
  return {static_cast<std::byte*>(array.mutable_data()), static_cast<std::size_t>(array.nbytes())};
}

py::array array_over(Dtype dtype, const Shape& shape, const void* data, py::capsule owner,
                     bool is_read_only) {
  py::array array(numpy_dtype(dtype), std::vector<py::ssize_t>(shape.begin(), shape.end()), data,
                  std::move(owner));
  if (is_read_only) array.attr("setflags")(py::arg("write") = false);
  return array;
}

py::object to_python(const Value& value) {
  if (value.dtype.is_string()) return texts_to_python(value);
  py::array array = new_array(value.dtype, value.shape);
  if (!value.bytes.empty())
    std::memcpy(array.mutable_data(), value.bytes.data(), value.bytes.size());
  if (value.shape.empty()) return array[py::tuple()];
  return array;
}

py::dict to_python(const std::vector<layout::Attribute>& attrs) {
  py::dict dict;
  for (const auto& [name, value] : attrs) dict[py::str(name)] = to_python(value);
  return dict;
}

Dtype dtype_from(const py::handle& dtype) {
  const py::dtype given = py::dtype::from_args(py::reinterpret_borrow<py::object>(dtype));
  if (given.kind() == 'U' || given.kind() == 'S' || given.kind() == 'O') return utf8;
  return Dtype::parse(py::str(given.attr("newbyteorder")("=").attr("name")).cast<std::string>());
}

Value from_python(const py::handle& object) {
  const py::array given = numpy().attr("asarray")(object);
  if (given.dtype().kind() == 'O') check_texts(given);
  const Dtype dtype = dtype_from(given.dtype());
  if (dtype.is_string()) return texts_from(given);
  const py::array array =
      numpy().attr("asarray")(given, numpy_dtype(dtype), py::arg("order") = "C");
  Value value{dtype, {array.shape(), array.shape() + array.ndim()}, {}, {}};
  value.bytes.resize(static_cast<std::size_t>(array.nbytes()));
  if (!value.bytes.empty()) std::memcpy(value.bytes.data(), array.data(), value.bytes.size());
  return value;
}

void check_signals() {
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

}  // namespace sheaf::python
