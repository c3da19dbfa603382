// SPDX-License-Identifier: MIT
#include "core/journal/guarded_file.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <new>
#include <thread>
#include <utility>

#include <sys/file.h>

#include "core/journal/recovery.hpp"
#include "core/journal/superblock.hpp"
#include "core/journal/system.hpp"

namespace sheaf::journal {
namespace {

constexpr auto pause = std::chrono::milliseconds(1);

std::uint64_t block_of(std::uint64_t address) noexcept { return address / block_size; }

}  // namespace

std::string journal_of(const std::string& path) { return path + "-journal"; }

GuardedFile::GuardedFile(std::string path, int descriptor, const Options& options)
    : name_(options.name.empty() ? std::move(path) : options.name),
      descriptor_(descriptor),
      options_(options),
      tail_(descriptor_, name_, options_.tail) {}

std::unique_ptr<GuardedFile> GuardedFile::create(const std::string& path, const Options& options) {
  std::unique_ptr<GuardedFile> file(new GuardedFile(path, open_protected(path, O_RDWR), options));
  share_lock(file->descriptor_, path);
  file->is_new_ = true;
  file->protected_ = block_size;  // the superblock comes last
  file->is_finished_ = false;
  return file;
}

std::unique_ptr<GuardedFile> GuardedFile::open(const std::string& path, const Options& options) {
  std::unique_ptr<GuardedFile> file(new GuardedFile(path, open_protected(path, O_RDWR), options));
  file->log_ = RedoLog::open(journal_of(path), path);
  recover_with(*file->log_, file->descriptor_, path);
  file->log_->clear();
  share_lock(file->descriptor_, path);
  file->end = file->used_ = system().size(file->descriptor_, path);
  file->tail_.begin(file->end);
  file->protected_ = file->committed_ = whole_blocks(file->end);
  file->is_finished_ = false;
  return file;
}

std::unique_ptr<GuardedFile> GuardedFile::look(const std::string& path) {
  while (const std::optional<RedoLog> log = RedoLog::look(journal_of(path))) {
    std::unique_ptr<GuardedFile> file(new GuardedFile(path, open_protected(path, O_RDONLY), {}));
    // No record is applied while this lock is held.
    share_lock(file->descriptor_, path);
    if (!log->is_named()) continue;  // its writer has closed the file just now
    const std::optional<Record> record = log->latest();
    if (!record || !belongs_to(*record, file->descriptor_, path)) return nullptr;
    if (!file->lay_over(*log, *record)) continue;
    file->end = file->protected_ = file->committed_ = record->file_size;
    file->record_ = record->sequence;
    return file;
  }
  return nullptr;
}

std::uint64_t GuardedFile::record_beside(const std::string& path, int descriptor) {
  const std::optional<RedoLog> log = RedoLog::look(journal_of(path));
  if (!log) return 0;
  const std::optional<Record> record = log->latest();
  return record && belongs_to(*record, descriptor, path) ? record->sequence : 0;
}

// False when the record went while it was read: it is in the file then, and the writer goes on.
bool GuardedFile::lay_over(const RedoLog& log, const Record& record) {
  waiting_.clear();
  Block block;
  for (const Entry& entry : record.entries) {
    if (!log.try_read(entry, block)) return false;
    waiting_.change(entry.number, nullptr, [](Block&) {}) = block;
  }
  return true;
}

GuardedFile::~GuardedFile() {
  try {
    finish();
  } catch (const Error&) {
    // What was committed is in the file or in its journal.
  }
  system().close(descriptor_);
}

void GuardedFile::load(std::uint64_t number, Block& block) {
  if (waiting_.has(number)) return waiting_.read(number, log(), block);
  tail_.read(number * block_size, block.data(), block_size);
}

void GuardedFile::hold_back(std::uint64_t address, const std::byte* data, std::size_t size) {
  while (size > 0) {
    const std::uint64_t within = address % block_size;
    const std::size_t taken = std::min<std::size_t>(size, block_size - within);
    const std::uint64_t number = block_of(address);
    Block& block = held_.change(number, log(), [&](Block& fresh) {
      if (taken < block_size) load(number, fresh);
    });
    std::memcpy(block.data() + within, data, taken);
    address += taken;
    data += taken;
    size -= taken;
  }
  if (held_.bytes_in_memory() <= options_.memory || !log_ || trouble_) return;
  begin_record();
  held_.spill(*log_);
}

void GuardedFile::write(std::uint64_t address, const void* data, std::size_t size) noexcept {
  const auto* bytes = static_cast<const std::byte*>(data);
  end = std::max(end, address + size);
  try {
    if (!trouble_ && address >= protected_) {
      try {
        return tail_.write(address, bytes, size);
      } catch (const Error& error) {
        trouble_ = error;
      }
    }
    // Behind the protected part only after a failure: HDF5 may read back what it wrote.
    const std::size_t before =
        trouble_ ? size : std::min<std::uint64_t>(size, protected_ - address);
    hold_back(address, bytes, before);
    if (before < size) write(address + before, bytes + before, size - before);
  } catch (const Error& error) {
    if (!trouble_) trouble_ = error;
  } catch (const std::bad_alloc&) {
    if (!trouble_) trouble_ = Error(ErrorCode::Io, name_, "no memory for what is to be written");
  }
}

bool GuardedFile::read(std::uint64_t address, void* data, std::size_t size) noexcept {
  auto* bytes = static_cast<std::byte*>(data);
  try {
    tail_.read(address, bytes, size);
    patch(waiting_, address, bytes, size);
    patch(held_, address, bytes, size);
    return true;
  } catch (const Error& error) {
    if (!trouble_) trouble_ = error;
    return false;
  }
}

void GuardedFile::patch(const Pages& pages, std::uint64_t address, std::byte* data,
                        std::size_t size) {
  if (size == 0 || !pages.has_any(block_of(address), block_of(address + size - 1))) return;
  Block block;
  while (size > 0) {
    const std::uint64_t within = address % block_size;
    const std::size_t taken = std::min<std::size_t>(size, block_size - within);
    if (pages.has(block_of(address))) {
      pages.read(block_of(address), log(), block);
      std::memcpy(data, block.data() + within, taken);
    }
    address += taken;
    data += taken;
    size -= taken;
  }
}

// A system that failed to write pages forgets them: asking it again proves nothing.
void GuardedFile::sync_file() {
  try {
    system().sync(descriptor_, name_);
  } catch (const Error&) {
    is_suspect_ = is_suspect_ || !is_synced_;
    throw;
  }
  is_synced_ = true;
  applied_.clear();
}

// Writes once more what may have been lost, as long as the journal has it. The next record can't
// stand in for that: it must name the state of the file that it is about.
void GuardedFile::apply_again() {
  applied_.merge(std::move(waiting_));
  waiting_ = std::exchange(applied_, {});
  if (const auto failure = apply()) throw *failure;
  if (!waiting_.empty()) {
    throw Error(ErrorCode::Io, name_,
                "must be written again after a failure, and is open in another process; try again "
                "when that has closed it");
  }
  sync_file();
  is_suspect_ = false;
}

void GuardedFile::begin_record() {
  if (!log_) throw Error(ErrorCode::Io, name_, "has no journal; close it and open it again");
  if (std::exchange(has_begun_, true) || !waiting_.empty()) return;
  // The record before is overwritten: nothing may need it.
  if (!is_synced_) sync_file();
  log_->restart();
}

void GuardedFile::commit() {
  if (trouble_) throw *trouble_;
  const std::uint64_t new_end = whole_blocks(allocated);
  try {
    tail_.flush();
    if (system().size(descriptor_, name_) < new_end) {
      system().resize(descriptor_, name_, new_end);
    }
    sync_file();
    if (is_new_) {
      write_first_commit(new_end);
    } else if (!held_.empty() || new_end != committed_) {
      write_record(new_end);
    }
    used_ = allocated;
  } catch (const Error& error) {
    trouble_ = error;
    throw;
  }
  apply();
}

void GuardedFile::write_first_commit(std::uint64_t new_end) {
  Block block;
  held_.each([&](std::uint64_t number) {
    held_.read(number, nullptr, block);
    system().write(descriptor_, name_, number * block_size, block.data(), block_size);
  });
  system().sync(descriptor_, name_);
  held_.clear();
  is_new_ = false;
  protected_ = committed_ = new_end;
}

void GuardedFile::write_record(std::uint64_t new_end) {
  begin_record();
  held_.spill(*log_);
  std::map<std::uint64_t, Entry> all;
  for (const Entry& entry : waiting_.entries()) all[entry.number] = entry;
  for (const Entry& entry : held_.entries()) all[entry.number] = entry;
  Record record;
  record.file_size = new_end;
  record.inode = inode_of(descriptor_, name_);
  record.needs_previous = !waiting_.empty();
  Block first;
  system().read(descriptor_, name_, 0, first.data(), block_size);
  record.before = superblock_hash(first);
  load(0, first);
  if (held_.has(0)) held_.read(0, log(), first);
  record.after = superblock_hash(first);
  for (const auto& [number, entry] : all) record.entries.push_back(entry);
  is_in_doubt_ = true;
  log_->seal(record);
  is_in_doubt_ = false;
  has_begun_ = false;
  committed_ = new_end;
  protected_ = std::max(protected_, new_end);
  waiting_.merge(std::move(held_));
}

// The commit counts already: what fails here is done again, later.
std::optional<Error> GuardedFile::apply() {
  std::optional<Error> failure;
  if (waiting_.empty() || !own_lock(descriptor_, name_)) return failure;
  try {
    Block block;
    waiting_.each([&](std::uint64_t number) {
      waiting_.read(number, log(), block);
      system().write(descriptor_, name_, number * block_size, block.data(), block_size);
    });
    applied_.merge(std::exchange(waiting_, {}));
    is_synced_ = false;
    protected_ = committed_;
  } catch (const Error& error) {
    failure = error;  // they stay in waiting_
  }
  try {
    share_lock(descriptor_, name_);
  } catch (const Error& error) {
    if (!trouble_) trouble_ = error;  // somebody else writes to the file: no commit more
  }
  return failure;
}

// Readers that come and go leave a moment.
void GuardedFile::apply_soon() {
  const auto limit = std::chrono::steady_clock::now() + options_.patience;
  while (!apply() && !waiting_.empty() && std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(pause);
  }
}

void GuardedFile::drop() {
  // Again, when it fails: a record that came back would meet a tail that isn't its own.
  if (is_in_doubt_) log_->revoke();
  is_in_doubt_ = false;
  held_.clear();
  tail_.drop();  // before the file is cut: nothing is written any more
  has_begun_ = false;
  trouble_.reset();
  end = allocated = committed_;
  if (is_new_) return;
  if (is_suspect_) apply_again();
  if (system().size(descriptor_, name_) > protected_) {
    system().resize(descriptor_, name_, protected_);
  }
  tail_.begin(protected_);
}

void GuardedFile::renamed(const std::string& path) {
  name_ = options_.name.empty() ? path : options_.name;
  log_ = RedoLog::open(journal_of(path), path);
  log_->clear();
}

void GuardedFile::finish() {
  if (std::exchange(is_finished_, true)) return;
  drop();
  if (is_new_) return;
  apply_soon();
  if (!waiting_.empty()) return;  // the next one to open the file recovers it
  system().resize(descriptor_, name_, used_);
  if (!log_) return;  // one commit was all
  if (!is_synced_) sync_file();
  log_->remove();
}

}  // namespace sheaf::journal
