// SPDX-License-Identifier: MIT
#include "core/layout/find_outputs.hpp"

#include <unordered_set>
#include <utility>

#include "core/hdf5/group.hpp"
#include "core/layout/names.hpp"
#include "core/layout/paths.hpp"
#include "core/layout/stored_table.hpp"

namespace sheaf::layout {
namespace {

using Keys = std::unordered_set<std::string>;

// A ragged pair has the shape of one, whoever wrote it: h5mapper sets no attribute.
bool is_ragged_pair(const StoredArray& flat, const StoredArray& shapes) {
  const auto dtype = shapes.type().dtype;
  return flat.shape().size() == 1 && shapes.shape().size() == 1 && dtype &&
         (dtype->kind == DtypeKind::Int || dtype->kind == DtypeKind::Uint);
}

class Finder {
 public:
  Finder(const hdf5::File& file, std::size_t sources) : file_(file), sources_(sources) {}

  void add(const std::string& key, const Keys& keys);
  std::vector<FoundOutput> take() { return std::move(found_); }

 private:
  void add_array(const std::string& path, StoredArray array,
                 std::optional<StoredArray> shapes = std::nullopt) {
    if (!paths_.insert(path).second) return;
    found_.push_back({path, std::move(array), std::move(shapes)});
  }

  const hdf5::File& file_;
  std::size_t sources_;
  Keys paths_;
  std::vector<FoundOutput> found_;
};

void Finder::add(const std::string& key, const Keys& keys) {
  // h5mapper lists keys that never got an array.
  if (!hdf5::is_dataset(file_.get(), below(key, names::array))) return;
  const std::string parent = parent_of(key);
  const std::string sibling = name_of(key) == names::flat     ? names::shapes
                              : name_of(key) == names::shapes ? names::flat
                                                              : "";
  const std::string other = below(parent, sibling);
  StoredArray array(file_, key, sources_);
  if (sibling.empty() || !keys.contains(other) ||
      !hdf5::is_dataset(file_.get(), below(other, names::array))) {
    return add_array(key, std::move(array));
  }
  StoredArray pair(file_, other, sources_);
  if (sibling == names::flat) std::swap(array, pair);
  if (is_ragged_pair(array, pair)) {
    add_array(parent, std::move(array), std::move(pair));
  } else {
    add_array(key, std::move(sibling == names::flat ? pair : array));
  }
}

}  // namespace

std::vector<FoundOutput> find_outputs(const hdf5::File& file, std::size_t sources) {
  std::vector<std::string> keys = read_texts(file, below(names::sources, names::keys));
  for (std::string& key : keys) key.erase(0, key.find_first_not_of('/'));
  const Keys all(keys.begin(), keys.end());
  Keys seen;
  Finder finder(file, sources);
  for (const std::string& key : keys) {
    if (seen.insert(key).second) finder.add(key, all);
  }
  return finder.take();
}

}  // namespace sheaf::layout
