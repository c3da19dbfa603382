// SPDX-License-Identifier: MIT
// Rule 11 of the ABI: what load stores depends on the source, the parameters and the survey alone.
#include <algorithm>
#include <exception>
#include <mutex>
#include <numeric>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "host/conformance/tests.hpp"
#include "host/conformance/trial.hpp"

namespace sheaf::host::conformance {
namespace {

constexpr unsigned threads = 4;
constexpr unsigned rounds = 2;
constexpr const char* remedy =
    "what load stores depends on the source, the parameters and the survey alone";

// What each sample gives an instance that has loaded nothing else.
std::vector<Loaded> alone(Trial& trial) {
  std::vector<Loaded> loads;
  for (const Sample& sample : trial.samples()) loads.push_back(trial.actor()->load(sample));
  return loads;
}

class Comparison {
 public:
  Comparison(Trial& trial, std::vector<Loaded> expected)
      : trial_(trial), expected_(std::move(expected)) {}
  void load(Actor& actor, std::size_t sample, const char* when) {
    const Sample& source = trial_.samples()[sample];
    const std::string how = difference(expected_[sample], actor.load(source), actor.description());
    if (how.empty()) return;
    trial_.error(fmt::format("'{}' {} gives another result than alone: {}", source.id, when, how),
                 remedy);
  }

 private:
  Trial& trial_;
  const std::vector<Loaded> expected_;
};

// Loads all samples in an order of its own, again and again.
void load_shuffled(Actor& actor, Comparison& comparison, std::size_t count, std::uint64_t seed,
                   std::mutex* lock) {
  std::mt19937_64 random(seed);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (unsigned round = 0; round < rounds; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t sample : order) {
      std::unique_lock<std::mutex> held;
      if (lock != nullptr) held = std::unique_lock(*lock);
      comparison.load(actor, sample, "loaded in one of many threads");
    }
  }
}

}  // namespace

void test_interleaved(Trial& trial) {
  if (!trial.enter("loading each source in an instance of its own")) return;
  Comparison comparison(trial, alone(trial));
  const std::size_t count = trial.samples().size();
  const auto one = trial.actor();
  if (!trial.enter("loading all sources, and again backwards, in one instance")) return;
  for (std::size_t i = 0; i < count; ++i) comparison.load(*one, i, "after others");
  for (std::size_t i = count; i > 0; --i) comparison.load(*one, i - 1, "loaded again");
  if (trial.is_exclusive()) return;
  if (!trial.enter("loading in two instances by turns")) return;
  const auto other = trial.actor(one->agreed());
  for (std::size_t i = 0; i < count; ++i) {
    comparison.load(*one, i, "loaded by turns with another instance");
    comparison.load(*other, count - 1 - i, "loaded by turns with another instance");
  }
}

void test_workers(Trial& trial) {
  if (!trial.enter("loading in one thread")) return;
  auto first = trial.actor();
  std::vector<Loaded> expected;
  for (const Sample& sample : trial.samples()) expected.push_back(first->load(sample));
  Comparison comparison(trial, std::move(expected));
  if (!trial.enter(fmt::format("loading in {} threads", threads))) return;
  const bool shares = trial.is_exclusive();
  std::vector<std::unique_ptr<Actor>> actors;
  for (unsigned i = 1; i < threads && !shares; ++i) actors.push_back(trial.actor(first->agreed()));
  actors.push_back(std::move(first));
  std::mutex lock;
  std::exception_ptr died;
  std::vector<std::thread> running;
  for (unsigned i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      try {
        load_shuffled(*actors[shares ? 0 : i], comparison, trial.samples().size(),
                      trial.task().seed + i, shares ? &lock : nullptr);
      } catch (...) {
        const std::lock_guard held(lock);
        died = std::current_exception();
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  if (died) std::rethrow_exception(died);
}

void test_feed(Trial& trial) {
  const auto actor = trial.actor();
  trial.feed(actor->description());
  for (std::size_t i = 0; i < trial.samples().size(); ++i) {
    const Sample& sample = trial.samples()[i];
    if (!trial.enter(fmt::format("loading '{}'", sample.id))) continue;
    Loaded loaded = actor->load(sample);
    if (loaded.stored()) trial.feed({i, std::move(loaded.rows)});
  }
}

}  // namespace sheaf::host::conformance
