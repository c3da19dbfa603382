// SPDX-License-Identifier: MIT
#pragma once
// Looks at a plugin's file for what will go wrong when it is loaded, here or elsewhere.
//
// Model: nothing is loaded and nothing of it runs; the file and the libraries it needs are read as
// the dynamic linker would. Tests are named "elf.*":
//
//   elf.file          no library for this machine, or damaged; then nothing else is looked at
//   elf.note          .note.sheaf is missing or there several times
//   elf.entry         sheaf_plugin_entry_v1 isn't exported, or no function
//   elf.symbols       exports more than its entry, or symbols that are one for the whole process
//   elf.stack, elf.segments, elf.relocations, elf.relro, elf.tls, elf.init    how it is loaded
//   elf.search_path   folders it looks for libraries in (RPATH, RUNPATH)
//   elf.needed        libraries that aren't found, and who needs them
//   elf.versions      symbol versions this system doesn't have; a note says what is needed at least
//   elf.hdf5, elf.openmp    a second one of what a process should have once
//
// Failure: none but running out of memory; a file that can't be read is a finding. Threads: any.

#include <filesystem>
#include <vector>

#include "host/conformance/finding.hpp"

namespace sheaf::host::conformance {

[[nodiscard]] std::vector<Finding> examine_elf(const std::filesystem::path& file);

}  // namespace sheaf::host::conformance
