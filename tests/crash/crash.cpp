// SPDX-License-Identifier: MIT
// Kills writing processes and looks at what they leave.
//
//   sheaf_crash [--kind KIND] [--seed S] [--seconds T] [N]   N kills, at most T seconds; counts
//   them sheaf_crash child KIND FOLDER SEED [START]               what is killed: FOLDER/data.h5
//   sheaf_crash check KIND FOLDER SEED COMMIT                which commit is in FOLDER/data.h5?
//
// A child makes edits with commits and tells the number of each commit that returned. What the file
// holds after commit k is a function of the kind, the seed and k (model.hpp). The parent kills it
// with SIGKILL at a random time, uniform over the time that its edits take: between two commits, in
// them, while the file is opened, recovered or closed. Then it recovers the file, in processes that
// are killed as well, opens it with HDF5's own driver, and compares everything in it: it has to be
// the last commit that was told, or the one after it, which may have been under way. Often it also
// looks at the file before the recovery, through the journal; and sometimes the next child is the
// one that recovers. Most files are gone on with from what was found.
//
// Kinds: `layout` goes through layout::Writer (layout_model.cpp), `raw` through JournaledFile and
// HDF5 (raw_model.cpp), `objects` edits dictionaries, lists, attributes and arrays of an
// objects::File (objects_model.cpp), `ingest` is the command itself with its workers, run again
// until the file is complete (ingesting.cpp); one kill in forty is of that kind. Two processes
// share the kills.
//
// A loss is printed with the seed of its file and what to run; its folder stays, and `before/` in
// it holds the file and its journal as they were before the recovery. The times of kills are no
// function of a seed: the same seed makes the same edits and other kills.
//
// SIGKILL keeps what was written, synced or not. That the order of syncs holds against power loss
// is for tests/core/journal to show.

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tests/crash/counts.hpp"
#include "tests/crash/editing.hpp"
#include "tests/crash/ingesting.hpp"
#include "tests/crash/model.hpp"
#include "tests/crash/random.hpp"

