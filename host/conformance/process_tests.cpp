// SPDX-License-Identifier: MIT
// What a plugin leaves behind in the process.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/conformance/footprint.hpp"
#include "host/conformance/tests.hpp"
#include "host/conformance/trial.hpp"
#include "host/plugin/manifest.hpp"
#include "host/worker/process_state.hpp"

namespace sheaf::host::conformance {
namespace {

using Clock = std::chrono::steady_clock;

// ---- leaks

// After a warm-up a window of so many rounds and one of twice as many, two times: what a window
// costs by itself (a cache that fills up) is in both, what a round leaves
// behind is in the second one twice.
constexpr int pairs = 2;
constexpr int warm_up = 3;
constexpr int least_rounds = 4, most_rounds = 12;
constexpr std::chrono::milliseconds time_for_windows{600};
constexpr std::ptrdiff_t least_heap = 16;  // bytes a round: malloc's smallest piece
constexpr std::ptrdiff_t least_data = std::ptrdiff_t{32} << 10U;  // bytes a round, mapped
constexpr std::size_t most_samples = 3;

// What so many rounds leave behind: the least that was seen.
struct Growth {
  int rounds = 0;
  std::ptrdiff_t heap = PTRDIFF_MAX, data = PTRDIFF_MAX;
  std::ptrdiff_t files = PTRDIFF_MAX, threads = PTRDIFF_MAX;

