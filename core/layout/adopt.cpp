// SPDX-License-Identifier: MIT
#include "core/layout/adopt.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <unordered_set>
#include <vector>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/region.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/names.hpp"
#include "core/layout/paths.hpp"
#include "core/layout/stored_array.hpp"
#include "core/layout/stored_table.hpp"

namespace sheaf::layout {
namespace {

std::vector<std::string> check_ids(const hdf5::File& file, const std::string& name) {
  std::vector<std::string> ids = read_texts(file, below(names::sources, names::ids));
  std::unordered_set<std::string_view> seen;
  for (const std::string& id : ids) {
    if (seen.insert(id).second) continue;
    throw Error(ErrorCode::Unsupported, name,
                "has the id '" + id + "' twice, so it can't be added to; `sheaf pack` keeps the " +
                    "last one");
  }
  return ids;
}

// Those of arrays that are there, each once.
std::vector<std::string> find_keys(const hdf5::File& file,
                                   const std::vector<std::string>& written) {
  std::vector<std::string> keys;
  for (std::string key : written) {
    key.erase(0, key.find_first_not_of('/'));
    if (std::ranges::find(keys, key) != keys.end()) continue;
    if (hdf5::is_dataset(file.get(), below(key, names::array))) keys.push_back(std::move(key));
  }
  return keys;
}

void write_keys(const hdf5::Group& group, const std::vector<std::string>& keys) {
  const bool is_there = hdf5::exists(group.get(), names::keys);
  auto column = is_there ? open_string_column(group.get(), names::keys)
                         : make_string_column(group.get(), names::keys);
  column->truncate(0);
  for (const std::string& key : keys) column->append(key);
  column->flush();
}

std::vector<Span> spans_in(FixedColumn& column) {
  const Value rows = column.read(0, column.rows());
  std::vector<Span> spans(static_cast<std::size_t>(column.rows()));
  if (!spans.empty()) std::memcpy(spans.data(), rows.bytes.data(), rows.bytes.size());
  return spans;
}

void write_spans(const hdf5::Group& group, const std::vector<Span>& cells) {
  const bool is_there = hdf5::exists(group.get(), names::spans);
  auto column = is_there ? open_int64_column(group.get(), names::spans, {2})
                         : make_int64_column(group.get(), names::spans, {2});
  if (is_there && spans_in(*column) == cells) return;
  column->truncate(0);
  column->append(cells.data(), static_cast<std::int64_t>(cells.size()));
  column->flush();
}

void fill_up_references(const hdf5::Group& group, const StoredArray& array,
                        const std::vector<Span>& cells) {
  const bool is_there = hdf5::exists(group.get(), names::references);
  auto column = is_there ? open_reference_column(group.get(), names::references)
                         : make_reference_column(group.get(), names::references);
  if (column->rows() >= static_cast<std::int64_t>(cells.size())) return;
  const hdf5::RegionMaker maker(array.dataset(), array.shape());
  for (auto number = static_cast<std::size_t>(column->rows()); number < cells.size(); ++number) {
    const Span cell = cells[number];
    const hdf5::RegionReference reference =
        cell == Span{} ? hdf5::RegionReference{} : maker.rows(cell.start, cell.stop);
    column->append(&reference, 1);
  }
  column->flush();
}

}  // namespace

void adopt(const hdf5::File& file, const std::string& name) {
  const hdf5::Group root = hdf5::open_group(file.get(), "/");
  if (!hdf5::exists(root.get(), names::sources)) {
    throw Error(ErrorCode::Unsupported, name,
                "has no sources, since neither Sheaf nor h5mapper wrote it: it can be read, not "
                "added to");
  }
  const hdf5::Group group = hdf5::open_group(file.get(), names::sources);
  const std::vector<std::string> ids = check_ids(file, name);
  if (!hdf5::exists(group.get(), names::ids)) {
    make_string_column(group.get(), names::ids)->flush();
  }
  const auto written = read_texts(file, below(names::sources, names::keys));
  const std::vector<std::string> keys = find_keys(file, written);
  for (const std::string& key : keys) {
    StoredArray array(file, key, ids.size());
    const std::vector<Span> cells = array.cells();
    const hdf5::Group feature = hdf5::open_group(file.get(), key);
    write_spans(feature, cells);
    fill_up_references(feature, array, cells);
  }
  if (keys != written || !hdf5::exists(group.get(), names::keys)) write_keys(group, keys);
  if (hdf5::has_attribute(root.get(), names::format_attr)) return;
  hdf5::write_attribute(root.get(), names::format_attr, Value::of(names::format));
  hdf5::write_attribute(root.get(), names::version_attr, Value::of(SHEAF_VERSION));
}

}  // namespace sheaf::layout
