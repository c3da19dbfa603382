// SPDX-License-Identifier: MIT
#pragma once
// A file as Python writes it: core/typed's File, which closes and knows which process it is of.
//
// Model: a forked child can't write through its parent's file, and mustn't close it either.
// Threads: with the GIL, which it lets go of while it works. Failure: Error.

#include <memory>
#include <string>

#include "core/typed/file.hpp"
#include "python/arrays.hpp"
#include "python/file.hpp"
#include "python/fork.hpp"

namespace sheaf::python {

class WritableFile final : public HasReader {
 public:
  // `fields` are options by path, for fields that are made.
  WritableFile(std::string path, const std::string& mode, const py::dict& fields);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool is_closed() const noexcept { return !file_; }
  // Throws Error (Invalid) when it is closed, or another process's.
  [[nodiscard]] typed::File& typed() const;
  // At the last commit.
  [[nodiscard]] const std::shared_ptr<read::File>& file() override;
  // Commits.
  // Unless it is whole, a new file doesn't replace an older one.
  void close(bool is_whole = true);

 private:
  std::string path_;
  ForkBound<typed::File> file_;
  std::shared_ptr<read::File> reader_;
};

}  // namespace sheaf::python
