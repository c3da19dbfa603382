// SPDX-License-Identifier: MIT
#pragma once
// One open file, shared by all handles to it.
//
// Model: look() and change() run a step on the file's Places, one at a time. A step that fails
// leaves the file as it was before; where the disk failed, all that came after the last commit is
// dropped, and the Error says so. A new file has no name before its first commit.
// Threads: any; a step may contain steps. Failure: Error.

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/error.hpp"
#include "core/journal/journaled_file.hpp"
#include "core/layout/partial_file.hpp"
#include "core/objects/places.hpp"
#include "core/typed/scratch.hpp"

namespace sheaf::objects {

class Store {
 public:
  [[nodiscard]] static std::shared_ptr<Store> open(const std::filesystem::path& path,
                                                   std::string_view mode);
  [[nodiscard]] static std::shared_ptr<Store> scratch(typed::ScratchFolder::Place place);
  // One that is open in this process already, or else one that is opened now.
  [[nodiscard]] static std::shared_ptr<Store> shared(const std::filesystem::path& path,
                                                     bool is_writable);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  // Both at once, for what reads one file and changes another.
  using Lock = std::unique_lock<std::recursive_mutex>;
  [[nodiscard]] static std::pair<Lock, Lock> lock(Store& one, Store& other);

  template <class Step>
  decltype(auto) look(Step step) {
    const std::lock_guard lock(mutex_);
    check_open();
    return step(*places_);
  }
  template <class Step>
  auto change(Step step) -> decltype(step(std::declval<Places&>()));
  // Makes a value in a place that nobody else sees, by `write`, and calls put(places, object) with
  // what was made there.
  template <class Write, class Put>
  void make(const std::string& destination, Write write, Put put);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] bool is_writable() const noexcept { return is_writable_; }
  [[nodiscard]] bool is_open() const;
  void commit();
  void rollback();
  void close();

 private:
  explicit Store(std::filesystem::path path);
  void open_for_reading();
  void open_journaled();
  void create();
  void start(const hdf5::File& file);
  void check_open() const;
  void begin_change();
  void check_written() const;
  [[noreturn]] void give_up(const Error& error);
  void commit_all();
  void drop();
  void release() noexcept;

  mutable std::recursive_mutex mutex_;
  std::filesystem::path path_;
  std::optional<typed::ScratchFolder> scratch_;
  std::optional<layout::PartialFile> partial_;  // of a new file
  hdf5::File reading_;
  std::optional<journal::JournaledFile> journaled_;
  std::unique_ptr<Places> places_;
  bool is_open_ = false;
  bool is_writable_ = false;
  bool is_new_ = false;
  bool overwrites_ = false;
  bool is_committed_ = false;  // once
  bool is_changed_ = false;    // since the last commit
  int depth_ = 0;              // steps within steps
  int exceptions_;             // on their way when it was opened
};

template <class Step>
auto Store::change(Step step) -> decltype(step(std::declval<Places&>())) {
  const std::lock_guard lock(mutex_);
  begin_change();
  struct Depth {
    explicit Depth(int& of) : depth(of) { ++depth; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    ~Depth() { --depth; }
    int& depth;
  } const depth(depth_);
  try {
    if constexpr (std::is_void_v<decltype(step(*places_))>) {
      step(*places_);
      check_written();
    } else {
      auto result = step(*places_);
      check_written();
      return result;
    }
  } catch (const Error& error) {
    give_up(error);
  }
}

template <class Write, class Put>
void Store::make(const std::string& destination, Write write, Put put) {
  change([&](Places& places) {
    struct Stage {
      explicit Stage(Places& of, const std::string& destination)
          : places(of), name(of.begin_stage(destination)) {}
      Stage(const Stage&) = delete;
      Stage& operator=(const Stage&) = delete;
      ~Stage() { places.end_stage(name); }
      Places& places;
      std::string name;
    } const stage(places, destination);
    const std::string value = stage.name + "/value";
    write(value);
    Found made = places.find(value);
    if (!made.object)
      made.object = hdf5::Object(places.maker().group(places.file(), true).release());
    put(places, made.object.get());
  });
}

}  // namespace sheaf::objects
