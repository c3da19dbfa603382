// SPDX-License-Identifier: MIT
#pragma once
// A small life of a journaled file, and what is in it after each of its commits.
//
//   create, 1, renamed, 2, 3 (overwrites), edits that are rolled back, 4 (deletes), close
//   open, 5, close
//
// Failure: Error, where a commit, an edit or the journal fails.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <hdf5.h>

#include "core/journal/journaled_file.hpp"

namespace sheaf::test {

inline constexpr int last_commit = 5;

// The edits before commit `number`, by raw HDF5 calls.
void edit(hid_t file, int number);
// The same, and the commit.
void commit(journal::JournaledFile& file, int number);
// What is in the file, as text with hashes; everything is read.
[[nodiscard]] std::string content(hid_t file);
// The same, opened as any HDF5 program does; "no HDF5 file" when that fails.
[[nodiscard]] std::string content_of(const std::filesystem::path& path);
// By number of commit; without a journal or its driver. At 0 stands what matches no file.
[[nodiscard]] std::vector<std::string> expected_contents();

// A new file that has its first commit, and its name.
[[nodiscard]] journal::JournaledFile create_committed(const std::filesystem::path& path,
                                                      const journal::Options& options = {});

struct Events {
  journal::Options options = {};
  std::function<void(int)> committing = [](int) {};
  std::function<void(int)> committed = [](int) {};
  // Gives the file its name; durable when it returns.
  std::function<void(const std::filesystem::path& from, const std::filesystem::path& to)> publish;
  // A failed edit or commit is rolled back and tried once more.
  bool tries_again = false;
  // Called with the file's content after such a rollback, and after the one of the run.
  std::function<void(const std::string&)> rolled_back = [](const std::string&) {};
};

// Writes `folder`/data.h5. Throws what failed first, unless it was made good.
void small_run(const std::filesystem::path& folder, const Events& events = {});

// With buffers of one block, which a small run fills. Where `count` is 1, the thread that writes
// them and its caller take turns.
[[nodiscard]] journal::Options through_buffers(std::size_t count);

// How many times an error was made good, since the process began.
[[nodiscard]] int tried_again() noexcept;

}  // namespace sheaf::test
