// SPDX-License-Identifier: MIT
#include "core/objects/list_order.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "core/hdf5/links.hpp"

namespace sheaf::objects {
namespace {

constexpr const char* aside = "__sheaf_moving__";

}  // namespace

ListOrder::ListOrder(hdf5::Object list, std::int64_t size)
    : list_(std::move(list)), numbers_(static_cast<std::size_t>(size)), next_(size) {
  std::iota(numbers_.begin(), numbers_.end(), 0);
}

void ListOrder::insert(std::int64_t index) {
  numbers_.insert(numbers_.begin() + index, next_);
  ++next_;
}

void ListOrder::erase(std::int64_t index) { numbers_.erase(numbers_.begin() + index); }

void ListOrder::renumber(const hdf5::Maker& maker) {
  if (!hdf5::has_name(list_.get())) return;
  // Which entry has a name that another one is to get.
  std::map<std::int64_t, std::int64_t> holders;
  for (std::int64_t index = 0; index < size(); ++index) {
    if (numbers_[static_cast<std::size_t>(index)] != index) {
      holders.emplace(numbers_[static_cast<std::size_t>(index)], index);
    }
  }
  const auto move = [&](const std::string& from, const std::string& to) {
    maker.move(list_.get(), from, list_.get(), to);
  };
  std::vector<std::int64_t> chain;
  while (!holders.empty()) {
    // Each entry of the chain needs the name of the next one.
    chain.clear();
    const std::int64_t first = holders.begin()->second;
    auto next = holders.begin();
    do {
      chain.push_back(next->second);
      next = holders.find(next->second);
    } while (next != holders.end() && next->second != first);
    const bool is_circle = next != holders.end();
    const std::string name_of_first = name(first);
    if (is_circle) move(name_of_first, aside);
    for (auto entry = chain.rbegin(); entry != chain.rend(); ++entry) {
      const bool is_aside = is_circle && *entry == first;
      move(is_aside ? aside : name(*entry), std::to_string(*entry));
      holders.erase(std::exchange(numbers_[static_cast<std::size_t>(*entry)], *entry));
    }
  }
  next_ = size();
}

}  // namespace sheaf::objects
