// SPDX-License-Identifier: MIT
#include "core/layout/reader.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/group.hpp"
#include "core/layout/failure_table.hpp"
#include "core/layout/find_outputs.hpp"
#include "core/layout/id_index.hpp"
#include "core/layout/names.hpp"
#include "core/layout/paths.hpp"
#include "core/layout/stored_output.hpp"
#include "core/layout/stored_table.hpp"

namespace sheaf::layout {
struct Reader::State {
  explicit State(const std::filesystem::path& path)
      : name(path.string()), file(hdf5::open_file(name)) {
    check_format();
    ids = read_texts(file, below(names::sources, names::ids));
    find_outputs();
  }

  void check_format();
  void find_outputs();
  [[nodiscard]] StoredOutput& output(const std::string& path);

  std::string name;
  hdf5::File file;
  std::string version;
  std::vector<std::string> ids;
  std::vector<StoredOutput> outputs;
  std::unordered_map<std::string, std::size_t> output_numbers;  // by path
  std::optional<IdIndex> index;
  std::optional<std::vector<OutputInfo>> infos;
};

void Reader::State::check_format() {
  const hdf5::Group root = hdf5::open_group(file.get(), "/");
  if (!hdf5::exists(root.get(), names::sources)) {
    throw Error(ErrorCode::Corrupt, name,
                "is HDF5, but neither Sheaf nor h5mapper wrote it: it has no group /__src__");
  }
  if (!hdf5::has_attribute(root.get(), names::format_attr)) return;
  const Value format = hdf5::read_attribute(root.get(), names::format_attr);
  if (format.strings.size() == 1) version = format.strings[0];
  if (!version.starts_with("1.")) {
    throw Error(ErrorCode::Unsupported, name,
                "has the format '" + version + "'; this Sheaf reads 1.x, a newer one is needed");
  }
}

void Reader::State::find_outputs() {
  for (FoundOutput& found : layout::find_outputs(file, ids.size())) {
    output_numbers.emplace(found.path, outputs.size());
    if (found.shapes) {
      outputs.emplace_back(found.path, std::move(found.array), std::move(*found.shapes));
    } else {
      outputs.emplace_back(found.path, std::move(found.array));
    }
  }
}

StoredOutput& Reader::State::output(const std::string& path) {
  const auto found = output_numbers.find(path);
  if (found != output_numbers.end()) return outputs[found->second];
  std::string known;
  for (const StoredOutput& output : outputs) known += (known.empty() ? "" : ", ") + output.path();
  throw Error(
      ErrorCode::NotFound, name,
      "has no output '" + path + "'; there " + (known.empty() ? "are none" : "are: " + known));
}

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Reader Reader::open(const std::filesystem::path& file) {
  return Reader(std::make_unique<State>(file));
}

const std::vector<std::string>& Reader::ids() const { return state_->ids; }

std::optional<std::size_t> Reader::find(std::string_view id) const {
  const std::vector<std::string>& ids = state_->ids;
  const auto id_at = [&ids](std::size_t number) -> const std::string& { return ids[number]; };
  if (!state_->index) {
    IdIndex& index = state_->index.emplace();
    for (std::size_t number = 0; number < ids.size(); ++number) {
      index.insert(ids[number], number, id_at);
    }
  }
  return state_->index->find(id, id_at);
}

std::vector<SourceInfo> Reader::sources() const {
  const std::size_t count = state_->ids.size();
  const auto sizes = read_numbers(state_->file, below(names::sources, names::sizes), count);
  const auto mtimes = read_numbers(state_->file, below(names::sources, names::mtimes), count);
  auto digests = read_texts(state_->file, below(names::sources, names::digests));
  digests.resize(count);
  std::vector<SourceInfo> sources;
  sources.reserve(count);
  for (std::size_t number = 0; number < count; ++number) {
    sources.push_back(
        {state_->ids[number], sizes[number], mtimes[number], std::move(digests[number])});
  }
  return sources;
}

bool Reader::complete() const {
  const hdf5::Group root = hdf5::open_group(state_->file.get(), "/");
  if (!hdf5::has_attribute(root.get(), names::complete_attr)) return true;
  const Value value = hdf5::read_attribute(root.get(), names::complete_attr);
  return std::any_of(value.bytes.begin(), value.bytes.end(),
                     [](std::byte byte) { return byte != std::byte{0}; });
}

std::string Reader::format_version() const { return state_->version; }

std::int64_t Reader::file_bytes() const { return hdf5::file_bytes(state_->file); }

const std::vector<OutputInfo>& Reader::outputs() const {
  if (!state_->infos) {
    std::vector<OutputInfo> infos;
    for (StoredOutput& output : state_->outputs) infos.push_back(output.info(state_->file));
    state_->infos = std::move(infos);
  }
  return *state_->infos;
}

std::vector<std::string> Reader::places() const {
  std::vector<std::string> places;
  for (const StoredOutput& output : state_->outputs) {
    for (std::string path = output.path(); !path.empty(); path = parent_of(path)) {
      const hdf5::Group group = hdf5::open_group(state_->file.get(), path);
      if (!hdf5::has_attribute(group.get(), names::feature_attr)) continue;
      if (std::find(places.begin(), places.end(), path) == places.end()) places.push_back(path);
      break;
    }
  }
  return places;
}

std::vector<Attribute> Reader::attrs(const std::string& path) const {
  if (!path.empty() && !hdf5::exists(state_->file.get(), path)) {
    throw Error(ErrorCode::NotFound, state_->name, "has no object '" + path + "'");
  }
  const hdf5::Object object =
      hdf5::open_object(state_->file.get(), path.empty() ? std::string("/") : path);
  return hdf5::read_attributes(object.get());
}

std::vector<Failure> Reader::failures() const { return FailureTable::read(state_->file); }

std::optional<Span> Reader::span(const std::string& path, std::size_t source) const {
  return state_->output(path).span(source);
}

std::optional<Value> Reader::get(const std::string& path, std::size_t source) const {
  return state_->output(path).get(source);
}

std::optional<Shape> Reader::shape(const std::string& path, std::size_t source) const {
  return state_->output(path).shape(source);
}

Value Reader::rows(const std::string& path, std::int64_t start, std::int64_t stop) const {
  return state_->output(path).rows(start, stop);
}

}  // namespace sheaf::layout
