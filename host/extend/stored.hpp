// SPDX-License-Identifier: MIT
#pragma once
// Rows of one source as they lie in a file: what the extensions of a feature work on.
//
//   const StoredFeature audio = StoredFeature::open("calls.h5", "audio");
//   auto source = audio.source("bird.wav");
//   Value start = source->read(0, 0, 8000);
//
// Model: a feature has a place in a file, with outputs and attributes; a source has rows of each
// output, read piece by piece. Who reads is third-party code as a rule, so all that is asked for is
// checked here: outputs, rows, sizes. Threads: a StoredFeature any, a StoredSource one at a time.
// Failure: Error.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/layout/spec.hpp"
#include "core/read/file.hpp"
#include "host/plugin/catalog.hpp"

namespace sheaf::host::extend {

struct StoredOutput {
  std::string name;  // empty when it is the only one
  Dtype dtype;
  Shape item_shape;        // of one row, of this source's rows
  std::int64_t rows = -1;  // -1: the source has none here

  // Bytes of one row; 0 for strings.
  [[nodiscard]] std::size_t row_bytes() const;
};

class StoredSource {
 public:
  virtual ~StoredSource() = default;
  [[nodiscard]] virtual const std::string& id() const = 0;
  [[nodiscard]] virtual const std::vector<StoredOutput>& outputs() const = 0;
  [[nodiscard]] virtual const std::vector<layout::Attribute>& attrs() const = 0;

  // Rows start ≤ r < stop; `out` has just their bytes. Not of strings.
  void read(std::uint32_t output, std::int64_t start, std::int64_t stop, std::span<std::byte> out);
  // Of any dtype, at most 512 MiB at once.
  [[nodiscard]] Value read(std::uint32_t output, std::int64_t start, std::int64_t stop);
  [[nodiscard]] std::string read_text(std::uint32_t output, std::int64_t row);

 protected:
  // What was asked for is there, and of numbers or of strings, as the name says.
  virtual void read_bytes(std::uint32_t output, layout::Span rows, std::span<std::byte> out) = 0;
  virtual std::vector<std::string> read_texts(std::uint32_t output, layout::Span rows) = 0;

 private:
  [[nodiscard]] const StoredOutput& checked(std::uint32_t output, layout::Span rows) const;
};

// A feature's place in a file.
class StoredFeature {
 public:
  // `path`: the place, or one of its arrays. Throws Error: NotFound where there is no such place;
  // Unsupported where no feature wrote it.
  StoredFeature(std::shared_ptr<const read::File> file, const std::string& path);
  [[nodiscard]] static StoredFeature open(const std::filesystem::path& file,
                                          const std::string& path);

  [[nodiscard]] const read::File& file() const { return *file_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  // Full names: "sheaf.audio"; several where they share the place.
  [[nodiscard]] const std::vector<std::string>& features() const { return features_; }
  [[nodiscard]] const std::vector<layout::Attribute>& attrs() const { return attrs_; }
  // Throws Error (NotFound) when there is no such source, or it has nothing here.
  [[nodiscard]] std::unique_ptr<StoredSource> source(const std::string& id) const;
  // What of the catalog wrote it, of several the first that `has`. Throws Error (NotFound) that
  // says which plugin is missing, or that none of them has `what`.
  template <class Has>
  [[nodiscard]] const plugin::Feature& feature(const plugin::Catalog& catalog, Has has,
                                               const std::string& what) const {
    for (const plugin::Feature* each : candidates(catalog)) {
      if (has(*each->descriptor)) return *each;
    }
    refuse(what);
  }

 private:
  [[nodiscard]] std::vector<const plugin::Feature*> candidates(
      const plugin::Catalog& catalog) const;
  [[noreturn]] void refuse(const std::string& what) const;

  std::shared_ptr<const read::File> file_;
  std::string path_;
  std::vector<std::string> features_;
  std::vector<layout::Attribute> attrs_;
  struct Part {
    std::string name;
    const read::Output* output;
  };
  std::vector<Part> parts_;
};

}  // namespace sheaf::host::extend
