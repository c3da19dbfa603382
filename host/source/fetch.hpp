// SPDX-License-Identifier: MIT
#pragma once
// Makes open files of the sources that aren't local ones.
//
// Model: sources are fetched in the order of the list, ahead of those who take them, within a
// budget of memory: archives by a thread that goes through each once, downloads by another. Take
// each source once, roughly in order; the file that comes back is the taker's.
//
//   Fetcher fetcher(sources, limits);
//   Fetched got = fetcher.take(7);        // blocks
//   if (got.error.empty()) open(got.path());
//
// Failure: Fetched::error, one sentence that names the address, or archive and member, and what to
// do. Threads: any; several may take at a time.

#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "host/source/fetch_limits.hpp"
#include "host/source/shelf.hpp"
#include "host/source/source.hpp"

namespace sheaf::host {

class Downloader;

// Whether there is anything to fetch among them.
[[nodiscard]] bool wants_fetching(const SourceList& sources);

class Fetcher {
 public:
  // What is listed must outlive it. `stop`, when set, ends all waiting within a fraction of a
  // second.
  explicit Fetcher(SourceList sources, const FetchLimits& limits = {},
                   const std::atomic<bool>* stop = nullptr);
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;
  // Cancels and joins.
  ~Fetcher();

  // Whether take() of all of first ≤ source < last would return at once; local files count as
  // ready. What is asked for is fetched whatever the budget says, so ask about what you would take
  // next: a job.
  [[nodiscard]] bool ready(std::size_t first, std::size_t last) {
    return shelf_.ready(first, last);
  }
  // An eventfd, readable when something has come since it was last read (eight bytes; it doesn't
  // block). It stays the Fetcher's.
  [[nodiscard]] int event() const noexcept { return shelf_.event(); }
  // Waits for a source that isn't a local file; after cancel() what isn't there is an error.
  [[nodiscard]] Fetched take(std::size_t source) { return shelf_.take(source); }
  void cancel() { shelf_.cancel(); }

 private:
  void read_archives(const std::vector<std::size_t>& numbers);
  template <class Body>
  void add_thread(Body body);

  const SourceList sources_;
  const FetchLimits limits_;
  Shelf shelf_;
  std::unique_ptr<Downloader> downloader_;
  std::vector<std::jthread> threads_;
};

}  // namespace sheaf::host
