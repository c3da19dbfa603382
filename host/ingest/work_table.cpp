// SPDX-License-Identifier: MIT
#include "host/ingest/work_table.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <unistd.h>
#include <utility>

#include <sys/mman.h>
#include <sys/stat.h>

#include "core/error.hpp"

namespace sheaf::host {
namespace {

constexpr const char* what = "the list of sources";
constexpr std::size_t page = 4096;
constexpr std::size_t forget_every = 4096;  // sources
constexpr std::size_t block = std::size_t{256} << 10U;

void write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error(errno, what, "keep it");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

constexpr std::size_t padded(std::size_t size) { return (size + 7) / 8 * 8; }

}  // namespace

// A row stands in front of its texts: one pass over the file meets both.
struct WorkTable::Row {
  std::int64_t size = -1;
  std::int64_t mtime_ns = -1;
  std::uint32_t claims = 0;
  std::uint32_t path_size = 0;
  std::uint32_t id_start = 0;  // from the start of the path
  std::uint32_t id_size = 0;
  std::uint64_t member = 0;
  std::uint32_t name_at = 0;
  std::uint32_t shown_size = 0;  // behind the id
  SourceKind kind = SourceKind::File;
};

// The file: rows with their texts, then where each of them is, then how many there are.
struct WorkTable::File {
  ~File() {
    if (start != nullptr) munmap(start, size);
    if (number >= 0) ::close(number);
  }
  int number = -1;
  std::string pending;  // not written yet
  std::size_t written = 0;
  std::vector<std::uint64_t> places;  // until it is closed
  std::string last_id;                // of those added
  bool is_ascending = false;          // each id is behind the one before it
  std::byte* start = nullptr;
  std::size_t size = 0;
  const std::uint64_t* at = nullptr;  // of each row, when mapped
};

WorkTable::WorkTable() = default;
WorkTable::WorkTable(WorkTable&&) noexcept = default;
WorkTable& WorkTable::operator=(WorkTable&&) noexcept = default;
WorkTable::~WorkTable() = default;

void WorkTable::open() {
  if (file_) return;
  file_ = std::make_unique<File>();
  file_->is_ascending = true;
  file_->number = memfd_create("sheaf-sources", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file_->number < 0) throw system_error(errno, what, "keep it");
}

void WorkTable::add(const Source& source, const Claims& features) {
  open();
  const auto [claims, is_new] =
      claim_numbers_.try_emplace(features, static_cast<std::uint32_t>(claims_.size()));
  if (is_new) claims_.push_back(features);
  const bool ends_in_id = source.path.ends_with(source.id);
  Row row;
  row.size = source.size;
  row.mtime_ns = source.mtime_ns;
  row.claims = claims->second;
  row.path_size = static_cast<std::uint32_t>(source.path.size());
  row.id_size = static_cast<std::uint32_t>(source.id.size());
  row.id_start = ends_in_id ? row.path_size - row.id_size : row.path_size + 1;
  row.kind = source.kind;
  row.member = source.member;
  row.name_at = static_cast<std::uint32_t>(source.name_at);
  row.shown_size = static_cast<std::uint32_t>(source.shown.size());
  has_remote_ = has_remote_ || !source.is_local();
  has_relative_ = has_relative_ || (source.is_local() && !source.path.starts_with('/'));
  if (file_->is_ascending) {
    file_->is_ascending = count_ == 0 || file_->last_id < source.id;
    file_->last_id = source.id;
  }
  std::string& out = file_->pending;
  file_->places.push_back(file_->written + out.size());
  out.append(reinterpret_cast<const char*>(&row), sizeof(row));
  out.append(source.path) += '\0';
  if (!ends_in_id) out += source.id;
  out += source.shown;
  out.resize(padded(out.size()));
  if (out.size() >= block) {
    write_all(file_->number, out);
    file_->written += out.size();
    out.clear();
  }
  ++count_;
  bytes_ += std::max<std::int64_t>(source.size, 0);
}

void WorkTable::renumber(std::span<const std::uint32_t> numbers) {
  for (Claims& claims : claims_) {
    for (std::uint32_t& feature : claims) feature = numbers[feature];
  }
}

void WorkTable::close() {
  claim_numbers_.clear();
  open();
  std::string& out = file_->pending;
  out.append(reinterpret_cast<const char*>(file_->places.data()),
             file_->places.size() * sizeof(std::uint64_t));
  const std::uint64_t count = count_;
  out.append(reinterpret_cast<const char*>(&count), sizeof(count));
  write_all(file_->number, out);
  std::string().swap(out);
  std::vector<std::uint64_t>().swap(file_->places);
  fcntl(file_->number, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  map();
}

void WorkTable::map() {
  struct stat info {};
  if (fstat(file_->number, &info) != 0) throw system_error(errno, what, "read it");
  file_->size = static_cast<std::size_t>(info.st_size);
  void* const start = mmap(nullptr, file_->size, PROT_READ, MAP_SHARED, file_->number, 0);
  if (start == MAP_FAILED) throw system_error(errno, what, "map it");
  file_->start = static_cast<std::byte*>(start);
  std::uint64_t count = 0;
  std::memcpy(&count, file_->start + file_->size - sizeof(count), sizeof(count));
  count_ = count;
  file_->at = reinterpret_cast<const std::uint64_t*>(file_->start + file_->size) - count - 1;
}

const WorkTable::Row& WorkTable::row(std::size_t source) const {
  return *reinterpret_cast<const Row*>(file_->start + file_->at[source]);
}

SourceView WorkTable::operator[](std::size_t source) const {
  const Row& of = row(source);
  const char* const texts = reinterpret_cast<const char*>(&of + 1);
  return {{texts + of.id_start, of.id_size},
          {texts, of.path_size},
          of.size,
          of.mtime_ns,
          of.kind,
          of.member,
          of.name_at,
          {texts + std::max(of.path_size + 1, of.id_start + of.id_size), of.shown_size}};
}

const WorkTable::Claims& WorkTable::claims(std::size_t source) const {
  return claims_[row(source).claims];
}

void WorkTable::forget(std::size_t source) const {
  if (!file_ || file_->start == nullptr || source >= count_) return;
  madvise(file_->start, file_->at[source] / page * page, MADV_DONTNEED);
}

void WorkTable::check_unique() const {
  if (file_->is_ascending) return;  // as those of most folders are
  std::vector<std::pair<std::size_t, std::uint32_t>> hashes;
  hashes.reserve(count_);
  for (std::size_t i = 0; i < count_; ++i) {
    hashes.emplace_back(std::hash<std::string_view>()((*this)[i].id),
                        static_cast<std::uint32_t>(i));
    if (i % forget_every == 0) forget(i);
  }
  std::ranges::sort(hashes);
  for (std::size_t i = 1; i < hashes.size(); ++i) {
    // Of equal hashes all pairs: there are hardly ever any.
    for (std::size_t j = i; j-- > 0 && hashes[j].first == hashes[i].first;) {
      const SourceView first = (*this)[hashes[j].second];
      const SourceView second = (*this)[hashes[i].second];
      if (first.id == second.id) refuse_twice(first, second);
    }
  }
  forget(count_ - std::min<std::size_t>(count_, 1));
}

int WorkTable::share() const { return file_->number; }

WorkTable WorkTable::attach(int file, std::vector<Claims> claims) {
  WorkTable table;
  table.file_ = std::make_unique<File>();
  table.file_->number = fcntl(file, F_DUPFD_CLOEXEC, 0);
  table.claims_ = std::move(claims);
  table.map();
  ::close(std::exchange(table.file_->number, -1));
  return table;
}

}  // namespace sheaf::host
