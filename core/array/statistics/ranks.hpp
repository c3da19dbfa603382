// SPDX-License-Identifier: MIT
#pragma once
// Elements of given ranks in lines that don't fit into memory.
//
//   pass 1  all elements ─► 2^b counters by the first b bits of what sorts as they do
//   pass 2  those with the first bits of a wanted rank ─► counters by the next bits …
//   last    the few that are left are put into memory, and the ranks are looked up
//
// Model: radix selection over several lines at once; what is kept is counters, as many as fit into
// a quarter of the memory, and the elements that are left, when these do. NaNs are counted apart.
// Failure: Error of what is read.

#include <algorithm>
#include <bit>
#include <bitset>
#include <functional>

#include "core/array/engine/evaluate.hpp"
#include "core/array/sorting/sort_keys.hpp"

namespace sheaf::np {

// Lines of a node whose first axes are those of lines, the others one line.
struct Lines {
  NodePtr node;
  std::size_t axes = 0;  // of lines
  Box box;               // which ones
  Shape grain;           // of the node; or none
};

template <class T>
class RankSearch {
 public:
  using Key = typename KeyOf<T>::Key;

  explicit RankSearch(const Lines& lines);

  // The first pass. Elements of each line that are NaN, and that aren't.
  void begin();
  [[nodiscard]] std::int64_t numbers(std::int64_t line) const { return numbers_[at(line)]; }
  [[nodiscard]] std::int64_t nans(std::int64_t line) const { return nans_[at(line)]; }
  // Wanted ranks, each below the line's number of numbers; in order of lines, then ranks.
  struct Target {
    std::int64_t line = 0;
    std::int64_t rank = 0;
    std::int64_t rank_within = 0;  // of those with the prefix
    Key prefix = 0;
  };
  void find(std::vector<Target>& targets);

 private:
  // Those that have the first bits in common: counted apart.
  struct Cell {
    std::int64_t line = 0;
    Key prefix = 0;
    std::int64_t size = 0;
    auto operator<=>(const Cell&) const = default;
  };
  using Counters = std::vector<std::int64_t>;

  static std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }
  static std::size_t end_of(Key prefix) { return static_cast<std::size_t>(prefix) & 0xffffU; }
  template <class Each>  // each(task, line, elements, count)
  void pass(Each each);
  void set_bits(std::size_t cells);
  void count(const std::vector<Cell>& cells);
  void narrow(std::vector<Target>& targets, std::vector<Cell>& cells);
  void gather(std::vector<Target>& targets, const std::vector<Cell>& cells);
  template <class Each>  // each(cell number, key) for the elements that lie in one
  void for_each_within(const std::vector<Cell>& cells, std::int64_t line, const T* from,
                       std::int64_t count, Each each) const;

  Lines lines_;
  Blocks blocks_;
  unsigned threads_;
  std::int64_t line_count_;
  int known_ = 0;                  // bits of all prefixes
  int bits_ = 0;                   // that are counted now
  std::bitset<1 << 16> prefixes_;  // the last bits of all cells': most elements are told by them
  std::vector<std::int64_t> numbers_, nans_;
  std::vector<Counters> counters_;  // of tasks
};

// Extents that take whole lines where many of them are near each other.
[[nodiscard]] Shape extents_of(const Lines& lines, std::int64_t most);

template <class T>
RankSearch<T>::RankSearch(const Lines& lines)
    : lines_(lines), blocks_({}, {}), threads_(0), line_count_(lines.box.size()) {
  const Budget budget = budget_for({lines.node});
  threads_ = budget.threads;
  Shape shape = lines.node->shape();
  std::ranges::copy(lines.box.count, shape.begin());
  blocks_ = Blocks(shape, extents_of(lines, budget.block_elements));
}

