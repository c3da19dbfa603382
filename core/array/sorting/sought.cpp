// SPDX-License-Identifier: MIT
#include "core/array/sorting/sought.hpp"

#include <numeric>
#include <utility>

#include "core/array/engine/evaluate.hpp"
#include "core/array/sorting/sort_keys.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t least_step = 1 << 10;  // elements between two that are kept

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

class SoughtTexts : public Sought {
 public:
  explicit SoughtTexts(const NodePtr& sorted) : texts_(load(sorted).strings) {}

  void find(const Buffer& wanted, Side side, std::int64_t* places) const override {
    for (const std::string& text : wanted.strings()) {
      const auto place = side == Side::Left ? std::ranges::lower_bound(texts_, text)
                                            : std::ranges::upper_bound(texts_, text);
      *places++ = place - texts_.begin();
    }
  }
  void contains(const Buffer& wanted, bool* found) const override {
    for (const std::string& text : wanted.strings()) {
      *found++ = std::ranges::binary_search(texts_, text);
    }
  }

 private:
  std::vector<std::string> texts_;
};

template <class T>
class SoughtNumbers : public Sought {
 public:
  using Of = KeyOf<T>;
  using Key = typename Of::Key;

  explicit SoughtNumbers(NodePtr sorted) : sorted_(std::move(sorted)), size_(sorted_->size()) {
    const auto fitting = static_cast<std::int64_t>(options().max_memory / 4 / sizeof(Key));
    if (size_ > fitting) {
      const std::int64_t kept = std::max<std::int64_t>(1, fitting / 2);
      step_ = std::max((size_ + kept - 1) / kept,
                       std::min(least_step, std::max<std::int64_t>(kept, 1)));
    }
    keys_.resize(at((size_ + step_ - 1) / step_));
    for_each_block(sorted_, {}, [&](const Box& box, const Buffer& block) {
      const std::int64_t first = box.first[0];
      for (std::int64_t i = (step_ - first % step_) % step_; i < block.count(); i += step_) {
        keys_[at((first + i) / step_)] = Of::key(block.as<T>()[i]);
      }
    });
    if (step_ == 1) sorted_.reset();
  }

  void find(const Buffer& wanted, Side side, std::int64_t* places) const override {
    for_each_found(wanted, side,
                   [&](std::int64_t i, std::int64_t place, Key, Key) { places[i] = place; });
  }
  void contains(const Buffer& wanted, bool* found) const override {
    for_each_found(wanted, Side::Left, [&](std::int64_t i, std::int64_t, Key key, Key there) {
      found[i] = key == there && !Of::is_nan(key);
    });
  }

 private:
  // Calls each(i, place, key, key at that place).
  template <class Each>
  void for_each_found(const Buffer& wanted, Side side, Each each) const {
    const T* from = wanted.as<T>();
    if (!sorted_) {
      for (std::int64_t i = 0; i < wanted.count(); ++i) {
        const Key key = Of::key(from[i]);
        const std::int64_t place = place_in(keys_.data(), std::ssize(keys_), key, side);
        each(i, place, key, place < size_ ? keys_[at(place)] : differing(key));
      }
      return;
    }
    std::vector<std::pair<Key, std::int64_t>> order(at(wanted.count()));
    for (std::int64_t i = 0; i < wanted.count(); ++i) order[at(i)] = {Of::key(from[i]), i};
    std::ranges::sort(order);
    Pass pass;
    Buffer part;
    std::vector<Key> keys;  // of elements from `start` on
    std::int64_t start = 0;
    for (const auto& [key, i] : order) {
      // The part in which the place is: behind kept keys that are before it.
      const std::int64_t kept = place_in(keys_.data(), std::ssize(keys_), key, side);
      const std::int64_t first = kept == 0 ? 0 : (kept - 1) * step_;
      const std::int64_t stop = std::min(size_, kept * step_ + 1);
      if (first < start || stop > start + std::ssize(keys)) {
        start = first;
        sorted_->read({{first}, {stop - first}}, part, pass);
        keys.resize(at(stop - first));
        std::transform(part.as<T>(), part.as<T>() + part.count(), keys.begin(),
                       [](const T& x) { return Of::key(x); });
      }
      const std::int64_t place = start + place_in(keys.data(), std::ssize(keys), key, side);
      each(i, place, key,
           place < start + std::ssize(keys) ? keys[at(place - start)] : differing(key));
    }
  }

  static Key differing(Key key) { return static_cast<Key>(key ^ Key{1}); }

  static std::int64_t place_in(const Key* keys, std::int64_t count, Key key, Side side) {
    return (side == Side::Left ? std::lower_bound(keys, keys + count, key)
                               : std::upper_bound(keys, keys + count, key)) -
           keys;
  }

  NodePtr sorted_;  // null: all of it is kept
  std::int64_t size_;
  std::int64_t step_ = 1;
  std::vector<Key> keys_;
};

}  // namespace

std::shared_ptr<const Sought> Sought::of(const NodePtr& sorted) {
  if (sorted->dtype().is_string()) return std::make_shared<SoughtTexts>(sorted);
  return with_type(sorted->dtype(),
                   [&]<class T>(std::type_identity<T>) -> std::shared_ptr<const Sought> {
                     return std::make_shared<SoughtNumbers<T>>(sorted);
                   });
}

}  // namespace sheaf::np
