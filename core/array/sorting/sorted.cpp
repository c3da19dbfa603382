// SPDX-License-Identifier: MIT
#include "core/array/sorting/sorted.hpp"

#include <mutex>
#include <type_traits>
#include <utility>

#include "core/array/sorting/external_sort.hpp"
#include "core/array/sorting/few_groups.hpp"
#include "core/array/sorting/inverse.hpp"
#include "core/array/sorting/run_writer.hpp"

namespace sheaf::np {
namespace {

template <class T, bool is_placed, bool keeps_zeros>
struct Coding {
  using Of = KeyOf<T>;
  using As = Records<typename Of::Key, is_placed>;
  using Record = typename As::Record;

  static void encode(const void* elements, std::int64_t count, std::uint64_t place, Record* out) {
    const auto* from = static_cast<const T*>(elements);
    for (std::int64_t at = 0; at < count; ++at) {
      out[at] =
          As::make(Of::template key<keeps_zeros>(from[at]), place + static_cast<std::uint64_t>(at));
    }
  }
  // Equal elements have one floor; all NaNs, too, whatever their keys.
  static Record floor(const Record& record) {
    const auto key = As::key(record);
    if constexpr (Complex<T>) {
      if (Of::is_nan(key)) return As::make(Of::first_nan, 0);
    }
    return As::make(key, 0);
  }
  static Record after(const Record& floor) {
    const auto key = As::key(floor);
    if constexpr (Complex<T>) {
      if (Of::is_nan(key)) return floor;
    }
    return As::make(next_record(key), 0);
  }
};

// element(record) for each of the sorted records. Buckets are sorted when somebody reads, or
// straight into a node that takes all.
template <class Code, class Element>
class SortedNode : public Node {
 public:
  using Record = typename Code::Record;

  SortedNode(const NodePtr& input, Dtype dtype, Element element)
      : Node(dtype, {input->size()}), input_(input), element_(element), sort_(distributed()) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override { all()->read(box, out, pass); }
  bool assign_to(const NodePtr& to) const override {
    const std::lock_guard lock(mutex_);
    RunWriter writer(to);
    if (all_ || !writer.has_room()) return false;
    if (!sort_) sort_ = distributed();
    const std::vector<std::int64_t> starts = sort_->starts();
    sort_->run(
        [&](std::int64_t bucket, std::int64_t, const Feed<Record>& feed) {
          std::int64_t at = starts[static_cast<std::size_t>(bucket)];
          Buffer elements;
          feed([&](const Record* run, std::int64_t count) {
            elements.reset(dtype(), count);
            std::transform(run, run + count, elements.template as<Out>(), element_);
            writer.write(at, elements);
            at += count;
          });
        },
        Buckets::Kept);
    return true;
  }

  [[nodiscard]] NodePtr all() const {
    const std::lock_guard lock(mutex_);
    if (all_) return all_;
    const std::unique_ptr<ExternalSort<Record>> sort = sort_ ? std::move(sort_) : distributed();
    std::vector<Segments> sequences(static_cast<std::size_t>(sort->buckets()));
    sort->run([&](std::int64_t bucket, std::int64_t, const Feed<Record>& feed) {
      SegmentWriter writer(sort->extents());
      feed([&](const Record* run, std::int64_t count) {
        for (std::int64_t at = 0; at < count; ++at) writer.put(element_(run[at]));
      });
      sequences[static_cast<std::size_t>(bucket)] = writer.finish();
    });
    all_ = segments_array(sort->extents(), sequences, dtype());
    return all_;
  }

 private:
  using Out = std::invoke_result_t<Element, Record>;

  [[nodiscard]] std::unique_ptr<ExternalSort<Record>> distributed() const {
    auto sort = std::make_unique<ExternalSort<Record>>(Unsorted<Record>{{input_}, Code::encode});
    sort->distribute();
    return sort;
  }

  NodePtr input_;
  Element element_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<ExternalSort<Record>> sort_;  // empty once its buckets were given
  mutable NodePtr all_;
};

template <class Code, class Element>
NodePtr sorted_as(const NodePtr& input, Dtype dtype, Element element) {
  auto node = std::make_shared<const SortedNode<Code, Element>>(input, dtype, element);
  const std::size_t bytes = static_cast<std::size_t>(input->size()) * dtype.size();
  if (bytes <= kept_in_memory()) return node->all();
  return node;
}

template <class T>
NodePtr values_of(const NodePtr& input) {
  return sorted_as<Coding<T, false, true>>(
      input, input->dtype(), [](const auto& record) { return KeyOf<T>::element(record); });
}

template <class T>
NodePtr places_of(const NodePtr& input) {
  using Code = Coding<T, true, false>;
  return sorted_as<Code>(input, int64, [](const auto& record) {
    return static_cast<std::int64_t>(Code::As::place(record));
  });
}

// Finds the groups of one bucket.
template <class T, class Code>
class Grouper {
 public:
  using Record = typename Code::Record;
  using Key = typename KeyOf<T>::Key;

