// SPDX-License-Identifier: MIT
// sheaf_bench_audio PLUGIN FOLDER ENDING THREADS: decodes all recordings below FOLDER, stores
// nothing.
//
// The floor of an ingest of recordings: the plugin's own code, called as the host calls it, with
// rows in memory that is used again. Two runs, of which the second is measured: loading FFmpeg and
// opening instances isn't decoding. Prints {"sources": …, "seconds": …}.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sheaf/plugin.h>

namespace {

constexpr std::size_t batch = 64;
using Paths = std::vector<std::string>;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "sheaf_bench_audio: %s\n", why.c_str());
  std::exit(1);
}

// One worker's instance of the feature, and what the host would be to it.
class Worker {
 public:
  Worker(const sheaf_feature& feature, const std::string& first);
  ~Worker() { feature_->close(instance_); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  void load(const std::string& path);

 private:
  static Worker& of(const void* host_data) {
    return *static_cast<Worker*>(const_cast<void*>(host_data));
  }
  static sheaf_status fail(const sheaf_call*, sheaf_status, sheaf_string why) {
    give_up(std::string(why.data, why.size));
  }
  static sheaf_status reserve(const sheaf_sink* sink, std::uint32_t, std::int64_t rows,
                              const std::int64_t* shape, std::uint32_t ndim, std::uint64_t,
                              sheaf_slot* slot);
  static sheaf_source source(const std::string& path);

  const sheaf_feature* feature_;
  sheaf_call call_{};
  sheaf_sink sink_{};
  std::vector<float> slot_;
  void* instance_ = nullptr;
};

Worker::Worker(const sheaf_feature& feature, const std::string& first) : feature_(&feature) {
  call_ = {sizeof(call_),
           SHEAF_ABI_MINOR,
           this,
           &fail,
           [](const sheaf_call*, std::uint32_t, sheaf_string) {},
           [](const sheaf_call*) { return 0U; },  // cancelled
           [](const sheaf_call*, double) {},      // progress
           [](const sheaf_call*) { return 1U; }};
  sink_ = {sizeof(sink_), 0, this, &reserve,
           [](const sheaf_sink*, std::uint32_t, std::int64_t) { return SHEAF_OK; }};
  std::vector<sheaf_param_value> values;
  for (std::uint64_t i = 0; i < feature.param_count; ++i) {
    values.push_back(feature.params[i]->default_value);
  }
  const sheaf_config config{sizeof(config), static_cast<std::uint32_t>(values.size()),
                            values.data()};
  if (feature.open(&feature, &call_, &config, &instance_) != SHEAF_OK) give_up("can't open");
  const sheaf_source one = source(first);
  const sheaf_source* const sources[] = {&one};
  sheaf_survey survey{};
  survey.struct_size = sizeof(survey);
  survey.is_first = 1;
  survey.sources = sources;
  survey.source_count = 1;
  survey.agree = [](const sheaf_survey*, sheaf_bytes) { return SHEAF_OK; };
  if (feature.survey(instance_, &call_, &survey) != SHEAF_OK) give_up("can't survey");
}

sheaf_status Worker::reserve(const sheaf_sink* sink, std::uint32_t, std::int64_t rows,
                             const std::int64_t* shape, std::uint32_t ndim, std::uint64_t,
                             sheaf_slot* slot) {
  std::vector<float>& room = of(sink->host_data).slot_;
  const auto elements = static_cast<std::size_t>(rows * (ndim == 0 ? 1 : shape[0]));
  if (room.size() < elements) room.resize(elements);
  *slot = {room.data(), elements * sizeof(float), nullptr};
  return SHEAF_OK;
}

sheaf_source Worker::source(const std::string& path) {
  sheaf_source made{};
  made.struct_size = sizeof(made);
  made.id = made.uri = {path.data(), path.size()};
  made.path = {reinterpret_cast<const std::uint8_t*>(path.c_str()), path.size()};
  return made;
}

void Worker::load(const std::string& path) {
  const sheaf_source given = source(path);
  if (feature_->load(instance_, &call_, &given, &sink_) != SHEAF_OK) give_up(path + ": not loaded");
}

const sheaf_feature& audio_of(const char* plugin) {
  void* const library = dlopen(plugin, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) give_up(dlerror());
  auto* const entry = reinterpret_cast<sheaf_plugin_entry_fn>(dlsym(library, SHEAF_PLUGIN_ENTRY));
  static const sheaf_host host{sizeof(host), SHEAF_ABI_MINOR, SHEAF_STR_INIT("bench"),
                               SHEAF_STR_INIT("0"), nullptr, nullptr};
  const sheaf_plugin* const made = entry == nullptr ? nullptr : entry(&host);
  if (made == nullptr || made->feature_count == 0) give_up("no plugin");
  return *made->features[0];
}

Paths recordings_below(const char* folder, const char* ending) {
  Paths paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ending) paths.push_back(entry.path().string());
  }
  if (paths.empty()) give_up("no recordings");
  std::ranges::sort(paths);
  return paths;
}

double run(const std::vector<std::unique_ptr<Worker>>& workers, const Paths& paths) {
  std::atomic<std::size_t> next = 0;
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (const auto& worker : workers) {
      threads.emplace_back([&] {
        for (std::size_t first = next.fetch_add(batch); first < paths.size();
             first = next.fetch_add(batch)) {
          const std::size_t last = std::min(first + batch, paths.size());
          for (std::size_t i = first; i < last; ++i) worker->load(paths[i]);
        }
      });
    }
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: sheaf_bench_audio PLUGIN FOLDER ENDING THREADS\n", stderr);
    return 2;
  }
  const sheaf_feature& audio = audio_of(argv[1]);
  const Paths paths = recordings_below(argv[2], argv[3]);
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < std::atoi(argv[4]); ++i) {
    workers.push_back(std::make_unique<Worker>(audio, paths.front()));
  }
  run(workers, paths);
  std::printf("{\"sources\": %zu, \"seconds\": %.6f}\n", paths.size(), run(workers, paths));
  return 0;
}
