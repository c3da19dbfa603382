// SPDX-License-Identifier: MIT
#pragma once
// What the doctor finds out. Plain values; rates are bytes a second.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/value.hpp"

namespace sheaf::host::doctor {

struct CodecSpeed {
  std::string name;  // as `pack --compression` has it
  double encode = 0;
  double decode = 0;
  double size = 1;  // of what went in
};

struct DecoderSpeed {
  std::string what;
  double sources = 0;     // a second, loaded by all workers and stored in memory
  std::string problem{};  // why it couldn't be measured
};

struct DiskReport {
  std::string folder;
  std::string filesystem;          // "ext4"; "" for one without a name here
  std::string problem{};           // why nothing was written there
  std::int64_t bytes = 0;          // written for each measurement
  std::optional<double> synced{};  // written and made durable
  std::optional<double> direct{};  // past the page cache; empty where that isn't possible
};

struct Limit {
  std::string name;
  std::optional<std::uint64_t> value;  // empty: none
};

struct MachineReport {
  unsigned cores = 1;
  std::int64_t memory = 0;     // bytes
  std::int64_t available = 0;  // of it: for new programs and the page cache
  std::string kernel;
  double copy = 0;    // memory to memory, larger than a cache of the processor
  double mapped = 0;  // out of a mapping, from the page cache
  double read = 0;    // by pread, from the page cache
  DiskReport disk;
  std::vector<CodecSpeed> codecs;  // one core, one chunk of 64 KiB
  std::vector<DecoderSpeed> decoders;
  bool has_seccomp = false;
  int landlock_abi = 0;
  bool has_memory_files = false;
  std::vector<Limit> limits;
};

struct OutputReport {
  std::string path;
  std::string dtype;
  Shape shape;
  Shape chunks{};                      // empty when contiguous
  std::vector<std::string> filters{};  // "deflate(4)"
  std::int64_t row_bytes = 0;          // 0 for texts
  std::int64_t chunk_bytes = 0;        // decoded
  std::int64_t chunk_count = 0;
  std::int64_t stored_bytes = 0;
  std::int64_t logical_bytes = 0;
  bool is_ragged = false;
  bool has_spans = true;             // false: which rows are whose stands in references only
  std::string problem{};             // why it wasn't measured
  std::optional<double> sequence{};  // rows in order
  std::optional<double> random{};    // reads a second of `random_bytes` each
  std::int64_t random_bytes = 0;
  std::optional<double> decode{};          // by the codecs alone, one core
  std::vector<CodecSpeed> other_codecs{};  // on chunks of this array
};

struct FileReport {
  std::string name;
  std::int64_t bytes = 0;
  std::size_t sources = 0;
  bool is_complete = true;
  bool has_journal = false;
  double open_seconds = 0;           // to the first row
  double cached = 1;                 // share of the file in the page cache, before
  std::optional<double> uncached{};  // reading what wasn't
  std::vector<OutputReport> outputs{};
  std::size_t left_out = 0;  // outputs, the smallest, for want of time
};

struct Advice {
  std::string object;  // a path in the file, or empty
  std::string finding;
  std::string remedy;  // a command where there is one
};

}  // namespace sheaf::host::doctor
