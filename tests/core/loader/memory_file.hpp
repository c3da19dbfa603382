// SPDX-License-Identifier: MIT
#pragma once
// A file for reading that is in memory, and can be made to fail at a row.
//
//   auto file = std::make_shared<MemoryFile>(std::vector<std::string>{"a", "b"});
//   file->add<float>("audio", {}, {{0, 1, 2}, {3, 4}});        // one list of elements a source
//
// Threads: any number of readers.

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/read/file.hpp"

namespace sheaf::test {

class MemoryArray : public read::Array {
 public:
  MemoryArray(std::string object, Value content)
      : object_(std::move(object)), content_(std::move(content)) {
    row_bytes_ = content_.dtype.size();
    for (std::size_t axis = 1; axis < content_.shape.size(); ++axis) {
      row_bytes_ *= static_cast<std::size_t>(content_.shape[axis]);
    }
  }

  Dtype dtype() const noexcept override { return content_.dtype; }
  const Shape& shape() const noexcept override { return content_.shape; }
  std::size_t row_bytes() const noexcept override { return row_bytes_; }
  void read(layout::Span rows, std::span<std::byte> out) const override {
    if (rows.start < 0 || rows.stop < rows.start || rows.stop > content_.shape[0]) {
      throw Error(ErrorCode::Invalid, object_, "has no rows to " + std::to_string(rows.stop));
    }
    if (rows.start <= bad_row && bad_row < rows.stop) {
      throw Error(ErrorCode::Corrupt, object_, "has a bad chunk");
    }
    const auto start = static_cast<std::size_t>(rows.start) * row_bytes_;
    const auto size = static_cast<std::size_t>(rows.stop - rows.start) * row_bytes_;
    if (size != out.size()) throw Error(ErrorCode::Invalid, object_, "room of another size");
    if (size != 0) std::memcpy(out.data(), content_.bytes.data() + start, size);
  }
  void gather(std::span<const std::int64_t> rows, std::span<std::byte> out) const override {
    if (out.size() != rows.size() * row_bytes_) {
      throw Error(ErrorCode::Invalid, object_, "room of another size");
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      read({rows[i], rows[i] + 1}, out.subspan(i * row_bytes_, row_bytes_));
    }
  }
  void gather(std::span<const layout::Span> spans, std::span<std::byte> out) const override {
    for (const layout::Span span : spans) {
      const auto size = static_cast<std::size_t>(span.stop - span.start) * row_bytes_;
      read(span, out.first(size));
      out = out.subspan(size);
    }
    if (!out.empty()) throw Error(ErrorCode::Invalid, object_, "room of another size");
  }
  std::optional<std::span<const std::byte>> view(layout::Span) const override { return {}; }
  Value rows(std::int64_t start, std::int64_t stop) const override {
    Shape shape = content_.shape;
    shape[0] = stop - start;
    Value value{content_.dtype, shape, {}, {}};
    if (content_.dtype.is_string()) {
      value.strings.assign(content_.strings.begin() + start, content_.strings.begin() + stop);
    } else {
      value.bytes.resize(static_cast<std::size_t>(stop - start) * row_bytes_);
      read({start, stop}, value.bytes);
    }
    return value;
  }

  std::int64_t bad_row = -1;

 private:
  std::string object_;
  Value content_;
  std::size_t row_bytes_ = 0;
};

class MemoryOutput : public read::Output {
 public:
  MemoryOutput(std::string path, Value content)
      : array_("memory:/" + path, std::move(content)), path_(std::move(path)) {}

  const std::string& path() const noexcept override { return path_; }
  bool is_ragged() const noexcept override { return is_ragged_; }
  const read::Array& array() const noexcept override { return array_; }
  std::optional<layout::Span> span(std::size_t source) const override {
    if (spans[source].start < 0) return {};
    return spans[source];
  }
  std::optional<Shape> shape(std::size_t source) const override {
    if (spans[source].start < 0) return {};
    if (is_ragged_) return shapes[source];
    Shape shape = array_.shape();
    shape[0] = spans[source].stop - spans[source].start;
    return shape;
  }
  std::optional<Value> get(std::size_t source) const override {
    if (spans[source].start < 0) return {};
    Value value = array_.rows(spans[source].start, spans[source].stop);
    value.shape = *shape(source);
    return value;
  }

  MemoryArray array_;
  bool is_ragged_ = false;
  std::vector<layout::Span> spans;
  std::vector<Shape> shapes;

 private:
  std::string path_;
};

class MemoryFile : public read::File {
 public:
  explicit MemoryFile(std::vector<std::string> ids = {}) : ids_(std::move(ids)) {}

  // Sources with so many elements each; none: absent.
  template <class T>
  MemoryOutput& add(const std::string& path, const Shape& item,
                    const std::vector<std::optional<std::vector<T>>>& sources) {
    std::vector<T> all;
    std::vector<layout::Span> spans;
    const std::int64_t row = element_count(item);
    std::int64_t rows = 0;
    for (const auto& source : sources) {
      if (!source) {
        spans.push_back({});
        continue;
      }
      all.insert(all.end(), source->begin(), source->end());
      const auto own = static_cast<std::int64_t>(source->size()) / row;
      spans.push_back({rows, rows + own});
      rows += own;
    }
    Value content = Value::of(all);
    content.shape = {rows};
    content.shape.insert(content.shape.end(), item.begin(), item.end());
    return put(path, std::move(content), std::move(spans));
  }

  template <class T>
  MemoryOutput& add_ragged(const std::string& path, const std::vector<Shape>& shapes,
                           const std::vector<std::optional<std::vector<T>>>& sources) {
    MemoryOutput& output = add<T>(path, {}, sources);
    output.is_ragged_ = true;
    output.shapes = shapes;
    return output;
  }

  MemoryOutput& put(const std::string& path, Value content, std::vector<layout::Span> spans) {
    outputs_.push_back(std::make_unique<MemoryOutput>(path, std::move(content)));
    outputs_.back()->spans = std::move(spans);
    paths_.push_back(path);
    return *outputs_.back();
  }

  const std::string& name() const noexcept override { return name_; }
  const std::vector<std::string>& ids() const noexcept override { return ids_; }
  std::optional<std::size_t> find(std::string_view) const override { return {}; }
  const std::vector<std::string>& paths() const noexcept override { return paths_; }
  const read::Output& output(std::string_view path) const override {
    for (const auto& output : outputs_) {
      if (output->path() == path) return *output;
    }
    throw Error(ErrorCode::NotFound, name_, "has no output '" + std::string(path) + "'");
  }
  std::vector<layout::Attribute> attrs(const std::string&) const override { return {}; }
  bool refresh() override { return false; }

 private:
  std::string name_ = "memory";
  std::vector<std::string> ids_;
  std::vector<std::string> paths_;
  std::vector<std::unique_ptr<MemoryOutput>> outputs_;
};

}  // namespace sheaf::test
