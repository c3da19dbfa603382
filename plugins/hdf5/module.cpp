// SPDX-License-Identifier: MIT
// The way to the module with HDF5.
#include <dlfcn.h>
#include <filesystem>
#include <link.h>
#include <string_view>
#include <system_error>

#include "hdf5/dataset.hpp"

namespace sheaf::hdf5 {
namespace {

// Below the folder of the plugin, where no search for plugins looks.
std::filesystem::path module_file() {
  static const char within = 0;  // has an address in this library
  Dl_info info{};
  if (dladdr(&within, &info) == 0 || info.dli_fname == nullptr) {
    throw sdk::PluginError("can't tell where it lies, and so not where its HDF5 does");
  }
  std::error_code error;
  std::filesystem::path plugin = std::filesystem::canonical(info.dli_fname, error);
  if (error) plugin = info.dli_fname;
  return plugin.parent_path() / "hdf5" / "reader.so";
}

// Whether somebody else has loaded HDF5 in this process, and uses it from threads of their own.
bool has_hdf5() {
  const auto visit = [](dl_phdr_info* info, std::size_t, void*) {
    const std::string_view path = info->dlpi_name == nullptr ? "" : info->dlpi_name;
    return path.substr(path.rfind('/') + 1).starts_with("libhdf5") ? 1 : 0;
  };
  return dl_iterate_phdr(visit, nullptr) != 0;
}

#define SHEAF_HDF5_TEXT_OF(name) #name
#define SHEAF_HDF5_TEXT(name) SHEAF_HDF5_TEXT_OF(name)

Entry load_module() {
  if (has_hdf5()) {
    throw sdk::PluginError(
        "runs in a process of its own alone, since this one uses HDF5 already: leave out "
        "--in-process");
  }
  const std::filesystem::path file = module_file();
  const auto refuse = [&](const std::string& why) {
    throw sdk::PluginError("needs HDF5, whose module '" + file.string() + "' " + why +
                           "; install Sheaf's plugins again");
  };
  void* const module = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) {
    const char* why = dlerror();
    refuse("can't be loaded: " + std::string(why == nullptr ? "no reason given" : why));
  }
  void* const entry = dlsym(module, SHEAF_HDF5_TEXT(SHEAF_HDF5_READER_ENTRY));
  if (entry == nullptr) refuse("belongs to another version of this plugin");
  return reinterpret_cast<Entry>(entry);
}

}  // namespace

std::unique_ptr<Dataset> open_dataset(const char* path, const std::string& name) {
  static const Entry entry = load_module();  // tried again if it throws
  return std::unique_ptr<Dataset>(entry(path, name.c_str()));
}

}  // namespace sheaf::hdf5
