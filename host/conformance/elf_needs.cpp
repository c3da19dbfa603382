// SPDX-License-Identifier: MIT
// Other libraries: are they there, are they new enough, are there too many?
#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "host/conformance/elf_checks.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::conformance {
namespace {

namespace fs = std::filesystem;

using Number = std::vector<unsigned>;
using LoadedLibrary = std::pair<const std::string, fs::path>;

// The 2.34 of "GLIBC_2.34"; nullopt for another prefix or a name such as GLIBC_PRIVATE.
std::optional<Number> number_of(std::string_view version, std::string_view prefix) {
  if (!version.starts_with(prefix)) return std::nullopt;
  version.remove_prefix(prefix.size());
  Number number;
  for (;;) {
    unsigned part = 0;
    const auto [end, error] =
        std::from_chars(version.data(), version.data() + version.size(), part);
    if (error != std::errc()) return std::nullopt;
    number.push_back(part);
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    if (version.empty()) return number;
    if (!version.starts_with('.')) return std::nullopt;
    version.remove_prefix(1);
  }
}

// "GLIBC_" of "GLIBC_2.34": up to where the number begins.
std::string_view prefix_of(std::string_view version) {
  const std::size_t line = version.rfind('_');
  return line == std::string_view::npos ? std::string_view() : version.substr(0, line + 1);
}

// The newest version of a prefix among those defined, or empty.
std::string newest(const std::set<std::string>& versions, std::string_view prefix) {
  std::pair<Number, std::string> best;
  for (const std::string& version : versions) {
    if (const auto number = number_of(version, prefix)) {
      best = std::max(best, std::pair(*number, version));
    }
  }
  return best.second;
}

// The first GCC whose libstdc++ has GLIBCXX_3.4.N, from the table in libstdc++'s manual, "ABI
// Policy and Guidelines".
std::string_view gcc_of(const Number& glibcxx) {
  constexpr std::array<std::pair<unsigned, std::string_view>, 14> table{{{34, "15"},
                                                                         {33, "14"},
                                                                         {32, "13.2"},
                                                                         {31, "13"},
                                                                         {30, "12"},
                                                                         {29, "11"},
                                                                         {28, "9.3"},
                                                                         {26, "9"},
                                                                         {25, "8"},
                                                                         {23, "7"},
                                                                         {22, "6"},
                                                                         {21, "5"},
                                                                         {20, "4.9"},
                                                                         {0, "4"}}};
  const unsigned minor = glibcxx.size() > 2 ? glibcxx[2] : 0;
  return std::ranges::find_if(table, [&](const auto& row) { return row.first <= minor; })->second;
}

// "'libb.so.2', which 'liba.so.1' needs", for one that the plugin itself doesn't need.
std::string by_whom(const Closure& closure, std::size_t by) {
  std::string text;
  for (std::size_t at = by; closure.libraries[at].by; at = *closure.libraries[at].by) {
    text += fmt::format(", which '{}' needs", printable(closure.libraries[at].library.name));
  }
  return text;
}

// Whether a library comes with the plugin, in its folder or below.
bool is_brought(const Closure& closure, const Library& library) {
  const std::string own =
      fs::absolute(closure.libraries.front().library.file).lexically_normal().parent_path() / "";
  return fs::absolute(library.file).lexically_normal().string().starts_with(own);
}

// States the oldest system that plugin and what it brings run on.
void note_floor(const Closure& closure, Findings& found) {
  std::set<std::string> needs;
  for (const Needed& needed : closure.libraries) {
    if (!is_brought(closure, needed.library)) continue;
    for (const VersionNeed& need : needed.library.version_needs) needs.insert(need.version);
  }
  std::vector<std::string> parts;
  if (const std::string libc = newest(needs, "GLIBC_"); !libc.empty()) {
    parts.push_back("glibc " + libc.substr(std::string_view("GLIBC_").size()));
  }
  if (const std::string cxx = newest(needs, "GLIBCXX_"); !cxx.empty()) {
    parts.push_back(
        fmt::format("the libstdc++ of GCC {} ({})", gcc_of(*number_of(cxx, "GLIBCXX_")), cxx));
  }
  if (parts.empty()) return;
  found.note("elf.versions",
             fmt::format("needs {} or newer; build it on an older system to run on one",
                         fmt::join(parts, " and ")));
}

// The library itself in any of its builds (serial, openmpi), without what is built on it.
bool is_hdf5(std::string_view name) {
  constexpr std::array upper{"_hl", "_cpp", "fortran", "_java", "_tools"};
  return name.starts_with("libhdf5") && std::ranges::none_of(upper, [&](const char* part) {
           return name.find(part) != std::string_view::npos;
         });
}

}  // namespace

