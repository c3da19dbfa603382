// SPDX-License-Identifier: MIT
#pragma once
// What is equal in arrays whose elements are few different ones, over and over.
//
//   one pass ─► a table of keys a task ─► one table, in order       a second one for the inverse
//
// Model: tried where a sample has every element twice; given up when a task's part of the memory
// has no room for the table. Then it is sorted (sorted.cpp), as it is where each NaN is another
// one. For sources that sort: nothing else includes this. Failure: Error of what is read.

#include <atomic>
#include <optional>
#include <utility>

#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/shaping/made.hpp"
#include "core/array/sorting/inputs.hpp"
#include "core/array/sorting/key_table.hpp"
#include "core/array/sorting/sort_keys.hpp"
#include "core/array/sorting/sorted.hpp"
#include "core/error.hpp"

namespace sheaf::np {

template <class T>
class FewGroups {
 public:
  using Of = KeyOf<T>;
  using Key = typename Of::Key;

  // None: they aren't few. `sample` has keys of some elements.
  [[nodiscard]] static std::optional<Groups> of(const std::vector<NodePtr>& inputs,
                                                const Grouping& how, std::vector<Key> sample);

 private:
  using Table = KeyTable<Key>;
  using Entry = typename Table::Entry;

  FewGroups(const std::vector<NodePtr>& inputs, const Grouping& how) : inputs_(inputs), how_(how) {
    const Budget budget = budget_for(inputs);
    tasks_ = total_size(inputs) < (1 << 14) ? 1 : budget.threads;
    most_ = std::bit_floor(options().max_memory / budget.threads / 4 / sizeof(Entry));
  }
  [[nodiscard]] bool count();
  [[nodiscard]] bool count_block(const InputBlock& from, Table& table, Pass& pass) const;
  void set_ranks();
  [[nodiscard]] Groups groups() const;
  [[nodiscard]] NodePtr inverse() const;

  const std::vector<NodePtr>& inputs_;
  const Grouping& how_;
  std::int64_t tasks_ = 1;
  std::size_t most_ = 0;             // entries of a table
  std::vector<Entry> entries_;       // in order
  std::vector<std::int64_t> ranks_;  // of entries: NaNs may share one
};

template <class T>
std::optional<Groups> FewGroups<T>::of(const std::vector<NodePtr>& inputs, const Grouping& how,
                                       std::vector<Key> sample) {
  const std::size_t all = sample.size();
  std::ranges::sort(sample);
  const auto same = std::ranges::unique(sample);
  if (2 * (all - same.size()) > all || (how.inverse && inputs.size() != 1)) return std::nullopt;
  FewGroups few(inputs, how);
  if (few.most_ < 16 || !few.count()) return std::nullopt;
  few.set_ranks();
  return few.groups();
}

template <class T>
bool FewGroups<T>::count() {
  std::vector<Table> tables(static_cast<std::size_t>(tasks_), Table(most_));
  std::atomic<bool> has_room{true};
  for_each_input_block(inputs_, tasks_, sizeof(Key),
                       [&](std::int64_t task, const InputBlock& from, Pass& pass) {
                         if (!count_block(from, tables[static_cast<std::size_t>(task)], pass)) {
                           has_room = false;
                         }
                         return has_room.load();
                       });
  if (!has_room) return false;
  for (std::size_t task = 1; task < tables.size(); ++task) {
    for (const Entry& entry : tables[task].all()) {
      if (!tables.front().add(entry)) return false;
    }
  }
  entries_ = tables.front().all();
  std::ranges::sort(entries_, {}, &Entry::key);
  return true;
}

template <class T>
bool FewGroups<T>::count_block(const InputBlock& from, Table& table, Pass& pass) const {
  const Pass::BufferPtr block = pass.read(from.input, from.box);
  bool has_room = true;
  for_each_row_of(from.box, from.input->shape(),
                  [&](std::int64_t place, std::int64_t at, std::int64_t count) {
                    const T* elements = block->as<T>() + at;
                    const std::uint64_t first = from.first + static_cast<std::uint64_t>(place);
                    for (std::int64_t i = 0; i < count && has_room; ++i) {
                      const Key key = Of::key(elements[i]);
                      has_room = !(how_.nans == Nans::Apart && Of::is_nan(key)) &&
                                 table.add({key, 1, first + static_cast<std::uint64_t>(i)});
                    }
                  });
  return has_room;
}

template <class T>
void FewGroups<T>::set_ranks() {
  std::int64_t rank = -1;
  bool was_nan = false;
  for (const Entry& entry : entries_) {
    const bool is_nan = how_.nans == Nans::Equal && Of::is_nan(entry.key);
    if (!is_nan || !was_nan) ++rank;
    was_nan = is_nan;
    ranks_.push_back(rank);
  }
}

template <class T>
Groups FewGroups<T>::groups() const {
  std::vector<std::byte> values;
  std::vector<std::int64_t> first, counts;
  for (std::size_t at = 0; at < entries_.size();) {
    const T value = Of::element(entries_[at].key);
    Entry all = entries_[at];  // and its place, as NumPy has it: not the first one of all NaNs
    for (const std::size_t begin = at++; at < ranks_.size() && ranks_[at] == ranks_[begin]; ++at) {
      all.count += entries_[at].count;
    }
    if (how_.of_size != 0 && all.count != how_.of_size) continue;
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    values.insert(values.end(), bytes, bytes + sizeof(T));
    first.push_back(static_cast<std::int64_t>(all.first));
    counts.push_back(all.count);
  }
  const auto count = static_cast<std::int64_t>(first.size());
  Groups found{memory_node({inputs_.front()->dtype(), {count}, std::move(values), {}}), {}, {}, {}};
  if (how_.first) found.first = memory_node(Value::of(first));
  if (how_.counts) found.counts = memory_node(Value::of(counts));
  if (how_.inverse) found.inverse = inverse();
  return found;
}

template <class T>
NodePtr FewGroups<T>::inverse() const {
  Table table(2 * std::bit_ceil(entries_.size() + 1));
  for (std::size_t at = 0; at < entries_.size(); ++at) {
    (void)table.add({entries_[at].key, 1, static_cast<std::uint64_t>(ranks_[at])});
  }
  const NodePtr& input = inputs_.front();
  const NodePtr ranks = kept_array(int64, input->shape());
  for_each_block(input, {}, [&](const Box& box, const Buffer& block) {
    Buffer part;
    part.reset(int64, box.size());
    for (std::int64_t at = 0; at < box.size(); ++at) {
      const Entry* entry = table.find(Of::key(block.as<T>()[at]));
      if (entry == nullptr) {
        throw Error(ErrorCode::Invalid, "unique", "has an array that changes while it is read");
      }
      part.as<std::int64_t>()[at] = static_cast<std::int64_t>(entry->first);
    }
    ranks->write(box, part);
  });
  return how_.keeps_shape ? ranks : reshaped(ranks, {input->size()});
}

}  // namespace sheaf::np
