// SPDX-License-Identifier: MIT
#pragma once
// Sorts more records than fit into memory.
//
//   elements ─► sample ─► splitters       pass 1: each record to its bucket, in extents of a file
//   bucket 0 │ bucket 1 │ bucket 2 …      pass 2: a bucket at a time into memory, sorted, taken
//
// Model: a distribution sort. Buckets are ranges of keys that fit into a core's part of the memory;
// equal keys lie in one bucket, so that what takes the sorted records needs to know of no other
// bucket. One that is too large (a bad sample) is distributed again; one of a single key needs no
// sorting. Nothing depends on the number of threads. For sources that sort: nothing else includes
// this. Failure: Error of what is read, and of the temporary file.

#include <atomic>
#include <functional>
#include <span>

#include "core/array/engine/evaluate.hpp"
#include "core/array/sorting/extents.hpp"
#include "core/array/sorting/inputs.hpp"
#include "core/array/sorting/sort_keys.hpp"
#include "core/array/sorting/splitters.hpp"

namespace sheaf::np {

// Arrays of one dtype, one behind the other, and how their elements become records.
template <class Record>
struct Unsorted {
  std::vector<NodePtr> inputs;
  // Of elements that come one behind the other, the first one at `place`.
  void (*encode)(const void* elements, std::int64_t count, std::uint64_t place, Record* out);
  // The least record that must be in one bucket with the given one; null: itself.
  Record (*floor)(const Record& record) = nullptr;
  // The floor behind the given one; the same one where there is none. Null: the next record.
  Record (*after)(const Record& floor) = nullptr;
};

// Takes a bucket's records in order, some at a time; a feed gives all of them.
template <class Record>
using Take = std::function<void(const Record* run, std::int64_t count)>;
template <class Record>
using Feed = std::function<void(const Take<Record>& take)>;

enum class Buckets { Freed, Kept };

template <class Record>
class ExternalSort {
 public:
  explicit ExternalSort(Unsorted<Record> unsorted);

  [[nodiscard]] const ExtentsPtr& extents() const noexcept { return extents_; }
  [[nodiscard]] std::int64_t buckets() const noexcept { return splitters_.buckets(); }
  [[nodiscard]] std::int64_t tasks() const noexcept { return threads_; }
  // Bytes that a task may have beside its bucket.
  [[nodiscard]] std::size_t spare() const noexcept { return spare_; }

  // Of the inputs; what distribute() goes by.
  [[nodiscard]] const std::vector<Record>& sample();
  // The records of the largest bucket.
  [[nodiscard]] std::int64_t most_records() const;
  // The first pass.
  void distribute();
  // Of buckets, and the end; all of them once they are distributed.
  [[nodiscard]] std::vector<std::int64_t> starts() const;
  // The second one: each(bucket, task, feed) for all buckets, on all cores; a task has one at a
  // time. Where they are kept it can be run once more.
  void run(const std::function<void(std::int64_t bucket, std::int64_t task,
                                    const Feed<Record>& feed)>& each,
           Buckets after = Buckets::Freed);

 private:
  using Writers = std::vector<SegmentWriter>;

  void set_room();
  [[nodiscard]] Writers writers_for(std::int64_t buckets) const {
    Writers writers;
    for (std::int64_t bucket = 0; bucket < buckets; ++bucket) writers.emplace_back(extents_);
    return writers;
  }
  void distribute_block(const InputBlock& from, Writers& writers, Pass& pass) const;
  void sort_bucket(Segments bucket, const Take<Record>& take, Buckets after);
  void sort_again(Segments bucket, const Take<Record>& take, Buckets after);
  [[nodiscard]] bool pass_constant(const Segments& bucket, const Take<Record>& take, Buckets after);
  [[nodiscard]] std::vector<Record> sample_of(const Segments& bucket) const;
  void read(const Segment& segment, Record* to) const {
    extents_->file()->read(segment.offset, to, static_cast<std::size_t>(segment.bytes));
  }

