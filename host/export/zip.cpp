// SPDX-License-Identifier: MIT
#include "host/export/zip.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <new>
#include <utility>

#include "core/error.hpp"

namespace sheaf::host {
namespace {

// libarchive's numbers are errno's, or -1 for what has none.
[[noreturn]] void fail(archive* writer, const std::string& object) {
  if (archive_errno(writer) > 0) throw system_error(archive_errno(writer), object, "write it");
  const char* said = archive_error_string(writer);
  throw Error(ErrorCode::Io, object, std::string("can't be written: ") + (said ? said : "zip"));
}

}  // namespace

void ZipWriter::Free::operator()(archive* writer) const noexcept {
  // Without this the end of the archive would be written, to a disk that is full perhaps.
  archive_write_fail(writer);
  archive_write_free(writer);
}

ZipWriter::ZipWriter(const std::filesystem::path& path, std::string object)
    : object_(std::move(object)), writer_(archive_write_new()) {
  if (!writer_) throw std::bad_alloc();
  check(archive_write_set_format_zip(writer_.get()));
  check(archive_write_zip_set_compression_store(writer_.get()));
  // Blocks as they come, and no padding behind the end.
  check(archive_write_set_bytes_per_block(writer_.get(), 0));
  check(archive_write_open_filename(writer_.get(), path.c_str()));
}

void ZipWriter::check(int result) {
  if (result != ARCHIVE_OK) fail(writer_.get(), object_);
}

void ZipWriter::begin(const std::string& name, std::int64_t bytes) {
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            archive_entry_free);
  if (!entry) throw std::bad_alloc();
  archive_entry_set_pathname_utf8(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_size(entry.get(), bytes);
  check(archive_write_header(writer_.get(), entry.get()));
}

void ZipWriter::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = archive_write_data(writer_.get(), bytes.data(), bytes.size());
    if (written <= 0) fail(writer_.get(), object_);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void ZipWriter::close() { check(archive_write_close(writer_.get())); }

}  // namespace sheaf::host
