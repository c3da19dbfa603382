// SPDX-License-Identifier: MIT
#include "host/conformance/elf_doctor.hpp"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <functional>

#include <catch2/catch.hpp>

#include "host/conformance/elf_search.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::host::conformance;
using Catch::Contains;

namespace {

const std::filesystem::path elf_folder = SHEAF_TEST_PLUGINS "/elf";

// What one of the libraries of elf_plugins.cmake is found to be, by test; notes only where asked.
std::vector<Finding> examine(const std::filesystem::path& file, Level least = Level::Warning) {
  std::vector<Finding> found = examine_elf(file);
  std::erase_if(found, [&](const Finding& finding) { return finding.level < least; });
  return found;
}
std::vector<Finding> examine(const char* name) {
  return examine(elf_folder / (std::string(name) + ".so"));
}

// The one thing that is wrong, as "error elf.note: has …".
std::string said(const Finding& finding) {
  const char* const levels[] = {"note ", "warning ", "error "};
  return levels[static_cast<int>(finding.level)] + finding.test + ": " + finding.message;
}
std::string only(const std::vector<Finding>& found) {
  std::string all;
  for (const Finding& finding : found) all += (all.empty() ? "" : "\n") + said(finding);
  return all;
}
// What a note of the name says, or empty.
std::string noted(const std::filesystem::path& file, const std::string& test) {
  for (const Finding& finding : examine_elf(file)) {
    if (finding.level == Level::Note && finding.test == test) return finding.message;
  }
  return {};
}
std::string noted(const char* name, const std::string& test) {
  return noted(elf_folder / (std::string(name) + ".so"), test);
}

std::string bytes_of(const char* name) {
  return test::read_file(elf_folder / (std::string(name) + ".so"));
}

// The healthy plugin with its program headers changed.
std::string with_segments(const std::function<void(Elf64_Phdr&)>& change) {
  std::string bytes = bytes_of("healthy");
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    char* const at = bytes.data() + header.e_phoff + i * sizeof(Elf64_Phdr);
    Elf64_Phdr segment;
    std::memcpy(&segment, at, sizeof segment);
    change(segment);
    std::memcpy(at, &segment, sizeof segment);
  }
  return bytes;
}

}  // namespace

TEST_CASE("a healthy plugin has nothing wrong with it, and its floor is stated",
          "[host][conformance][elf]") {
  CHECK(only(examine("healthy")).empty());
  CHECK_THAT(noted("healthy", "elf.versions"), Contains("needs glibc 2.") && Contains("or newer"));
}

TEST_CASE("every built-in plugin is healthy", "[host][conformance][elf]") {
  int plugins = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SHEAF_TEST_BUILT_IN)) {
    if (entry.path().extension() != ".so") continue;
    CAPTURE(entry.path());
    ++plugins;
    CHECK(only(examine(entry.path())).empty());
    CHECK_THAT(noted(entry.path(), "elf.versions"), Contains("the libstdc++ of GCC"));
  }
  CHECK(plugins >= 3);
}

TEST_CASE("one thing that is wrong with a library is found, and nothing else",
          "[host][conformance][elf]") {
  const auto [name, finding, remedy] = GENERATE(table<const char*, const char*, const char*>({
      {"no_note", "error elf.note: has no .note.sheaf", "SHEAF_NOTE"},
      {"two_notes", "error elf.note: has 2 notes ('test.", "write SHEAF_NOTE or SHEAF_PLUGIN once"},
      {"no_entry", "error elf.entry: doesn't export sheaf_plugin_entry_v1", "SHEAF_EXPORT"},
      {"data_entry", "error elf.entry: exports sheaf_plugin_entry_v1, but as data", "function"},
      {"talkative", "warning elf.symbols: exports",
       "and 2 more, which may meet others of that name"},
      {"unique", "warning elf.symbols: exports 'sheaf_only_one' as unique", "-fno-gnu-unique"},
      {"stack", "error elf.stack: makes the stack", "-z noexecstack"},
      {"text_relocations", "warning elf.relocations: has text relocations", "-fPIC"},
      {"needs_gone", "error elf.needed: needs 'libsheaf_gone.so.1', and it isn't found",
       "install the package"},
      {"needs_middle",
       "error elf.needed: needs 'libsheaf_gone.so.1', which 'libsheaf_middle.so.1' needs, and",
       "$ORIGIN"},
      {"two_openmp", "warning elf.openmp: brings 2 OpenMP runtimes ('lib", "one compiler"},
      {"other_hdf5", "warning elf.hdf5: needs 'libhdf5_openmpi.so.103', another HDF5", "workers"},
  }));
  const std::string all = only(examine(name));
  CHECK_THAT(all, Catch::StartsWith(finding) && Contains(remedy));
  CHECK(std::ranges::count(all, '\n') == 0);
}

TEST_CASE("an HDF5 whose symbols are exported is named beside the exports",
          "[host][conformance][elf]") {
  CHECK_THAT(
      only(examine("hdf5_inside")),
      Contains("warning elf.hdf5: exports an HDF5 of its own") && Contains("exports 'H5open'"));
}

TEST_CASE("what is worth a word is a note", "[host][conformance][elf]") {
  CHECK_THAT(noted("no_relro", "elf.relro"), Contains("-z relro"));
  CHECK_THAT(noted("static_tls", "elf.tls"), Contains("static thread-local storage"));
  CHECK_THAT(noted("early", "elf.init"), Contains("functions before its entry"));
  for (const char* test : {"elf.relro", "elf.tls", "elf.init"})
    CHECK(noted("healthy", test).empty());
  for (const char* name : {"no_relro", "static_tls", "early"}) CHECK(only(examine(name)).empty());
}

