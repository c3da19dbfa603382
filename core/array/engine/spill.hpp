// SPDX-License-Identifier: MIT
#pragma once
// Arrays that are kept for a while: in memory where they are small, else in a temporary file.
//
// Model: the file has no name, and goes with its last handle; row-major elements, read and written
// by pread and pwrite, so that they don't count as this process's memory. Texts stay in memory.
// Threads: any. Failure: Error (Io) that names the folder and says how to choose another.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>

#include "core/array/engine/node.hpp"

namespace sheaf::np {

class TemporaryFile {
 public:
  // In options().temporary_folder.
  [[nodiscard]] static std::shared_ptr<TemporaryFile> create();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  void write(std::int64_t offset, const void* data, std::size_t size);
  void read(std::int64_t offset, void* data, std::size_t size) const;
  // Gives the room back, where the file system can do that.
  void discard(std::int64_t offset, std::int64_t size) noexcept;

 private:
  TemporaryFile(int descriptor, std::filesystem::path folder)
      : descriptor_(descriptor), folder_(std::move(folder)) {}
  int descriptor_;
  std::filesystem::path folder_;
};

// An array that can be written and read, whose elements are anything at first.
[[nodiscard]] NodePtr kept_array(Dtype dtype, const Shape& shape);
// Bytes of an array that is kept in memory, at most.
[[nodiscard]] std::size_t kept_in_memory();
// A part of a temporary file that was written: count elements from `offset` bytes on.
[[nodiscard]] NodePtr file_array(std::shared_ptr<TemporaryFile> file, std::int64_t offset,
                                 Dtype dtype, Shape shape);

// A node whose elements are found all at once, when they are first asked for, and kept.
class FoundAtOnce : public Node {
 public:
  void prepare() const final;
  void read(const Box& box, Buffer& out, Pass& pass) const final { found_->read(box, out, pass); }

 protected:
  using Node::Node;
  // Writes all elements to a node of this one's shape and dtype.
  virtual void find(const Node& result) const = 0;

 private:
  mutable std::mutex mutex_;
  mutable NodePtr found_;
};

// A copy of what the node is now.
[[nodiscard]] NodePtr kept(const NodePtr& node);

}  // namespace sheaf::np
