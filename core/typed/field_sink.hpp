// SPDX-License-Identifier: MIT
#pragma once
// Predictions of a loader's batches, written to a member of a typed file.
//
//   typed::FieldSink sink(exp.prediction, exp.ids());
//   loader::Target target(*loader, loader::ById{}, sink);
//
// Model: sources by their ids, so that the file may be another one than what the loader reads. All
// rows of a source are added; a part of them, or rows of the whole array, must be there (add zeros
// first). They are committed with the file. Threads: as the file. Failure: Error.

#include <string>
#include <utility>
#include <vector>

#include "core/loader/target.hpp"
#include "core/typed/field.hpp"

namespace sheaf::typed {

class FieldSink final : public loader::Sink {
 public:
  // `ids` are those of the file that the loader reads.
  FieldSink(Field to, std::vector<std::string> ids) : to_(std::move(to)), ids_(std::move(ids)) {}

  void set(const loader::SinkRows& rows) override {
    const Value value{rows.dtype, rows.shape, {rows.bytes.begin(), rows.bytes.end()}, {}};
    if (rows.source < 0) return to_.set_rows(rows.offset, value);
    const std::string& id = ids_.at(static_cast<std::size_t>(rows.source));
    if (rows.offset < 0) return to_.add(id, value);
    to_.iset(id, rows.offset, value);
  }

 private:
  Field to_;
  std::vector<std::string> ids_;
};

}  // namespace sheaf::typed