TEST_CASE("folders to look for libraries in are absolute, or beside the plugin",
          "[host][conformance][elf]") {
  const std::vector<Finding> found = examine("odd_paths");
  const std::string all = only(found);
  CHECK_THAT(all, Contains("error elf.search_path: looks for libraries in 'lib'"));
  CHECK_THAT(all, Contains("error elf.search_path: looks for libraries in ''"));
  CHECK_THAT(all, Contains("warning elf.search_path: looks for libraries in '/home/lab/lib'"));
  CHECK_THAT(all, !Contains("/opt/lab") && !Contains("ORIGIN/lib") && !Contains("ORIGIN}"));
}

TEST_CASE("a stack segment that is missing is an executable one", "[host][conformance][elf]") {
  const test::TempDir folder;
  const std::string bytes = with_segments([](Elf64_Phdr& segment) {
    if (segment.p_type == PT_GNU_STACK) segment.p_type = PT_NULL;
  });
  CHECK_THAT(only(examine(folder.write("no_stack.so", bytes))),
             Catch::StartsWith("error elf.stack: makes the stack of the whole process executable"));
}

TEST_CASE("memory is writable or executable, not both", "[host][conformance][elf]") {
  const test::TempDir folder;
  const std::string bytes = with_segments([](Elf64_Phdr& segment) {
    if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0) segment.p_flags |= PF_W;
  });
  CHECK_THAT(only(examine(folder.write("writable_code.so", bytes))),
             Catch::StartsWith("error elf.segments: has memory that is writable and executable"));
}

TEST_CASE("a version this system doesn't have is refused with both", "[host][conformance][elf]") {
  const test::TempDir folder;
  std::string bytes = bytes_of("healthy");
  for (std::size_t at = 0; (at = bytes.find("GLIBC_2.", at)) != std::string::npos; ++at) {
    bytes[at + 6] = '9';
  }
  const auto file = folder.write("new.so", bytes);
  CHECK_THAT(only(examine(file)), Catch::StartsWith("error elf.versions: needs GLIBC_9.") &&
                                      Contains("of 'libc.so.6', but ") &&
                                      Contains("only up to GLIBC_2."));
  CHECK_THAT(noted(file, "elf.versions"), Catch::StartsWith("needs glibc 9."));
}

TEST_CASE("a library is found where the dynamic linker would", "[host][conformance][elf]") {
  const test::TempDir folder;
  const std::string gone = SHEAF_TEST_PLUGINS "/elf_elsewhere/libsheaf_gone.so.1";
  const auto plugin = folder.write("plugin.so", bytes_of("needs_gone"));
  CHECK_THAT(only(examine(plugin)), Contains("isn't found"));
  SECTION("beside it, by its RUNPATH of $ORIGIN") {
    std::filesystem::copy_file(gone, folder / "libsheaf_gone.so.1");
    CHECK(only(examine(plugin)).empty());
  }
  SECTION("in LD_LIBRARY_PATH") {
    const test::ScopedVariable path("LD_LIBRARY_PATH", SHEAF_TEST_PLUGINS "/elf_elsewhere");
    CHECK(only(examine(plugin)).empty());
  }
  SECTION("but not where it is cut short or for another machine") {
    std::string bytes = test::read_file(gone);
    bytes[offsetof(Elf64_Ehdr, e_machine)] = 40;
    folder.write("libsheaf_gone.so.1", bytes);
    CHECK_THAT(only(examine(plugin)),
               Contains("isn't found (") && Contains("but for another (32-bit ARM)"));
    folder.write("libsheaf_gone.so.1", test::read_file(gone).substr(0, 4096));
    CHECK_THAT(only(examine(plugin)), Contains("isn't found (") && Contains("is cut short"));
  }
}

TEST_CASE("libraries that need each other are read once", "[host][conformance][elf]") {
  const test::TempDir folder;
  // The library that the plugin needs is the plugin itself by another name.
  const auto plugin = folder.write("plugin.so", bytes_of("needs_gone"));
  folder.write("libsheaf_gone.so.1", bytes_of("needs_gone"));
  CHECK(only(examine(plugin)).empty());
}

TEST_CASE("another machine's library, a text, a folder and nothing are no plugins",
          "[host][conformance][elf]") {
  const test::TempDir folder;
  std::string bytes = bytes_of("healthy");
  bytes[offsetof(Elf64_Ehdr, e_machine)] = 40;
  CHECK_THAT(only(examine(folder.write("arm.so", bytes))),
             Catch::StartsWith("error elf.file: is no shared library for this machine") &&
                 Contains("build it here"));
  bytes = bytes_of("healthy");
  bytes[EI_CLASS] = ELFCLASS32;
  CHECK_THAT(only(examine(folder.write("small.so", bytes))), Contains("for this machine"));
  CHECK_THAT(only(examine(folder.write("text.so", "hello"))), Contains("is no shared library"));
  CHECK_THAT(only(examine(folder.path())), Contains("is no shared library"));
  CHECK_THAT(only(examine(folder / "nothing.so")), Contains("can't be read: No such file"));
}

TEST_CASE("$ORIGIN is the folder of the library, and other variables have no answer",
          "[host][conformance][elf]") {
  CHECK(expand_origin("$ORIGIN/../lib", "/opt/p/x.so") == "/opt/p/../lib");
  CHECK(expand_origin("/a/${ORIGIN}", "/opt/$p/x.so") == "/a//opt/$p");
  CHECK_FALSE(expand_origin("/usr/$LIB", "/opt/p/x.so"));
  CHECK(split_search_path("a::b:") == std::vector<std::string>{"a", "", "b", ""});
}
