// SPDX-License-Identifier: MIT
#pragma once
// Many sequences in one temporary file that grow side by side.
//
//   writer a ──► [a0][b0][a1][c0][b1]…      a sequence is a list of segments, in order
//
// Model: the file is cut into extents of one size; what was read for the last time is given back
// and written again, so that a sort needs hardly more room than its data. A writer gathers an
// extent in memory first. Threads: extents are anybody's, a writer is one thread's. Failure: Error.

#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include "core/array/engine/spill.hpp"

namespace sheaf::np {

struct Segment {
  std::int64_t offset = 0;
  std::int64_t bytes = 0;
};
using Segments = std::vector<Segment>;
[[nodiscard]] std::int64_t bytes_of(const Segments& sequence);

class Extents {
 public:
  explicit Extents(std::int64_t extent_bytes)
      : extent_bytes_(extent_bytes), file_(TemporaryFile::create()) {}

  [[nodiscard]] std::int64_t extent_bytes() const noexcept { return extent_bytes_; }
  [[nodiscard]] const std::shared_ptr<TemporaryFile>& file() const noexcept { return file_; }
  [[nodiscard]] std::int64_t claim();
  void give_back(const Segment& segment);
  // To the file system; what was given back isn't used again.
  void discard_free();

 private:
  std::int64_t extent_bytes_;
  std::shared_ptr<TemporaryFile> file_;
  std::mutex mutex_;
  std::int64_t end_ = 0;
  std::vector<std::int64_t> free_;
};
using ExtentsPtr = std::shared_ptr<Extents>;

// Elements whose size divides the extents'.
class SegmentWriter {
 public:
  explicit SegmentWriter(ExtentsPtr extents) : extents_(std::move(extents)) {}

  template <class T>
  void put(const T& element) {
    if (used_ == room_) make_room();
    std::memcpy(buffer_.get() + used_, &element, sizeof(T));
    used_ += sizeof(T);
  }
  [[nodiscard]] Segments finish();

 private:
  void make_room();
  void flush();

  ExtentsPtr extents_;
  std::unique_ptr<std::byte[]> buffer_;  // of the first element on
  std::size_t used_ = 0;
  std::size_t room_ = 0;
  Segments segments_;
};

// The sequences one behind the other, as an array of one axis; in memory where it is small. Comes
// when nothing more is written.
[[nodiscard]] NodePtr segments_array(const ExtentsPtr& extents,
                                     const std::vector<Segments>& sequences, Dtype dtype);

}  // namespace sheaf::np
