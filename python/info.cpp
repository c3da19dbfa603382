// SPDX-License-Identifier: MIT
// What `sheaf info` shows, as plain Python objects; sheaf/_info.py gives them their names.
#include <pybind11/stl.h>

#include "core/layout/reader.hpp"
#include "python/arrays.hpp"
#include "python/bindings.hpp"

namespace sheaf::python {
namespace {

py::dict output_info(const layout::OutputInfo& output) {
  py::dict info;
  info["path"] = output.path;
  info["ragged"] = output.ragged;
  info["shape"] = py::tuple(py::cast(output.shape));
  info["dtype"] = output.dtype_name;
  info["sources"] = output.sources;
  info["chunks"] =
      output.chunks.empty() ? py::object(py::none()) : py::tuple(py::cast(output.chunks));
  info["filters"] = py::tuple(py::cast(output.filters));
  info["stored_bytes"] = output.stored_bytes;
  info["logical_bytes"] = output.logical_bytes;
  info["attrs"] = to_python(output.attrs);
  return info;
}

py::dict file_info(const std::string& path) {
  std::optional<layout::Reader> reader;
  std::vector<layout::Failure> failures;
  {
    const py::gil_scoped_release unlocked;
    reader.emplace(layout::Reader::open(path));
    failures = reader->failures();
  }
  py::dict info;
  info["path"] = path;
  info["format"] = reader->format_version();
  info["complete"] = reader->complete();
  info["bytes"] = reader->file_bytes();
  info["sources"] = reader->ids().size();
  py::list outputs;
  for (const layout::OutputInfo& output : reader->outputs()) outputs.append(output_info(output));
  info["outputs"] = outputs;
  info["failures"] = failures_to_python(failures);
  return info;
}

}  // namespace

py::list failures_to_python(const std::vector<layout::Failure>& failures) {
  py::list list;
  for (const layout::Failure& failure : failures) {
    py::dict entry;
    entry["id"] = failure.id;
    entry["feature"] = failure.feature;
    entry["status"] = failure.status;
    entry["message"] = failure.message;
    entry["plugin"] = failure.plugin;
    entry["stage"] = failure.stage;
    entry["attempts"] = failure.attempts;
    list.append(std::move(entry));
  }
  return list;
}

void bind_info(py::module_& module) { module.def("info", file_info, py::arg("path")); }

}  // namespace sheaf::python
