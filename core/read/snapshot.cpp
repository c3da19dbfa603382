// SPDX-License-Identifier: MIT
#include "core/read/snapshot.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/links.hpp"
#include "core/hdf5/memory.hpp"
#include "core/layout/names.hpp"
#include "core/layout/paths.hpp"
#include "core/read/global_heap.hpp"

namespace sheaf::read {
namespace {

namespace names = layout::names;

void check_format(const MappedFile& file) {
  const hdf5::Group root = hdf5::open_group(file.hdf5().get(), "/");
  if (!hdf5::has_attribute(root.get(), names::format_attr)) return;
  const Value format = hdf5::read_attribute(root.get(), names::format_attr);
  const std::string version = format.strings.size() == 1 ? format.strings[0] : "";
  if (version.starts_with("1.")) return;
  throw Error(ErrorCode::Unsupported, file.name(),
              "has the format '" + version + "'; this Sheaf reads 1.x, a newer one is needed");
}

std::vector<std::int64_t> numbers_of(const layout::StoredArray& array) {
  auto numbers =
      hdf5::memory_for<std::int64_t>(array.shape(), 1, hdf5::describe(array.dataset().get()));
  hdf5::read_rows(array.dataset(), hdf5::memory_type(int64), 0, array.shape(), numbers.data());
  return numbers;
}

}  // namespace

SnapshotOutput::SnapshotOutput(const Shared& shared, layout::FoundOutput found)
    : path_(found.path),
      found_(std::move(found)),
      rows_(shared, found_->array.dataset(), found_->array.type(), found_->array.shape()) {}

SnapshotOutput::SnapshotOutput(const Shared& shared, std::string path, hdf5::Dataset dataset)
    : path_(std::move(path)),
      dataset_(std::move(dataset)),
      rows_(shared, dataset_, hdf5::inspect(hdf5::type_of(dataset_)), hdf5::shape_of(dataset_)) {}

std::optional<layout::Span> SnapshotOutput::span(std::size_t source) const {
  const Cells cells = cells_.get([this] { return found_ ? &found_->array.cells() : nullptr; });
  if (cells == nullptr || source >= cells->size()) {
    throw Error(ErrorCode::Invalid,
                hdf5::describe(found_ ? found_->array.dataset().get() : dataset_.get()),
                "there is no source number " + std::to_string(source) + ", but " +
                    std::to_string(cells == nullptr ? 0 : cells->size()) + " of them");
  }
  const layout::Span cell = (*cells)[source];
  if (cell == layout::Span{}) return std::nullopt;
  return cell;
}

Shape SnapshotOutput::shape_of(std::size_t source, layout::Span cell) const {
  if (is_ragged()) return ragged_shape(source, cell.stop - cell.start);
  Shape shape = rows_.shape();
  shape[0] = cell.stop - cell.start;
  return shape;
}

std::optional<Shape> SnapshotOutput::shape(std::size_t source) const {
  const auto cell = span(source);
  if (!cell) return std::nullopt;
  return shape_of(source, *cell);
}

Shape SnapshotOutput::ragged_shape(std::size_t source, std::int64_t elements) const {
  layout::StoredArray& shapes = *found_->shapes;
  const Extents& extents = extents_.get([&] {
    return Extents{&shapes.cells(), numbers_of(shapes)};
  });
  const layout::Span cell = (*extents.cells)[source];
  Shape shape;
  if (cell != layout::Span{}) {
    shape.assign(extents.all.begin() + cell.start, extents.all.begin() + cell.stop);
  }
  if (cell == layout::Span{} || !has_elements(shape, elements)) {
    throw Error(ErrorCode::Corrupt, hdf5::describe(shapes.dataset().get()),
                "source " + std::to_string(source) + " has the shape " + to_string(shape) +
                    ", but " + std::to_string(elements) + " elements");
  }
  return shape;
}

std::optional<Value> SnapshotOutput::get(std::size_t source) const {
  const auto cell = span(source);
  if (!cell) return std::nullopt;
  Shape shape = shape_of(source, *cell);
  Value value = rows_.value(*cell);
  value.shape = std::move(shape);
  return value;
}

std::unique_ptr<Snapshot> Snapshot::open(const std::filesystem::path& path, bool is_mapped,
                                         ChunkCache& cache, DecodePool& pool) {
  std::unique_ptr<Snapshot> snapshot(new Snapshot(MappedFile::open(path, is_mapped), cache, pool));
  const hdf5::File& file = snapshot->file_->hdf5();
  if (!hdf5::exists(file.get(), names::sources)) {
    snapshot->find_datasets();
    return snapshot;
  }
  check_format(*snapshot->file_);
  snapshot->read_ids();
  for (layout::FoundOutput& found : layout::find_outputs(file, snapshot->ids_.size())) {
    snapshot->outputs_.push_back(
        std::make_unique<SnapshotOutput>(snapshot->shared_, std::move(found)));
  }
  return snapshot;
}

void Snapshot::read_ids() {
  const std::string path = layout::below(names::sources, names::ids);
  if (!hdf5::is_dataset(file_->hdf5().get(), path)) return;
  const hdf5::Dataset table = hdf5::open_dataset(file_->hdf5().get(), path);
  if (hdf5::shape_of(table).size() != 1 || hdf5::inspect(hdf5::type_of(table)).dtype != utf8) {
    throw Error(ErrorCode::Corrupt, hdf5::describe(table.get()), "isn't a list of strings");
  }
  ids_ = read_texts(shared_, table);
}

// All that have an axis, each once, by the first path that leads to it.
void Snapshot::find_datasets() {
  std::unordered_set<std::uint64_t> seen;
  std::vector<std::string> groups{""};
  for (std::size_t next = 0; next < groups.size(); ++next) {
    const std::string path = groups[next];
    const hdf5::Group group = hdf5::open_group(file_->hdf5().get(), path.empty() ? "/" : path);
    for (const hdf5::Link& link : hdf5::list_links(group)) {
      if (link.kind != hdf5::LinkKind::Hard) continue;
      const hdf5::Object object = hdf5::open_object(group.get(), link.name);
      if (!seen.insert(hdf5::address_of(object.get())).second) continue;
      const std::string name = layout::below(path, link.name);
      if (hdf5::is_group(object.get())) groups.push_back(name);
      if (!hdf5::is_dataset(object.get())) continue;
      hdf5::Dataset dataset = hdf5::open_dataset(group.get(), link.name);
      if (hdf5::shape_of(dataset).empty()) continue;
      outputs_.push_back(std::make_unique<SnapshotOutput>(shared_, name, std::move(dataset)));
    }
  }
}

std::optional<std::size_t> Snapshot::find(std::string_view id) const {
  const auto id_at = [this](std::size_t number) -> const std::string& { return ids_[number]; };
  const layout::IdIndex& index = index_.get([&] {
    layout::IdIndex made;
    for (std::size_t number = 0; number < ids_.size(); ++number) {
      made.insert(ids_[number], number, id_at);
    }
    return made;
  });
  return index.find(id, id_at);
}

}  // namespace sheaf::read