template <class T>
template <class Each>
void RankSearch<T>::pass(Each each) {
  const std::int64_t tasks = threads_;
  run_tasks(tasks, threads_, {lines_.node}, [&](std::int64_t task, Pass& pass) {
    const std::int64_t stop = blocks_.count() * (task + 1) / tasks;
    for (std::int64_t number = blocks_.count() * task / tasks; number < stop; ++number) {
      pass.next_block();
      const Box part = blocks_.at(number);
      Box box = part;
      std::int64_t lines = 1;
      const Shape strides = strides_of(lines_.box.count);
      std::int64_t first = 0;
      for (std::size_t axis = 0; axis < lines_.axes; ++axis) {
        box.first[axis] += lines_.box.first[axis];
        lines *= box.count[axis];
        first += part.first[axis] * strides[axis];
      }
      if (lines == 0) continue;
      const Pass::BufferPtr block = pass.read(lines_.node, box);
      const std::int64_t length = box.size() / lines;
      Box inner{Shape(part.first.begin(), part.first.begin() + static_cast<long>(lines_.axes)),
                Shape(part.count.begin(), part.count.begin() + static_cast<long>(lines_.axes))};
      Shape index(lines_.axes, 0);
      for (std::int64_t line = 0; line < lines; ++line) {
        std::int64_t place = first;
        for (std::size_t axis = 0; axis < lines_.axes; ++axis) place += index[axis] * strides[axis];
        each(task, place, block->template as<T>() + line * length, length);
        for (std::size_t axis = lines_.axes; axis-- > 0;) {
          if (++index[axis] < inner.count[axis]) break;
          index[axis] = 0;
        }
      }
    }
  });
}

// As many as there is room for counters.
template <class T>
void RankSearch<T>::set_bits(std::size_t cells) {
  const std::size_t room =
      options().max_memory / 4 / 8 / threads_ / std::max<std::size_t>(cells, 1);
  bits_ = std::clamp(static_cast<int>(std::bit_width(room)) - 1, 1, 16);
  bits_ = std::min(bits_, KeyOf<T>::bits - known_);
  counters_.assign(threads_, Counters(cells << static_cast<unsigned>(bits_), 0));
}

template <class T>
void RankSearch<T>::begin() {
  numbers_.assign(at(line_count_), 0);
  nans_.assign(at(line_count_), 0);
  set_bits(at(line_count_));
  std::vector<Counters> nans(threads_, Counters(at(line_count_), 0));
  const int shift = KeyOf<T>::bits - bits_;
  pass([&](std::int64_t task, std::int64_t line, const T* from, std::int64_t count) {
    std::int64_t* counters =
        counters_[at(task)].data() + (at(line) << static_cast<unsigned>(bits_));
    for (std::int64_t i = 0; i < count; ++i) {
      if (is_nan(from[i])) {
        ++nans[at(task)][at(line)];
      } else {
        ++counters[KeyOf<T>::template key<true>(from[i]) >> shift];
      }
    }
  });
  for (std::size_t task = 0; task < threads_; ++task) {
    for (std::size_t line = 0; line < nans_.size(); ++line) nans_[line] += nans[task][line];
    if (task == 0) continue;
    std::ranges::transform(counters_[0], counters_[task], counters_[0].begin(), std::plus<>());
  }
  for (std::size_t line = 0; line < numbers_.size(); ++line) {
    const auto* counters = counters_[0].data() + (line << static_cast<unsigned>(bits_));
    for (std::int64_t bin = 0; bin < std::int64_t{1} << bits_; ++bin) {
      numbers_[line] += counters[bin];
    }
  }
}

template <class T>
void RankSearch<T>::find(std::vector<Target>& targets) {
  std::vector<Cell> cells;
  for (std::int64_t line = 0; line < line_count_; ++line) cells.push_back({line, 0, 0});
  for (Target& target : targets) target.rank_within = target.rank;
  narrow(targets, cells);
  while (known_ < KeyOf<T>::bits && !targets.empty()) {
    std::size_t left = 0;
    for (const Cell& cell : cells) left += at(cell.size);
    if (left * sizeof(Key) <= options().max_memory / 4) return gather(targets, cells);
    set_bits(cells.size());
    count(cells);
    narrow(targets, cells);
  }
}

