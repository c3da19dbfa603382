// SPDX-License-Identifier: MIT
#include "host/conformance/footprint.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <fstream>
#include <iterator>
#include <malloc.h>
#include <pthread.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

extern "C" char** environ;

namespace sheaf::host::conformance {
namespace {

constexpr int patience = 200;  // ms, for threads that are ending

// The names in a folder of /proc that are numbers. Not by a directory iterator: the descriptor that
// it opens must be told from the others.
std::vector<int> numbers_in(const char* folder) {
  std::vector<int> numbers;
  DIR* const opened = opendir(folder);
  if (opened == nullptr) return numbers;
  const int own = dirfd(opened);
  while (const dirent* entry = readdir(opened)) {
    const int number = std::atoi(entry->d_name);
    const bool is_number = entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
    if (is_number && number != own) numbers.push_back(number);
  }
  closedir(opened);
  return numbers;
}

std::string link_of(int file) {
  char name[512];
  const ssize_t size = readlink(fmt::format("/proc/self/fd/{}", file).c_str(), name, sizeof(name));
  return size > 0 ? std::string(name, static_cast<std::size_t>(size)) : std::string();
}

std::string name_of(int thread) {
  std::ifstream file(fmt::format("/proc/self/task/{}/comm", thread));
  std::string name;
  std::getline(file, name);
  return name;
}

std::vector<std::string> signal_states() {
  std::vector<std::string> states;
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (sigaction(number, nullptr, &action) != 0) continue;
    states.push_back(fmt::format("{} {} {}", number, reinterpret_cast<void*>(action.sa_handler),
                                 sigismember(&mask, number)));
  }
  return states;
}

std::string state_of(int stream) {
  struct stat info {};
  if (fstat(stream, &info) != 0) return "closed";
  return fmt::format("{}:{}", info.st_dev, info.st_ino);
}

std::string name_of(const std::string& variable) { return variable.substr(0, variable.find('=')); }

void wait_for_threads(std::size_t most) {
  for (int ms = 0; ms < patience && thread_count() > most; ++ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

std::size_t thread_count() { return numbers_in("/proc/self/task").size(); }

Footprint Footprint::take(const Footprint* before) {
  if (before != nullptr) wait_for_threads(before->threads.size());
  Footprint now;
  for (const int file : numbers_in("/proc/self/fd")) now.files[file] = link_of(file);
  for (const int thread : numbers_in("/proc/self/task")) now.threads[thread] = name_of(thread);
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    now.environment.emplace_back(*variable);
  }
  std::ranges::sort(now.environment);
  now.signals = signal_states();
  for (const int stream : {0, 1, 2}) now.streams.push_back(state_of(stream));
  return now;
}

std::vector<std::string> changes(const Footprint& before, const Footprint& after) {
  std::vector<std::string> list;
  std::vector<std::string> differing;
  std::ranges::set_symmetric_difference(before.environment, after.environment,
                                        std::back_inserter(differing));
  std::string last;
  for (const std::string& variable : differing) {
    if (std::exchange(last, name_of(variable)) == name_of(variable)) continue;
    list.push_back("changed the environment variable " + name_of(variable));
  }
  for (std::size_t i = 0; i < std::min(before.signals.size(), after.signals.size()); ++i) {
    if (before.signals[i] == after.signals[i]) continue;
    const int number = std::atoi(before.signals[i].c_str());
    const char* const name = sigabbrev_np(number);
    list.push_back(name == nullptr ? fmt::format("changed what signal {} does", number)
                                   : fmt::format("changed what SIG{} does", name));
  }
  const char* const names[] = {"stdin", "stdout", "stderr"};
  for (std::size_t i = 0; i < before.streams.size(); ++i) {
    if (before.streams[i] != after.streams[i]) {
      list.push_back(fmt::format("closed or replaced {}", names[i]));
    }
  }
  return list;
}

std::vector<std::string> leftovers(const Footprint& before, const Footprint& after) {
  std::vector<std::string> list;
  for (const auto& [number, name] : after.files) {
    if (!before.files.contains(number)) list.push_back(fmt::format("the open file {}", name));
  }
  for (const auto& [number, name] : after.threads) {
    if (!before.threads.contains(number)) list.push_back(fmt::format("the thread '{}'", name));
  }
  return list;
}

Usage Usage::take(std::size_t most_threads) {
  if (most_threads > 0) wait_for_threads(most_threads);
  Usage usage;
  const struct mallinfo2 info = mallinfo2();
  usage.heap = info.uordblks + info.hblkhd;
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "VmData:") continue;
    status >> usage.data;
    usage.data *= 1024;
    break;
  }
  usage.files = numbers_in("/proc/self/fd").size();
  usage.threads = thread_count();
  return usage;
}

}  // namespace sheaf::host::conformance