  Grouper(const Grouping& how, const ExtentsPtr& extents)
      : how_(how), values_(extents), first_(extents), counts_(extents) {}

  // Calls each(place, group) for all elements.
  template <class Each>
  void take(const Record* run, std::int64_t count, Each each) {
    for (std::int64_t at = 0; at < count; ++at) {
      const Key key = Code::As::key(run[at]);
      if (size_ == 0 || !is_same(key)) {
        finish_group();
        key_ = key;
        place_ = Code::As::place(run[at]);
      }
      ++size_;
      each(Code::As::place(run[at]), groups_);
    }
  }
  void finish_group() {
    if (size_ == 0) return;
    if (how_.of_size == 0 || size_ == how_.of_size) {
      values_.put(KeyOf<T>::element(key_));
      if (how_.first) first_.put(static_cast<std::int64_t>(place_));
      if (how_.counts) counts_.put(size_);
    }
    ++groups_;
    size_ = 0;
  }
  [[nodiscard]] std::int64_t groups() const noexcept { return groups_; }
  [[nodiscard]] Segments values() { return values_.finish(); }
  [[nodiscard]] Segments first() { return first_.finish(); }
  [[nodiscard]] Segments counts() { return counts_.finish(); }

 private:
  [[nodiscard]] bool is_same(Key key) const {
    if (key == key_) return how_.nans != Nans::Apart || !KeyOf<T>::is_nan(key);
    return how_.nans == Nans::Equal && KeyOf<T>::is_nan(key) && KeyOf<T>::is_nan(key_);
  }

  const Grouping& how_;
  SegmentWriter values_, first_, counts_;
  Key key_{};
  std::uint64_t place_ = 0;
  std::int64_t size_ = 0;
  std::int64_t groups_ = 0;
};

template <class T, bool is_placed>
Groups groups_of(const std::vector<NodePtr>& inputs, const Grouping& how) {
  using Code = Coding<T, is_placed, false>;
  using Record = typename Code::Record;
  ExternalSort<Record> sort({inputs, Code::encode, Code::floor, Code::after});
  std::vector<typename KeyOf<T>::Key> sample(sort.sample().size());
  std::ranges::transform(sort.sample(), sample.begin(), Code::As::key);
  if (std::optional<Groups> few = FewGroups<T>::of(inputs, how, std::move(sample))) return *few;
  sort.distribute();
  const auto buckets = static_cast<std::size_t>(sort.buckets());
  std::vector<Segments> values(buckets), first(buckets), counts(buckets);
  std::vector<std::int64_t> groups(buckets);
  const std::int64_t total = how.inverse ? total_size(inputs) : 0;
  Inverse inverse(sort.extents(), {total, sort.buckets(), sort.most_records()}, sort.tasks(),
                  sort.spare());
  sort.run([&](std::int64_t number, std::int64_t task, const Feed<Record>& feed) {
    const auto bucket = static_cast<std::size_t>(number);
    Grouper<T, Code> grouper(how, sort.extents());
    feed([&](const Record* run, std::int64_t count) {
      grouper.take(run, count, [&](std::uint64_t place, std::int64_t group) {
        if (is_placed && how.inverse) inverse.put(task, place, number, group);
      });
    });
    grouper.finish_group();
    values[bucket] = grouper.values();
    first[bucket] = grouper.first();
    counts[bucket] = grouper.counts();
    groups[bucket] = grouper.groups();
  });
  Groups all;
  if (how.inverse) {
    all.inverse = inverse.array(groups);
    if (how.keeps_shape) all.inverse = reshaped(all.inverse, inputs.front()->shape());
  }
  all.values = segments_array(sort.extents(), values, inputs.front()->dtype());
  if (how.first) all.first = segments_array(sort.extents(), first, int64);
  if (how.counts) all.counts = segments_array(sort.extents(), counts, int64);
  return all;
}

}  // namespace

NodePtr sorted_values(const NodePtr& input) {
  prepare({input});
  if (input->dtype().is_string()) return sorted_texts(input);
  return with_type(input->dtype(),
                   [&]<class T>(std::type_identity<T>) { return values_of<T>(input); });
}

NodePtr sorted_places(const NodePtr& input) {
  prepare({input});
  if (input->dtype().is_string()) return sorted_text_places(input);
  return with_type(input->dtype(),
                   [&]<class T>(std::type_identity<T>) { return places_of<T>(input); });
}

Groups grouped(const std::vector<NodePtr>& inputs, const Grouping& how) {
  prepare(inputs);
  if (inputs.front()->dtype().is_string()) return grouped_texts(inputs, how);
  return with_type(inputs.front()->dtype(), [&]<class T>(std::type_identity<T>) {
    return how.first || how.inverse ? groups_of<T, true>(inputs, how)
                                    : groups_of<T, false>(inputs, how);
  });
}

}  // namespace sheaf::np
