// SPDX-License-Identifier: MIT
#pragma once
// A typed file made from sources. Core knows nothing of plugins: it offers the interface that
// sheaf::host implements, whose host::create() (host/create.hpp) is what users call.
//
// Model: one call is one `sheaf ingest`; members that say where they come from (.from) choose the
// features, else all that match take part. Threads: one. Failure: Error when nothing was stored, or
// when what was stored isn't of the declared type; sources that failed are in the report and in the
// file.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/typed/file.hpp"

namespace sheaf::typed {

struct IngestReport {
  std::size_t stored = 0;                 // sources
  std::vector<layout::Failure> failures;  // the file's __fail__ has them, too
};

struct CreateOptions {
  bool overwrite = false;               // in the place of another file
  unsigned workers = 0;                 // 0: as there are cores
  std::vector<std::string> features{};  // as behind `sheaf ingest -f`, beside those of the members
  IngestReport* report = nullptr;       // filled where given
};

class Ingestor {
 public:
  Ingestor() = default;
  Ingestor(const Ingestor&) = delete;
  Ingestor& operator=(const Ingestor&) = delete;
  virtual ~Ingestor() = default;

  // `sources` as on the command line: files, folders, globs, archives, addresses. No features: all
  // that match.
  [[nodiscard]] virtual IngestReport ingest(const std::filesystem::path& file,
                                            const std::vector<std::string>& sources,
                                            const CreateOptions& options) = 0;
};

namespace detail {
void create(Store& store, Ingestor& ingestor, const std::filesystem::path& file,
            const std::vector<std::string>& sources, CreateOptions options);
}  // namespace detail

// Open for reading and writing ("r+").
template <class T>
[[nodiscard]] T create(Ingestor& ingestor, const std::filesystem::path& file,
                       const std::vector<std::string>& sources, const CreateOptions& options = {}) {
  T typed{};
  detail::create(*typed.store(), ingestor, file, sources, options);
  return typed;
}

}  // namespace sheaf::typed
