// SPDX-License-Identifier: MIT
// Where the bytes of an array come from: a file, or a member of a zip archive.
#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include <sys/mman.h>

#include "npy/npy.hpp"

namespace sheaf::npy {
namespace {

// The most of an archive's member that is held in memory, which only Fortran order needs.
constexpr std::uint64_t most_in_memory = std::uint64_t{1} << 30U;

[[noreturn]] void ends_early() {
  throw sdk::Error("was cut: it ends where more should follow; copy it again from where it came");
}

class File final : public Input {
 public:
  explicit File(const char* path) : file_(path) {}
  ~File() override {
    if (mapped_ != nullptr) munmap(mapped_, file_.size());
  }
  [[nodiscard]] bool is_zip() const {
    std::byte start[4]{};
    return file_.read_at(0, start) == 4 && std::memcmp(start, "PK", 2) == 0 &&
           (start[2] == std::byte{3} || start[2] == std::byte{5});
  }
  void read(std::span<std::byte> to) override {
    if (file_.read_at(at_, to) < to.size()) ends_early();
    at_ += to.size();
  }
  [[nodiscard]] std::optional<std::uint64_t> left() const override {
    return file_.size() - std::min(at_, file_.size());
  }
  std::span<const std::byte> rest(std::uint64_t size) override {
    if (size > *left()) ends_early();
    if (mapped_ == nullptr) {
      void* const made = mmap(nullptr, file_.size(), PROT_READ, MAP_PRIVATE, file_.descriptor(), 0);
      if (made == MAP_FAILED) {
        throw sdk::Error("can't be mapped: " + std::system_category().message(errno));
      }
      mapped_ = made;
    }
    return {static_cast<const std::byte*>(mapped_) + at_, static_cast<std::size_t>(size)};
  }

 private:
  sdk::File file_;
  std::uint64_t at_ = 0;
  void* mapped_ = nullptr;
};

struct Free {
  void operator()(archive* reader) const noexcept { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Free>;

[[noreturn]] void refuse(archive* reader) {
  const char* text = archive_error_string(reader);
  throw sdk::Error("is a damaged archive: " + std::string(text == nullptr ? "no reason" : text) +
                   "; save it again with numpy.savez");
}

Reader open_archive(const char* path) {
  Reader reader(archive_read_new());
  if (!reader) throw std::bad_alloc();
  archive_read_support_format_zip(reader.get());
  constexpr std::size_t block = std::size_t{64} << 10U;
  if (archive_read_open_filename(reader.get(), path, block) != ARCHIVE_OK) refuse(reader.get());
  return reader;
}

archive_entry* next_entry(archive* reader) {
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(reader, &entry);
  if (code == ARCHIVE_EOF) return nullptr;
  if (code < ARCHIVE_WARN) refuse(reader);
  return entry;
}

// Without its ending, as NumPy calls it.
std::string member_name(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  std::string text = name == nullptr ? "" : name;
  if (text.ends_with(".npy")) text.resize(text.size() - 4);
  return text;
}

// The one that is meant where none is named.
std::string only_member(const char* path) {
  const Reader reader = open_archive(path);
  std::vector<std::string> names;
  while (archive_entry* entry = next_entry(reader.get())) names.push_back(member_name(entry));
  if (names.empty()) throw sdk::Error("is an archive without arrays");
  if (names.size() == 1) return names[0];
  constexpr std::size_t shown = 10;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i) {
    list += (i == 0 ? "" : ", ") + names[i];
  }
  throw sdk::Error("holds " + std::to_string(names.size()) + " arrays (" + list +
                   (names.size() > shown ? ", …" : "") +
                   "): say which, as in -f npy:member=" + names[0]);
}

class Member final : public Input {
 public:
  Member(const char* path, const std::string& name) : reader_(open_archive(path)) {
    while (archive_entry* entry = next_entry(reader_.get())) {
      if (member_name(entry) != name) continue;
      if (archive_entry_is_encrypted(entry) != 0) throw sdk::Error("is encrypted: unpack it first");
      if (archive_entry_size_is_set(entry) != 0) {
        size_ = static_cast<std::uint64_t>(archive_entry_size(entry));
      }
      return;
    }
    throw sdk::Error("has no array '" + name + "'");
  }
  void read(std::span<std::byte> to) override {
    if (read_some(to) < to.size()) ends_early();
  }
  [[nodiscard]] std::optional<std::uint64_t> left() const override {
    if (!size_) return std::nullopt;
    return *size_ - std::min(at_, *size_);
  }
  std::span<const std::byte> rest(std::uint64_t size) override {
    if (size > most_in_memory) {
      throw sdk::Error(
          "is in Fortran order and too large to be turned in memory: save it with "
          "numpy.ascontiguousarray, or as an .npy");
    }
    constexpr std::size_t part = std::size_t{1} << 20U;  // memory only for what is there
    while (whole_.size() < size) {
      const std::size_t have = whole_.size();
      whole_.resize(have + std::min<std::size_t>(part, static_cast<std::size_t>(size) - have));
      read(std::span(whole_).subspan(have));
    }
    return whole_;
  }
  void check_end() override {
    std::byte more[512];
    while (read_some(more) > 0) {
    }
  }

 private:
  std::size_t read_some(std::span<std::byte> to) {
    std::size_t have = 0;
    while (have < to.size()) {
      const la_ssize_t got = archive_read_data(reader_.get(), to.data() + have, to.size() - have);
      if (got == ARCHIVE_RETRY) continue;
      if (got < 0) refuse(reader_.get());
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    at_ += have;
    return have;
  }

  Reader reader_;
  std::optional<std::uint64_t> size_;
  std::uint64_t at_ = 0;
  std::vector<std::byte> whole_;
};

}  // namespace

std::unique_ptr<Input> open_input(const char* path, const std::optional<std::string>& member) {
  auto file = std::make_unique<File>(path);
  if (!file->is_zip()) return file;
  return std::make_unique<Member>(path, member ? *member : only_member(path));
}

}  // namespace sheaf::npy
