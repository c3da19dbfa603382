// SPDX-License-Identifier: MIT
#pragma once
// One open file, shared by all handles to it.
//
// Model: look() and change() run a step on the file's Places, one at a time. A step that fails
// leaves the file as it was before; where the disk failed, all that came after the last commit is
// dropped, and the Error says so. A new file has no name before its first commit. Within a step or
// a transaction nobody else gets the file, and there is no commit. Threads: any; a step may contain
// steps. Failure: Error.

#include <filesystem>
#include <functional>
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
#include "core/objects/graph.hpp"
#include "core/objects/known_types.hpp"
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
  // A step that reads an object with all that it leads to; it can't change anything.
  void read_whole(const std::string& path, const std::function<void()>& read);
  // Nobody else gets the file meanwhile.
  void alone(const std::function<void()>& step);
  // One commit, or none where `step` throws; those within it are parts of it.
  void transaction(const std::function<void()>& step);

  // Of the steps that are going on.
  [[nodiscard]] bool is_making() const noexcept { return makes_ > 0; }
  [[nodiscard]] bool is_reading() const noexcept { return reads_ > 0; }
  [[nodiscard]] bool is_deep() const noexcept;
  // Steps down to where it is; throws where there are too many.
  [[nodiscard]] int row_depth(const std::string& path) const;
  [[nodiscard]] Saving& saving();
  [[nodiscard]] Loading& loading();
  // Under look().
  [[nodiscard]] KnownTypes& known_types() noexcept { return known_types_; }

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
  void check_idle() const;
  void begin_change();
  void check_depth(int depth, const std::string& path) const;
  void begin_transaction();
  void end_transaction(bool is_done);
  void catch_up(std::deque<Waiting>& waiting);
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
  int makes_ = 0;              // of them, those that make something
  int reads_ = 0;
  int row_depth_ = 0;  // before these
  int transactions_ = 0;
  bool is_doomed_ = false;  // a part of the transaction is gone
  KnownTypes known_types_;
  std::unique_ptr<Saving> saving_;
  std::unique_ptr<Loading> loading_;
  int exceptions_;  // on their way when it was opened
};

namespace detail {

struct Depth {
  explicit Depth(int& of) : depth(of) { ++depth; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
  ~Depth() { --depth; }
  int& depth;
};

// Ends with the outermost step.
template <class What>
struct Outermost {
  Outermost(int& of, std::unique_ptr<What>& what) : depth(of), graph(what) {}
  Outermost(const Outermost&) = delete;
  Outermost& operator=(const Outermost&) = delete;
  ~Outermost() {
    if (is_outermost()) graph.reset();
  }
  [[nodiscard]] bool is_outermost() const noexcept { return depth.depth == 1; }
  Depth depth;
  std::unique_ptr<What>& graph;
};

}  // namespace detail

template <class Step>
auto Store::change(Step step) -> decltype(step(std::declval<Places&>())) {
  const std::lock_guard lock(mutex_);
  begin_change();
  const detail::Depth depth(depth_);
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
    const detail::Outermost<Saving> saving(makes_, saving_);
    check_depth(makes_, destination);
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
    if (saving.is_outermost() && saving_) catch_up(saving_->later);
    Found made = places.find(value);
    if (!made.object)
      made.object = hdf5::Object(places.maker().group(places.file(), true).release());
    put(places, made.object.get());
  });
}

}  // namespace sheaf::objects
