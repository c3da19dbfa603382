// SPDX-License-Identifier: MIT
#include "host/extend/stored.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "core/read/feature_place.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::extend {
namespace {

using layout::Span;

// The rows of a source that lie in a file.
class RowsOfFile final : public StoredSource {
 public:
  struct Array {
    const read::Output* output;
    Span span;
  };
  RowsOfFile(std::string id, std::vector<StoredOutput> outputs,
             std::vector<layout::Attribute> attrs, std::vector<Array> arrays,
             std::shared_ptr<const read::File> file)
      : id_(std::move(id)),
        outputs_(std::move(outputs)),
        attrs_(std::move(attrs)),
        arrays_(std::move(arrays)),
        file_(std::move(file)) {}

  const std::string& id() const override { return id_; }
  const std::vector<StoredOutput>& outputs() const override { return outputs_; }
  const std::vector<layout::Attribute>& attrs() const override { return attrs_; }

 private:
  // Ragged rows are elements of the file's array.
  Span rows_in_file(std::uint32_t output, Span rows) const {
    const Array& array = arrays_[output];
    const std::int64_t step =
        array.output->is_ragged() ? element_count(outputs_[output].item_shape) : 1;
    return {array.span.start + rows.start * step, array.span.start + rows.stop * step};
  }
  void read_bytes(std::uint32_t output, Span rows, std::span<std::byte> out) override {
    arrays_[output].output->array().read(rows_in_file(output, rows), out);
  }
  std::vector<std::string> read_texts(std::uint32_t output, Span rows) override {
    const Span there = rows_in_file(output, rows);
    return arrays_[output].output->array().rows(there.start, there.stop).strings;
  }

  std::string id_;
  std::vector<StoredOutput> outputs_;
  std::vector<layout::Attribute> attrs_;
  std::vector<Array> arrays_;
  std::shared_ptr<const read::File> file_;
};

// Of a ragged output the first extent of a source's shape counts its rows.
StoredOutput describe(std::string name, const read::Output& output,
                      const std::optional<Shape>& shape) {
  output.array().require_readable();
  const Shape& whole = output.array().shape();
  StoredOutput made{std::move(name), output.array().dtype(), {}, -1};
  if (shape && !shape->empty()) {
    made.rows = shape->front();
    made.item_shape.assign(shape->begin() + 1, shape->end());
  } else if (!output.is_ragged() && !whole.empty()) {
    made.item_shape.assign(whole.begin() + 1, whole.end());
  }
  return made;
}

}  // namespace

StoredFeature::StoredFeature(std::shared_ptr<const read::File> file, const std::string& path)
    : file_(std::move(file)) {
  const bool is_there = std::ranges::any_of(file_->paths(), [&](const std::string& each) {
    return each == path || each.starts_with(path + '/');
  });
  if (!is_there) static_cast<void>(file_->output(path));  // says which there are
  path_ = read::feature_place(*file_, path);
  features_ = read::features_at(*file_, path_);
  if (features_.empty()) {
    throw Error(ErrorCode::Unsupported, file_->name() + ":/" + path,
                "doesn't say which feature it is of: no ingest of Sheaf's wrote it");
  }
  for (layout::Attribute& attr : file_->attrs(path_)) {
    if (!attr.first.starts_with("sheaf_")) attrs_.push_back(std::move(attr));
  }
  for (const std::string& each : file_->paths()) {
    if (each == path_) parts_.push_back({"", &file_->output(each)});
    const bool is_below =
        each.starts_with(path_ + '/') && each.find('/', path_.size() + 1) == std::string::npos;
    if (is_below && read::feature_place(*file_, each) == path_) {
      parts_.push_back({each.substr(path_.size() + 1), &file_->output(each)});
    }
  }
}

StoredFeature StoredFeature::open(const std::filesystem::path& file, const std::string& path) {
  return {read::File::open(file), path};
}

std::unique_ptr<StoredSource> StoredFeature::source(const std::string& id) const {
  const auto number = file_->find(id);
  if (!number) {
    throw Error(ErrorCode::NotFound, printable(id),
                fmt::format("no such source in {0}; `sheaf ls {0}` lists them", file_->name()));
  }
  std::vector<StoredOutput> outputs;
  std::vector<RowsOfFile::Array> arrays;
  bool is_there = false;
  for (const Part& part : parts_) {
    const auto span = part.output->span(*number);
    const auto shape = span ? part.output->shape(*number) : std::nullopt;
    outputs.push_back(describe(part.name, *part.output, shape));
    arrays.push_back({part.output, span.value_or(Span{})});
    if (!span) continue;
    is_there = true;
    const std::int64_t stored = span->stop - span->start;
    const bool fits = part.output->is_ragged() ? shape && has_elements(*shape, stored)
                                               : outputs.back().rows == stored;
    if (fits) continue;
    throw Error(ErrorCode::Corrupt, file_->name() + ":/" + part.output->path(),
                fmt::format("has another shape than elements in source '{}'", printable(id)));
  }
  if (!is_there) {
    throw Error(ErrorCode::NotFound, printable(id), fmt::format("has no '{}'", path_));
  }
  return std::make_unique<RowsOfFile>(id, std::move(outputs), attrs_, std::move(arrays), file_);
}

std::vector<const plugin::Feature*> StoredFeature::candidates(
    const plugin::Catalog& catalog) const {
  std::vector<const plugin::Feature*> found;
  for (const std::string& name : features_) {
    for (const plugin::Feature& each : catalog.features()) {
      if (each.name() == name) found.push_back(&each);
    }
  }
  if (!found.empty()) return found;
  throw Error(ErrorCode::NotFound, file_->name() + ":/" + path_,
              fmt::format("is of the feature {}, whose plugin isn't there; `sheaf plugins paths` "
                          "shows where it was looked for",
                          fmt::join(features_, ", ")));
}

void StoredFeature::refuse(const std::string& what) const {
  throw Error(ErrorCode::NotFound, fmt::format("feature '{}'", fmt::join(features_, "', '")),
              "has no " + what);
}

}  // namespace sheaf::host::extend