  Unsorted<Record> unsorted_;
  std::int64_t total_ = 0;
  unsigned threads_ = 1;
  std::size_t room_ = 0;  // bytes of a bucket
  std::size_t spare_ = 0;
  std::int64_t wanted_buckets_ = 1;
  ExtentsPtr extents_;
  std::vector<Record> sample_;
  Splitters<Record> splitters_;
  std::vector<Segments> buckets_;
};

inline constexpr std::int64_t good_bucket_bytes = std::int64_t{2} << 20U;  // stays in the cache
inline constexpr std::int64_t most_buckets = 1024;
inline constexpr std::int64_t most_extent_bytes = std::int64_t{64} << 10U;
inline constexpr std::int64_t sampled_a_bucket = 32;
inline constexpr std::int64_t least_sample = 1024;
inline constexpr std::int64_t least_sampled = 256;  // places
inline constexpr std::int64_t sampled_a_segment = 8;

template <class Record>
Record next_record_of(const Record& record) {
  return next_record(record);
}

template <class Record>
ExternalSort<Record>::ExternalSort(Unsorted<Record> unsorted) : unsorted_(std::move(unsorted)) {
  total_ = total_size(unsorted_.inputs);
  set_room();
}

template <class Record>
std::int64_t ExternalSort<Record>::most_records() const {
  const std::vector<std::int64_t> starts = this->starts();
  std::int64_t most = 0;
  for (std::size_t bucket = 1; bucket < starts.size(); ++bucket) {
    most = std::max(most, starts[bucket] - starts[bucket - 1]);
  }
  return most;
}

template <class Record>
std::vector<std::int64_t> ExternalSort<Record>::starts() const {
  std::vector<std::int64_t> starts{0};
  for (const Segments& bucket : buckets_) {
    starts.push_back(starts.back() + bytes_of(bucket) / static_cast<std::int64_t>(sizeof(Record)));
  }
  return starts;
}

template <class Record>
void ExternalSort<Record>::set_room() {
  const Budget budget = budget_for(unsorted_.inputs);
  threads_ = total_ < (1 << 14) ? 1 : budget.threads;
  const std::size_t memory = options().max_memory / budget.threads;
  room_ = std::max(memory / 3, 4 * sizeof(Record));
  spare_ = memory / 3;
  const auto bytes = total_ * static_cast<std::int64_t>(sizeof(Record));
  const auto good = std::min<std::int64_t>(static_cast<std::int64_t>(room_) / 2, good_bucket_bytes);
  const auto fitting = static_cast<std::int64_t>(spare_ / 64);
  wanted_buckets_ =
      std::min({(bytes + good - 1) / good, std::max<std::int64_t>(fitting, 2), most_buckets});
  wanted_buckets_ = std::max<std::int64_t>(wanted_buckets_, 1);
  const auto each =
      static_cast<std::int64_t>(spare_) / (2 * std::max<std::int64_t>(wanted_buckets_, 8));
  extents_ =
      std::make_shared<Extents>(std::clamp<std::int64_t>(each / 64 * 64, 64, most_extent_bytes));
}

template <class Record>
const std::vector<Record>& ExternalSort<Record>::sample() {
  if (!sample_.empty()) return sample_;
  const std::int64_t wanted =
      std::max(wanted_buckets_ * sampled_a_bucket,
               std::min(least_sample, static_cast<std::int64_t>(room_ / sizeof(Record))));
  const auto parts = static_cast<std::int64_t>(total_ * static_cast<std::int64_t>(sizeof(Record)) /
                                               static_cast<std::int64_t>(room_ / 4));
  const std::int64_t least = std::min(least_sampled, wanted);
  const std::int64_t places = std::clamp(parts, least, std::max(least, wanted / 8));
  const std::int64_t at_once = std::max<std::int64_t>(wanted / places, 1);
  for_each_sample(
      unsorted_.inputs, places, at_once, [&](const Buffer& elements, std::uint64_t place) {
        const std::size_t before = sample_.size();
        sample_.resize(before + static_cast<std::size_t>(elements.count()));
        unsorted_.encode(elements.bytes(), elements.count(), place, sample_.data() + before);
      });
  return sample_;
}

template <class Record>
void ExternalSort<Record>::distribute() {
  if (wanted_buckets_ > 1) {
    (void)sample();
    std::vector<Record> found = std::move(sample_);
    if (unsorted_.floor != nullptr) std::ranges::transform(found, found.begin(), unsorted_.floor);
    splitters_ =
        Splitters<Record>(std::move(found), wanted_buckets_,
                          unsorted_.after != nullptr ? unsorted_.after : next_record_of<Record>);
  }
  std::vector<Writers> writers;
  for (unsigned task = 0; task < threads_; ++task) writers.push_back(writers_for(buckets()));
  for_each_input_block(unsorted_.inputs, threads_, 2 * sizeof(Record),
                       [&](std::int64_t task, const InputBlock& block, Pass& pass) {
                         distribute_block(block, writers[static_cast<std::size_t>(task)], pass);
                         return true;
                       });
  buckets_.resize(static_cast<std::size_t>(buckets()));
  for (Writers& of_task : writers) {
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
      const Segments more = of_task[bucket].finish();
      buckets_[bucket].insert(buckets_[bucket].end(), more.begin(), more.end());
    }
  }
}

template <class Record>
void ExternalSort<Record>::distribute_block(const InputBlock& from, Writers& writers,
                                            Pass& pass) const {
  const Pass::BufferPtr block = pass.read(from.input, from.box);
  constexpr std::int64_t most = 256;
  Record records[most];
  std::uint16_t numbers[most];
  const auto size = static_cast<std::int64_t>(block->dtype().size());
  for_each_row_of(
      from.box, from.input->shape(), [&](std::int64_t place, std::int64_t at, std::int64_t count) {
        for (std::int64_t done = 0; done < count; done += most) {
          const std::int64_t some = std::min(most, count - done);
          unsorted_.encode(block->bytes() + (at + done) * size, some,
                           from.first + static_cast<std::uint64_t>(place + done), records);
          splitters_.classify(records, some, numbers);
          for (std::int64_t i = 0; i < some; ++i) writers[numbers[i]].put(records[i]);
        }
      });
}

