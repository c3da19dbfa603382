// SPDX-License-Identifier: MIT
#pragma once
// Typed files: a struct with members declares what a file holds.
//
//   struct Experiment : typed::File {
//     struct Data : typed::Group {
//       typed::Feature<std::uint8_t> image{at("image"), {.from = "image:size=32x32"}};
//       typed::Feature<std::int64_t> label{at("label"), {.from = "dirlabel"}};
//     } data{at("data")};
//     typed::Array<float> loss{at("logs/loss")};
//   };
//
//   auto exp = typed::open<Experiment>("experiment.h5", "r+");
//   exp.data.image.get("planes/01.jpeg");
//   exp.loss.add("train", losses);
//   exp.commit();
//
// Model: opening checks the file against the struct. Changes become one commit with commit() (or
// flush(), which h5py calls it) and close(); destruction closes, and drops nothing unless an
// exception is on its way: then a new file isn't given the place of an older one. Making a file
// from sources needs sheaf::host (host/create.hpp). Threads: see field.hpp. Failure: Error.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/read/file.hpp"
#include "core/typed/field.hpp"

namespace sheaf::typed {

class File {
 public:
  File();
  File(File&&) noexcept;
  File& operator=(File&&) noexcept;
  // Closes it; what fails then can't be told. Call close() to hear of it.
  ~File();

  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] bool is_writable() const;
  // In the order they were stored. Good until the next change or commit.
  [[nodiscard]] const std::vector<std::string>& ids() const;
  [[nodiscard]] bool has(std::string_view id) const;
  // All features of the file, declared or not.
  [[nodiscard]] std::vector<std::string> paths() const;
  [[nodiscard]] Field field(std::string_view path) const;
  [[nodiscard]] std::vector<layout::Attribute> attrs() const;

  // Of the whole file, nested; empty where the source isn't known.
  [[nodiscard]] std::optional<Values> get(std::string_view id) const;
  void add(std::string_view id, const Values& values) const;
  void set(std::string_view id, const Values& values) const;

  // Makes durable what was written since the last commit, all or nothing.
  void commit() const;
  void flush() const { commit(); }
  // Drops it instead.
  void rollback() const;
  // Commits, and gives the file back to others.
  void close() const;
  // What destruction does while an exception is on its way: a new file doesn't replace an older one.
  void abandon() const;

  // The file underneath, at the last commit, for what reads a lot (core/loader).
  [[nodiscard]] std::shared_ptr<read::File> reader() const;
  [[nodiscard]] const std::shared_ptr<Store>& store() const noexcept { return store_; }

 protected:
  [[nodiscard]] Place at(std::string_view path) const;

 private:
  std::shared_ptr<Store> store_;
  int exceptions_ = 0;  // on their way when it was made
};

// Modes as in h5py: "r" reads, "r+" reads and writes a file that is there, "w" makes one in the
// place of any other (which stays until close()), "w-" or "x" makes one where there is none, "a" is
// "r+" or "w-". Throws Error (Invalid) that names all that differs from what `T` declares.
template <class T>
[[nodiscard]] T open(const std::filesystem::path& file, std::string_view mode = "r");
// A new file in memory, or in the folder for temporary files; it goes with the handle.
template <class T>
[[nodiscard]] T in_memory();
template <class T>
[[nodiscard]] T temporary();

namespace detail {
void open(Store& store, const std::filesystem::path& file, std::string_view mode);
void open_in_memory(Store& store);
void open_temporary(Store& store);
}  // namespace detail

template <class T>
T open(const std::filesystem::path& file, std::string_view mode) {
  T typed{};
  detail::open(*typed.store(), file, mode);
  return typed;
}

template <class T>
T in_memory() {
  T typed{};
  detail::open_in_memory(*typed.store());
  return typed;
}

template <class T>
T temporary() {
  T typed{};
  detail::open_temporary(*typed.store());
  return typed;
}

}  // namespace sheaf::typed
