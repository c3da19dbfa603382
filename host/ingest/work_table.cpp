// SPDX-License-Identifier: MIT
#include "host/ingest/work_table.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/stat.h>

#include "core/error.hpp"

namespace sheaf::host {
namespace {

constexpr const char* what = "the list of sources";

void write_all(int file, const void* data, std::size_t size) {
  const char* next = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t count = ::write(file, next, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int number = errno;
      close(file);
      throw system_error(number, what, "share it with workers");
    }
    next += count;
    size -= static_cast<std::size_t>(count);
  }
}

}  // namespace

WorkTable& WorkTable::operator=(WorkTable&& other) noexcept {
  view_ = std::exchange(other.view_, {});
  rows_ = std::move(other.rows_);
  texts_ = std::move(other.texts_);
  claims_ = std::move(other.claims_);
  if (!rows_.empty()) view_ = {rows_, texts_, claims_};  // a short text moves with its object
  return *this;
}

void WorkTable::add(const Source& source, std::span<const std::uint32_t> features) {
  Row& row = rows_.emplace_back();
  row.path = texts_.size();
  row.path_size = static_cast<std::uint32_t>(source.path.size());
  row.id_size = static_cast<std::uint32_t>(source.id.size());
  texts_ += source.path;
  if (source.path.ends_with(source.id)) {
    row.id = texts_.size() - source.id.size();
  }
  texts_ += '\0';
  if (!source.path.ends_with(source.id)) {
    row.id = texts_.size();
    texts_ += source.id;
  }
  row.size = source.size;
  row.mtime_ns = source.mtime_ns;
  claims_.insert(claims_.end(), features.begin(), features.end());
  row.claims_end = claims_.size();
  view_ = {rows_, texts_, claims_};
}

SourceView WorkTable::operator[](std::size_t source) const {
  const Row& row = view_.rows[source];
  return {view_.texts.substr(row.id, row.id_size), view_.texts.substr(row.path, row.path_size),
          row.size, row.mtime_ns};
}

std::span<const std::uint32_t> WorkTable::claims(std::size_t source) const {
  const std::uint64_t begin = source == 0 ? 0 : view_.rows[source - 1].claims_end;
  return view_.claims.subspan(begin, view_.rows[source].claims_end - begin);
}

int WorkTable::share() const {
  const int file = memfd_create("sheaf-sources", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) throw system_error(errno, what, "share it with workers");
  const std::array<std::uint64_t, 4> sizes{view_.rows.size(), view_.texts.size(),
                                           view_.claims.size(), 0};
  write_all(file, sizes.data(), sizeof(sizes));
  write_all(file, view_.rows.data(), view_.rows.size_bytes());
  write_all(file, view_.claims.data(), view_.claims.size_bytes());
  write_all(file, view_.texts.data(), view_.texts.size());
  fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  return file;
}

WorkTable WorkTable::attach(int file) {
  struct stat info {};
  if (fstat(file, &info) != 0) throw system_error(errno, what, "read it");
  const auto size = static_cast<std::size_t>(info.st_size);
  // Never unmapped: a worker has one table for its life.
  void* const start = mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  if (start == MAP_FAILED) throw system_error(errno, what, "map it");
  const auto* bytes = static_cast<const std::byte*>(start);
  const auto* sizes = reinterpret_cast<const std::uint64_t*>(bytes);
  const std::byte* const rows = bytes + 4 * sizeof(std::uint64_t);
  const std::byte* const claims = rows + sizes[0] * sizeof(Row);
  const std::byte* const texts = claims + sizes[2] * sizeof(std::uint32_t);
  WorkTable table;
  table.view_ = {{reinterpret_cast<const Row*>(rows), sizes[0]},
                 {reinterpret_cast<const char*>(texts), sizes[1]},
                 {reinterpret_cast<const std::uint32_t*>(claims), sizes[2]}};
  return table;
}

}  // namespace sheaf::host
