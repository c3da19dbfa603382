// SPDX-License-Identifier: MIT
#include "core/array/sorting/extents.hpp"

#include <algorithm>
#include <utility>

namespace sheaf::np {
namespace {

class SegmentsNode : public Node {
 public:
  SegmentsNode(ExtentsPtr extents, Segments segments, std::vector<std::int64_t> starts, Dtype dtype)
      : Node(dtype, {starts.back()}),
        extents_(std::move(extents)),
        segments_(std::move(segments)),
        starts_(std::move(starts)) {}

  void read(const Box& box, Buffer& out, Pass&) const override {
    out.reset(dtype(), box.size());
    const auto size = static_cast<std::int64_t>(dtype().size());
    std::int64_t at = box.first[0];
    const std::int64_t stop = at + box.count[0];
    std::byte* to = out.bytes();
    auto number = static_cast<std::size_t>(std::ranges::upper_bound(starts_, at) - starts_.begin());
    for (; at < stop; ++number) {
      const std::int64_t count = std::min(stop, starts_[number]) - at;
      const Segment& segment = segments_[number - 1];
      extents_->file()->read(segment.offset + (at - starts_[number - 1]) * size, to,
                             static_cast<std::size_t>(count * size));
      to += count * size;
      at += count;
    }
  }

 private:
  ExtentsPtr extents_;
  Segments segments_;
  std::vector<std::int64_t> starts_;  // of segments, in elements, and the end
};

}  // namespace

std::int64_t bytes_of(const Segments& sequence) {
  std::int64_t bytes = 0;
  for (const Segment& segment : sequence) bytes += segment.bytes;
  return bytes;
}

std::int64_t Extents::claim() {
  const std::lock_guard lock(mutex_);
  if (!free_.empty()) {
    const std::int64_t offset = free_.back();
    free_.pop_back();
    return offset;
  }
  return std::exchange(end_, end_ + extent_bytes_);
}

void Extents::give_back(const Segment& segment) {
  const std::lock_guard lock(mutex_);
  free_.push_back(segment.offset);
}

void Extents::discard_free() {
  const std::lock_guard lock(mutex_);
  std::ranges::sort(free_);
  for (std::size_t at = 0; at < free_.size();) {
    std::size_t stop = at + 1;
    while (stop < free_.size() && free_[stop] == free_[stop - 1] + extent_bytes_) ++stop;
    file_->discard(free_[at], free_[stop - 1] + extent_bytes_ - free_[at]);
    at = stop;
  }
  free_.clear();
}

void SegmentWriter::make_room() {
  if (!buffer_) {
    room_ = static_cast<std::size_t>(extents_->extent_bytes());
    buffer_ = std::make_unique_for_overwrite<std::byte[]>(room_);
  }
  flush();
}

void SegmentWriter::flush() {
  if (used_ == 0) return;
  const std::int64_t offset = extents_->claim();
  extents_->file()->write(offset, buffer_.get(), used_);
  segments_.push_back({offset, static_cast<std::int64_t>(used_)});
  used_ = 0;
}

Segments SegmentWriter::finish() {
  flush();
  buffer_.reset();
  room_ = 0;
  return std::move(segments_);
}

NodePtr segments_array(const ExtentsPtr& extents, const std::vector<Segments>& sequences,
                       Dtype dtype) {
  Segments all;
  std::vector<std::int64_t> starts{0};
  for (const Segments& sequence : sequences) {
    for (const Segment& segment : sequence) {
      all.push_back(segment);
      starts.push_back(starts.back() + segment.bytes / static_cast<std::int64_t>(dtype.size()));
    }
  }
  const std::int64_t count = starts.back();
  const std::size_t bytes = static_cast<std::size_t>(count) * dtype.size();
  const auto node =
      std::make_shared<SegmentsNode>(extents, std::move(all), std::move(starts), dtype);
  if (bytes > kept_in_memory()) {
    extents->discard_free();
    return node;
  }
  Buffer buffer;
  Pass pass;
  node->read({{0}, {count}}, buffer, pass);
  return memory_node({dtype, {count}, {buffer.bytes(), buffer.bytes() + bytes}, {}});
}

}  // namespace sheaf::np
