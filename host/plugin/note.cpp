// SPDX-License-Identifier: MIT
#include "host/plugin/note.hpp"

#include <cstring>
#include <string_view>
#include <vector>

#include "host/plugin/elf.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host::plugin {
namespace {

// Longer note segments than this belong to no plugin.
constexpr std::uint64_t max_note_segment = 1U << 20U;

std::string terminated(const char* text, std::size_t capacity) {
  return {text, strnlen(text, capacity)};
}

constexpr std::size_t padded(std::size_t size) { return (size + 3U) & ~std::size_t{3}; }

// Appends our notes of one segment. All but odd compilers align them to 4 bytes.
void append_notes(std::string_view segment, std::vector<Note>& notes) {
  while (segment.size() >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr header;
    std::memcpy(&header, segment.data(), sizeof header);
    const std::size_t name_size = padded(header.n_namesz);
    const std::size_t size = sizeof header + name_size + padded(header.n_descsz);
    if (size > segment.size()) return;
    const std::string_view name = segment.substr(sizeof header, header.n_namesz);
    if (name == std::string_view(SHEAF_NOTE_OWNER, sizeof SHEAF_NOTE_OWNER) &&
        header.n_type == SHEAF_NOTE_TYPE && size >= sizeof(sheaf_note)) {
      sheaf_note note;
      std::memcpy(&note, segment.data(), sizeof note);
      notes.push_back({note.abi_major, note.abi_minor, terminated(note.id, sizeof note.id),
                       terminated(note.version, sizeof note.version)});
    }
    segment.remove_prefix(size);
  }
}

}  // namespace

std::vector<Note> read_notes(const ElfFile& file) {
  std::vector<Note> notes;
  for (const Elf64_Phdr& segment : file.segments()) {
    if (segment.p_type != PT_NOTE || segment.p_filesz > max_note_segment) continue;
    if (const auto bytes = file.bytes(segment.p_offset, segment.p_filesz)) {
      append_notes(*bytes, notes);
    }
  }
  return notes;
}

std::variant<Note, std::string> read_note(const std::filesystem::path& path) {
  auto file = ElfFile::open(path);
  if (std::string* why = std::get_if<std::string>(&file)) return std::move(*why);
  const ElfFile& elf = std::get<ElfFile>(file);
  std::vector<Note> notes = read_notes(elf);
  if (notes.empty()) return std::string("is no Sheaf plugin (it has no .note.sheaf)");
  if (!elf.is_whole()) return std::string("is cut short; copy it again");
  return std::move(notes.front());
}

}  // namespace sheaf::host::plugin
