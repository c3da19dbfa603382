// SPDX-License-Identifier: MIT
#include "core/layout/writer.hpp"

#include <cassert>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/strings.hpp"
#include "core/layout/check_spec.hpp"
#include "core/layout/chunk_encoder.hpp"
#include "core/layout/failure_table.hpp"
#include "core/layout/names.hpp"
#include "core/layout/output.hpp"
#include "core/layout/partial_file.hpp"
#include "core/layout/source_table.hpp"

namespace sheaf::layout {
namespace {

constexpr std::int64_t write_back_every = 256;  // sources

struct Feature {
  std::string path;
  hdf5::Group group;
  std::vector<std::unique_ptr<Output>> outputs;
  bool is_present = false;  // in the open source
};

// Marks the file as broken when the scope it stands in is left by an exception.
class Watch {
 public:
  explicit Watch(bool& broken) : broken_(broken), before_(std::uncaught_exceptions()) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() {
    if (std::uncaught_exceptions() > before_) broken_ = true;
  }

 private:
  bool& broken_;
  int before_;
};

}  // namespace

struct Writer::State {
  State(PartialFile partial_file, std::string target_name, const WriterOptions& options)
      : partial(std::move(partial_file)),
        target(std::move(target_name)),
        file(hdf5::create_file(partial.path())),
        encoder(options.encoders),
        sources(file, options.ids_are_unique) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  // What HDF5 writes while it closes must not meet a full disk.
  ~State() {
    if (!partial.is_published()) partial.truncate();
  }

  [[nodiscard]] std::string describe(const std::string& path) const { return target + ":/" + path; }
  [[nodiscard]] Output& output(std::size_t feature, std::size_t number) const {
    assert(feature < features.size() && number < features[feature].outputs.size());
    return *features[feature].outputs[number];
  }

  // Destroyed from the last to the first: ids close before their file, the file before its name.
  PartialFile partial;
  std::string target;
  hdf5::File file;
  ChunkEncoder encoder;
  SourceTable sources;
  FailureTable failures;
  std::vector<Feature> features;
  SourceInfo source;
  bool is_open = false;
  bool is_broken = false;
};

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Writer Writer::create(const std::filesystem::path& target, bool overwrite,
                      const WriterOptions& options) {
  auto state =
      std::make_unique<State>(PartialFile::create(target, overwrite), target.string(), options);
  const hdf5::Group root = hdf5::open_group(state->file.get(), "/");
  hdf5::write_attribute(root.get(), names::format_attr, Value::of(names::format));
  hdf5::write_attribute(root.get(), names::version_attr, Value::of(SHEAF_VERSION));
  hdf5::write_attribute(root.get(), names::complete_attr, Value::of(std::int8_t{0}));
  return Writer(std::move(state));
}

std::size_t Writer::add_feature(FeatureSpec spec) {
  State& state = *state_;
  assert(!state.is_open && state.sources.count() == 0);
  check_spec(spec, state.describe(spec.path));
  for (const Feature& other : state.features) {
    if (paths_collide(spec.path, other.path)) {
      throw Error(ErrorCode::Invalid, state.describe(spec.path),
                  "collides with the feature at '" + other.path + "'; give one another path");
    }
  }
  const Watch watch(state.is_broken);
  Feature feature{spec.path, hdf5::require_group(state.file.get(), spec.path), {}, false};
  for (OutputSpec& output : spec.outputs) {
    const std::string path = spec.outputs.size() == 1 ? spec.path : spec.path + "/" + output.name;
    feature.outputs.push_back(
        std::make_unique<Output>(state.file, path, std::move(output), state.encoder));
  }
  for (const auto& [name, value] : spec.attrs) {
    hdf5::write_attribute(feature.group.get(), name, value);
  }
  state.features.push_back(std::move(feature));
  return state.features.size() - 1;
}

void Writer::begin_source(const SourceInfo& source) {
  State& state = *state_;
  assert(!state.is_open);
  if (source.id.find('\0') != std::string::npos) {
    throw Error(ErrorCode::Invalid, state.target, "a source id has a NUL byte");
  }
  if (state.sources.contains(source.id)) {
    throw Error(ErrorCode::Exists, state.target,
                "the source '" + source.id + "' is stored already");
  }
  state.source = source;
  state.is_open = true;
}

std::optional<std::string> Writer::append(std::size_t feature, std::size_t output,
                                          const RowsView& rows) {
  State& state = *state_;
  assert(state.is_open);
  const Watch watch(state.is_broken);
  auto reason = state.output(feature, output).append(rows, state.source.id);
  if (!reason) state.features[feature].is_present = true;
  return reason;
}

void Writer::mark_present(std::size_t feature) {
  assert(state_->is_open && feature < state_->features.size());
  state_->features[feature].is_present = true;
}

void Writer::drop(std::size_t feature) {
  State& state = *state_;
  assert(state.is_open && feature < state.features.size());
  const Watch watch(state.is_broken);
  for (const auto& output : state.features[feature].outputs) output->drop();
  state.features[feature].is_present = false;
}

bool Writer::end_source() {
  State& state = *state_;
  assert(state.is_open);
  const Watch watch(state.is_broken);
  state.is_open = false;
  bool is_stored = false;
  for (const Feature& feature : state.features) is_stored |= feature.is_present;
  if (!is_stored) return false;
  for (Feature& feature : state.features) {
    for (const auto& output : feature.outputs) output->end(feature.is_present);
    feature.is_present = false;
  }
  state.sources.add(state.source);
  if (state.sources.count() % write_back_every == 0) state.partial.write_back();
  return true;
}

void Writer::add_failure(const Failure& failure) {
  const Watch watch(state_->is_broken);
  state_->failures.add(state_->file, failure);
}

void Writer::set_attr(std::size_t feature, const std::string& name, const Value& value) {
  assert(feature < state_->features.size());
  hdf5::check_strings(value.strings, state_->describe(state_->features[feature].path));
  const Watch watch(state_->is_broken);
  hdf5::write_attribute(state_->features[feature].group.get(), name, value);
}

std::int64_t Writer::rows(std::size_t feature, std::size_t output) const {
  return state_->output(feature, output).rows();
}

Value Writer::read(std::size_t feature, std::size_t output, std::int64_t start, std::int64_t stop) {
  const Watch watch(state_->is_broken);
  return state_->output(feature, output).read(start, stop);
}

std::int64_t Writer::stored_sources() const { return state_->sources.count(); }

std::filesystem::path Writer::finish(bool is_complete) {
  State& state = *state_;
  assert(!state.is_open && !state.partial.is_published());
  if (state.is_broken) {
    throw Error(ErrorCode::Io, state.target, "can't be completed after an earlier failure");
  }
  const Watch watch(state.is_broken);
  std::vector<std::string> keys;
  for (Feature& feature : state.features) {
    for (const auto& output : feature.outputs) {
      output->finish();
      for (std::string& key : output->keys()) keys.push_back(std::move(key));
    }
    feature.group.close();
  }
  state.sources.finish(keys);
  state.failures.finish();
  hdf5::write_attribute(hdf5::open_group(state.file.get(), "/").get(), names::complete_attr,
                        Value::of(static_cast<std::int8_t>(is_complete ? 1 : 0)));
  // Flushed first: a file that fails to close is lost to HDF5, one that fails to flush isn't.
  hdf5::flush(state.file);
  state.file.close();
  return state.partial.publish(is_complete);
}

}  // namespace sheaf::layout
