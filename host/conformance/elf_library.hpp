// SPDX-License-Identifier: MIT
#pragma once
// What the dynamic linker reads of a shared library: its dynamic section and its symbols.
//
// Model: a value read at once from an ElfFile; texts are as the file has them, whatever bytes.
// Every table is held against the file's size, so that a hostile file costs no more than its bytes.
// Failure: a damaged file is a reason as text.

#include <cstdint>
#include <elf.h>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "host/plugin/elf.hpp"

namespace sheaf::host::conformance {

// A version of symbols that a library wants another one to define.
struct VersionNeed {
  std::string library;  // as in DT_NEEDED
  std::string version;  // "GLIBC_2.34"
};

struct Library {
  std::filesystem::path file;
  std::string name;  // DT_SONAME, else that of the file
  std::vector<std::string> needed;
  std::optional<std::string> rpath, runpath;
  std::uint64_t flags = 0, flags_1 = 0;  // DF_…, DF_1_…
  bool has_text_relocations = false;
  std::uint64_t init_functions = 0;
  std::vector<VersionNeed> version_needs;  // without weak ones
  std::set<std::string> versions;          // that it defines; empty: it has none
};

[[nodiscard]] std::variant<Library, std::string> read_library(const plugin::ElfFile& file);

struct Symbol {
  std::string name;
  unsigned type = STT_NOTYPE;  // STT_…
  unsigned bind = STB_LOCAL;   // STB_…
};

// The symbols that others can find; nullopt for a damaged table.
[[nodiscard]] std::optional<std::vector<Symbol>> read_exports(const plugin::ElfFile& file);

}  // namespace sheaf::host::conformance
