// SPDX-License-Identifier: MIT
// sheaf._core: what the Python package is built on. Private to the package; docs/python.md has what
// users see.
#include <dlfcn.h>
#include <filesystem>
#include <unistd.h>

#include "core/error.hpp"
#include "host/place.hpp"
#include "python/bindings.hpp"
#include "python/fork.hpp"

namespace sheaf::python {
namespace {

namespace py = pybind11;

const char* name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::NotFound:
      return "NotFound";
    case ErrorCode::Exists:
      return "Exists";
    case ErrorCode::Invalid:
      return "Invalid";
    case ErrorCode::Unsupported:
      return "Unsupported";
    case ErrorCode::Corrupt:
      return "Corrupt";
    case ErrorCode::Permission:
      return "Permission";
    case ErrorCode::NoSpace:
      return "NoSpace";
    case ErrorCode::Io:
      return "Io";
    case ErrorCode::Cancelled:
      return "Cancelled";
  }
  return "Io";
}

// The classes are Python's: sheaf/_errors.py.
void translate(std::exception_ptr pointer) {
  try {
    if (pointer) std::rethrow_exception(pointer);
  } catch (const Error& error) {
    const py::object made =
        py::module_::import("sheaf._errors")
            .attr("make")(name_of(error.code()), error.what(), error.object(), error.hdf5_stack());
    PyErr_SetObject(py::type::handle_of(made).ptr(), made.ptr());
  }
}

// The programs and plugins belong to this module's own installation: <prefix>/bin is some folders
// above the package, in the build tree as well as where it was installed.
void find_programs() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&find_programs), &info) == 0) return;
  std::filesystem::path folder = std::filesystem::path(info.dli_fname).parent_path();
  for (int up = 0; up < 5; ++up) {
    folder = folder.parent_path();
    for (const char* const program : {"bin/sheaf-worker", "libexec/sheaf/sheaf-worker"}) {
      if (access((folder / program).c_str(), X_OK) != 0) continue;
      host::set_program_folder(folder / "bin");
      return;
    }
  }
}

}  // namespace

void bind_errors(py::module_&) { py::register_exception_translator(translate); }

}  // namespace sheaf::python

PYBIND11_MODULE(_core, module) {
  using namespace sheaf::python;
  watch_forks();
  find_programs();
  bind_errors(module);
  bind_file(module);
  bind_info(module);
  bind_ingest(module);
  bind_loader(module);
  bind_writing(module);
}
