// SPDX-License-Identifier: MIT
#pragma once
// The file that the driver writes to, and what keeps its last commit whole.
//
//   0 ─────────────────── protected ─────────────── end of what is written
//     what was committed:             the tail: nobody refers to it yet,
//     held back in pages,             so it is written as it comes
//     written from the journal        (tail_writer.hpp)
//
// Model: commit() makes the tail durable, then the held-back pages as one record of the journal;
// from there on the commit counts, whatever happens. Then the pages go to the file, unless a reader
// has locked it: then they wait for a later commit. What isn't committed is dropped at the end.
// Threads: one at a time. Failure: read() and write() report none to HDF5, which couldn't close its
// file any more; what failed is trouble(), and commit() throws it. All others throw Error.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "core/journal/pages.hpp"
#include "core/journal/redo_log.hpp"
#include "core/journal/tail_writer.hpp"

namespace sheaf::journal {

struct Options {
  std::size_t memory = std::size_t{16} << 20U;  // of pages held back; more of them spill
  std::chrono::milliseconds patience{5000};     // with readers, when the file is closed
  std::string name{};                           // of the file in messages; its path when empty
  TailBuffers tail{};
};

struct Recovery {
  bool had_journal = false;
  std::uint64_t blocks = 0;  // that a committed record brought to the file
  std::uint64_t cut = 0;     // bytes behind the last commit
};

class GuardedFile {
 public:
  // `path` is an empty file. Until the first commit nothing in it is valid.
  [[nodiscard]] static std::unique_ptr<GuardedFile> create(const std::string& path,
                                                           const Options& options);
  // Recovers the file first. Throws Error (Io) when another process writes to it.
  [[nodiscard]] static std::unique_ptr<GuardedFile> open(const std::string& path,
                                                         const Options& options);
  // The committed state of a file whose journal waits, read-only; null when none does, and the file
  // can be opened as it is.
  [[nodiscard]] static std::unique_ptr<GuardedFile> look(const std::string& path);
  // The number of the record that look() would lay over the open file now; 0 when there is none.
  [[nodiscard]] static std::uint64_t record_beside(const std::string& path, int descriptor);
  GuardedFile(const GuardedFile&) = delete;
  GuardedFile& operator=(const GuardedFile&) = delete;
  // As finish(), without a word.
  ~GuardedFile();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] const int* descriptor_address() const noexcept { return &descriptor_; }
  // What look() laid over the file: the number of its record, and its blocks.
  [[nodiscard]] std::uint64_t record() const noexcept { return record_; }
  template <class Visit>
  void each_laid_over(const Visit& visit) const {
    Block block;
    waiting_.each([&](std::uint64_t number) {
      waiting_.read(number, nullptr, block);
      visit(number, block);
    });
  }
  [[nodiscard]] const std::optional<Error>& trouble() const noexcept { return trouble_; }

  [[nodiscard]] bool read(std::uint64_t address, void* data, std::size_t size) noexcept;
  void write(std::uint64_t address, const void* data, std::size_t size) noexcept;
  // HDF5's: the end of what it allocated, and of what there is.
  std::uint64_t allocated = 0;
  std::uint64_t end = 0;

  void commit();
  // Forgets what wasn't committed.
  void drop();
  // A created file has its name now: from here on it has a journal.
  void renamed(const std::string& path);
  // Drops what wasn't committed, and takes the journal away when nothing needs it.
  void finish();

 private:
  GuardedFile(std::string path, int descriptor, const Options& options);
  [[nodiscard]] bool lay_over(const RedoLog& log, const Record& record);
  void hold_back(std::uint64_t address, const std::byte* data, std::size_t size);
  void load(std::uint64_t number, Block& block);
  void patch(const Pages& pages, std::uint64_t address, std::byte* data, std::size_t size);
  void sync_file();
  void apply_again();
  void begin_record();
  void write_first_commit(std::uint64_t new_end);
  void write_record(std::uint64_t new_end);
  std::optional<Error> apply();
  void apply_soon();
  [[nodiscard]] RedoLog* log() noexcept { return log_ ? &*log_ : nullptr; }

  std::string name_;  // in messages
  int descriptor_;
  Options options_;
  TailWriter tail_;
  std::optional<RedoLog> log_;
  bool is_new_ = false;
  std::uint64_t protected_ = 0;
  std::uint64_t committed_ = 0;  // size of the file at the last commit, in whole blocks …
  std::uint64_t used_ = 0;       // … and what HDF5 needs of it
  Pages held_;                   // of the open transaction
  Pages waiting_;                // committed, and not in the file yet
  Pages applied_;                // in the file, and maybe not durable there yet
  bool is_synced_ = true;        // what was applied is durable
  bool has_begun_ = false;       // blocks of the open transaction may be in the journal
  bool is_in_doubt_ = false;     // a record that may or may not have become durable
  bool is_suspect_ = false;      // what was applied may be lost: the system said so once
  bool is_finished_ = true;      // not ours to change: until it is opened for writing, and after
  std::uint64_t record_ = 0;     // that was laid over it
  std::optional<Error> trouble_;
};

// Brings a file to its last commit, and takes the journal away. Throws Error (Io) when another
// process writes to it.
Recovery recover(const std::string& path);

[[nodiscard]] std::string journal_of(const std::string& path);

}  // namespace sheaf::journal
