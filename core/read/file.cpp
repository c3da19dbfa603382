// SPDX-License-Identifier: MIT
#include "core/read/file.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "core/error.hpp"
#include "core/layout/reader.hpp"

namespace sheaf::read {
namespace {

// Everything through layout::Reader, one call at a time.
struct Shared {
  explicit Shared(const std::filesystem::path& file)
      : name(file.string()), reader(layout::Reader::open(file)) {}

  std::string name;
  std::mutex mutex;
  layout::Reader reader;
};

class SlowArray : public Array {
 public:
  SlowArray(Shared& shared, const layout::OutputInfo& info)
      : shared_(shared), path_(info.path), dtype_(info.dtype.value_or(uint8)), shape_(info.shape) {
    row_bytes_ = dtype_.size();
    for (std::size_t axis = 1; axis < shape_.size(); ++axis) {
      row_bytes_ *= static_cast<std::size_t>(shape_[axis]);
    }
  }

  Dtype dtype() const noexcept override { return dtype_; }
  const Shape& shape() const noexcept override { return shape_; }
  std::size_t row_bytes() const noexcept override { return row_bytes_; }

  void read(layout::Span rows, std::span<std::byte> out) const override {
    check(rows);
    const Value value = this->rows(rows.start, rows.stop);
    if (value.bytes.size() != out.size()) fail("room for other than that many rows was given");
    std::copy(value.bytes.begin(), value.bytes.end(), out.begin());
  }

  void gather(std::span<const std::int64_t> rows, std::span<std::byte> out) const override {
    for (std::size_t at = 0; at < rows.size(); ++at) {
      read({rows[at], rows[at] + 1}, out.subspan(at * row_bytes_, row_bytes_));
    }
  }

  void gather(std::span<const layout::Span> spans, std::span<std::byte> out) const override {
    std::size_t at = 0;
    for (const layout::Span span : spans) {
      const std::size_t bytes = static_cast<std::size_t>(span.stop - span.start) * row_bytes_;
      read(span, out.subspan(at, bytes));
      at += bytes;
    }
  }

  std::optional<std::span<const std::byte>> view(layout::Span) const override { return {}; }

  Value rows(std::int64_t start, std::int64_t stop) const override {
    const std::lock_guard lock(shared_.mutex);
    return shared_.reader.rows(path_, start, stop);
  }

 private:
  void check(layout::Span rows) const {
    if (rows.start < 0 || rows.stop < rows.start || rows.stop > shape_[0]) {
      fail("has " + std::to_string(shape_[0]) + " rows, not " + std::to_string(rows.start) +
           " to " + std::to_string(rows.stop));
    }
  }
  [[noreturn]] void fail(const std::string& message) const {
    throw Error(ErrorCode::Invalid, shared_.name + ":/" + path_, message);
  }

  Shared& shared_;
  std::string path_;
  Dtype dtype_;
  Shape shape_;
  std::size_t row_bytes_ = 0;
};

class SlowOutput : public Output {
 public:
  SlowOutput(Shared& shared, const layout::OutputInfo& info)
      : shared_(shared), path_(info.path), is_ragged_(info.ragged), array_(shared, info) {}

  const std::string& path() const noexcept override { return path_; }
  bool is_ragged() const noexcept override { return is_ragged_; }
  const Array& array() const noexcept override { return array_; }
  std::optional<layout::Span> span(std::size_t source) const override {
    const std::lock_guard lock(shared_.mutex);
    return shared_.reader.span(path_, source);
  }
  std::optional<Shape> shape(std::size_t source) const override {
    const std::lock_guard lock(shared_.mutex);
    return shared_.reader.shape(path_, source);
  }
  std::optional<Value> get(std::size_t source) const override {
    const std::lock_guard lock(shared_.mutex);
    return shared_.reader.get(path_, source);
  }

 private:
  Shared& shared_;
  std::string path_;
  bool is_ragged_;
  SlowArray array_;
};

class SlowFile : public File {
 public:
  explicit SlowFile(const std::filesystem::path& file) : shared_(file) {
    for (const layout::OutputInfo& info : shared_.reader.outputs()) {
      paths_.push_back(info.path);
      outputs_.push_back(std::make_unique<SlowOutput>(shared_, info));
    }
  }

  const std::string& name() const noexcept override { return shared_.name; }
  const std::vector<std::string>& ids() const noexcept override { return shared_.reader.ids(); }
  std::optional<std::size_t> find(std::string_view id) const override {
    const std::lock_guard lock(shared_.mutex);
    return shared_.reader.find(id);
  }
  const std::vector<std::string>& paths() const noexcept override { return paths_; }
  const Output& output(std::string_view path) const override {
    const auto found = std::find(paths_.begin(), paths_.end(), path);
    if (found == paths_.end()) {
      throw Error(ErrorCode::NotFound, shared_.name, "has no output '" + std::string(path) + "'");
    }
    return *outputs_[static_cast<std::size_t>(found - paths_.begin())];
  }
  std::vector<layout::Attribute> attrs(const std::string& path) const override {
    const std::lock_guard lock(shared_.mutex);
    return shared_.reader.attrs(path);
  }
  bool refresh() override { return false; }

 private:
  mutable Shared shared_;
  std::vector<std::string> paths_;
  std::vector<std::unique_ptr<SlowOutput>> outputs_;
};

}  // namespace

std::shared_ptr<File> File::open(const std::filesystem::path& file, const Options&) {
  return std::make_shared<SlowFile>(file);
}

}  // namespace sheaf::read
