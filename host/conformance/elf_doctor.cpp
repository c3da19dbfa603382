// SPDX-License-Identifier: MIT
#include "host/conformance/elf_doctor.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "host/conformance/elf_checks.hpp"
#include "host/plugin/note.hpp"
#include "host/source/source.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host::conformance {
namespace {

// More functions that run before the entry are worth a word.
constexpr std::uint64_t many_init_functions = 8;

// Symbols that linkers add by themselves, and AddressSanitizer.
bool is_made_up(const std::string& name) {
  constexpr std::array names{"_init", "_fini", "_edata", "_end", "__bss_start"};
  return std::ranges::find(names, name) != names.end() || name.starts_with("__odr_asan.");
}

// The entry of this major or, for a plugin that serves several, of another.
bool is_entry(const std::string& name) { return name.starts_with("sheaf_plugin_entry_v"); }

bool is_below(const std::string& path, std::string_view folder) {
  return folder.size() > 1 && path.starts_with(folder) &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

// Whether an absolute path exists on its author's machine alone, or belongs to anybody.
bool is_private(const std::string& path) {
  const char* const home = std::getenv("HOME");
  if (home != nullptr && is_below(path, home)) return true;
  constexpr std::array folders{"/home", "/root", "/Users", "/tmp", "/var/tmp"};
  return std::ranges::any_of(folders, [&](const char* folder) { return is_below(path, folder); });
}

void check_entry(const std::vector<Symbol>& exports, Findings& found) {
  const auto entry = std::ranges::find(exports, SHEAF_PLUGIN_ENTRY, &Symbol::name);
  if (entry == exports.end()) {
    found.error("elf.entry",
                "doesn't export " SHEAF_PLUGIN_ENTRY
                "; define it with SHEAF_EXPORT and C linkage, or write SHEAF_PLUGIN(…)");
  } else if (entry->type != STT_FUNC) {
    found.error("elf.entry", "exports " SHEAF_PLUGIN_ENTRY
                             ", but as data; it must be the function that <sheaf/plugin.h> "
                             "declares");
  }
}

}  // namespace

std::string listed(const std::vector<std::string>& names, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) {
    text += fmt::format("{}'{}'", i == 0 ? "" : ", ", printable(names[i]));
  }
  if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
  return text;
}

void check_note(const plugin::ElfFile& file, Findings& found) {
  const std::vector<plugin::Note> notes = plugin::read_notes(file);
  if (notes.empty()) {
    found.error("elf.note",
                "has no .note.sheaf, so it is no plugin; write SHEAF_NOTE(id, version) in one of "
                "its sources, and let no linker option drop the section");
  } else if (notes.size() > 1) {
    std::vector<std::string> ids;
    for (const plugin::Note& note : notes) ids.push_back(note.id + " " + note.version);
    found.error("elf.note",
                fmt::format("has {} notes ({}), of which the first counts; write SHEAF_NOTE or "
                            "SHEAF_PLUGIN once, and make two plugins two libraries",
                            notes.size(), listed(ids)));
  }
}

void check_exports(const std::vector<Symbol>& exports, Findings& found) {
  check_entry(exports, found);
  std::vector<std::string> others, unique;
  for (const Symbol& symbol : exports) {
    if (is_entry(symbol.name) || is_made_up(symbol.name)) continue;
    (symbol.bind == STB_GNU_UNIQUE ? unique : others).push_back(symbol.name);
  }
  if (!others.empty()) {
    found.warning("elf.symbols",
                  fmt::format("exports {}, which may meet others of that name; build it with "
                              "-fvisibility=hidden and link it with a version script, as "
                              "sheaf_add_plugin() does",
                              listed(others)));
  }
  if (!unique.empty()) {
    found.warning("elf.symbols",
                  fmt::format("exports {} as unique, so that all libraries of the process share "
                              "them, hidden or not; build it with -fno-gnu-unique",
                              listed(unique)));
  }
}

void check_segments(const plugin::ElfFile& file, Findings& found) {
  const Elf64_Phdr* const stack = file.find_segment(PT_GNU_STACK);
  if (stack == nullptr || (stack->p_flags & PF_X) != 0) {
    found.error("elf.stack",
                "makes the stack of the whole process executable, which glibc 2.41 refuses; link "
                "it with -z noexecstack, and end each assembler source with .section "
                ".note.GNU-stack,\"\",@progbits");
  }
  const bool writes_code = std::ranges::any_of(file.segments(), [](const Elf64_Phdr& segment) {
    return segment.p_type == PT_LOAD && (segment.p_flags & (PF_W | PF_X)) == (PF_W | PF_X);
  });
  if (writes_code) {
    found.error("elf.segments",
                "has memory that is writable and executable, which hardened systems refuse; link "
                "it without -N and with -z separate-code");
  }
  if (file.find_segment(PT_GNU_RELRO) == nullptr) {
    found.note("elf.relro", "has function tables that stay writable; link it with -z relro -z now");
  }
}

void check_loading(const Library& library, Findings& found) {
  if (library.has_text_relocations) {
    found.warning("elf.relocations",
                  "has text relocations: its code is rewritten when it is loaded, which hardened "
                  "systems refuse; compile all of it, static libraries too, with -fPIC");
  }
  if ((library.flags & DF_STATIC_TLS) != 0) {
    found.note("elf.tls",
               "uses static thread-local storage, of which a process has little for what it "
               "loads; compile it without -ftls-model=initial-exec");
  }
  if (library.init_functions > many_init_functions) {
    found.note("elf.init",
               fmt::format("runs {} functions before its entry, where a failure has no message "
                           "and each scan pays for them; make globals on first use",
                           library.init_functions));
  }
}

void check_search_path(const Library& library, Findings& found) {
  for (const auto& path : {library.rpath, library.runpath}) {
    if (!path) continue;
    for (const std::string& entry : split_search_path(*path)) {
      const std::string shown = printable(entry);
      if (entry.starts_with("$ORIGIN") || entry.starts_with("${ORIGIN}")) continue;
      if (!entry.starts_with('/')) {
        found.error("elf.search_path",
                    fmt::format("looks for libraries in '{}', a folder of wherever the user "
                                "stands, where anybody may have put them; link it with -rpath "
                                "'$ORIGIN', or without",
                                shown));
      } else if (is_private(entry)) {
        found.warning("elf.search_path",
                      fmt::format("looks for libraries in '{}', which other machines don't have or "
                                  "others can write to; put them beside it and link it with "
                                  "-rpath '$ORIGIN'",
                                  shown));
      }
    }
  }
}

std::vector<Finding> examine_elf(const std::filesystem::path& path) {
  Findings found;
  auto opened = plugin::ElfFile::open(path);
  if (const std::string* why = std::get_if<std::string>(&opened)) {
    found.error("elf.file", *why);
    return found.take();
  }
  const plugin::ElfFile& file = std::get<plugin::ElfFile>(opened);
  auto read = read_library(file);
  const auto exports = read_exports(file);
  if (const std::string* why = std::get_if<std::string>(&read)) {
    found.error("elf.file", *why);
    return found.take();
  }
  if (!exports) {
    found.error("elf.file", "has a damaged table of symbols; build or copy it again");
    return found.take();
  }
  check_note(file, found);
  check_exports(*exports, found);
  check_segments(file, found);
  const Library& library = std::get<Library>(read);
  check_loading(library, found);
  check_search_path(library, found);
  const Closure closure = find_needed(library);
  check_needed(closure, found);
  check_versions(closure, found);
  check_hdf5(closure, *exports, found);
  check_openmp(closure, found);
  return found.take();
}

}  // namespace sheaf::host::conformance
