// SPDX-License-Identifier: MIT
#pragma once
// Feeds training: batches of samples of a file, made ahead by worker threads, in order.
//
//   auto loader = Loader::open(read::File::open("cats.h5"),
//                              {{"image", ById{.squeeze = true}}, {"label", ById{}}},
//                              {.batch_size = 64, .sampling = {.order = Order::Shuffled}});
//   for (loader->begin(epoch); BatchPtr batch = loader->next();) train(*batch);
//
// Model: items are counted over the spans of the sources that have all the inputs, and are never
// listed: sampling (core/loader/sampling.hpp) gives an item for each position of an epoch, a getter
// (core/loader/input.hpp) its rows. Slices never cross from one source into the next, unless that
// is asked for. The same file, inputs, options and seed give the same batches for any number of
// workers. A file without sources counts as one source without an id.
// Threads: one at a time; transforms run in several at once. Failure: Error. One that next() throws
// names the source and costs that batch only: the call after it gives the next one. Destruction at
// any moment waits for the batches that workers have in hand, nothing else.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/loader/batch.hpp"
#include "core/loader/input.hpp"
#include "core/loader/sampling.hpp"
#include "core/read/file.hpp"

namespace sheaf::loader {

struct Options {
  std::int64_t batch_size = 64;
  bool drop_last = false;  // no last batch with fewer samples
  Sampling sampling{};
  // Moves each item by up to so many rows, either way, as far as its source reaches. Of inputs with
  // different `downsampling` these are rows of the one with the largest; the others move in step.
  std::int64_t jitter = 0;
  // The old way: slices over the concatenation, which may begin in one source and end in another.
  bool crosses_sources = false;
  unsigned workers = 2;      // 0: next() makes the batch itself
  std::size_t prefetch = 4;  // batches that are made or wait at any time, at least one a worker
};

class Loader {
 public:
  // Reads the spans of the inputs. Throws Error: NotFound, for a path that isn't there; Invalid,
  // for a configuration that makes no sense, or when no source has all inputs.
  [[nodiscard]] static std::unique_ptr<Loader> open(std::shared_ptr<read::File> file,
                                                    std::vector<Input> inputs,
                                                    Options options = {});
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;
  ~Loader();

  // Each once is an epoch over all ranks, unless Weighted draws another number.
  [[nodiscard]] std::int64_t items() const noexcept;
  // Batches an epoch, of this rank.
  [[nodiscard]] std::int64_t length() const noexcept;
  [[nodiscard]] const read::File& file() const noexcept;
  [[nodiscard]] const std::vector<Input>& inputs() const noexcept;
  [[nodiscard]] const Options& options() const noexcept;
  // The largest `downsampling` of the inputs: rows that Options::jitter counts, a step.
  [[nodiscard]] std::int64_t rows_a_step() const noexcept;

  // Starts an epoch at its first batch; batches that were made ahead are forgotten. Workers begin.
  void begin(std::int64_t epoch);
  // The next batch of the epoch (the first call begins epoch 0); none at its end.
  [[nodiscard]] BatchPtr next();
  [[nodiscard]] std::int64_t epoch() const noexcept;
  // Batches of this epoch that next() has given or thrown at: 0 to length().
  [[nodiscard]] std::int64_t position() const noexcept;

  // Where next() stands, as one line of text: with restore(), also of another Loader in another
  // process, the very same batches follow. The ranks of one run have the same state.
  [[nodiscard]] std::string state() const;
  // Throws Error (Invalid) when the text isn't a state, or one of other data or another
  // configuration (workers, prefetch and rank may differ).
  void restore(std::string_view state);

  struct State;

 private:
  explicit Loader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sheaf::loader
