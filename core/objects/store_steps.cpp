// SPDX-License-Identifier: MIT
// Steps of a store that consist of several: what stores or reads a whole object, transactions.
#include <algorithm>

#include "core/objects/store.hpp"

namespace sheaf::objects {

void Store::check_depth(int depth, const std::string& path) const {
  if (depth <= most_nested) return;
  throw Error(
      ErrorCode::Unsupported, places_->describe(path),
      "is nested more than " + std::to_string(most_nested) +
          " levels deep; hold described objects by std::shared_ptr, which may lead further");
}

bool Store::is_deep() const noexcept {
  return makes_ > most_straight_down || reads_ > most_straight_down;
}

Saving& Store::saving() {
  if (!saving_) saving_ = std::make_unique<Saving>();
  return *saving_;
}

Loading& Store::loading() {
  if (!loading_) loading_ = std::make_unique<Loading>();
  return *loading_;
}

int Store::row_depth(const std::string& path) const {
  const int depth = row_depth_ + std::max(makes_, reads_);
  if (depth <= most_in_a_row) return depth;
  throw Error(ErrorCode::Unsupported, places_->describe(path),
              "is the end of a chain of more than " + std::to_string(most_in_a_row) +
                  " objects, each held by the one before; hold them in a list");
}

void Store::catch_up(std::deque<Waiting>& waiting) {
  struct Row {
    explicit Row(int& of) : depth(of), before(of) {}
    Row(const Row&) = delete;
    Row& operator=(const Row&) = delete;
    ~Row() { depth = before; }
    int& depth;
    int before;
  } const row(row_depth_);
  while (!waiting.empty()) {
    Waiting next = std::move(waiting.front());
    waiting.pop_front();
    row_depth_ = next.depth - 1;  // the outermost step counts, too
    struct Visit {
      Visit(Places& of, GroupPtr group, const std::string& place)
          : places(of), path(of.begin_visit(std::move(group), place)) {}
      Visit(const Visit&) = delete;
      Visit& operator=(const Visit&) = delete;
      ~Visit() { places.end_stage(path); }
      Places& places;
      std::string path;
    } const visit(*places_, places_->as_group(std::move(next.group)), next.place);
    next.work(visit.path);
  }
}

void Store::read_whole(const std::string& path, const std::function<void()>& read) {
  const std::lock_guard lock(mutex_);
  check_open();
  const detail::Outermost<Loading> loading(reads_, loading_);
  check_depth(reads_, path);
  read();
  if (loading.is_outermost() && loading_) catch_up(loading_->later);
}

void Store::alone(const std::function<void()>& step) {
  const std::lock_guard lock(mutex_);
  step();
}

void Store::transaction(const std::function<void()>& step) {
  const std::lock_guard lock(mutex_);
  if (transactions_ == 0 && depth_ > 0) return step();  // it is a part of that change
  begin_transaction();
  struct Transaction {
    explicit Transaction(Store& of) : store(of) {}
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() {
      if (!is_done) store.end_transaction(false);
    }
    Store& store;
    bool is_done = false;
  } current(*this);
  step();
  current.is_done = true;
  end_transaction(true);
}

void Store::begin_transaction() {
  if (transactions_ == 0) {
    check_open();
    check_idle();
    if (is_committed_ || is_changed_) commit();
    is_doomed_ = false;
  }
  ++transactions_;
}

void Store::end_transaction(bool is_done) {
  if (!is_done) is_doomed_ = true;
  if (--transactions_ > 0) return;
  if (is_done && !is_doomed_) return commit();
  try {
    if (is_open_ && is_changed_) drop();
  } catch (const Error&) {
    release();  // then all that comes says that the file is closed
  }
  if (is_done) {
    throw Error(ErrorCode::Invalid, path_.string(),
                "nothing of the transaction is stored: a part of it failed");
  }
}

}  // namespace sheaf::objects
