// SPDX-License-Identifier: MIT
#include "host/source/archive.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <unordered_map>

#include <fmt/format.h>

#include "host/source/source.hpp"

namespace sheaf::host {
namespace {

constexpr int wrong_format = EILSEQ;  // what libarchive has on Linux for a file of no known format
constexpr std::size_t block_size = std::size_t{64} << 10U;

// Bytes where they aren't text in a known encoding: pax and zip say that a name is UTF-8, all else
// is handed on as it is.
std::string name_of(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  return normalised(name == nullptr ? "" : name);
}

bool is_hidden(std::string_view name) {
  return name.starts_with('.') || name.find("/.") != std::string_view::npos;
}

// Why an entry is no member, or empty.
std::string refusal(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) {
    return "is a hard link inside the archive, which isn't followed; pack the files themselves "
           "(tar --hard-dereference)";
  }
  const auto type = archive_entry_filetype(entry);
  if (type == AE_IFLNK) {
    return "is a symbolic link, which isn't followed inside an archive; pack what it points to "
           "(tar --dereference)";
  }
  return type == AE_IFREG ? std::string() : "is no file (a pipe, socket or device)";
}

// Gathers the members of one archive.
class Lister {
 public:
  void add(archive_entry* entry, std::uint64_t ordinal) {
    if (archive_entry_filetype(entry) == AE_IFDIR) return;
    std::string name = name_of(entry);
    if (is_hidden(name)) return;
    if (archive_entry_is_encrypted(entry) != 0) {
      if (encrypted_++ == 0) first_encrypted_ = std::move(name);
      return;
    }
    std::string why = refusal(entry);
    if (why.empty() && (name.empty() || name.ends_with('/'))) why = "has no name of a file";
    if (!why.empty()) return listing_.problems.push_back({std::move(name), std::move(why)});
    const auto [at, is_new] = places_.try_emplace(name, listing_.members.size());
    if (!is_new) {
      listing_.members[at->second].name.clear();  // overwritten by this one
      at->second = listing_.members.size();
    }
    ArchiveMember& member = listing_.members.emplace_back();
    member.name = std::move(name);
    member.ordinal = ordinal;
    if (archive_entry_size_is_set(entry) != 0) member.size = archive_entry_size(entry);
    if (archive_entry_mtime_is_set(entry) != 0) {
      member.mtime_ns = archive_entry_mtime(entry) * std::int64_t{1'000'000'000} +
                        archive_entry_mtime_nsec(entry);
    }
  }
  ArchiveListing take(std::string problem) && {
    std::erase_if(listing_.members,
                  [](const ArchiveMember& member) { return member.name.empty(); });
    if (encrypted_ > 0) {
      listing_.problems.push_back(
          {"", fmt::format("{} of its members can't be read, since they are encrypted ('{}' is the "
                           "first); unpack the archive with its password and name the folder",
                           encrypted_, printable(first_encrypted_))});
    }
    if (!problem.empty()) listing_.problems.push_back({"", std::move(problem)});
    return std::move(listing_);
  }

 private:
  ArchiveListing listing_;
  std::unordered_map<std::string, std::size_t> places_;
  std::size_t encrypted_ = 0;
  std::string first_encrypted_;
};

}  // namespace

bool is_archive_name(std::string_view name) {
  constexpr std::array<std::string_view, 7> endings{".tar",    ".tar.gz",  ".tgz", ".tar.zst",
                                                    ".tar.xz", ".tar.bz2", ".zip"};
  std::string lower(name.substr(name.size() - std::min<std::size_t>(name.size(), 8)));
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::ranges::any_of(endings, [&](std::string_view end) { return lower.ends_with(end); });
}

ArchiveListing list_archive(const std::string& path) {
  ArchiveReader reader(path);
  Lister lister;
  while (archive_entry* entry = reader.next()) lister.add(entry, reader.next_ - 1);
  return std::move(lister).take(std::move(reader.problem_));
}

void ArchiveReader::Close::operator()(::archive* reader) const noexcept {
  archive_read_free(reader);
}

ArchiveReader::ArchiveReader(std::string path)
    : path_(std::move(path)), reader_(archive_read_new()) {
  ::archive* reader = reader_.get();
  if (reader == nullptr) throw std::bad_alloc();
  archive_read_support_filter_gzip(reader);
  archive_read_support_filter_bzip2(reader);
  archive_read_support_filter_xz(reader);
  archive_read_support_filter_zstd(reader);
  archive_read_support_format_tar(reader);
  archive_read_support_format_zip(reader);
  archive_read_support_format_empty(reader);
  if (archive_read_open_filename(reader, path_.c_str(), block_size) != ARCHIVE_OK) {
    problem_ = archive_errno(reader) == wrong_format
                   ? damage()
                   : fmt::format("the archive can't be opened: {}", said());
  }
}

std::string ArchiveReader::said() const {
  const char* text = archive_error_string(reader_.get());
  return text == nullptr ? "libarchive doesn't say why" : printable(text);
}

std::string ArchiveReader::damage() const {
  return fmt::format(
      "the archive is damaged, cut or not what its name says, {} ({}); copy it again",
      next_ == 0 ? "from its start on" : fmt::format("behind its entry {}", next_), said());
}

archive_entry* ArchiveReader::next() {
  if (!problem_.empty()) return nullptr;
  archive_entry* entry = nullptr;
  int code = ARCHIVE_RETRY;
  while (code == ARCHIVE_RETRY) code = archive_read_next_header(reader_.get(), &entry);
  if (code == ARCHIVE_EOF) {
    if (archive_format(reader_.get()) == ARCHIVE_FORMAT_EMPTY) {
      problem_ = "the archive is empty (0 bytes): copy it again";
    }
    return nullptr;
  }
  if (code == ARCHIVE_OK || code == ARCHIVE_WARN) {
    ++next_;
    return entry;
  }
  problem_ = damage();
  return nullptr;
}

ArchiveReader::Read ArchiveReader::read(std::uint64_t ordinal, std::string_view name,
                                        const Receive& receive) {
  archive_entry* entry = nullptr;
  while (next_ <= ordinal) {
    entry = next();
    if (entry == nullptr) break;
  }
  if (entry == nullptr && !problem_.empty()) return {-1, problem_};
  if (entry == nullptr || name_of(entry) != name) {
    return {-1, "the archive has changed since it was listed; start again"};
  }
  return read_data(receive);
}

ArchiveReader::Read ArchiveReader::read_data(const Receive& receive) {
  std::int64_t end = 0;
  while (true) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int code = archive_read_data_block(reader_.get(), &block, &size, &offset);
    if (code == ARCHIVE_RETRY) continue;
    // A warning here is one about the bytes: a checksum, for the most part.
    if (code != ARCHIVE_OK && code != ARCHIVE_EOF) {
      return {-1, fmt::format("its bytes in the archive are damaged or cut ({}); copy the archive "
                              "again",
                              said())};
    }
    end = std::max(end, static_cast<std::int64_t>(offset) + static_cast<std::int64_t>(size));
    if (code == ARCHIVE_EOF) return {end, {}};
    std::string problem = receive(offset, {static_cast<const std::byte*>(block), size});
    if (!problem.empty()) return {-1, std::move(problem)};
  }
}

}  // namespace sheaf::host
