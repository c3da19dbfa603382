// SPDX-License-Identifier: MIT
// ELF is described in elf(5) and the System V ABI, chapters 4 and 5.
#include "host/plugin/note.hpp"

#include <cstring>
#include <elf.h>
#include <fstream>
#include <optional>
#include <string_view>
#include <vector>

#include <sheaf/plugin.h>

namespace sheaf::host::plugin {
namespace {

#if defined(__x86_64__)
constexpr unsigned this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned this_machine = EM_AARCH64;
#elif defined(__riscv)
constexpr unsigned this_machine = EM_RISCV;
#else
#error "name this machine's ELF number here"
#endif

// Longer note segments than this belong to no plugin.
constexpr std::uint64_t max_note_segment = 1U << 20U;

template <class T>
std::optional<T> read_at(std::ifstream& file, std::uint64_t offset) {
  T value;
  file.clear();
  file.seekg(static_cast<std::streamoff>(offset));
  if (!file.read(reinterpret_cast<char*>(&value), sizeof value)) return std::nullopt;
  return value;
}

std::string terminated(const char* text, std::size_t capacity) {
  return {text, strnlen(text, capacity)};
}

constexpr std::size_t padded(std::size_t size) { return (size + 3U) & ~std::size_t{3}; }

// Looks through the notes of one segment for ours.
std::optional<Note> find_note(std::string_view segment) {
  while (segment.size() >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr header;
    std::memcpy(&header, segment.data(), sizeof header);
    const std::size_t name_size = padded(header.n_namesz);
    const std::size_t size = sizeof header + name_size + padded(header.n_descsz);
    if (size > segment.size()) return std::nullopt;
    const std::string_view name = segment.substr(sizeof header, header.n_namesz);
    if (name == std::string_view(SHEAF_NOTE_OWNER, sizeof SHEAF_NOTE_OWNER) &&
        header.n_type == SHEAF_NOTE_TYPE && size >= sizeof(sheaf_note)) {
      sheaf_note note;
      std::memcpy(&note, segment.data(), sizeof note);
      return Note{note.abi_major, note.abi_minor, terminated(note.id, sizeof note.id),
                  terminated(note.version, sizeof note.version)};
    }
    segment.remove_prefix(size);
  }
  return std::nullopt;
}

std::optional<Note> find_note(std::ifstream& file, const Elf64_Ehdr& header) {
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const auto segment = read_at<Elf64_Phdr>(file, header.e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) return std::nullopt;
    if (segment->p_type != PT_NOTE || segment->p_filesz > max_note_segment) continue;
    std::string bytes(segment->p_filesz, '\0');
    file.clear();
    file.seekg(static_cast<std::streamoff>(segment->p_offset));
    if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return std::nullopt;
    if (auto note = find_note(bytes)) return note;
  }
  return std::nullopt;
}

// Whether all that would be mapped is there. Mapping what isn't is a SIGBUS at the first look.
bool is_whole(std::ifstream& file, const Elf64_Ehdr& header, std::uint64_t size) {
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const auto segment = read_at<Elf64_Phdr>(file, header.e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) return false;
    if (segment->p_type != PT_LOAD) continue;
    if (segment->p_offset > size || segment->p_filesz > size - segment->p_offset) return false;
  }
  return true;
}

}  // namespace

std::variant<Note, std::string> read_note(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::string("can't be read: ") + std::strerror(errno);
  const auto header = read_at<Elf64_Ehdr>(file, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) {
    return std::string("is no shared library");
  }
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != this_machine ||
      header->e_type != ET_DYN) {
    return std::string("is no shared library for this machine");
  }
  if (header->e_phentsize != sizeof(Elf64_Phdr)) return std::string("is a damaged ELF file");
  auto note = find_note(file, *header);
  if (!note) return std::string("is no Sheaf plugin (it has no .note.sheaf)");
  std::error_code error;
  if (!is_whole(file, *header, std::filesystem::file_size(path, error)) || error) {
    return std::string("is cut short; copy it again");
  }
  return *std::move(note);
}

}  // namespace sheaf::host::plugin
