// SPDX-License-Identifier: MIT
#pragma once
// What the parts of verify() share. Start at verify.hpp.
//
//   verify.cpp ── opens, walks ──┬─ verify_tables.cpp   /__src__ and /__fail__
//                                ├─ verify_cells.cpp    which rows are whose
//                                ├─ verify_chunks.cpp   can every byte be read?
//                                └─ verify_sources.cpp  are the sources what they were?
//
// Model: each part looks at one object and adds what it finds; try_to() turns an Error into a
// problem of that object.

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/hdf5/dataset.hpp"
#include "core/hdf5/file.hpp"
#include "core/layout/spec.hpp"
#include "core/layout/verify.hpp"

namespace sheaf::layout {

// The remedy where bytes are lost.
inline constexpr const char* restore =
    "restore the file from a copy, or ingest its sources again into a new one";

// "1 row", "12 rows"
[[nodiscard]] std::string count_of(std::size_t count, const char* noun);

class Verification {
 public:
  Verification(const std::filesystem::path& path, const VerifyOptions& options,
               VerifyObserver& observer, hdf5::File opened);

  // A second one of the same kind at the same object is only counted.
  void problem(const std::string& object, const char* code, const std::string& message,
               const std::string& remedy);
  void note(const std::string& object, const char* code, const std::string& message,
            const std::string& remedy);
  // Runs `check`; an exception of it is a problem of the object. False then.
  bool try_to(const std::string& object, const std::function<void()>& check);

  void at(const std::string& object) { observer.at(object); }
  void advance(std::int64_t bytes) { observer.progress(done += bytes, total); }
  // "source 'cats/1.jpg'"
  [[nodiscard]] std::string name_of(std::size_t source) const;

  const std::string name;  // of the file
  const VerifyOptions& options;
  VerifyObserver& observer;
  hdf5::File file;
  Report report;
  bool is_ours = true;           // Sheaf made it, h5mapper didn't
  bool has_ids = true;           // they could be read
  std::vector<std::string> ids;  // of the sources
  std::int64_t done = 0;
  std::int64_t total = 0;

 private:
  void add(std::vector<Finding>& findings, Finding finding, bool is_problem);
};

struct CheckedArray {
  Shape shape;
  std::vector<Span> cells;  // one a source; absent where they can't be known
};

// Fills `ids`. The keys, without a slash in front, each once.
[[nodiscard]] std::vector<std::string> check_sources(Verification& state);
void check_failures(Verification& state);
// Empty when the array can't be looked at.
[[nodiscard]] std::optional<CheckedArray> check_cells(Verification& state, const std::string& key);
// The ragged pair below `path`.
void check_pair(Verification& state, const std::string& path, const CheckedArray& flat,
                const CheckedArray& shapes);
// Reads all of a dataset. One that isn't of the format's own may be sparse.
void check_chunks(Verification& state, const std::string& path, bool may_be_sparse);
void compare_sources(Verification& state);

}  // namespace sheaf::layout
