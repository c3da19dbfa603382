// SPDX-License-Identifier: MIT
#pragma once
// Which of many ranges a record lies in.
//
// Model: splitters are a search tree that lies in an array, level by level; the walk down has no
// branches, and several records go at once. A value that the sample has often is a range of its
// own. For the external sort. Failure: none.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace sheaf::np {

template <class Record>
class Splitters {
 public:
  Splitters() = default;
  // Of a sample, in any order; about so many ranges.
  template <class After>
  Splitters(std::vector<Record> sample, std::int64_t wanted, After after);

  [[nodiscard]] std::int64_t buckets() const noexcept { return std::int64_t{1} << levels_; }
  // Range k is before range k + 1.
  void classify(const Record* records, std::int64_t count, std::uint16_t* numbers) const;

 private:
  void plant(const std::vector<Record>& sorted, std::size_t node, std::size_t& next);

  unsigned levels_ = 0;
  std::vector<Record> tree_;  // from 1 on; the children of i are 2i and 2i + 1
};

template <class Record>
template <class After>
Splitters<Record>::Splitters(std::vector<Record> sample, std::int64_t wanted, After after) {
  std::sort(sample.begin(), sample.end());
  std::vector<Record> chosen;
  const auto count = static_cast<std::int64_t>(sample.size());
  for (std::int64_t at = 1; at < wanted && count > 0; ++at) {
    const auto place = static_cast<std::size_t>(count * at / wanted);
    const Record& one = sample[place];
    // Nothing is before the least one, unless it is a range of its own.
    const bool is_often = (place > 0 && sample[place - 1] == one) ||
                          (place + 1 < sample.size() && sample[place + 1] == one);
    if (is_often || sample.front() < one) chosen.push_back(one);
    if (is_often) chosen.push_back(after(one));
  }
  if (chosen.empty() && count > 0 && sample.front() < sample.back()) {
    chosen.push_back(sample.back());
  }
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  if (chosen.empty()) return;
  levels_ = static_cast<unsigned>(std::bit_width(chosen.size()));
  tree_.assign(std::size_t{1} << levels_, chosen.back());
  std::size_t next = 0;
  plant(chosen, 1, next);
}

// In order; those that are missing are as the last one, and leave ranges empty.
template <class Record>
void Splitters<Record>::plant(const std::vector<Record>& sorted, std::size_t node,
                              std::size_t& next) {
  if (node >= tree_.size()) return;
  plant(sorted, 2 * node, next);
  tree_[node] = sorted[std::min(next++, sorted.size() - 1)];
  plant(sorted, 2 * node + 1, next);
}

template <class Record>
void Splitters<Record>::classify(const Record* records, std::int64_t count,
                                 std::uint16_t* numbers) const {
  constexpr std::int64_t at_once = 8;
  const Record* tree = tree_.data();
  const std::size_t leaves = std::size_t{1} << levels_;
  std::int64_t at = 0;
  for (; at + at_once <= count; at += at_once) {
    std::size_t nodes[at_once];
    std::fill_n(nodes, at_once, 1);
    for (unsigned level = 0; level < levels_; ++level) {
      for (std::int64_t i = 0; i < at_once; ++i) {
        nodes[i] = 2 * nodes[i] + static_cast<std::size_t>(tree[nodes[i]] <= records[at + i]);
      }
    }
    for (std::int64_t i = 0; i < at_once; ++i) {
      numbers[at + i] = static_cast<std::uint16_t>(nodes[i] - leaves);
    }
  }
  for (; at < count; ++at) {
    std::size_t node = 1;
    for (unsigned level = 0; level < levels_; ++level) {
      node = 2 * node + static_cast<std::size_t>(tree[node] <= records[at]);
    }
    numbers[at] = static_cast<std::uint16_t>(node - leaves);
  }
}

}  // namespace sheaf::np