template <class T>
template <class Each>
void RankSearch<T>::for_each_within(const std::vector<Cell>& cells, std::int64_t line,
                                    const T* from, std::int64_t count, Each each) const {
  const auto of_line = std::ranges::equal_range(cells, line, {}, &Cell::line);
  if (of_line.empty()) return;
  const auto first = static_cast<std::size_t>(of_line.begin() - cells.begin());
  const int shift = KeyOf<T>::bits - known_;
  for (std::int64_t i = 0; i < count; ++i) {
    if (is_nan(from[i])) continue;
    const Key key = KeyOf<T>::template key<true>(from[i]);
    const auto prefix = static_cast<Key>(shift == KeyOf<T>::bits ? 0 : key >> shift);
    if (!prefixes_[end_of(prefix)]) continue;
    if (of_line.size() == 1) {
      if (prefix == of_line.front().prefix) each(first, key);
      continue;
    }
    const auto found = std::ranges::lower_bound(of_line, prefix, {}, &Cell::prefix);
    if (found == of_line.end() || found->prefix != prefix) continue;
    each(first + static_cast<std::size_t>(found - of_line.begin()), key);
  }
}

template <class T>
void RankSearch<T>::count(const std::vector<Cell>& cells) {
  const int shift = KeyOf<T>::bits - known_ - bits_;
  const std::size_t mask = (std::size_t{1} << static_cast<unsigned>(bits_)) - 1;
  pass([&](std::int64_t task, std::int64_t line, const T* from, std::int64_t count) {
    std::int64_t* counters = counters_[at(task)].data();
    for_each_within(cells, line, from, count, [&](std::size_t cell, Key key) {
      ++counters[(cell << static_cast<unsigned>(bits_)) + ((key >> shift) & mask)];
    });
  });
  for (std::size_t task = 1; task < threads_; ++task) {
    std::ranges::transform(counters_[0], counters_[task], counters_[0].begin(), std::plus<>());
  }
}

// To the bins that the targets lie in.
template <class T>
void RankSearch<T>::narrow(std::vector<Target>& targets, std::vector<Cell>& cells) {
  std::vector<Cell> next;
  for (Target& target : targets) {
    const auto cell = std::ranges::lower_bound(cells, Cell{target.line, target.prefix, 0});
    const std::int64_t* counter =
        counters_[0].data() + (at(cell - cells.begin()) << static_cast<unsigned>(bits_));
    Key bin = 0;
    while (target.rank_within >= *counter) {
      target.rank_within -= *counter++;
      ++bin;
    }
    const std::uint64_t before = static_cast<std::uint64_t>(target.prefix)
                                 << static_cast<unsigned>(bits_);
    target.prefix = static_cast<Key>(before | bin);
    next.push_back({target.line, target.prefix, *counter});
  }
  std::ranges::sort(next);
  const auto rest = std::ranges::unique(next);
  next.erase(rest.begin(), rest.end());
  cells = std::move(next);
  known_ += bits_;
  prefixes_.reset();
  for (const Cell& cell : cells) prefixes_.set(end_of(cell.prefix));
}

template <class T>
void RankSearch<T>::gather(std::vector<Target>& targets, const std::vector<Cell>& cells) {
  std::vector<std::vector<std::vector<Key>>> parts(threads_,
                                                   std::vector<std::vector<Key>>(cells.size()));
  pass([&](std::int64_t task, std::int64_t line, const T* from, std::int64_t count) {
    for_each_within(cells, line, from, count,
                    [&](std::size_t cell, Key key) { parts[at(task)][cell].push_back(key); });
  });
  std::vector<Key> all;
  auto target = targets.begin();  // in the same order as cells
  for (std::size_t number = 0; number < cells.size(); ++number) {
    all.clear();
    for (auto& part : parts) {
      all.insert(all.end(), part[number].begin(), part[number].end());
      part[number] = {};
    }
    const Cell& cell = cells[number];
    for (; target != targets.end() && target->line == cell.line && target->prefix == cell.prefix;
         ++target) {
      std::nth_element(all.begin(), all.begin() + target->rank_within, all.end());
      target->prefix = all[at(target->rank_within)];
    }
  }
  known_ = KeyOf<T>::bits;
}

}  // namespace sheaf::np
