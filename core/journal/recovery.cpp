// SPDX-License-Identifier: MIT
#include "core/journal/recovery.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <thread>

#include <sys/file.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/journal/superblock.hpp"
#include "core/journal/system.hpp"

namespace sheaf::journal {
namespace {

constexpr auto patience = std::chrono::seconds(5);
constexpr auto lock_pause = std::chrono::milliseconds(2);

[[nodiscard]] bool try_lock(int descriptor, const std::string& path, int how) {
  while (::flock(descriptor, how | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return false;
    if (errno == ENOLCK || errno == EINVAL || errno == ENOSYS) return true;  // it knows no locks
    throw system_error(errno, path, "lock it");
  }
  return true;
}

// Locks that writers take last a moment only.
void lock_soon(int descriptor, const std::string& path, int how) {
  const auto limit = std::chrono::steady_clock::now() + patience;
  while (!try_lock(descriptor, path, how)) {
    if (std::chrono::steady_clock::now() > limit) {
      throw Error(
          ErrorCode::Io, path,
          "is open elsewhere, in this process or another one; try again when that has closed it");
    }
    std::this_thread::sleep_for(lock_pause);
  }
}

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() { system().close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return number_; }

 private:
  int number_;
};

Block first_block(int descriptor, const std::string& path) {
  Block block{};
  system().read(descriptor, path, 0, block.data(), block_size);
  return block;
}

}  // namespace

int open_protected(const std::string& path, int flags) {
  const int descriptor = system().open(path, flags);
  if (descriptor < 0) throw system_error(ENOENT, path, "open it");
  return descriptor;
}

std::uint64_t inode_of(int descriptor, const std::string& path) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) throw system_error(errno, path, "look at it");
  return status.st_ino;
}

void share_lock(int descriptor, const std::string& path) { lock_soon(descriptor, path, LOCK_SH); }

bool own_lock(int descriptor, const std::string& path) {
  if (try_lock(descriptor, path, LOCK_EX)) return true;
  share_lock(descriptor, path);  // the failed call gave it up
  return false;
}

ReadLock::ReadLock(const std::string& path) : descriptor_(system().open(path, O_RDONLY)) {
  if (descriptor_ < 0) return;
  const auto limit = std::chrono::steady_clock::now() + patience;
  // Once more without a journal: its writer may have ended just now.
  for (bool is_last = false; !try_lock(descriptor_, path, LOCK_SH) && !is_last;) {
    is_last = !RedoLog::look(journal_of(path)) || std::chrono::steady_clock::now() > limit;
    std::this_thread::sleep_for(lock_pause);
  }
}

ReadLock::~ReadLock() {
  if (descriptor_ >= 0) system().close(descriptor_);
}

bool belongs_to(const Record& record, int descriptor, const std::string& path) {
  const Block first = first_block(descriptor, path);
  const std::uint64_t hash = superblock_hash(first);
  if (hash == record.before || hash == record.after) return true;
  // Torn while it was written. Numbers of files are used again: a shorter one is another file.
  return record.inode == inode_of(descriptor, path) && !end_of_file(first) &&
         whole_blocks(system().size(descriptor, path)) >= record.file_size;
}

Recovery recover_with(const RedoLog& log, int descriptor, const std::string& path) {
  Recovery recovery;
  lock_soon(descriptor, path, LOCK_EX);
  recovery.had_journal = system().size(log.descriptor(), log.path()) > 0;
  if (!recovery.had_journal) return recovery;
  const std::optional<Record> record = log.latest();
  std::optional<std::uint64_t> size;
  if (record && belongs_to(*record, descriptor, path)) {
    Block block;
    for (const Entry& entry : record->entries) {
      log.read(entry, block);
      system().write(descriptor, path, entry.number * block_size, block.data(), block_size);
    }
    recovery.blocks = record->entries.size();
    size = record->file_size;
  } else if (const auto end = end_of_file(first_block(descriptor, path))) {
    size = whole_blocks(*end);
  }
  const std::uint64_t now = system().size(descriptor, path);
  if (size && now > *size) recovery.cut = now - *size;
  if (size && now != *size && (now > *size || recovery.blocks > 0)) {
    system().resize(descriptor, path, *size);
  }
  system().sync(descriptor, path);
  return recovery;
}

Recovery recover(const std::string& path) {
  const Descriptor file(open_protected(path, O_RDWR));
  if (!RedoLog::look(journal_of(path))) return {};
  RedoLog log = RedoLog::open(journal_of(path), path);
  const Recovery recovery = recover_with(log, file.get(), path);
  log.remove();
  return recovery;
}

}  // namespace sheaf::journal