template <class Record>
void ExternalSort<Record>::run(const std::function<void(std::int64_t bucket, std::int64_t task,
                                                        const Feed<Record>& feed)>& each,
                               Buckets after) {
  std::atomic<std::int64_t> next{0};
  run_tasks(threads_, threads_, {}, [&](std::int64_t task, Pass& pass) {
    for (std::int64_t bucket = next++; bucket < buckets(); bucket = next++) {
      pass.next_block();
      Segments& segments = buckets_[static_cast<std::size_t>(bucket)];
      each(bucket, task, [&](const Take<Record>& take) {
        sort_bucket(after == Buckets::Kept ? segments : std::move(segments), take, after);
      });
    }
  });
}

template <class Record>
void ExternalSort<Record>::sort_bucket(Segments bucket, const Take<Record>& take, Buckets after) {
  const std::int64_t bytes = bytes_of(bucket);
  if (bytes == 0) return;
  if (bytes > static_cast<std::int64_t>(room_)) return sort_again(std::move(bucket), take, after);
  const auto count = static_cast<std::size_t>(bytes) / sizeof(Record);
  const auto records = std::make_unique_for_overwrite<Record[]>(count);
  Record* to = records.get();
  for (const Segment& segment : bucket) {
    read(segment, to);
    if (after == Buckets::Freed) extents_->give_back(segment);
    to += segment.bytes / static_cast<std::int64_t>(sizeof(Record));
  }
  sort_records(records.get(), to);
  take(records.get(), static_cast<std::int64_t>(count));
}

// Whether all are equal; then they are taken.
template <class Record>
bool ExternalSort<Record>::pass_constant(const Segments& bucket, const Take<Record>& take,
                                         Buckets after) {
  std::vector<Record> part(static_cast<std::size_t>(extents_->extent_bytes()) / sizeof(Record));
  read(bucket.front(), part.data());
  const Record one = part.front();
  for (const Segment& segment : bucket) {
    const auto count = segment.bytes / static_cast<std::int64_t>(sizeof(Record));
    read(segment, part.data());
    if (!std::all_of(part.begin(), part.begin() + count,
                     [&](const Record& record) { return record == one; })) {
      return false;
    }
  }
  std::ranges::fill(part, one);
  for (const Segment& segment : bucket) {
    if (after == Buckets::Freed) extents_->give_back(segment);
    take(part.data(), segment.bytes / static_cast<std::int64_t>(sizeof(Record)));
  }
  return true;
}

template <class Record>
std::vector<Record> ExternalSort<Record>::sample_of(const Segments& bucket) const {
  const auto segments = static_cast<std::int64_t>(bucket.size());
  const std::int64_t picked = std::min(segments, wanted_buckets_ * 4);
  std::vector<Record> all;
  std::vector<Record> part(static_cast<std::size_t>(extents_->extent_bytes()) / sizeof(Record));
  for (std::int64_t at = 0; at < picked; ++at) {
    const Segment& segment = bucket[static_cast<std::size_t>(at * segments / picked)];
    read(segment, part.data());
    const auto count = segment.bytes / static_cast<std::int64_t>(sizeof(Record));
    const std::int64_t step = std::max<std::int64_t>(1, count / sampled_a_segment);
    for (std::int64_t i = 0; i < count; i += step) all.push_back(part[static_cast<std::size_t>(i)]);
  }
  return all;
}

// By whole records now: what takes them gets all of the bucket.
template <class Record>
void ExternalSort<Record>::sort_again(Segments bucket, const Take<Record>& take, Buckets after) {
  if (pass_constant(bucket, take, after)) return;
  const Splitters<Record> splitters(sample_of(bucket), std::max<std::int64_t>(wanted_buckets_, 2),
                                    next_record_of<Record>);
  Writers writers = writers_for(splitters.buckets());
  std::vector<Record> part(static_cast<std::size_t>(extents_->extent_bytes()) / sizeof(Record));
  std::vector<std::uint16_t> numbers(part.size());
  for (const Segment& segment : bucket) {
    const auto count = segment.bytes / static_cast<std::int64_t>(sizeof(Record));
    read(segment, part.data());
    if (after == Buckets::Freed) extents_->give_back(segment);
    splitters.classify(part.data(), count, numbers.data());
    for (std::int64_t i = 0; i < count; ++i) {
      writers[numbers[static_cast<std::size_t>(i)]].put(part[static_cast<std::size_t>(i)]);
    }
  }
  bucket = {};
  for (SegmentWriter& writer : writers) sort_bucket(writer.finish(), take, Buckets::Freed);
}

}  // namespace sheaf::np
