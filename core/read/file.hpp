// SPDX-License-Identifier: MIT
#pragma once
// A file for fast reading by many threads.
//
//   auto file = read::File::open("photos.h5");
//   const read::Output& images = file->output("image");
//   const Value cat = *images.get(*file->find("cats/1.jpg"));
//   images.array().gather(rows, batch);
//
// Model: a table of sources × outputs (docs/format.md). An output is one array, or a ragged pair of
// a flat array and the shapes of its sources. Any HDF5 file opens: one that neither Sheaf nor
// h5mapper wrote has no sources, and each of its datasets is an output. What is read is one commit:
// that of the moment of open() or of the last refresh(). Threads: any number at once; refresh()
// waits for those that read. Failure: Error.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout/spec.hpp"
#include "core/read/array.hpp"

namespace sheaf::read {

struct Options {
  std::size_t cache_bytes = std::size_t{256} << 20U;  // for decoded chunks
  unsigned threads = 0;                               // that decode; 0: as there are cores
  bool is_mapped = true;                              // false: by pread
};

class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  virtual ~Output() = default;

  [[nodiscard]] virtual const std::string& path() const noexcept = 0;
  [[nodiscard]] virtual bool is_ragged() const noexcept = 0;
  // All rows of all sources; flat elements if ragged.
  [[nodiscard]] virtual const Array& array() const noexcept = 0;
  // Rows of one source in array(); empty where it is absent.
  [[nodiscard]] virtual std::optional<layout::Span> span(std::size_t source) const = 0;
  // What get() returns has this shape: (rows, …item), or the source's own if ragged.
  [[nodiscard]] virtual std::optional<Shape> shape(std::size_t source) const = 0;
  [[nodiscard]] virtual std::optional<Value> get(std::size_t source) const = 0;
};

class File {
 public:
  // Throws Error: NotFound, Permission, or Corrupt when it isn't HDF5.
  [[nodiscard]] static std::shared_ptr<File> open(const std::filesystem::path& file,
                                                  const Options& options = {});
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  virtual ~File() = default;

  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
  [[nodiscard]] virtual const std::vector<std::string>& ids() const noexcept = 0;
  [[nodiscard]] virtual std::optional<std::size_t> find(std::string_view id) const = 0;
  // In the order of the file's own list; a ragged pair counts once, at its parent.
  [[nodiscard]] virtual const std::vector<std::string>& paths() const noexcept = 0;
  // Throws Error (NotFound) that says which there are.
  [[nodiscard]] virtual const Output& output(std::string_view path) const = 0;
  // Attributes of any group or dataset; "" is the root.
  [[nodiscard]] virtual std::vector<layout::Attribute> attrs(const std::string& path) const = 0;
  // Goes on to the file's last commit; returns whether there was a newer one. References to outputs
  // stay good; views, and what ids() and paths() returned, don't.
  virtual bool refresh() = 0;
};

}  // namespace sheaf::read
