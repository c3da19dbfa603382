// SPDX-License-Identifier: MIT
#include "tests/core/journal/simulated_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>
#include <utility>

#include "core/error.hpp"

namespace sheaf::test {
namespace {

namespace fs = std::filesystem;
using Kind = Change::Kind;

constexpr std::uint64_t sector = 512;

// Whether the change is about the content of a file, not about its name.
bool is_content(const Change& change) {
  return change.kind == Kind::Write || change.kind == Kind::Resize;
}
bool is_name(const Change& change) {
  return change.kind == Kind::Create || change.kind == Kind::Rename || change.kind == Kind::Remove;
}

struct Disk {
  std::map<int, Bytes> files;
  std::map<std::string, int> names;
};

Disk disk_of(const Folder& folder) {
  Disk disk;
  for (const auto& [name, bytes] : folder) {
    const int file = static_cast<int>(disk.names.size());
    disk.names[name] = file;
    disk.files[file] = bytes;
  }
  return disk;
}

Folder folder_of(const Disk& disk) {
  Folder folder;
  for (const auto& [name, file] : disk.names) {
    const auto found = disk.files.find(file);
    folder[name] = found == disk.files.end() ? Bytes{} : found->second;
  }
  return folder;
}

void apply(Disk& disk, const Change& change) {
  switch (change.kind) {
    case Kind::Write: {
      Bytes& file = disk.files[change.file];
      if (change.bytes.empty()) return;
      file.resize(std::max<std::size_t>(file.size(), change.offset + change.bytes.size()));
      std::memcpy(file.data() + change.offset, change.bytes.data(), change.bytes.size());
      return;
    }
    case Kind::Resize:
      return disk.files[change.file].resize(change.size);
    case Kind::Create:
      disk.names[change.to] = change.file;
      return;
    case Kind::Rename:
      if (disk.names.erase(change.from) > 0) disk.names[change.to] = change.file;
      return;
    case Kind::Remove:
      disk.names.erase(change.from);
      return;
    case Kind::Sync:
    case Kind::FailedSync:
    case Kind::SyncNames:
      return;
  }
}

// Sectors of a write arrive one by one; one that is cut short is unreadable as a whole, also where
// the write didn't touch it.
void apply_torn(Disk& disk, const Change& change, std::mt19937_64& random) {
  Bytes& file = disk.files[change.file];
  const std::uint64_t end = change.offset + change.bytes.size();
  if (random() % 2 == 0) file.resize(std::max<std::size_t>(file.size(), end));
  for (std::uint64_t at = change.offset / sector * sector; at < end; at += sector) {
    const std::uint64_t how = random() % 8;
    if (how < 3) continue;
    const std::uint64_t first = std::max(at, change.offset);
    const std::uint64_t last = std::min(at + sector, end);
    file.resize(std::max<std::size_t>(file.size(), last));
    std::copy_n(change.bytes.begin() + static_cast<std::ptrdiff_t>(first - change.offset),
                last - first, file.begin() + static_cast<std::ptrdiff_t>(first));
    if (how > 3) continue;
    const std::uint64_t whole = std::min<std::uint64_t>(at + sector, file.size());
    for (std::uint64_t byte = at; byte < whole; ++byte) file[byte] = std::byte(random() & 0xFFU);
  }
}

}  // namespace

RecordingSystem::RecordingSystem(fs::path folder) : folder_(std::move(folder)) {
  for (const auto& file : fs::directory_iterator(folder_)) {
    Bytes bytes(file.file_size());
    std::ifstream(file.path(), std::ios::binary)
        .read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    begin_[file.path().filename()] = std::move(bytes);
  }
  names_ = disk_of(begin_).names;
  files_ = static_cast<int>(names_.size());
  journal::set_system(this);
}

RecordingSystem::~RecordingSystem() { journal::set_system(nullptr); }

std::string RecordingSystem::name_of(const std::string& path) const {
  return fs::path(path).filename();
}

void RecordingSystem::note(Change change) {
  change.committing = committing;
  change.committed = committed;
  const std::lock_guard lock(mutex_);
  changes_.push_back(std::move(change));
}

int RecordingSystem::open(const std::string& path, int flags) {
  const int descriptor = System::open(path, flags);
  const std::string name = name_of(path);
  if (descriptor >= 0 && !names_.contains(name)) {
    names_[name] = files_;
    note({.kind = Kind::Create, .file = files_++, .to = name});
  }
  return descriptor;
}

void RecordingSystem::write(int descriptor, const std::string& path, std::uint64_t offset,
                            const void* data, std::size_t size) {
  System::write(descriptor, path, offset, data, size);
  const auto* bytes = static_cast<const std::byte*>(data);
  note({.kind = Kind::Write,
        .file = names_.at(name_of(path)),
        .offset = offset,
        .bytes = Bytes(bytes, bytes + size)});
}

int RecordingSystem::open_direct(int descriptor) noexcept { return ::dup(descriptor); }

bool RecordingSystem::write_direct(int descriptor, const std::string& path, std::uint64_t offset,
                                   const void* data, std::size_t size) {
  ++direct_writes_;
  write(descriptor, path, offset, data, size);
  return true;
}

// The real one takes its time, and this power doesn't fail.
void RecordingSystem::sync(int /*descriptor*/, const std::string& path) {
  ++syncs_;
  const bool fails = failing_sync > 0 && syncs_ >= failing_sync && syncs_ < failing_sync + failures;
  note({.kind = fails ? Kind::FailedSync : Kind::Sync, .file = names_.at(name_of(path))});
  if (fails) throw system_error(EIO, path, "make it durable");
}

void RecordingSystem::resize(int descriptor, const std::string& path, std::uint64_t size) {
  System::resize(descriptor, path, size);
  note({.kind = Kind::Resize, .file = names_.at(name_of(path)), .size = size});
}

void RecordingSystem::remove(const std::string& path) {
  System::remove(path);
  names_.erase(name_of(path));
  note({.kind = Kind::Remove, .from = name_of(path)});
}

void RecordingSystem::sync_folder(const std::string& /*path*/) { note({.kind = Kind::SyncNames}); }

void RecordingSystem::rename(const fs::path& from, const fs::path& to) {
  fs::rename(from, to);
  const int file = names_.at(from.filename());
  names_.erase(from.filename());
  names_[to.filename()] = file;
  note({.kind = Kind::Rename, .file = file, .from = from.filename(), .to = to.filename()});
}

Open pending(const std::vector<Change>& changes, std::size_t count) {
  Open open;
  for (std::size_t index = 0; index < count; ++index) {
    const Change& now = changes[index];
    const auto settles = [&](std::size_t before) {
      const Change& change = changes[before];
      return now.kind == Kind::SyncNames ? is_name(change)
                                         : is_content(change) && change.file == now.file;
    };
    const auto is_forgotten = [&](std::size_t before) {
      return settles(before) && changes[before].kind == Kind::Write;
    };
    if (is_content(now) || is_name(now)) open.pending.push_back(index);
    if (now.kind == Kind::Sync || now.kind == Kind::SyncNames) {
      std::erase_if(open.pending, settles);
    }
    if (now.kind == Kind::FailedSync) {
      std::copy_if(open.pending.begin(), open.pending.end(), std::back_inserter(open.forgotten),
                   is_forgotten);
      std::erase_if(open.pending, is_forgotten);
    }
  }
  return open;
}

Folder crash(const Folder& begin, const std::vector<Change>& changes, std::size_t count,
             std::uint64_t subset) {
  Disk disk = disk_of(begin);
  const std::vector<std::size_t> open = pending(changes, count).pending;
  std::size_t next = 0;
  for (std::size_t index = 0; index < count; ++index) {
    if (next < open.size() && open[next] == index) {
      if ((subset >> next++ & 1U) == 0) continue;
    }
    apply(disk, changes[index]);
  }
  return folder_of(disk);
}

Folder crash(const Folder& begin, const std::vector<Change>& changes, std::size_t count,
             std::mt19937_64& random) {
  Disk disk = disk_of(begin);
  const Open open = pending(changes, count);
  const std::uint64_t share = random() % 11;  // tenths of them that happened
  const bool tears = random() % 4 != 0;
  const bool reorders = random() % 2 == 0;
  const auto is_in = [](const std::vector<std::size_t>& list, std::size_t index) {
    return std::binary_search(list.begin(), list.end(), index);
  };
  const auto happen = [&](const Change& change) {
    if (random() % 10 >= share) return;
    const bool torn = tears && change.kind == Kind::Write && random() % 2 == 0;
    torn ? apply_torn(disk, change, random) : apply(disk, change);
  };
  std::vector<std::size_t> last;
  for (std::size_t index = 0; index < count; ++index) {
    if (is_in(open.pending, index) && reorders) {
      last.push_back(index);
    } else if (is_in(open.pending, index) || is_in(open.forgotten, index)) {
      happen(changes[index]);
    } else {
      apply(disk, changes[index]);
    }
  }
  for (std::size_t left = last.size(); left > 0; --left) {
    std::swap(last[left - 1], last[random() % left]);
    happen(changes[last[left - 1]]);
  }
  return folder_of(disk);
}

void materialise(const Folder& folder, const fs::path& path) {
  for (const auto& file : fs::directory_iterator(path)) {
    if (!folder.contains(file.path().filename())) fs::remove(file.path());
  }
  for (const auto& [name, bytes] : folder) {
    std::ofstream stream(path / name, std::ios::binary | std::ios::trunc);
    stream.write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
  }
}

}  // namespace sheaf::test
