// SPDX-License-Identifier: MIT
#include "core/loader/loader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "core/loader/batch_pool.hpp"
#include "core/loader/feed.hpp"
#include "core/loader/fingerprint.hpp"
#include "core/loader/item_table.hpp"
#include "core/loader/position.hpp"
#include "core/loader/random.hpp"
#include "core/loader/sampler.hpp"
#include "core/loader/workers.hpp"

namespace sheaf::loader {
namespace {

constexpr std::size_t most_prefetched = 1024;

void check(const read::File& file, const std::vector<Input>& inputs, const Options& options) {
  const auto need = [&file](bool is_right, const std::string& message) {
    if (!is_right) throw Error(ErrorCode::Invalid, file.name(), message);
  };
  need(!inputs.empty(), "a loader needs an input");
  need(options.batch_size >= 1, "batch_size must be 1 or more");
  need(options.jitter >= 0, "jitter must be 0 or more");
  need(options.prefetch <= most_prefetched && options.workers <= most_prefetched,
       "prefetch and workers must be at most " + std::to_string(most_prefetched));
  const auto name = [](const Input& input) { return input.name.empty() ? input.path : input.name; };
  for (auto input = inputs.begin(); input != inputs.end(); ++input) {
    const bool is_twice = std::any_of(
        inputs.begin(), input, [&](const Input& other) { return name(other) == name(*input); });
    need(!is_twice, "two inputs are named '" + name(*input) + "'; give one of them a name");
    need(!options.crosses_sources || !std::holds_alternative<ById>(input->getter),
         "'" + input->path + "' can't be had by id when slices may cross sources");
  }
}

// What the constructor of State needs of the file, in the order of the inputs.
struct Geometry {
  bool has_sources;
  std::vector<Field> fields;
  std::vector<std::optional<Window>> windows;
  std::int64_t rows_a_step = 1;

