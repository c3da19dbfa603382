// SPDX-License-Identifier: MIT
#pragma once
// What a file must hold after so many commits, and the edits that bring it there.
//
// Model: the edits between two commits are drawn from the seed, the commit's number and what the
// file holds before them, and from nothing else. So a process that didn't make them knows what they
// leave.
// Threads: one at a time. Failure: edit() throws what the file throws.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace sheaf::crash {

class Model {
 public:
  virtual ~Model() = default;

  [[nodiscard]] virtual std::unique_ptr<Model> copy() const = 0;
  // To the next commit, without a file.
  virtual void advance() = 0;
  // Commits so far. The file isn't there before the first one.
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  // Brings a file that holds this on by so many commits, and tells the number of each that
  // returned.
  virtual void edit(const std::filesystem::path& file, std::uint64_t commits,
                    const std::function<void(std::uint64_t)>& report) = 0;
  // Where the file's last commit isn't this; empty when it is. Changes nothing in the file.
  [[nodiscard]] virtual std::string difference(const std::filesystem::path& file) const = 0;

 protected:
  std::uint64_t number_ = 0;
};

// Edits through layout::Writer.
[[nodiscard]] std::unique_ptr<Model> layout_model(std::uint64_t seed);
// Edits of a journal::JournaledFile through HDF5.
[[nodiscard]] std::unique_ptr<Model> raw_model(std::uint64_t seed);
// Edits of dictionaries, lists, attributes and arrays through objects::File.
[[nodiscard]] std::unique_ptr<Model> objects_model(std::uint64_t seed);
// "layout", "raw" or "objects"; nothing for another kind.
[[nodiscard]] std::unique_ptr<Model> make_model(const std::string& kind, std::uint64_t seed);

}  // namespace sheaf::crash
