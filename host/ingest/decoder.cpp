// SPDX-License-Identifier: MIT
#include "host/ingest/decoder.hpp"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "host/log.hpp"

namespace sheaf::host {
namespace {

std::string_view path_of(const sheaf_source& source) {
  return {reinterpret_cast<const char*>(source.path.data), source.path.size};
}

}  // namespace

void Quarantine::add(std::size_t feature, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[feature];
  if (entry.set) return;
  entry.reason = reason;
  entry.set = true;
}

std::optional<std::string> Quarantine::reason(std::size_t feature) const {
  const Entry& entry = entries_[feature];
  if (!entry.set.load(std::memory_order_acquire)) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return entry.reason;
}

Decoder::Decoder(const Work& work, const std::vector<plugin::Description>& descriptions,
                 std::vector<LoaderSlot> loaders, Quarantine& quarantine, Slots::SendOn send_on,
                 TakeSource take_source, Watch* watch)
    : work_(work),
      descriptions_(descriptions),
      loaders_(std::move(loaders)),
      quarantine_(quarantine),
      watch_(watch),
      slots_(work.limits, std::move(send_on)),
      take_source_(std::move(take_source)),
      bytes_(work.limits.slot()),
      folder_(std::filesystem::current_path().string()),
      has_dependents_(work.features.size(), false),
      rows_(work.features.size()) {
  for (const Selected& feature : work.features) {
    if (feature.input != no_input) has_dependents_[feature.input] = true;
  }
}

std::unique_ptr<Parcel> Decoder::run(const Job& job, std::unique_ptr<Parcel> parcel,
                                     std::vector<Verdict> verdicts) {
  verdicts_ = std::move(verdicts);
  slots_.set_parcel(std::move(parcel));
  for (std::size_t source = job.first; source < job.last && !stopped(); ++source) {
    load_source(source);
  }
  return slots_.take_parcel();
}

void Decoder::load_source(std::size_t number) {
  const SourceView source = work_.sources[number];
  if (source.is_local()) return load_from(number, source.path);
  const Fetched fetched = take_source_(number);
  if (stopped()) return;
  if (fetched.error.empty()) return load_from(number, fetched.path());
  slots_.add_unfetched(number, work_.sources.claims(number).front(), fetched.error);
}

void Decoder::load_from(std::size_t number, std::string_view path) {
  const SourceView source = work_.sources[number];
  const std::string uri = source_uri(source, folder_);
  sheaf_source given{};
  given.struct_size = sizeof(sheaf_source);
  given.id = {source.id.data(), source.id.size()};
  given.uri = {uri.data(), uri.size()};
  given.path = {reinterpret_cast<const std::uint8_t*>(path.data()), path.size()};
  bytes_problem_.reset();
  size_ = source.is_local() ? source.size : -1;
  for (auto& rows : rows_) rows.reset();
  for (const std::size_t feature : work_.sources.claims(number)) load_cell(number, feature, given);
}

void Decoder::load_cell(std::size_t source, std::size_t feature, sheaf_source& given) {
  const std::size_t input = work_.features[feature].input;
  if (input != no_input && !rows_[input]) return;  // its input failed or has nothing here
  std::vector<plugin::AbiArray> views;
  std::vector<sheaf_array> arrays;
  if (input != no_input) {
    for (const Value& rows : *rows_[input]) views.emplace_back(rows);
    for (const plugin::AbiArray& view : views) arrays.push_back(view.array());
  }
  given.inputs = arrays.empty() ? nullptr : arrays.data();
  given.input_count = arrays.size();
  const LoaderSlot& loader = loaders_[feature];
  std::unique_lock<std::mutex> lock;
  if (loader.lock) lock = std::unique_lock(*loader.lock);
  // Sending on may wait for room in Order, and room may wait for the source that waits for this
  // lock: the holder of a lock never sends on.
  const bool streams = !has_dependents_[feature] && !lock.owns_lock();
  slots_.begin(source, feature, descriptions_[feature].outputs, loader.instance->state(), streams);
  if (watch_ != nullptr) watch_->enter(source, feature);
  plugin::Outcome outcome = load(feature, given);
  if (watch_ != nullptr) watch_->leave(feature);
  if (lock.owns_lock()) lock.unlock();
  const bool stored = outcome.status == SHEAF_OK || outcome.status == SHEAF_EMPTY;
  if (stored && has_dependents_[feature]) {
    rows_[feature] = slots_.last_rows(outcome.status == SHEAF_EMPTY);
  }
  slots_.end(std::move(outcome));
}

plugin::Outcome Decoder::load(std::size_t feature, sheaf_source& given) {
  for (const Verdict& verdict : verdicts_) {
    if (verdict.feature == feature) return verdict.outcome;
  }
  if (const auto reason = quarantine_.reason(feature)) {
    return {SHEAF_ERR_PLUGIN, "not loaded: the plugin was quarantined (" + *reason + ")"};
  }
  given.bytes = {};
  if (work_.features[feature].feature->has_flag(SHEAF_FEATURE_WANTS_BYTES)) {
    if (!bytes_problem_) bytes_problem_ = bytes_.read(path_of(given), size_);
    if (!bytes_problem_->empty()) return {SHEAF_ERR_SOURCE, *bytes_problem_};
    given.bytes = {reinterpret_cast<const std::uint8_t*>(bytes_.bytes().data()),
                   bytes_.bytes().size()};
  }
  plugin::Outcome outcome = loaders_[feature].instance->load(given, slots_.sink());
  if (outcome.message.empty()) {
    if (outcome.is_error()) outcome.message = "failed without saying why";
    if (outcome.status == SHEAF_CANCELLED) outcome.message = "cancelled";
  }
  if (outcome.status == SHEAF_ERR_PLUGIN) {
    quarantine_.add(feature, outcome.message);
    log::warning(fmt::format("feature '{}' gets no more sources: {}",
                             work_.features[feature].feature->name(), outcome.message));
  }
  return outcome;
}

}  // namespace sheaf::host
