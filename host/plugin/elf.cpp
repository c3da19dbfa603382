// SPDX-License-Identifier: MIT
// ELF is described in elf(5) and the System V ABI, chapters 4 and 5.
#include "host/plugin/elf.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

#include <fmt/format.h>
#include <sys/stat.h>

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

std::string machine_name(unsigned machine, unsigned char file_class) {
  switch (machine) {
    case EM_386:
      return "32-bit x86";
    case EM_X86_64:
      return file_class == ELFCLASS64 ? "x86-64" : "x32";
    case EM_ARM:
      return "32-bit ARM";
    case EM_AARCH64:
      return "AArch64";
    case EM_RISCV:
      return "RISC-V";
    case EM_PPC64:
      return "POWER";
    case EM_S390:
      return "IBM Z";
    default:
      return fmt::format("machine {}", machine);
  }
}

// Why a file with this header can't be loaded here, or empty.
std::string refusal(const Elf64_Ehdr& header) {
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return "is no shared library";
  const bool is_ours =
      header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_ident[EI_DATA] == ELFDATA2LSB;
  if (!is_ours || header.e_machine != this_machine) {
    return fmt::format(
        "is no shared library for this machine ({}), but for another ({}); build "
        "it here",
        machine_name(this_machine, ELFCLASS64),
        machine_name(header.e_machine, header.e_ident[EI_CLASS]));
  }
  if (header.e_type != ET_DYN) {
    return "is no shared library for this machine, but a program or an object file; link it with "
           "-shared";
  }
  if (header.e_phentsize != sizeof(Elf64_Phdr)) return "is a damaged ELF file";
  return {};
}

bool read_fully(int file, void* to, std::size_t size, std::uint64_t offset) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t got = pread(file, at, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
    offset += static_cast<std::uint64_t>(got);
  }
  return true;
}

}  // namespace

std::variant<ElfFile, std::string> ElfFile::open(const std::filesystem::path& path) {
  // Never waits for a pipe's other end.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return std::string("can't be read: ") + std::strerror(errno);
  struct stat status {};
  if (fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::string("is no shared library");
  }
  ElfFile elf(path, std::move(file), static_cast<std::uint64_t>(status.st_size));
  if (std::string why = elf.read_headers(); !why.empty()) return why;
  return elf;
}

std::string ElfFile::read_headers() {
  const auto start = bytes(0, sizeof(Elf64_Ehdr));
  if (!start) return "is no shared library";
  Elf64_Ehdr header;
  std::memcpy(&header, start->data(), sizeof header);
  if (std::string why = refusal(header); !why.empty()) return why;
  const auto table = bytes(header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr));
  if (!table) return "is a damaged ELF file";
  segments_.resize(header.e_phnum);
  if (!table->empty()) std::memcpy(segments_.data(), table->data(), table->size());
  return {};
}

const Elf64_Phdr* ElfFile::find_segment(std::uint32_t type) const {
  const auto found = std::ranges::find(segments_, type, &Elf64_Phdr::p_type);
  return found == segments_.end() ? nullptr : &*found;
}

bool ElfFile::is_whole() const {
  return std::ranges::all_of(segments_, [&](const Elf64_Phdr& segment) {
    return segment.p_type != PT_LOAD ||
           (segment.p_offset <= size_ && segment.p_filesz <= size_ - segment.p_offset);
  });
}

std::optional<std::string> ElfFile::bytes(std::uint64_t offset, std::uint64_t size) const {
  if (size > max_read || offset > size_ || size > size_ - offset) return std::nullopt;
  std::string result(size, '\0');
  if (!read_fully(file_.get(), result.data(), result.size(), offset)) return std::nullopt;
  return result;
}

std::optional<std::string> ElfFile::bytes_at(std::uint64_t address, std::uint64_t size) const {
  for (const Elf64_Phdr& segment : segments_) {
    if (segment.p_type != PT_LOAD || address < segment.p_vaddr) continue;
    const std::uint64_t inside = address - segment.p_vaddr;
    if (inside > segment.p_filesz || size > segment.p_filesz - inside) continue;
    if (segment.p_offset > size_) continue;  // the sum below stays small
    return bytes(segment.p_offset + inside, size);
  }
  return std::nullopt;
}

}  // namespace sheaf::host::plugin
