// SPDX-License-Identifier: MIT
#pragma once
// What the save or the load that is going on has met, so that an object with several owners is
// stored once and loaded once, also in circles.
//
// Model: lives as long as the outermost `item = value` or `as<T>()` of a file. An object is known
// from before its members are stored or read. Those deep down wait in `later` until the outermost
// step is done, so that a long chain needs little stack. An Attempt that fails takes back what was
// met since it began.
// Threads: one at a time, under the file's lock.

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <typeindex>
#include <utility>
#include <vector>

#include "core/hdf5/handle.hpp"
#include "core/hdf5/links.hpp"

namespace sheaf::objects {

// Steps within steps of one save or load: more of them is an Error, fewer go straight down.
inline constexpr int most_nested = 500;
inline constexpr int most_straight_down = 64;
// Objects on the way to another one. HDF5 and its tools walk nested groups with a stack, too, and
// in a time that grows with the square of their depth.
inline constexpr int most_in_a_row = 10000;

// Its members are still to be stored or read.
struct Waiting {
  hdf5::Object group;
  std::string place;  // for messages and for what is kept
  int depth = 0;
  std::function<void(const std::string&)> work;  // gets a path that leads to the group
};

template <class Key, class Thing>
class Graph {
 public:
  [[nodiscard]] const Thing* find(const Key& key) const {
    const auto found = met_.find(key);
    return found == met_.end() ? nullptr : &found->second;
  }
  void add(const Key& key, Thing thing) {
    if (met_.emplace(key, std::move(thing)).second) order_.push_back(key);
  }

  class Attempt {
   public:
    explicit Attempt(Graph& graph)
        : graph_(graph), met_(graph.order_.size()), waiting_(graph.later.size()) {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;
    ~Attempt() {
      if (!is_done_) graph_.take_back(met_, waiting_);
    }
    void done() noexcept { is_done_ = true; }

   private:
    Graph& graph_;
    std::size_t met_, waiting_;
    bool is_done_ = false;
  };

  std::deque<Waiting> later;  // the nearest comes first

 private:
  void take_back(std::size_t met, std::size_t waiting) noexcept {
    for (; order_.size() > met; order_.pop_back()) met_.erase(order_.back());
    while (later.size() > waiting) later.pop_back();
  }
  std::map<Key, Thing> met_;
  std::vector<Key> order_;
};

struct Saved {
  std::shared_ptr<const void> object;  // so that its address isn't given to another one
  hdf5::Object stored;
};
using Saving = Graph<std::pair<const void*, std::type_index>, Saved>;

struct Loading : Graph<std::pair<hdf5::Identity, std::type_index>, std::shared_ptr<void>> {
  std::vector<hdf5::Identity> owned;  // by a std::unique_ptr, and being read
};

}  // namespace sheaf::objects
