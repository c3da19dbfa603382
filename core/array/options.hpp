// SPDX-License-Identifier: MIT
#pragma once
// How much memory array operations may take, and how many threads.
//
//   np::set_options({.max_memory = np::parse_size("2G")});
//   const np::OptionsScope scope({.max_memory = 64 << 20});   // until the end of the block
//   np::set_options({.stop = &interrupted});
//
// Model: max_memory bounds the blocks that an operation works on, its sorted runs and the like, and
// results that are kept in memory; what is larger goes to a temporary file. A scope holds for what
// its thread starts. Once `stop` is true, what works through blocks ends with an Error (Cancelled).
// Threads: any. Failure: Error (Invalid) for a size that can't be read.

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <string_view>

namespace sheaf::np {

struct Options {
  std::size_t max_memory = std::size_t{250} << 20U;
  unsigned threads = 0;                      // 0: as there are cores
  std::filesystem::path temporary_folder{};  // empty: where temporary files go
  const std::atomic<bool>* stop = nullptr;   // none: nobody does
};

[[nodiscard]] Options options();
// For all threads that have no scope.
void set_options(const Options& options);
// Throws Error (Cancelled) once `stop` is true.
void check_stop();
// "2G", "512k", "1.5 GiB", "1000": powers of 1024.
[[nodiscard]] std::size_t parse_size(std::string_view text);

class OptionsScope {
 public:
  explicit OptionsScope(const Options& options);
  OptionsScope(const OptionsScope&) = delete;
  OptionsScope& operator=(const OptionsScope&) = delete;
  ~OptionsScope();

 private:
  const Options* outer_;
  Options options_;
};

}  // namespace sheaf::np
