// SPDX-License-Identifier: MIT
#include "host/plugin/library.hpp"

#include <dlfcn.h>
#include <fstream>
#include <iterator>
#include <vector>

#include <boost/dll/shared_library.hpp>
#include <fmt/format.h>

#include "host/plugin/bridge.hpp"
#include "host/plugin/catalog.hpp"
#include "host/python/loader.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::plugin {
namespace {

constexpr std::size_t longest_refusal = 1024;

const void* no_extensions(const sheaf_host* /*host*/, sheaf_string /*name*/) { return nullptr; }

// Why the entry that is running on this thread says it will return NULL.
thread_local std::string reason_given;

void on_refuse(const sheaf_host* /*host*/, sheaf_string reason) {
  if (reason.data == nullptr) return;
  reason_given = printable(view(reason).substr(0, longest_refusal));
}

const sheaf_host& this_host() {
  static const sheaf_host host{sizeof(sheaf_host),       SHEAF_ABI_MINOR, SHEAF_STR("sheaf"),
                               SHEAF_STR(SHEAF_VERSION), &no_extensions,  &on_refuse};
  return host;
}

// Boost.DLL unloads on destruction; what comes in here stays for the life of the process.
void keep_for_ever(boost::dll::shared_library library) {
  static auto* const kept = new std::vector<boost::dll::shared_library>();
  kept->push_back(std::move(library));
}

// The entry must be the file's own: a symbol of that name that came from a library it links to
// would make one plugin of many files.
bool is_in_file(const void* symbol, const std::filesystem::path& file) {
  Dl_info info{};
  if (dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) return false;
  std::error_code error;
  return std::filesystem::equivalent(info.dli_fname, file, error) && !error;
}

Scanned checked(Scanned scanned, const Note& note) {
  const auto* const plugin = std::get_if<const sheaf_plugin*>(&scanned);
  if (plugin == nullptr) return scanned;
  if (std::string newer = check_minor(**plugin); !newer.empty()) return newer;
  const std::string problem = check_descriptor(**plugin, note);
  if (!problem.empty()) return "has a malformed descriptor: " + problem;
  return scanned;
}

}  // namespace

std::variant<Note, std::string> read_compatible_note(const std::filesystem::path& file) {
  auto note = read_note(file);
  if (const Note* found = std::get_if<Note>(&note)) {
    if (found->abi_major != SHEAF_ABI_MAJOR) {
      return fmt::format("'{}' {} is built for ABI {}.{}, this host has {}.{}; rebuild it",
                         found->id, found->version, found->abi_major, found->abi_minor,
                         SHEAF_ABI_MAJOR, SHEAF_ABI_MINOR);
    }
    if (found->id.empty() || found->version.empty()) {
      return std::string("has a note without id or version");
    }
  }
  return note;
}

bool is_python(const std::filesystem::path& file) { return file.extension() == ".py"; }

bool is_python_loader(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return text.find("sheaf_plugin") != std::string::npos;
}

Scanned ask_entry(const std::filesystem::path& file) {
  if (is_python(file)) return python::load(file);
  using boost::dll::load_mode::rtld_local;
  using boost::dll::load_mode::rtld_now;
  boost::dll::shared_library library;
  boost::dll::fs::error_code error;
  dlerror();
  library.load(file.string(), error, rtld_now | rtld_local);
  if (error) {
    // Boost knows only that it failed; the loader's own text names the missing symbol or file.
    const char* why = dlerror();
    return "can't be loaded: " + (why == nullptr ? error.message() : std::string(why));
  }
  if (!library.has(SHEAF_PLUGIN_ENTRY)) return std::string("has no " SHEAF_PLUGIN_ENTRY);
  auto* entry = library.get<const sheaf_plugin*(const sheaf_host*)>(SHEAF_PLUGIN_ENTRY);
  if (!is_in_file(reinterpret_cast<const void*>(entry), file)) {
    return std::string("takes its " SHEAF_PLUGIN_ENTRY " from another library");
  }
  keep_for_ever(std::move(library));
  const sheaf_plugin* plugin = nullptr;
  reason_given.clear();
  const std::string thrown = call_entry([&] { plugin = entry(&this_host()); });
  if (!thrown.empty()) return thrown;
  if (plugin == nullptr) {
    constexpr std::string_view told = "says that it can't run with this host";
    return reason_given.empty() ? std::string(told) : fmt::format("{}: {}", told, reason_given);
  }
  return plugin;
}

Scanned load_library(const std::filesystem::path& file, const Note& note) {
  return checked(ask_entry(file), note);
}

}  // namespace sheaf::host::plugin
