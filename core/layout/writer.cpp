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
#include "core/journal/journaled_file.hpp"
#include "core/layout/adopt.hpp"
#include "core/layout/failure_table.hpp"
#include "core/layout/feature_table.hpp"
#include "core/layout/names.hpp"
#include "core/layout/partial_file.hpp"
#include "core/layout/source_table.hpp"

namespace sheaf::layout {
namespace {

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

void set_complete(const hdf5::File& file, bool is_complete) {
  hdf5::write_attribute(hdf5::open_group(file.get(), "/").get(), names::complete_attr,
                        Value::of(static_cast<std::int8_t>(is_complete ? 1 : 0)));
}

void check_format(const hdf5::File& file, const std::string& target) {
  const hdf5::Group root = hdf5::open_group(file.get(), "/");
  std::string format;
  if (hdf5::has_attribute(root.get(), names::format_attr)) {
    const Value value = hdf5::read_attribute(root.get(), names::format_attr);
    if (value.strings.size() == 1) format = value.strings[0];
  }
  if (format.starts_with("1.")) return;
  throw Error(ErrorCode::Unsupported, target,
              format.empty() ? "isn't a file that Sheaf wrote, so it can't be added to"
                             : "has the format '" + format + "'; this Sheaf writes 1.x");
}

}  // namespace

struct Writer::State {
  State(std::optional<PartialFile> partial_file, std::string target_name,
        journal::JournaledFile journaled, SourceTable source_table, const WriterOptions& options)
      : partial(std::move(partial_file)),
        target(std::move(target_name)),
        file(std::move(journaled)),
        sources(std::move(source_table)),
        features(file.file(), target, sources.keys(), sources.count(), options.encoders),
        keeps_complete(options.keeps_complete && !partial) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void commit();

