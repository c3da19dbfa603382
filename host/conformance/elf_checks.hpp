// SPDX-License-Identifier: MIT
#pragma once
// The examinations of which examine_elf is made, each about one thing.
//
// Model: what was read of the file once, and a list that findings are added to. Texts that come
// from a file are made printable in messages. Threads: one.

#include <string>
#include <vector>

#include "host/conformance/elf_library.hpp"
#include "host/conformance/elf_search.hpp"
#include "host/conformance/finding.hpp"

namespace sheaf::host::conformance {

class Findings {
 public:
  void error(const char* test, std::string message) { add(test, Level::Error, message); }
  void warning(const char* test, std::string message) { add(test, Level::Warning, message); }
  void note(const char* test, std::string message) { add(test, Level::Note, message); }
  [[nodiscard]] std::vector<Finding> take() { return std::move(found_); }

 private:
  void add(const char* test, Level level, std::string& message) {
    found_.push_back({test, level, {}, std::move(message)});
  }
  std::vector<Finding> found_;
};

// Of the file itself: elf_doctor.cpp.
void check_note(const plugin::ElfFile& file, Findings& found);
void check_exports(const std::vector<Symbol>& exports, Findings& found);
void check_segments(const plugin::ElfFile& file, Findings& found);
void check_loading(const Library& library, Findings& found);
void check_search_path(const Library& library, Findings& found);

// Of what it needs: elf_needs.cpp.
void check_needed(const Closure& closure, Findings& found);
void check_versions(const Closure& closure, Findings& found);
void check_hdf5(const Closure& closure, const std::vector<Symbol>& exports, Findings& found);
void check_openmp(const Closure& closure, Findings& found);

// Quoted, printable, at most `most` of them: "'a', 'b' and 7 more".
[[nodiscard]] std::string listed(const std::vector<std::string>& names, std::size_t most = 5);

}  // namespace sheaf::host::conformance
