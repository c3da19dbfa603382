// SPDX-License-Identifier: MIT
#pragma once
// Any HDF5 file as dictionaries, lists, attributes and objects.
//
//   objects::File file = objects::File::open("lab.h5", "a");
//   file["run/7/gain"] = 0.5;                      // a/b/c are made on the way
//   file["run/7"].attrs()["operator"] = "Jo";
//   double gain = file["run/7/gain"].as<double>();
//   file.commit();
//
// Model: a File is a light handle to one open file; copies share it, and the last one closes it.
// Nothing is read until it is asked for. What is written is in the file for others after commit()
// or close(): all of it or none, also under SIGKILL. Destruction commits, unless an exception is on
// its way: then what came after the last commit is dropped. Threads: any may use a file and all
// that came from it; one call at a time goes through. Failure: Error that names file, path and
// remedy.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/objects/array.hpp"
#include "core/objects/dict.hpp"
#include "core/objects/item.hpp"
#include "core/objects/list.hpp"

namespace sheaf::objects {

class Store;  // the open file (store.hpp)

class File {
 public:
  // h5py's modes: "r" reads, "r+" reads and writes a file that is there, "w" makes one in the place
  // of any other (which stays until the first commit), "w-" or "x" makes one where there is none,
  // "a" is "r+" or "w-". A new file has its name from the first commit on.
  [[nodiscard]] static File open(const std::filesystem::path& path, std::string_view mode = "r");
  // In memory, or in the folder for temporary files: gone with the last handle.
  [[nodiscard]] static File in_memory();
  [[nodiscard]] static File temporary();
  // What address() gave, in another thread or process; within this process the open file is shared.
  // Only one process can have it open for writing.
  [[nodiscard]] static Item from_address(std::string_view address);

  [[nodiscard]] Dict root() const;
  [[nodiscard]] Item operator[](std::string_view path) const;
  [[nodiscard]] Attributes attrs() const;

  [[nodiscard]] const std::filesystem::path& path() const;
  [[nodiscard]] std::string_view mode() const;  // "r" or "r+"
  [[nodiscard]] bool is_writable() const;
  [[nodiscard]] bool is_open() const;

  // Types that a pointer to a base may come back as (sharing.hpp).
  template <class... T>
  const File& know() const;
  // What is there, held so that assigning to a member writes it (live.hpp); the second form stores
  // it first.
  template <class T>
  [[nodiscard]] Live<T> bind(std::string_view path) const;
  template <class T>
  Live<T> bind(std::string_view path, const T& value) const;

  // Commits what was before, and what `step` does as one: where it throws, none of that is done.
  // Other threads wait meanwhile. A transaction within one is a part of it.
  void transaction(const std::function<void()>& step) const;
  void commit() const;
  // Takes the file back to the last commit.
  void rollback() const;
  // Commits, and gives the file back to others; all that came from it says so from then on.
  void close() const;

 private:
  explicit File(std::shared_ptr<Store> store);
  std::shared_ptr<Store> store_;
};

}  // namespace sheaf::objects