  // Destroyed from the last to the first: ids close before their file, the file before its name.
  std::optional<PartialFile> partial;  // of a new file
  std::string target;
  journal::JournaledFile file;
  SourceTable sources;
  FeatureTable features;
  FailureTable failures;
  bool keeps_complete;
  SourceInfo source;
  bool is_whole = false;
  bool is_named = false;  // a new file: committed once
  bool is_open = false;
  bool is_broken = false;
};

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Writer Writer::create(const std::filesystem::path& target, bool overwrite,
                      const WriterOptions& options) {
  PartialFile partial = PartialFile::create(target, overwrite);
  auto file =
      journal::JournaledFile::create(partial.name(), hdf5::creation_properties().get(),
                                     hdf5::access_properties().get(), {.name = target.string()});
  SourceTable sources = SourceTable::create(file.file(), options.ids_are_unique);
  auto state = std::make_unique<State>(std::move(partial), target.string(), std::move(file),
                                       std::move(sources), options);
  const hdf5::Group root = hdf5::open_group(state->file.file().get(), "/");
  hdf5::write_attribute(root.get(), names::format_attr, Value::of(names::format));
  hdf5::write_attribute(root.get(), names::version_attr, Value::of(SHEAF_VERSION));
  set_complete(state->file.file(), false);
  return Writer(std::move(state));
}

Writer Writer::open(const std::filesystem::path& target, const WriterOptions& options) {
  auto file = journal::JournaledFile::open(target, hdf5::access_properties().get());
  if (options.adopts) adopt(file.file(), target.string());
  check_format(file.file(), target.string());
  SourceTable sources = SourceTable::open(file.file());
  auto state = std::make_unique<State>(std::nullopt, target.string(), std::move(file),
                                       std::move(sources), options);
  state->failures.resume(state->file.file());
  if (!state->keeps_complete) set_complete(state->file.file(), false);
  return Writer(std::move(state));
}

std::size_t Writer::add_feature(FeatureSpec spec) {
  State& state = *state_;
  assert(!state.is_open);
  state.features.check(spec);
  const Watch watch(state.is_broken);
  return state.features.add(std::move(spec), state.sources.count());
}

void Writer::reserve(const std::string& path) {
  const Watch watch(state_->is_broken);
  (void)hdf5::require_group(state_->file.file().get(), path);
}

void Writer::settle(std::size_t feature) {
  assert(!state_->is_open);
  const Watch watch(state_->is_broken);
  state_->features.settle(feature);
}

void Writer::keep_sources(const std::vector<std::int64_t>& numbers) {
  State& state = *state_;
  assert(!state.is_open);
  const Watch watch(state.is_broken);
  state.features.keep(numbers);
  state.sources.keep(numbers);
}

void Writer::begin_source(const SourceInfo& source, bool is_whole) {
  State& state = *state_;
  assert(!state.is_open);
  if (source.id.find('\0') != std::string::npos) {
    throw Error(ErrorCode::Invalid, state.target, "a source id has a NUL byte");
  }
  state.source = source;
  state.is_whole = is_whole;
  state.is_open = true;
}

std::optional<std::string> Writer::append(std::size_t feature, std::size_t output,
                                          const RowsView& rows) {
  State& state = *state_;
  assert(state.is_open);
  const Watch watch(state.is_broken);
  auto reason = state.features.output(feature, output).append(rows, state.source.id);
  if (!reason) state.features.set_present(feature, true);
  return reason;
}

void Writer::mark_present(std::size_t feature) {
  assert(state_->is_open);
  state_->features.set_present(feature, true);
}

void Writer::drop(std::size_t feature) {
  State& state = *state_;
  assert(state.is_open);
  const Watch watch(state.is_broken);
  state.features.drop(feature);
}

bool Writer::end_source() {
  State& state = *state_;
  assert(state.is_open);
  const Watch watch(state.is_broken);
  state.is_open = false;
  state.file.check();
  if (!state.features.is_any_present()) return false;
  if (const auto number = state.sources.find(state.source.id)) {
    state.features.replace(*number, state.is_whole);
    state.sources.replace(*number, state.source);
  } else {
    state.features.end();
    state.sources.add(state.source);
  }
  return true;
}

void Writer::add_failure(const Failure& failure) { state_->failures.add(failure); }

void Writer::forget_failure(std::string_view id, std::string_view feature) {
  state_->failures.forget(id, feature);
}

void Writer::forget_failures(std::string_view id) { state_->failures.forget(id); }

void Writer::set_attr(std::size_t feature, const std::string& name, const Value& value) {
  hdf5::check_strings(value.strings, state_->target + ":/" + state_->features.path(feature));
  const Watch watch(state_->is_broken);
  state_->features.set_attr(feature, name, value);
}

std::int64_t Writer::rows(std::size_t feature, std::size_t output) const {
  return state_->features.output(feature, output).rows();
}

Value Writer::read(std::size_t feature, std::size_t output, std::int64_t start, std::int64_t stop) {
  const Watch watch(state_->is_broken);
  return state_->features.output(feature, output).read(start, stop);
}

std::int64_t Writer::stored_sources() const { return state_->sources.count(); }

std::optional<std::int64_t> Writer::find(std::string_view id) const {
  return state_->sources.find(id);
}

SourceInfo Writer::source(std::int64_t number) const { return state_->sources.info(number); }

Shape Writer::shape(std::size_t feature, std::size_t output) const {
  return state_->features.output(feature, output).shape();
}

bool Writer::is_ragged(std::size_t feature, std::size_t output) const {
  return state_->features.output(feature, output).is_ragged();
}

std::vector<Span> Writer::spans(std::size_t feature, std::size_t output) const {
  return state_->features.output(feature, output).spans(0, stored_sources());
}

std::optional<Span> Writer::span(std::size_t feature, std::size_t output,
                                 std::int64_t source) const {
  const Span cell = state_->features.output(feature, output).spans(source, source + 1)[0];
  if (cell == Span{}) return std::nullopt;
  return cell;
}

std::optional<Shape> Writer::shape(std::size_t feature, std::size_t output,
                                   std::int64_t source) const {
  return state_->features.output(feature, output).shape(source);
}

std::optional<Value> Writer::get(std::size_t feature, std::size_t output,
                                 std::int64_t source) const {
  const Watch watch(state_->is_broken);
  return state_->features.output(feature, output).get(source);
}

std::optional<std::string> Writer::overwrite(std::size_t feature, std::size_t output,
                                             std::int64_t start, const RowsView& rows) {
  State& state = *state_;
  assert(!state.is_open);
  const Watch watch(state.is_broken);
  return state.features.output(feature, output).overwrite(start, rows);
}

bool Writer::is_broken() const noexcept { return state_->is_broken; }

void Writer::State::commit() {
  assert(!is_open);
  if (is_broken) {
    throw Error(ErrorCode::Io, target, "can't be completed after an earlier failure");
  }
  const Watch watch(is_broken);
  features.flush();
  sources.flush(features.keys());
  failures.flush(file.file());
  file.commit();
}

std::filesystem::path Writer::commit() {
  State& state = *state_;
  state.commit();
  if (!state.partial) return state.target;
  if (!std::exchange(state.is_named, true)) {
    // One that is to replace another keeps its temporary name until it is complete.
    if (!state.partial->target_exists()) state.partial->publish();
    state.file.renamed(state.partial->name());
  }
  return state.partial->name();
}

std::filesystem::path Writer::finish(bool is_complete) {
  State& state = *state_;
  state.features.settle();
  if (!state.keeps_complete) set_complete(state.file.file(), is_complete);
  state.commit();
  state.features.close();
  state.sources.close();
  state.failures.close();
  state.file.close();
  if (!state.partial) return state.target;
  return state.partial->is_published() ? state.partial->name()
                                       : state.partial->publish(is_complete);
}

}  // namespace sheaf::layout
