// SPDX-License-Identifier: MIT
#include "core/journal/redo_log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>
#include <xxhash.h>

#include <sys/stat.h>

#include "core/error.hpp"
#include "core/journal/system.hpp"

namespace sheaf::journal {
namespace {

constexpr std::array<char, 8> magic{'S', 'H', 'E', 'A', 'F', 'J', 'N', 'L'};
constexpr std::uint32_t version = 1;

// As it stands in the file, little-endian; what is left of the block is zero.
struct Header {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t needs_previous;
  std::uint64_t sequence;
  std::uint64_t file_size;
  std::uint64_t inode;
  std::uint64_t before;
  std::uint64_t after;
  std::uint64_t index;  // where it begins
  std::uint64_t count;  // of its entries
  std::uint64_t index_hash;
  std::uint64_t hash;  // of all fields before this one
};
static_assert(sizeof(Header) == 88);
static_assert(sizeof(Entry) == 24);

// A lock of the open file, not of the process: any other descriptor is refused.
bool lock(int descriptor) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return ::fcntl(descriptor, F_OFD_SETLK, &whole) == 0;
}

}  // namespace

std::uint64_t hash_of(const void* data, std::size_t size) noexcept {
  return XXH3_64bits(data, size);
}

RedoLog RedoLog::open(const std::string& path, const std::string& protects) {
  while (true) {
    RedoLog log(path, system().open(path, O_RDWR | O_CREAT));
    if (!lock(log.descriptor_)) {
      throw Error(ErrorCode::Io, protects,
                  "is being written by another process; try again when that has ended");
    }
    if (!log.is_named()) continue;  // its owner has removed it just now
    system().sync_folder(path);
    if (const auto record = log.latest()) {
      log.sequence_ = record->sequence;
      log.last_needs_previous_ = record->needs_previous;
    }
    return log;
  }
}

std::optional<RedoLog> RedoLog::look(const std::string& path) {
  const int descriptor = system().open(path, O_RDONLY);
  if (descriptor < 0) return std::nullopt;
  return RedoLog(path, descriptor);
}

RedoLog::RedoLog(RedoLog&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      end_(other.end_),
      sequence_(other.sequence_),
      last_needs_previous_(other.last_needs_previous_) {}

RedoLog& RedoLog::operator=(RedoLog&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  end_ = other.end_;
  sequence_ = other.sequence_;
  last_needs_previous_ = other.last_needs_previous_;
  return *this;
}

bool RedoLog::is_named() const noexcept {
  struct stat open_file {};
  struct stat named {};
  return ::fstat(descriptor_, &open_file) == 0 && ::stat(path_.c_str(), &named) == 0 &&
         open_file.st_ino == named.st_ino && open_file.st_dev == named.st_dev;
}

RedoLog::~RedoLog() {
  if (descriptor_ >= 0) system().close(descriptor_);
}

std::optional<Record> RedoLog::latest() const {
  std::optional<Record> a = read_header(0);
  std::optional<Record> b = read_header(1);
  if (!a || (b && b->sequence > a->sequence)) std::swap(a, b);
  if (!a) return std::nullopt;
  // A record whose entries are damaged was applied and is being overwritten, or was never sealed.
  if (!a->entries.empty()) return a;
  const bool is_previous = a->needs_previous && b && b->sequence + 1 == a->sequence;
  if (is_previous && !b->entries.empty()) return b;
  return std::nullopt;
}

// With its entries if they, and all blocks, are as they were written; without any if not.
std::optional<Record> RedoLog::read_header(std::uint64_t slot) const {
  Header header{};
  if (system().read(descriptor_, path_, slot * block_size, &header, sizeof header) !=
      sizeof header) {
    return std::nullopt;
  }
  if (header.magic != magic || header.hash != hash_of(&header, offsetof(Header, hash)) ||
      header.sequence % 2 != slot) {
    return std::nullopt;
  }
  if (header.version != version) {
    throw Error(ErrorCode::Unsupported, path_,
                "was written by another version of Sheaf; open the file with that one once");
  }
  Record record{header.sequence,
                header.file_size,
                header.inode,
                header.before,
                header.after,
                header.needs_previous != 0,
                {}};
  if (!read_entries(record, header.index, header.index_hash, header.count)) record.entries.clear();
  return record;
}

bool RedoLog::read_entries(Record& record, std::uint64_t index, std::uint64_t index_hash,
                           std::uint64_t count) const {
  const std::uint64_t size = system().size(descriptor_, path_);
  if (index > size || count > (size - index) / sizeof(Entry)) return false;
  record.entries.resize(count);
  const std::size_t bytes = count * sizeof(Entry);
  if (system().read(descriptor_, path_, index, record.entries.data(), bytes) != bytes) return false;
  if (hash_of(record.entries.data(), bytes) != index_hash) return false;
  Block block;
  return std::all_of(record.entries.begin(), record.entries.end(),
                     [&](const Entry& entry) { return try_read(entry, block); });
}

bool RedoLog::try_read(const Entry& entry, Block& block) const {
  return system().read(descriptor_, path_, entry.position, block.data(), block_size) ==
             block_size &&
         hash_of(block.data(), block_size) == entry.hash;
}

void RedoLog::read(const Entry& entry, Block& block) const {
  if (try_read(entry, block)) return;
  throw Error(ErrorCode::Corrupt, path_, "doesn't give back what was written to it");
}

Entry RedoLog::append(std::uint64_t number, const Block& block) {
  system().write(descriptor_, path_, end_, block.data(), block_size);
  const Entry entry{number, end_, hash_of(block.data(), block_size)};
  end_ += block_size;
  return entry;
}

void RedoLog::seal(Record& record) {
  const std::size_t bytes = record.entries.size() * sizeof(Entry);
  system().write(descriptor_, path_, end_, record.entries.data(), bytes);
  record.sequence = sequence_ + 1;
  Header header{magic,
                version,
                record.needs_previous ? 1U : 0U,
                record.sequence,
                record.file_size,
                record.inode,
                record.before,
                record.after,
                end_,
                record.entries.size(),
                hash_of(record.entries.data(), bytes),
                0};
  header.hash = hash_of(&header, offsetof(Header, hash));
  Block block{};
  std::memcpy(block.data(), &header, sizeof header);
  system().write(descriptor_, path_, record.sequence % 2 * block_size, block.data(), block_size);
  system().sync(descriptor_, path_);
  end_ = whole_blocks(end_ + bytes);
  sequence_ = record.sequence;
  last_needs_previous_ = record.needs_previous;
}

void RedoLog::restart() {
  // A damaged record that needs the one before it would bring that one back.
  if (last_needs_previous_) {
    const std::array<std::byte, 2 * block_size> zeros{};
    system().write(descriptor_, path_, 0, zeros.data(), zeros.size());
    system().sync(descriptor_, path_);
    last_needs_previous_ = false;
  }
  end_ = 2 * block_size;
}

void RedoLog::revoke() {
  const Block zeros{};
  system().write(descriptor_, path_, (sequence_ + 1) % 2 * block_size, zeros.data(), block_size);
  system().sync(descriptor_, path_);
}

void RedoLog::clear() {
  if (system().size(descriptor_, path_) > 0) {
    system().resize(descriptor_, path_, 0);
    system().sync(descriptor_, path_);
  }
  end_ = 2 * block_size;
  sequence_ = 0;
  last_needs_previous_ = false;
}

void RedoLog::remove() {
  system().remove(path_);
  system().sync_folder(path_);
}

}  // namespace sheaf::journal
