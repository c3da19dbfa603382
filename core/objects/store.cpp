// SPDX-License-Identifier: MIT
#include "core/objects/store.hpp"

#include <exception>
#include <map>

#include "core/hdf5/file.hpp"
#include "core/hdf5/group.hpp"
#include "core/typed/mode.hpp"

namespace sheaf::objects {
namespace {

constexpr std::size_t metadata_bytes = std::size_t{32} << 20U;  // kept in memory, at most

// The open files of this process.
class Registry {
 public:
  std::shared_ptr<Store> find(const std::filesystem::path& path, bool is_writable) {
    const std::lock_guard lock(mutex_);
    const auto found = stores_.find({whole(path), is_writable});
    if (found == stores_.end()) return nullptr;
    std::shared_ptr<Store> store = found->second.lock();
    return store && store->is_open() ? store : nullptr;
  }
  void add(const std::shared_ptr<Store>& store) {
    const std::lock_guard lock(mutex_);
    std::erase_if(stores_, [](const auto& entry) { return entry.second.expired(); });
    stores_[{whole(store->path()), store->is_writable()}] = store;
  }
  static Registry& the() {
    static Registry registry;
    return registry;
  }

 private:
  static std::string whole(const std::filesystem::path& path) {
    return std::filesystem::weakly_canonical(path).string();
  }
  std::mutex mutex_;
  std::map<std::pair<std::string, bool>, std::weak_ptr<Store>> stores_;
};

}  // namespace

Store::Store(std::filesystem::path path)
    : path_(std::move(path)), exceptions_(std::uncaught_exceptions()) {}

std::shared_ptr<Store> Store::open(const std::filesystem::path& path, std::string_view mode) {
  const typed::Mode asked = typed::mode_of(path, mode);
  if (asked.is_writable && Registry::the().find(path, true)) {
    throw Error(ErrorCode::Permission, path.string(),
                "is open for writing in this process; use that File, or from_address()");
  }
  const std::shared_ptr<Store> store(new Store(path));
  store->is_writable_ = asked.is_writable;
  store->is_new_ = asked.is_new;
  store->overwrites_ = asked.overwrites;
  if (!asked.is_writable) {
    store->open_for_reading();
  } else if (asked.is_new) {
    store->create();
  } else {
    store->open_journaled();
  }
  Registry::the().add(store);
  return store;
}

std::shared_ptr<Store> Store::scratch(typed::ScratchFolder::Place place) {
  auto folder = typed::ScratchFolder::create(place);
  const std::shared_ptr<Store> store(new Store(folder.path() / "scratch.h5"));
  store->scratch_.emplace(std::move(folder));
  store->is_writable_ = store->is_new_ = true;
  store->create();
  Registry::the().add(store);
  return store;
}

std::shared_ptr<Store> Store::shared(const std::filesystem::path& path, bool is_writable) {
  if (auto found = Registry::the().find(path, is_writable)) return found;
  return open(path, is_writable ? "r+" : "r");
}

void Store::start(const hdf5::File& file) {
  places_ = std::make_unique<Places>(file.get(), path_.string());
  is_open_ = true;
  is_changed_ = false;
}

void Store::open_for_reading() {
  reading_ = hdf5::open_file(path_.string());
  start(reading_);
}

void Store::open_journaled() {
  hdf5::check_readable(path_.string());
  journaled_.emplace(
      journal::JournaledFile::open(path_, hdf5::access_properties(metadata_bytes).get()));
  is_committed_ = true;
  start(journaled_->file());
}

void Store::create() {
  partial_.emplace(layout::PartialFile::create(path_, overwrites_));
  const hdf5::PropertyList creation = hdf5::creation_properties();
  hdf5::keep_order(creation);
  journaled_.emplace(journal::JournaledFile::create(partial_->name(), creation.get(),
                                                    hdf5::access_properties(metadata_bytes).get(),
                                                    {.name = path_.string()}));
  start(journaled_->file());
}

Store::~Store() {
  if (!is_open_) return;
  try {
    if (std::uncaught_exceptions() <= exceptions_) close();
  } catch (const Error&) {
    // What was committed is there; close() is where to hear of the rest.
  }
  release();
}

std::pair<Store::Lock, Store::Lock> Store::lock(Store& one, Store& other) {
  Lock first(one.mutex_, std::defer_lock);
  Lock second(other.mutex_, std::defer_lock);
  if (&one == &other) {
    first.lock();
  } else {
    std::lock(first, second);
  }
  return {std::move(first), std::move(second)};
}

bool Store::is_open() const {
  const std::lock_guard lock(mutex_);
  return is_open_;
}

void Store::check_open() const {
  if (!is_open_) throw Error(ErrorCode::Invalid, path_.string(), "is closed");
}

void Store::begin_change() {
  check_open();
  if (!is_writable_) {
    throw Error(ErrorCode::Permission, path_.string(),
                "is open for reading only; open it with 'r+'");
  }
  if (reads_ > 0) {
    throw Error(ErrorCode::Invalid, path_.string(),
                "is being read: what reads an object (sheaf_read, sheaf_upgrade) can't change it");
  }
  is_changed_ = true;
}

void Store::check_idle() const {
  if (transactions_ > 0) {
    throw Error(ErrorCode::Invalid, path_.string(),
                "is in a transaction, which ends by itself; to take it back let its step throw");
  }
  if (depth_ > 0 || reads_ > 0) {
    throw Error(ErrorCode::Invalid, path_.string(),
                "can't be committed, rolled back or closed while an object is stored or read");
  }
}

// Writes report late that they failed.
void Store::check_written() const { journaled_->check(); }

void Store::give_up(const Error& error) {
  if (depth_ > 1) throw error;
  try {
    check_written();
  } catch (const Error& trouble) {
    drop();
    throw Error(trouble.code(), trouble.object(),
                trouble.message() + "; what was changed since the last commit was dropped",
                error.hdf5_stack());
  }
  throw error;
}

void Store::commit() {
  const std::lock_guard lock(mutex_);
  check_open();
  check_idle();
  if (!is_writable_ || (!is_changed_ && is_committed_)) return;
  try {
    commit_all();
  } catch (const Error& error) {
    drop();
    throw Error(error.code(), error.object(),
                error.message() + "; what was changed since the last commit was dropped",
                error.hdf5_stack());
  }
}

void Store::commit_all() {
  places_->renumber();
  journaled_->commit();
  if (partial_ && !partial_->is_published()) {
    partial_->publish();
    journaled_->renamed(partial_->name());
  }
  is_committed_ = true;
  is_changed_ = false;
}

void Store::rollback() {
  const std::lock_guard lock(mutex_);
  check_open();
  check_idle();
  if (is_writable_ && (is_changed_ || !is_committed_)) drop();
}

// Back to the last commit; before the first one there is an empty file.
void Store::drop() {
  is_doomed_ = true;
  places_.reset();
  if (is_committed_) {
    journaled_->rollback();
    start(journaled_->file());
  } else {
    is_open_ = false;
    journaled_.reset();
    partial_.reset();
    create();
  }
}

void Store::close() {
  const std::lock_guard lock(mutex_);
  if (!is_open_) return;
  check_idle();
  struct Release {
    ~Release() { store->release(); }
    Store* store;
  } const at_the_end{this};
  if (!is_writable_ || scratch_) return;
  if (is_changed_ || !is_committed_) commit_all();
  places_.reset();
  journaled_->close();
  journaled_.reset();
}

void Store::release() noexcept {
  is_open_ = false;
  places_.reset();
  journaled_.reset();
  partial_.reset();
  reading_.reset();
  scratch_.reset();
}

}  // namespace sheaf::objects
