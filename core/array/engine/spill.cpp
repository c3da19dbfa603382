// SPDX-License-Identifier: MIT
#include "core/array/engine/spill.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "core/array/engine/evaluate.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

[[noreturn]] void fail(const std::filesystem::path& folder, const char* what) {
  throw Error(errno == ENOSPC ? ErrorCode::NoSpace : ErrorCode::Io, folder.string(),
              std::string("temporary data can't be ") + what + ": " + std::strerror(errno) +
                  "; choose another folder (Options::temporary_folder or TMPDIR) or allow more "
                  "memory");
}

class FileNode : public Node {
 public:
  FileNode(std::shared_ptr<TemporaryFile> file, std::int64_t offset, Dtype dtype, Shape shape)
      : Node(dtype, std::move(shape)), file_(std::move(file)), offset_(offset) {}

  void read(const Box& box, Buffer& out, Pass&) const override {
    out.reset(dtype(), box.size());
    std::byte* to = out.bytes();
    for_each_row_of(box, shape(), [&](std::int64_t at, std::int64_t, std::int64_t count) {
      const std::size_t bytes = static_cast<std::size_t>(count) * dtype().size();
      file_->read(place(at), to, bytes);
      to += bytes;
    });
  }
  void write(const Box& box, const Buffer& values) const override {
    const std::byte* from = values.bytes();
    for_each_row_of(box, shape(), [&](std::int64_t at, std::int64_t, std::int64_t count) {
      const std::size_t bytes = static_cast<std::size_t>(count) * dtype().size();
      file_->write(place(at), from, bytes);
      from += bytes;
    });
  }
  bool change(const Box& box, const std::function<void(Buffer&)>& f) const override {
    change_copy(box, f);
    return true;
  }
  [[nodiscard]] bool is_writable() const noexcept override { return true; }
  [[nodiscard]] const void* storage() const noexcept override { return this; }

 private:
  [[nodiscard]] std::int64_t place(std::int64_t element) const noexcept {
    return offset_ + element * static_cast<std::int64_t>(dtype().size());
  }

  std::shared_ptr<TemporaryFile> file_;
  std::int64_t offset_;
};

}  // namespace

std::shared_ptr<TemporaryFile> TemporaryFile::create() {
  std::filesystem::path folder = options().temporary_folder;
  if (folder.empty()) folder = std::filesystem::temp_directory_path();
  const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) fail(folder, "written there");
  return std::shared_ptr<TemporaryFile>(new TemporaryFile(descriptor, folder));
}

TemporaryFile::~TemporaryFile() { ::close(descriptor_); }

void TemporaryFile::write(std::int64_t offset, const void* data, std::size_t size) {
  const auto* from = static_cast<const std::byte*>(data);
  while (size > 0) {
    const ssize_t done = ::pwrite(descriptor_, from, size, offset);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) fail(folder_, "written");
    from += done;
    offset += done;
    size -= static_cast<std::size_t>(done);
  }
}

void TemporaryFile::read(std::int64_t offset, void* data, std::size_t size) const {
  auto* to = static_cast<std::byte*>(data);
  while (size > 0) {
    const ssize_t done = ::pread(descriptor_, to, size, offset);
    if (done < 0 && errno == EINTR) continue;
    if (done == 0) {  // never written
      std::memset(to, 0, size);
      return;
    }
    if (done < 0) fail(folder_, "read");
    to += done;
    offset += done;
    size -= static_cast<std::size_t>(done);
  }
}

void TemporaryFile::discard(std::int64_t offset, std::int64_t size) noexcept {
  (void)::fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, size);
}

NodePtr file_array(std::shared_ptr<TemporaryFile> file, std::int64_t offset, Dtype dtype,
                   Shape shape) {
  return std::make_shared<FileNode>(std::move(file), offset, dtype, std::move(shape));
}

std::size_t kept_in_memory() { return options().max_memory / 16; }

NodePtr kept_array(Dtype dtype, const Shape& shape) {
  const auto count = static_cast<std::size_t>(element_count(shape));
  if (dtype.is_string()) {
    return memory_node({dtype, shape, {}, std::vector<std::string>(count)});
  }
  if (count * dtype.size() <= kept_in_memory()) {
    return memory_node({dtype, shape, std::vector<std::byte>(count * dtype.size()), {}});
  }
  return file_array(TemporaryFile::create(), 0, dtype, shape);
}

void FoundAtOnce::prepare() const {
  const std::lock_guard lock(mutex_);
  if (found_) return;
  NodePtr result = kept_array(dtype(), shape());
  find(*result);
  found_ = std::move(result);
}

NodePtr kept(const NodePtr& node) {
  prepare({node});
  NodePtr copy = kept_array(node->dtype(), node->shape());
  if (node->assign_to(copy)) return copy;
  for_each_block(node, {}, [&](const Box& box, const Buffer& block) { copy->write(box, block); });
  return copy;
}

}  // namespace sheaf::np