  void add(const Usage& before, const Usage& between, const Usage& after) {
    const auto left = [](std::size_t a, std::size_t b, std::size_t c) {
      return static_cast<std::ptrdiff_t>(c - b) - static_cast<std::ptrdiff_t>(b - a);
    };
    heap = std::min(heap, left(before.heap, between.heap, after.heap));
    data = std::min(data, left(before.data, between.data, after.data));
    files = std::min(files, left(before.files, between.files, after.files));
    threads = std::min(threads, left(before.threads, between.threads, after.threads));
  }
};

template <class Round>
Growth measure(const Round& round) {
  const auto run = [&](int count) {
    for (int i = 0; i < count; ++i) round();
  };
  const auto began = Clock::now();
  run(warm_up);
  const auto each = (Clock::now() - began) / warm_up;
  const auto wanted = time_for_windows / std::max(each * (3 * pairs + 1), Clock::duration(1));
  Growth growth;
  growth.rounds = static_cast<int>(std::clamp<std::int64_t>(wanted, least_rounds, most_rounds));
  run(growth.rounds);  // the last things that are done once
  Usage before = Usage::take(thread_count());
  for (int pair = 0; pair < pairs; ++pair) {
    run(growth.rounds);
    const Usage between = Usage::take(before.threads);
    run(2 * growth.rounds);
    const Usage after = Usage::take(before.threads);
    growth.add(before, between, after);
    before = after;
  }
  return growth;
}

void judge(Trial& trial, const Growth& growth, const char* what) {
  const auto report = [&](std::ptrdiff_t left, const char* unit, const char* remedy) {
    trial.error(
        fmt::format("{} leaves {:.3g} {} behind each time ({} in {} rounds, and again)", what,
                    static_cast<double>(left) / growth.rounds, unit, left, growth.rounds),
        remedy);
  };
  if (growth.heap >= least_heap * growth.rounds) {
    report(growth.heap, "bytes of memory", "free in close what open and load have allocated");
  } else if (growth.data >= least_data * growth.rounds) {
    report(growth.data, "bytes of mapped memory", "unmap in close what open and load have mapped");
  }
  if (growth.files >= growth.rounds) {
    report(growth.files, "open files", "close files on every way out");
  }
  if (growth.threads >= growth.rounds) report(growth.threads, "threads", "join threads in close");
}

// Sources whose load fails: the ways out that are tested least.
std::vector<Given> bad_sources(const std::vector<Sample>& samples,
                               const std::filesystem::path& folder) {
  std::vector<Given> list;
  for (const Sample& sample : samples) {
    if (!sample.inputs.empty() || list.size() >= most_samples) break;
    std::ifstream file(sample.path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    bytes.resize(bytes.size() / 2);
    const std::string path = folder / std::to_string(list.size());
    std::ofstream(path, std::ios::binary) << bytes;
    list.push_back({sample.id, path, {}});
    list.push_back({sample.id, folder / "gone", {}});
  }
  return list;
}

// ---- manners

class Manners {
 public:
  explicit Manners(Trial& trial) : trial_(trial) {
    state_.remember();
    before_ = Footprint::take();
    threads_ = thread_count();
  }

  // What has changed since the last look.
  void look(const std::string& when) {
    for (const std::string& change : state_.restore_all()) blame(change, when);
    const Footprint now = Footprint::take();
    for (const std::string& change : changes(last_ ? *last_ : before_, now)) blame(change, when);
    last_ = now;
  }

  void look_at_the_end() {
    look("when it is closed");
    const Footprint now = Footprint::take(&before_);
    for (const std::string& left : leftovers(before_, now)) {
      trial_.warning(fmt::format("leaves {} behind when the last instance is closed", left),
                     "what open and load begin, close ends");
    }
  }

  // Called within load.
  void count_threads(std::uint32_t budget) {
    const std::size_t now = thread_count();
    if (now < threads_ + budget || std::exchange(is_over_budget_, true)) return;
    trial_.warning(
        fmt::format("runs {} threads more where the budget is {} in all", now - threads_, budget),
        "ask call->thread_budget, and tell the codec");
  }

 private:
  void blame(const std::string& change, const std::string& when) {
    trial_.error(fmt::format("{} {}", change, when),
                 "plugins leave the process as it is (convention 9 of plugin.h)");
  }

  Trial& trial_;
  worker::ProcessState state_;
  Footprint before_;
  std::optional<Footprint> last_;
  std::size_t threads_ = 0;
  bool is_over_budget_ = false;
};

void load_politely(Trial& trial, Manners& manners) {
  {
    auto instance = plugin::Instance::open(trial.feature(), trial.params(), {});
    manners.look("in open");
    const SurveySources sources(trial.setting());
    instance.survey_first(sources.view());
    manners.look("in survey");
    static_cast<void>(instance.describe());
    manners.look("in describe");
  }
  const auto actor = trial.actor();
  SinkPlan plan;
  plan.on_call = [&] { manners.count_threads(1); };
  for (const Sample& sample : trial.samples()) {
    static_cast<void>(actor->load(sample, plan));
    manners.look(fmt::format("while it loads '{}'", sample.id));
  }
}

}  // namespace

void test_leaks(Trial& trial) {
  const std::size_t count = std::min(trial.samples().size(), most_samples);
  if (!trial.enter("opening, loading and closing again and again")) return;
  const Growth whole = measure([&] {
    const auto actor = trial.actor();
    for (std::size_t i = 0; i < count; ++i) static_cast<void>(actor->load(trial.samples()[i]));
  });
  judge(trial, whole, count == 0 ? "opening and closing" : "opening, loading and closing");
  const std::vector<Given> bad = bad_sources(trial.samples(), trial.folder());
  if (bad.empty() || !trial.enter("loading sources that fail again and again")) return;
  const auto actor = trial.actor();
  const Growth failing = measure([&] {
    for (const Given& source : bad) static_cast<void>(actor->load(source));
  });
  judge(trial, failing, "loading sources that fail");
}

void test_manners(Trial& trial) {
  Manners manners(trial);
  if (!trial.enter("being loaded")) return;
  const sheaf_plugin& plugin = trial.plugin();
  static_cast<void>(trial.feature());
  manners.look("when it is loaded");
  const std::string declared = plugin::to_bytes(plugin);
  if (!trial.enter("opening and loading")) return;
  load_politely(trial, manners);
  manners.look_at_the_end();
  if (plugin::to_bytes(plugin) != declared) {
    trial.error("its descriptor has changed since it was loaded",
                "what the entry returns is constant for the life of the process");
  }
}

}  // namespace sheaf::host::conformance
