// SPDX-License-Identifier: MIT
#pragma once
// Runs downloads, several at a time, in one thread.
//
// Model: sources are begun in order, as connections are free and the shelf has room; helpers of a
// large one come before the next source. A part that failed keeps its connection while it waits for
// its next try.
// Failure: goes to the shelf, source by source. Threads: run() blocks; wake() from any.

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <vector>

#include "host/source/download.hpp"
#include "host/source/source.hpp"

namespace sheaf::host {

class Downloader {
 public:
  // `numbers` of the sources to fetch, ascending.
  Downloader(const SourceList& sources, std::vector<std::size_t> numbers, const FetchLimits& limits,
             Shelf& shelf);
  Downloader(const Downloader&) = delete;
  Downloader& operator=(const Downloader&) = delete;
  ~Downloader();

  // Until all are on the shelf, or nobody wants them any more.
  void run();
  void wake() noexcept;

 private:
  struct Free {
    void operator()(void* multi) const noexcept;
  };
  using Part = Download::Part;

  void start_due();
  [[nodiscard]] bool begin_next();
  void finish_ended();
  void let_go_on();
  void end_stalled();
  [[nodiscard]] Part* find_stalled();
  void end(Part& part, int code, bool stalled);
  void detach(Part& part);
  [[nodiscard]] std::size_t part_count() const;
  [[nodiscard]] int patience() const;

  const SourceList& sources_;
  const std::vector<std::size_t> numbers_;
  const FetchLimits& limits_;
  Shelf& shelf_;
  std::unique_ptr<void, Free> multi_;
  std::list<Download> downloads_;  // in order
  std::size_t next_ = 0;           // in numbers_
};

}  // namespace sheaf::host
