// SPDX-License-Identifier: MIT
#pragma once
// Writes predictions back to where a batch's samples came from.
//
//   MemorySink sink;
//   Target target(*loader, Slice{.shift = 1, .length = 64, .downsampling = 64}, sink);
//   while (BatchPtr batch = loader->next()) target.write(*batch, predict(*batch));
//
// Model: the same getters as for reading, backwards: sample i goes to the rows that the getter
// gives for the batch's place i, counted from the beginning of its source. What a Sink does with
// them is its own; writing to a file is one that stores them by id. Threads: one at a time.
// Failure: Error (Invalid) when predictions have another shape than the rows they go to.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/layout/spec.hpp"
#include "core/loader/batch.hpp"
#include "core/loader/input.hpp"
#include "core/loader/loader.hpp"

namespace sheaf::loader {

// Rows of one source.
struct SinkRows {
  std::int64_t source;  // its number in the file that was read; -1: rows count over all of it
  std::int64_t offset;  // the first row's number in the source; -1: these are all its rows
  Dtype dtype;
  Shape shape;  // rows first
  std::span<const std::byte> bytes;
};

class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;
  // May be given the same rows again: the last ones count.
  virtual void set(const SinkRows& rows) = 0;
};

// Keeps what it is given, source by source; rows that were never set are zeros.
class MemorySink final : public Sink {
 public:
  void set(const SinkRows& rows) override;
  // Throws Error (NotFound) for a source without any rows.
  [[nodiscard]] const Value& rows(std::int64_t source) const;
  // By the source's number, such as to store them under its id.
  [[nodiscard]] const std::map<std::int64_t, Value>& all() const noexcept { return values_; }

 private:
  std::map<std::int64_t, Value> values_;
};

// Writes into a field that has add(id, Value), iset(id, offset, Value) and set_rows(start, Value),
// as typed::Field (core/typed/field.hpp): a source's rows as a whole are added, some of them
// overwrite those that the field has of the source.
template <class Field>
class FieldSink final : public Sink {
 public:
  // `ids` are those of the file that was read. Both must outlive it.
  FieldSink(const std::vector<std::string>& ids, const Field& field) : ids_(ids), field_(field) {}

  void set(const SinkRows& rows) override {
    const Value value{rows.dtype, rows.shape, {rows.bytes.begin(), rows.bytes.end()}, {}};
    if (rows.source < 0) {
      field_.set_rows(std::max<std::int64_t>(rows.offset, 0), value);
    } else if (rows.offset < 0) {
      field_.add(ids_[static_cast<std::size_t>(rows.source)], value);
    } else {
      field_.iset(ids_[static_cast<std::size_t>(rows.source)], rows.offset, value);
    }
  }

 private:
  const std::vector<std::string>& ids_;
  const Field& field_;
};

class Target {
 public:
  // A FramedSlice must not overlap (hop = frame_size), nor be centred. Throws Error (Invalid).
  Target(const Loader& loader, const Getter& getter, Sink& sink);

  // `predictions` have the batch's axis first, then a sample's, as the getter gives it.
  void write(const Batch& batch, Dtype dtype, const Shape& shape,
             std::span<const std::byte> predictions);
  void write(const Batch& batch, const Value& predictions) {
    write(batch, predictions.dtype, predictions.shape, predictions.bytes);
  }

 private:
  Getter getter_;
  std::int64_t rows_a_step_;
  Sink& sink_;
};

}  // namespace sheaf::loader
