// SPDX-License-Identifier: MIT
// Files are hostile: whatever is in one, the doctor reads it to an end.
#include <cstring>
#include <elf.h>
#include <random>

#include <catch2/catch.hpp>
#include <sys/mman.h>

#include "host/conformance/elf_doctor.hpp"
#include "host/conformance/elf_library.hpp"
#include "host/descriptor.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::host;

namespace {

// A file in memory that is written again and again.
class MemoryFile {
 public:
  MemoryFile() : file_(memfd_create("damaged.so", MFD_CLOEXEC)) { REQUIRE(file_); }
  std::filesystem::path write(const std::string& bytes) const {
    REQUIRE(ftruncate(file_.get(), 0) == 0);
    REQUIRE(pwrite(file_.get(), bytes.data(), bytes.size(), 0) ==
            static_cast<ssize_t>(bytes.size()));
    return "/proc/self/fd/" + std::to_string(file_.get());
  }

 private:
  Descriptor file_;
};

std::string sample() { return test::read_file(SHEAF_TEST_PLUGINS "/elf/needs_middle.so"); }

// Reads all that the doctor reads of the file alone.
void read(const std::filesystem::path& file) {
  const auto opened = plugin::ElfFile::open(file);
  if (const auto* elf = std::get_if<plugin::ElfFile>(&opened)) {
    static_cast<void>(conformance::read_library(*elf));
    static_cast<void>(conformance::read_exports(*elf));
  }
}

// The part of a file that the dynamic linker's tables are in.
std::pair<std::size_t, std::size_t> tables(const std::string& bytes) {
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    std::memcpy(&segment, bytes.data() + header.e_phoff + i * sizeof segment, sizeof segment);
    if (segment.p_type == PT_DYNAMIC) return {segment.p_offset, segment.p_filesz};
  }
  return {0, 0};
}

}  // namespace

TEST_CASE("flipped bytes do the doctor no harm", "[host][conformance][elf]") {
  const MemoryFile file;
  const std::string bytes = sample();
  const auto [dynamic, dynamic_size] = tables(bytes);
  REQUIRE(dynamic_size > 0);
  std::mt19937 random(20250101);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = bytes;
    for (int i = 0; i < 3; ++i) {
      // Past the magic: in the headers, the dynamic section, or the tables before the code.
      const std::size_t start = round % 3 == 1 ? dynamic : 20;
      const std::size_t size = round % 3 == 0 ? 700 : round % 3 == 1 ? dynamic_size : 4000;
      damaged[start + random() % size] = static_cast<char>(random());
    }
    if (round % 30 == 0) {
      static_cast<void>(conformance::examine_elf(file.write(damaged)));
    } else {
      read(file.write(damaged));
    }
  }
}

TEST_CASE("a library cut off anywhere is a finding", "[host][conformance][elf]") {
  const MemoryFile file;
  const std::string bytes = sample();
  for (std::size_t length = 0; length < bytes.size(); length += 1 + length / 16) {
    const auto found = conformance::examine_elf(file.write(bytes.substr(0, length)));
    CHECK_FALSE(found.empty());
  }
}

TEST_CASE("sizes and counts beyond all bounds end at the file's end", "[host][conformance][elf]") {
  const MemoryFile file;
  const std::string bytes = sample();
  const auto [dynamic, dynamic_size] = tables(bytes);
  for (std::size_t at = dynamic; at < dynamic + dynamic_size; at += sizeof(Elf64_Dyn)) {
    for (const std::uint64_t value :
         {~std::uint64_t{0}, std::uint64_t{1} << 63U, std::uint64_t{1}}) {
      std::string damaged = bytes;
      std::memcpy(damaged.data() + at + offsetof(Elf64_Dyn, d_un), &value, sizeof value);
      static_cast<void>(conformance::examine_elf(file.write(damaged)));
    }
  }
}
