// SPDX-License-Identifier: MIT
#pragma once
// The bytes of a file at one commit, past HDF5, and the same file through HDF5.
//
//   file ── mapping (or pread) ──┐
//   journal ── blocks of the ────┴─► the bytes of the last commit
//              record that waits
//
// Model: opening takes a shared lock of the file and keeps it: while it is held no writer brings a
// record to the file, so what was committed below its end doesn't change; later commits wait in the
// journal. Blocks of a record that waited already are laid over the mapping as pages of its own.
// Threads: any number may copy at once. Failure: Error that names the file: Corrupt when the file
// is shorter than what is asked for, or became so (a SIGBUS is turned into that).

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "core/hdf5/handle.hpp"
#include "core/journal/redo_log.hpp"
#include "core/read/bus_guard.hpp"

namespace sheaf::read {

class MappedFile {
 public:
  [[nodiscard]] static std::unique_ptr<MappedFile> open(const std::filesystem::path& path,
                                                        bool is_mapped);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const hdf5::File& hdf5() const noexcept { return file_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  // Null when it isn't mapped.
  [[nodiscard]] const std::byte* data() const noexcept { return data_; }
  // Whether somebody writes to it, or a journal waits.
  [[nodiscard]] bool has_journal() const noexcept { return has_journal_; }
  // Whether its name leads to a later commit by now.
  [[nodiscard]] bool is_outdated() const;

  // What isn't there is a failure.
  void copy(std::uint64_t offset, std::size_t size, void* out) const;
  // Runs what reads the mapping and owns nothing (bus_guard.hpp).
  template <class Body>
  void guarded(const Body& body) const {
    if (!survives(data_, size_, body)) fail_short();
  }
  [[noreturn]] void fail_short() const;

 private:
  MappedFile(std::string name, int descriptor) : name_(std::move(name)), descriptor_(descriptor) {}
  [[nodiscard]] bool open_hdf5();
  void map();
  void lay_over();
  void read(std::uint64_t offset, std::size_t size, std::byte* out) const;

  std::string name_;
  int descriptor_;
  hdf5::File file_;
  std::uint64_t record_ = 0;  // of the journal, that is laid over it
  std::map<std::uint64_t, std::unique_ptr<journal::Block>> laid_over_;
  std::uint64_t size_ = 0;
  std::byte* data_ = nullptr;
  bool has_journal_ = false;
};

}  // namespace sheaf::read
