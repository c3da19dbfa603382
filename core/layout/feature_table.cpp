// SPDX-License-Identifier: MIT
#include "core/layout/feature_table.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/group.hpp"
#include "core/layout/check_spec.hpp"
#include "core/layout/names.hpp"
#include "core/layout/paths.hpp"

namespace sheaf::layout {
namespace {

// Without a source, arrays say nothing, not even their shape; attributes stay.
void remove_arrays(const hdf5::File& file, const std::string& path) {
  for (const char* name :
       {names::array, names::spans, names::references, names::flat, names::shapes}) {
    const std::string below = path + "/" + name;
    if (hdf5::exists(file.get(), below)) hdf5::unlink(file.get(), below);
  }
}

}  // namespace

FeatureTable::FeatureTable(const hdf5::File& file, std::string target,
                           std::vector<std::string> keys, std::int64_t sources, unsigned encoders)
    : file_(&file),
      target_(std::move(target)),
      stored_keys_(std::move(keys)),
      stored_sources_(sources),
      encoder_(std::make_unique<ChunkEncoder>(encoders)) {}

std::string FeatureTable::describe(const std::string& path) const { return target_ + ":/" + path; }

const std::string& FeatureTable::path(std::size_t feature) const {
  assert(feature < features_.size());
  return features_[feature].path;
}

FeatureTable::Feature& FeatureTable::at(std::size_t feature) {
  assert(feature < features_.size());
  return features_[feature];
}

void FeatureTable::check(const FeatureSpec& spec) const {
  check_spec(spec, describe(spec.path));
  for (const Feature& other : features_) {
    if (paths_collide(spec.path, other.path)) {
      throw Error(ErrorCode::Invalid, describe(spec.path),
                  "collides with the feature at '" + other.path + "'; give one another path");
    }
  }
}

std::size_t FeatureTable::add(FeatureSpec spec, std::int64_t sources) {
  Feature feature{spec.path, {}, {}, false};
  for (OutputSpec& output : spec.outputs) {
    const std::string path = spec.outputs.size() == 1 ? spec.path : spec.path + "/" + output.name;
    if (sources == 0) remove_arrays(*file_, path);
    release_bystander(path);
    const bool is_there = sources > 0 && hdf5::exists(file_->get(), path);
    feature.outputs.push_back(std::make_unique<Output>(
        is_there ? Output::open(*file_, path, std::move(output), *encoder_, sources)
                 : Output::create(*file_, path, std::move(output), *encoder_, sources)));
  }
  feature.group = hdf5::require_group(file_->get(), spec.path);
  for (const auto& [name, value] : spec.attrs) {
    hdf5::write_attribute(feature.group.get(), name, value);
  }
  features_.push_back(std::move(feature));
  return features_.size() - 1;
}

Output& FeatureTable::output(std::size_t feature, std::size_t number) const {
  assert(feature < features_.size() && number < features_[feature].outputs.size());
  return *features_[feature].outputs[number];
}

void FeatureTable::set_attr(std::size_t feature, const std::string& name, const Value& value) {
  hdf5::write_attribute(at(feature).group.get(), name, value);
}

void FeatureTable::drop(std::size_t feature) {
  for (const auto& output : at(feature).outputs) output->drop();
  at(feature).is_present = false;
}

bool FeatureTable::is_any_present() const {
  return std::any_of(features_.begin(), features_.end(),
                     [](const Feature& feature) { return feature.is_present; });
}

void FeatureTable::end() {
  open_bystanders();
  for (Feature& feature : features_) {
    for (const auto& output : feature.outputs) output->end(feature.is_present);
    feature.is_present = false;
  }
  for (Bystander& bystander : bystanders_) bystander.array.add_cell({});
}

void FeatureTable::replace(std::int64_t source, bool is_whole) {
  for (Feature& feature : features_) {
    for (const auto& output : feature.outputs) {
      if (feature.is_present || is_whole) output->replace(source, feature.is_present);
    }
    feature.is_present = false;
  }
}

void FeatureTable::keep(const std::vector<std::int64_t>& sources) {
  open_bystanders();
  for (const Feature& feature : features_) {
    for (const auto& output : feature.outputs) output->keep(sources);
  }
  for (Bystander& bystander : bystanders_) bystander.array.keep_cells(sources);
}

void FeatureTable::open_bystanders() {
  if (stored_keys_.empty()) return;
  const std::vector<std::string> known = keys();
  for (std::string& key : std::exchange(stored_keys_, {})) {
    if (std::ranges::find(known, key) != known.end()) continue;
    // h5mapper lists keys that never got an array.
    if (!hdf5::is_dataset(file_->get(), key + "/" + names::array)) continue;
    ArrayGroup array = ArrayGroup::open(*file_, key, stored_sources_);
    bystanders_.push_back({std::move(key), std::move(array)});
  }
}

// One that takes part from now on; the cells it was given meanwhile are written.
void FeatureTable::release_bystander(const std::string& path) {
  const std::array keys{path, below(path, names::flat), below(path, names::shapes)};
  std::erase_if(bystanders_, [&](Bystander& bystander) {
    if (std::ranges::find(keys, bystander.key) == keys.end()) return false;
    bystander.array.flush();
    bystander.array.close();
    return true;
  });
}

void FeatureTable::settle() {
  for (const Feature& feature : features_) {
    for (const auto& output : feature.outputs) output->settle();
  }
}

void FeatureTable::settle(std::size_t feature) {
  for (const auto& output : at(feature).outputs) output->settle();
}

void FeatureTable::flush() {
  open_bystanders();
  for (const Feature& feature : features_) {
    for (const auto& output : feature.outputs) output->flush();
  }
  for (Bystander& bystander : bystanders_) bystander.array.flush();
}

void FeatureTable::close() {
  for (Feature& feature : features_) {
    for (const auto& output : feature.outputs) output->close();
    feature.group.close();
  }
  for (Bystander& bystander : bystanders_) bystander.array.close();
}

std::vector<std::string> FeatureTable::keys() const {
  std::vector<std::string> keys;
  for (const Feature& feature : features_) {
    for (const auto& output : feature.outputs) {
      for (std::string& key : output->keys()) keys.push_back(std::move(key));
    }
  }
  for (const Bystander& bystander : bystanders_) keys.push_back(bystander.key);
  return keys;
}

}  // namespace sheaf::layout