namespace {

using namespace sheaf::crash;

constexpr std::size_t lanes = 2;
constexpr unsigned ingests_of = 40;  // one kill in so many
constexpr std::uint64_t most_losses = 5;

struct Options {
  std::string kind;        // empty: all of them
  std::uint64_t seed = 0;  // 0: another one each time
  double seconds = 1e9;
  std::uint64_t kills = 10000;
};

int usage() {
  std::fputs(
      "usage: sheaf_crash [--kind layout|raw|objects|ingest] [--seed S] [--seconds T] [KILLS]\n"
      "       sheaf_crash child KIND FOLDER SEED [START]\n"
      "       sheaf_crash check KIND FOLDER SEED COMMIT\n",
      stderr);
  return 2;
}

std::uint64_t number(const std::string& text) { return std::stoull(text); }

std::unique_ptr<Model> model_at(const std::vector<std::string>& words, std::uint64_t commit) {
  std::unique_ptr<Model> model = make_model(words[1], number(words[3]));
  while (model && model->number() < commit) model->advance();
  return model;
}

int child(const std::vector<std::string>& words) {
  const auto model = model_at(words, words.size() > 4 ? number(words[4]) : 0);
  if (!model) return usage();
  model->edit(words[2] + "/data.h5", 25, [](std::uint64_t commit) {
    std::printf("%llu\n", static_cast<unsigned long long>(commit));
    std::fflush(stdout);
  });
  return 0;
}

int check(const std::vector<std::string>& words) {
  const auto model = model_at(words, std::max<std::uint64_t>(number(words[4]), 2) - 1);
  if (!model) return usage();
  for (int commits = 0; commits < 3; ++commits, model->advance()) {
    const std::string text = model->difference(words[2] + "/data.h5");
    std::printf("commit %llu: %s\n", static_cast<unsigned long long>(model->number()),
                text.empty() ? "yes" : text.c_str());
  }
  return 0;
}

// One of the processes that share the kills.
int run_lane(const Options& options, const std::filesystem::path& folder, std::uint64_t seed,
             std::uint64_t kills, Counts& counts) {
  Random random(seed);
  const auto is_wanted = [&](const char* kind) {
    return options.kind.empty() || options.kind == kind;
  };
  Editing layout("layout", folder, random.next(), counts);
  Editing raw("raw", folder, random.next(), counts);
  Editing objects("objects", folder, random.next(), counts);
  std::optional<Ingesting> ingest;
  if (is_wanted("ingest")) ingest.emplace(folder, random.next() >> 16U, counts);
  const auto limit =
      std::chrono::steady_clock::now() + std::chrono::duration<double>(options.seconds);
  while (counts.kills < kills && counts.losses < most_losses &&
         std::chrono::steady_clock::now() < limit) {
    if (is_wanted("layout")) layout.round();
    if (is_wanted("raw")) raw.round();
    if (is_wanted("objects")) objects.round();
    if (ingest && (options.kind == "ingest" || random.below(ingests_of / 2) == 0)) ingest->round();
  }
  if (ingest) ingest->finish();
  return 0;
}

pid_t fork_lane(const Options& options, const std::filesystem::path& folder, std::uint64_t seed,
                std::uint64_t kills, Counts& counts) {
  std::fflush(nullptr);
  const pid_t id = ::fork();
  if (id != 0) return id;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  int status = 1;
  try {
    status = run_lane(options, folder, seed, kills, counts);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sheaf_crash: %s\n", error.what());
  }
  std::fflush(nullptr);
  ::_exit(status);
}

struct Line {
  const char* what;
  std::uint64_t Counts::*member;
};
constexpr std::array<Line, 13> lines{{
    {"kills", &Counts::kills},
    {"  of ingests", &Counts::ingest_kills},
    {"  before the first commit", &Counts::never_committed},
    {"children that ended before", &Counts::ended},
    {"commits reported", &Counts::commits},
    {"commits under way that held", &Counts::in_flight},
    {"recoveries: record applied", &Counts::applied},
    {"            tail cut", &Counts::cut},
    {"            nothing to do", &Counts::nothing},
    {"            killed themselves", &Counts::recovery_kills},
    {"            left to the writer", &Counts::left_to_writer},
    {"ingests that ended well", &Counts::ingests},
    {"losses", &Counts::losses},
}};

void print(const Counts* counts, double seconds) {
  for (const Line& line : lines) {
    std::uint64_t sum = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) sum += counts[lane].*line.member;
    std::printf("%-30s %8llu\n", line.what, static_cast<unsigned long long>(sum));
  }
  std::printf("%-30s %8.1f\n", "seconds", seconds);
}

int parent(const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  const std::uint64_t seed = options.seed > 0
                                 ? options.seed
                                 : static_cast<std::uint64_t>(start.time_since_epoch().count());
  std::string name = (std::filesystem::temp_directory_path() / "sheaf-crash-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  std::printf("seed %llu, in %s\n", static_cast<unsigned long long>(seed), name.c_str());
  void* shared = ::mmap(nullptr, lanes * sizeof(Counts), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) throw std::runtime_error("no shared memory");
  auto* counts = static_cast<Counts*>(shared);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::uint64_t kills = (options.kills + lane) / lanes;
    if (fork_lane(options, name, Random(seed, lane).next(), kills, counts[lane]) < 0) {
      throw std::runtime_error("cannot fork");
    }
  }
  bool is_well = true;
  for (int status = 0; ::wait(&status) > 0;) is_well = is_well && status == 0;
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  print(counts, time.count());
  for (std::size_t lane = 0; lane < lanes; ++lane) is_well = is_well && counts[lane].losses == 0;
  if (is_well) std::filesystem::remove_all(name);
  return is_well ? 0 : 1;
}

int run(const std::vector<std::string>& words) {
  if (!words.empty() && words[0] == "child" && words.size() >= 4) return child(words);
  if (!words.empty() && words[0] == "check" && words.size() == 5) return check(words);
  Options options;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const bool has_value = at + 1 < words.size();
    if (words[at] == "--kind" && has_value) {
      options.kind = words[++at];
    } else if (words[at] == "--seed" && has_value) {
      options.seed = number(words[++at]);
    } else if (words[at] == "--seconds" && has_value) {
      options.seconds = std::stod(words[++at]);
    } else if (words[at].find_first_not_of("0123456789") == std::string::npos) {
      options.kills = number(words[at]);
    } else {
      return usage();
    }
  }
  return parent(options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sheaf_crash: %s\n", error.what());
    return 2;
  }
}
