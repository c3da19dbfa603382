// SPDX-License-Identifier: MIT
#pragma once
// Files that the loader's tests read: each element says which source and row it is.

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/loader/loader.hpp"
#include "tests/core/loader/memory_file.hpp"

namespace sheaf::test {

constexpr std::int64_t a_source = 1'000'000;  // element = source · a_source + row

struct Recordings {
  std::shared_ptr<MemoryFile> file;
  std::vector<std::int64_t> lengths;  // of "audio"; -1 where a source has none
};

// "audio" (n,) int64, "notes" (n / 4, 2) int32, "label" (1,) int64 and "image" (1, 2, 3) uint8; of
// each some sources have none, and some audio has no rows.
inline Recordings recordings(std::size_t sources, std::int64_t longest, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::vector<std::string> ids;
  std::vector<std::optional<std::vector<std::int64_t>>> audio(sources);
  std::vector<std::optional<std::vector<std::int32_t>>> notes(sources);
  std::vector<std::optional<std::vector<std::int64_t>>> labels(sources);
  std::vector<std::optional<std::vector<std::uint8_t>>> images(sources);
  Recordings made;
  for (std::size_t source = 0; source < sources; ++source) {
    ids.push_back("source-" + std::to_string(source));
    made.lengths.push_back(-1);
    const auto number = static_cast<std::int64_t>(source) * a_source;
    const std::int64_t length =
        random() % 8 == 0 ? 0
                          : static_cast<std::int64_t>(random() % static_cast<unsigned>(longest));
    if (random() % 8 != 0) {
      made.lengths.back() = length;
      audio[source].emplace();
      for (std::int64_t row = 0; row < length; ++row) audio[source]->push_back(number + row);
      notes[source].emplace();
      for (std::int64_t row = 0; row < length / 4 * 2; ++row) {
        notes[source]->push_back(static_cast<std::int32_t>(number / 1000 + row));
      }
    }
    if (random() % 8 != 0) labels[source] = {number};
    images[source].emplace(6, static_cast<std::uint8_t>(source));
  }
  made.file = std::make_shared<MemoryFile>(std::move(ids));
  made.file->add("audio", {}, audio);
  made.file->add("notes", {2}, notes);
  made.file->add("label", {}, labels);
  made.file->add("image", {2, 3}, images);
  return made;
}

// All batches of an epoch.
inline std::vector<loader::BatchPtr> batches(loader::Loader& loader, std::int64_t epoch = 0) {
  std::vector<loader::BatchPtr> result;
  loader.begin(epoch);
  while (loader::BatchPtr batch = loader.next()) result.push_back(std::move(batch));
  return result;
}

// All elements of an input over an epoch.
template <class T>
std::vector<T> all_of(loader::Loader& loader, const std::string& name, std::int64_t epoch = 0) {
  std::vector<T> result;
  for (const loader::BatchPtr& batch : batches(loader, epoch)) {
    const auto elements = (*batch)[name].as<T>();
    result.insert(result.end(), elements.begin(), elements.end());
  }
  return result;
}

inline std::vector<std::int64_t> items_of(loader::Loader& loader, std::int64_t epoch = 0) {
  std::vector<std::int64_t> result;
  for (const loader::BatchPtr& batch : batches(loader, epoch)) {
    for (const loader::Place& place : batch->places) result.push_back(place.item);
  }
  return result;
}

}  // namespace sheaf::test
