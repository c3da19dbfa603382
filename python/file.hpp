// SPDX-License-Identifier: MIT
#pragma once
// A file as Python reads it: core/read's File, which closes, refreshes and survives a fork.
//
// Model: an OpenFile has a read::File until it is closed. Where it can't go on with the one it has
// – in a forked child, where that one's threads aren't, or at a refresh while views of it are alive
// – it opens another one, and what refers to it (an OutputHandle) looks its output up again. Views
// keep their own read::File alive.
// Threads: with the GIL, which it lets go of while it reads. Failure: Error; IndexError for rows
// that aren't there.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/read/file.hpp"
#include "python/arrays.hpp"
#include "python/fork.hpp"

namespace sheaf::python {

// What a Loader reads.
class HasReader {
 public:
  HasReader() = default;
  HasReader(const HasReader&) = delete;
  HasReader& operator=(const HasReader&) = delete;
  virtual ~HasReader() = default;
  // Throws Error (Invalid) when it is closed.
  [[nodiscard]] virtual const std::shared_ptr<read::File>& file() = 0;
};

class OpenFile final : public HasReader {
 public:
  OpenFile(std::string path, read::Options options);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool is_closed() const noexcept { return !file_; }
  [[nodiscard]] const std::shared_ptr<read::File>& file() override;
  [[nodiscard]] bool refresh();
  void close();
  // Views made now count as alive until what is returned is gone.
  [[nodiscard]] std::shared_ptr<void> hold();

 private:
  void reopen();

  std::string path_;
  read::Options options_;
  ForkBound<read::File> file_;
  std::shared_ptr<std::atomic<int>> views_ = std::make_shared<std::atomic<int>>(0);
};

class OutputHandle {
 public:
  OutputHandle(std::shared_ptr<OpenFile> owner, std::string path);

  [[nodiscard]] const read::Output& output();
  [[nodiscard]] const read::Array& array() { return output().array(); }
  // One row, of the item's shape; a scalar where an item is one.
  [[nodiscard]] py::object row(std::int64_t number);
  [[nodiscard]] py::object read(std::int64_t start, std::int64_t stop);
  // Rows by number, negative ones from the end.
  [[nodiscard]] py::object gather(
      const py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>& rows);
  // None where the source is absent.
  [[nodiscard]] py::object get(std::int64_t source);
  [[nodiscard]] py::object get_id(const std::string& id);
  [[nodiscard]] py::object span(std::int64_t source);
  [[nodiscard]] py::object shape_of(std::int64_t source);
  // (S, 2) int64.
  [[nodiscard]] py::object spans();
  [[nodiscard]] py::object view(std::int64_t start, std::int64_t stop);

 private:
  // Negative numbers count from the end. Throws IndexError.
  [[nodiscard]] std::int64_t row_number(std::int64_t number);
  [[nodiscard]] std::size_t source_number(std::int64_t number);
  [[nodiscard]] Shape item_shape(std::int64_t rows);

  std::shared_ptr<OpenFile> owner_;
  std::string path_;
  // Not owned: in a forked child the OpenFile alone decides what becomes of its file.
  std::weak_ptr<read::File> file_;
  const read::Output* output_ = nullptr;
};

}  // namespace sheaf::python