  Geometry(const read::File& file, const std::vector<Input>& inputs, const Options& options)
      : has_sources(!file.ids().empty() && !options.crosses_sources) {
    for (const Input& input : inputs) {
      const read::Output& output = file.output(input.path);
      fields.push_back(has_sources ? Field::of_sources(file, output) : Field::whole(file, output));
      windows.push_back(window_of(input.getter, fields.back().object()));
      if (!windows.back()) continue;
      const Window& window = *windows.back();
      rows_a_step = std::max(rows_a_step, window.step);
      if (window.axis < std::max<std::size_t>(fields.back().rank(), 1)) continue;
      throw Error(ErrorCode::Invalid, fields.back().object(),
                  "has no axis " + std::to_string(window.axis) + " to slice");
    }
  }
};

}  // namespace

struct Loader::State {
  State(std::shared_ptr<read::File> opened, std::vector<Input> given, Options wanted)
      : file(std::move(opened)),
        inputs(std::move(given)),
        options(std::move(wanted)),
        geometry(*file, inputs, options),
        table(*file, geometry.has_sources, geometry.fields, geometry.windows),
        sampler(options.sampling, table, file->ids().size(), file->name()),
        rows_a_step(geometry.rows_a_step),
        scratches(std::max(1U, options.workers)),
        pool(std::make_shared<BatchPool>(std::max<std::size_t>(options.prefetch, options.workers) +
                                         options.workers + 2)),
        workers(options.workers, options.prefetch,
                [this](std::int64_t of_epoch, std::int64_t number, unsigned worker) {
                  return make(of_epoch, number, scratches[worker]);
                }) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      feeds.emplace_back(*file, inputs[i], std::move(geometry.fields[i]), geometry.windows[i],
                         rows_a_step);
    }
    geometry.fields.clear();
  }
  ~State() { pool->close(); }

  [[nodiscard]] std::int64_t length() const noexcept {
    const std::int64_t samples = sampler.positions_of_rank();
    const std::int64_t size = options.batch_size;
    return options.drop_last ? samples / size : (samples + size - 1) / size;
  }

  BatchPtr make(std::int64_t of_epoch, std::int64_t number, Scratch& scratch) const {
    BatchPtr batch = pool->take();
    batch->epoch = of_epoch;
    batch->number = number;
    batch->tensors.resize(feeds.size());
    place(*batch);
    for (std::size_t i = 0; i < feeds.size(); ++i) {
      feeds[i].fill(batch->places, batch->tensors[i], scratch);
    }
    return batch;
  }

  void place(Batch& batch) const {
    const EpochOrder order(sampler, batch.epoch);
    const std::int64_t begin = batch.number * options.batch_size;
    const std::int64_t end = std::min(begin + options.batch_size, sampler.positions_of_rank());
    const std::uint64_t seed = hash(options.sampling.seed, batch.epoch, 7);
    batch.places.resize(static_cast<std::size_t>(end - begin));
    for (std::int64_t n = begin; n < end; ++n) {
      const std::int64_t at = sampler.position(n);
      const std::int64_t item = order.item(at);
      const ItemTable::Item found = table.find(item);
      Place& place = batch.places[static_cast<std::size_t>(n - begin)];
      place = {.item = item,
               .source = table.source(found.cell),
               .step = found.step,
               .jitter = 0,
               .seed = mix(seed ^ mix(static_cast<std::uint64_t>(at))),
               .position = at,
               .cell = found.cell};
      if (options.jitter > 0) place.jitter = jitter(place);
    }
  }

  // Any of those that leave all windows in the source, equally likely.
  [[nodiscard]] std::int64_t jitter(const Place& place) const noexcept {
    Room room{-options.jitter, options.jitter};
    for (const Feed& feed : feeds) {
      if (!feed.window()) continue;
      const Room own = room_of(*feed.window(), place.step,
                               feed.field().extent(place.cell, feed.window()->axis), rows_a_step);
      room = {std::max(room.least, own.least), std::min(room.most, own.most)};
    }
    const auto choices = static_cast<std::uint64_t>(room.most - room.least + 1);
    return room.least + static_cast<std::int64_t>(below(hash(place.seed, 8), choices));
  }

  // The digests are taken when they are first asked for: that goes over all ids and spans.
  [[nodiscard]] Position& here() {
    if (!known) {
      std::vector<const Field*> fields;
      for (const Feed& feed : feeds) fields.push_back(&feed.field());
      known = Position{0, 0, digest_of_data(*file, table, fields),
                       digest_of_configuration(inputs, options)};
    }
    known->epoch = epoch;
    known->batch = position;
    return *known;
  }

  void begin(std::int64_t of_epoch, std::int64_t batch) {
    workers.begin(of_epoch, batch, length());
    epoch = of_epoch;
    position = batch;
    has_begun = true;
  }

  std::shared_ptr<read::File> file;
  std::vector<Input> inputs;
  Options options;
  Geometry geometry;
  ItemTable table;
  Sampler sampler;
  std::int64_t rows_a_step;
  std::vector<Feed> feeds;
  std::vector<Scratch> scratches;
  std::shared_ptr<BatchPool> pool;
  std::optional<Position> known;
  std::int64_t epoch = 0;
  std::int64_t position = 0;
  bool has_begun = false;
  Workers workers;  // the last one: its threads use all of the above
};

Loader::Loader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Loader::~Loader() = default;

std::unique_ptr<Loader> Loader::open(std::shared_ptr<read::File> file, std::vector<Input> inputs,
                                     Options options) {
  check(*file, inputs, options);
  return std::unique_ptr<Loader>(
      new Loader(std::make_unique<State>(std::move(file), std::move(inputs), std::move(options))));
}

std::int64_t Loader::items() const noexcept { return state_->table.items(); }
std::int64_t Loader::length() const noexcept { return state_->length(); }
const read::File& Loader::file() const noexcept { return *state_->file; }
const std::vector<Input>& Loader::inputs() const noexcept { return state_->inputs; }
const Options& Loader::options() const noexcept { return state_->options; }
std::int64_t Loader::rows_a_step() const noexcept { return state_->rows_a_step; }
std::int64_t Loader::epoch() const noexcept { return state_->epoch; }
std::int64_t Loader::position() const noexcept { return state_->position; }

void Loader::begin(std::int64_t epoch) {
  if (epoch < 0) throw Error(ErrorCode::Invalid, file().name(), "epochs count from 0");
  state_->begin(epoch, 0);
}

BatchPtr Loader::next() {
  if (!state_->has_begun) state_->begin(0, 0);
  if (state_->position >= state_->length()) return {};
  ++state_->position;
  return state_->workers.next();
}

std::string Loader::state() const { return state_->here().text(); }

void Loader::restore(std::string_view state) {
  const Position there = Position::parse(state, state_->here(), file().name());
  if (there.batch > length()) {
    throw Error(ErrorCode::Invalid, file().name(),
                "can't go on from this state: an epoch has fewer batches");
  }
  state_->begin(there.epoch, there.batch);
}

}  // namespace sheaf::loader
