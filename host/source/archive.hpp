// SPDX-License-Identifier: MIT
#pragma once
// Archives through libarchive: which sources are in one, and their bytes.
//
// Model: an archive is a file whose name ends like one (.tar, .tar.gz, .tgz, .tar.zst, .tar.xz,
// .tar.bz2, .zip). Its entries are counted in the order they come; regular files among them are
// members. As in a folder, hidden ones are left out. Of several members with one name the last
// counts, as when tar unpacks it. An archive in an archive is a member like any other.
// Safety: an archive may be hostile. Nothing is unpacked to a path; names are only ids, which never
// begin with / and hold no "..". No external program decompresses anything.
// Failure: text that says what is wrong and what to do. Threads: one at a time.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct archive;
struct archive_entry;

namespace sheaf::host {

// Whether a file of this name is opened as an archive; case doesn't matter.
[[nodiscard]] bool is_archive_name(std::string_view name);

struct ArchiveMember {
  std::string name;            // bytes, normalised
  std::uint64_t ordinal = 0;   // among all entries
  std::int64_t size = -1;      // -1: known only when it has been read
  std::int64_t mtime_ns = -1;  // -1: the archive doesn't say
};

struct ArchiveProblem {
  std::string name;  // of the entry; empty: the archive as a whole
  std::string message;
};

struct ArchiveListing {
  std::vector<ArchiveMember> members;  // in archive order
  std::vector<ArchiveProblem> problems;
};

// Reads the archive from front to back; a plain .tar and a .zip by their headers alone.
[[nodiscard]] ArchiveListing list_archive(const std::string& path);

// Goes through an archive once.
class ArchiveReader {
 public:
  // Takes bytes that belong at an offset (what is left out is zero); returns why it can't, or
  // empty.
  using Receive = std::function<std::string(std::int64_t offset, std::span<const std::byte>)>;
  struct Read {
    std::int64_t size = -1;
    std::string problem;
  };

  explicit ArchiveReader(std::string path);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // The entry that read() may ask for next, or any behind it.
  [[nodiscard]] std::uint64_t position() const noexcept { return next_; }
  // Hands out the bytes of a member; `name` is what it was called when the archive was listed.
  [[nodiscard]] Read read(std::uint64_t ordinal, std::string_view name, const Receive& receive);

 private:
  struct Close {
    void operator()(::archive* reader) const noexcept;
  };
  friend ArchiveListing list_archive(const std::string& path);

  // The next entry; null at the end and when problem_ says why there is none.
  [[nodiscard]] ::archive_entry* next();
  [[nodiscard]] std::string said() const;
  [[nodiscard]] std::string damage() const;
  [[nodiscard]] Read read_data(const Receive& receive);

  const std::string path_;
  std::unique_ptr<::archive, Close> reader_;
  std::uint64_t next_ = 0;
  std::string problem_;  // nothing more can be read
};

}  // namespace sheaf::host
