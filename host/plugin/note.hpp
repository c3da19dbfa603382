// SPDX-License-Identifier: MIT
#pragma once
// The ELF note of a plugin, read from the file without running any of its code.
//
// Model: a shared library with a note is a plugin; the note says which ABI it was built for, and
// who it is. Everything else about the file is checked only as far as it takes to find the note.

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace sheaf::host::plugin {

struct Note {
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::string id;
  std::string version;
};

class ElfFile;

// All notes of ours in a library; a plugin has one.
[[nodiscard]] std::vector<Note> read_notes(const ElfFile& file);

// The first note, or the reason why there is none.
[[nodiscard]] std::variant<Note, std::string> read_note(const std::filesystem::path& file);

}  // namespace sheaf::host::plugin