void check_needed(const Closure& closure, Findings& found) {
  for (const Missing& missing : closure.missing) {
    std::string message = fmt::format("needs '{}'{}, and it isn't found", printable(missing.name),
                                      by_whom(closure, missing.by));
    if (!missing.unusable.empty()) message += fmt::format(" ({})", missing.unusable);
    message +=
        "; install the package that has it, or put it beside the plugin and link that with "
        "-rpath '$ORIGIN'";
    found.error("elf.needed", std::move(message));
  }
}

void check_versions(const Closure& closure, Findings& found) {
  for (std::size_t at = 0; at < closure.libraries.size(); ++at) {
    for (const VersionNeed& need : closure.libraries[at].library.version_needs) {
      const Library* const from = closure.find(need.library);
      // One without versions gives its symbols to all.
      if (from == nullptr || from->versions.empty() || from->versions.contains(need.version)) {
        continue;
      }
      const std::string has = newest(from->versions, prefix_of(need.version));
      found.error("elf.versions",
                  fmt::format("needs {} of '{}'{}, but {} here has {}; build it on this system or "
                              "an older one, or update this one",
                              printable(need.version), printable(need.library),
                              by_whom(closure, at), printable(from->file.string()),
                              has.empty() ? "no such version" : "only up to " + printable(has)));
    }
  }
  note_floor(closure, found);
}

void check_hdf5(const Closure& closure, const std::vector<Symbol>& exports, Findings& found) {
  constexpr const char* remedy =
      "link a static HDF5 with -Wl,--exclude-libs,ALL, or load it in workers alone, as "
      "plugins/hdf5 does";
  if (std::ranges::find(exports, "H5open", &Symbol::name) != exports.end()) {
    found.warning("elf.hdf5", fmt::format("exports an HDF5 of its own, which meets the host's in "
                                          "--in-process and in Python; {}",
                                          remedy));
  }
  const auto& loaded = loaded_libraries();
  const bool has_host = std::ranges::any_of(loaded, is_hdf5, &LoadedLibrary::first);
  for (const Needed& needed : closure.libraries) {
    const std::string file = needed.library.file.filename().string();
    if (!is_hdf5(needed.library.name) && !is_hdf5(file)) continue;
    if (!has_host || loaded.contains(file)) {
      found.note("elf.hdf5", fmt::format("shares '{}' with the host in --in-process and in Python, "
                                         "where both may call it at once; run it in workers",
                                         printable(needed.library.name)));
    } else {
      found.warning("elf.hdf5",
                    fmt::format("needs '{}', another HDF5 than the host's, whose functions have "
                                "the same names; {}",
                                printable(needed.library.name), remedy));
    }
  }
}

void check_openmp(const Closure& closure, Findings& found) {
  std::vector<std::string> runtimes;
  for (const Needed& needed : closure.libraries) {
    const std::string& name = needed.library.name;
    for (const std::string_view runtime :
         {"libgomp.so", "libomp.so", "libomp5.so", "libiomp5.so"}) {
      if (name.starts_with(runtime)) runtimes.push_back(name);
    }
  }
  if (runtimes.size() < 2) return;
  found.warning("elf.openmp",
                fmt::format("brings {} OpenMP runtimes ({}), which start their threads each and "
                            "may stop the process; build all of it with one compiler",
                            runtimes.size(), listed(runtimes)));
}

}  // namespace sheaf::host::conformance
