// SPDX-License-Identifier: MIT
#pragma once
// Checks a file thoroughly: everything that docs/format.md promises, and every byte that can be
// checked.
//
// Model: what is wrong becomes a Finding and not an exception, so that one damaged place doesn't
// hide another. Problems are what makes a reader fail or lie; notes are what a sound file may have
// (what h5mapper leaves, rows without a source, an ingest that didn't end).
// Chunks are decoded in threads, with our own codecs. HDF5 itself may crash or loop for ever on a
// damaged file: who can't afford that runs this in a process of its own, as the command does, and
// listens to the observer.
// Threads: one; the observer is called by it. Failure: Error only where nothing can be checked: no
// such file, no permission, another process writes it.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::layout {

struct Finding {
  std::string object;   // path in the file: "/image/__arr__"; empty for the file itself
  std::string code;     // what kind it is, for programs: "chunk-damaged"
  std::string message;  // of the first one found
  std::string remedy;
  std::size_t count = 1;  // how many of the kind this object has
};

// What was looked at.
struct Checked {
  std::int64_t sources = 0;
  std::int64_t arrays = 0;      // groups with an __arr__
  std::int64_t rows = 0;        // of all arrays
  std::int64_t references = 0;  // followed
  std::int64_t chunks = 0;
  std::int64_t bytes = 0;  // of chunks, as stored
  std::int64_t strings = 0;
  std::int64_t failures = 0;     // entries of /__fail__
  std::int64_t compared = 0;     // sources compared with their files
  std::int64_t not_at_hand = 0;  // sources whose file wasn't there
};

struct Report {
  std::vector<Finding> problems;
  std::vector<Finding> notes;
  Checked checked;

  [[nodiscard]] bool is_sound() const noexcept { return problems.empty(); }
};

struct VerifyOptions {
  // Where the sources are: the one with id X at sources/X. Empty: they aren't compared.
  std::optional<std::filesystem::path> sources{};
  unsigned threads = 0;  // that decode; 0: as there are cores
};

// Called often; what is slow must limit itself.
class VerifyObserver {
 public:
  virtual ~VerifyObserver() = default;
  // What is looked at now: the path of an object, or a source's id.
  virtual void at(std::string_view /*object*/) {}
  // Bytes, of what is read to check the file and the sources.
  virtual void progress(std::int64_t /*done*/, std::int64_t /*total*/) {}
  // As soon as it is found; only the first of each kind and object.
  virtual void found(const Finding& /*finding*/, bool /*is_problem*/) {}
};

[[nodiscard]] Report verify(const std::filesystem::path& file, const VerifyOptions& options,
                            VerifyObserver& observer);

}  // namespace sheaf::layout
