// SPDX-License-Identifier: MIT
#include "host/source/downloader.hpp"

#include <algorithm>
#include <new>

#include <curl/curl.h>

#include "core/error.hpp"
#include "host/source/remote.hpp"

namespace sheaf::host {

void Downloader::Free::operator()(void* multi) const noexcept { curl_multi_cleanup(multi); }

Downloader::Downloader(const SourceList& sources, std::vector<std::size_t> numbers,
                       const FetchLimits& limits, Shelf& shelf)
    : sources_(sources),
      numbers_(std::move(numbers)),
      limits_(limits),
      shelf_(shelf),
      multi_(curl_multi_init()) {
  if (!multi_) throw std::bad_alloc();
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, long{limits.connections});
}

Downloader::~Downloader() {
  for (Download& download : downloads_) {
    for (Part& part : download.parts()) detach(part);
  }
}

void Downloader::wake() noexcept { curl_multi_wakeup(multi_.get()); }

void Downloader::run() {
  while (!shelf_.cancelled()) {
    start_due();
    if (downloads_.empty() && next_ == numbers_.size()) return;
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    finish_ended();
    let_go_on();
    end_stalled();
    curl_multi_poll(multi_.get(), nullptr, 0, patience(), nullptr);
  }
}

void Downloader::start_due() {
  while (part_count() < std::max(1U, limits_.connections) && begin_next()) {
  }
  const Clock::time_point now = Clock::now();
  for (Download& download : downloads_) {
    for (Part& part : download.parts()) {
      if (part.transfer || part.start_at > now) continue;
      download.start(part);
      curl_easy_setopt(part.transfer->handle(), CURLOPT_PRIVATE, &part);
      curl_multi_add_handle(multi_.get(), part.transfer->handle());
    }
  }
}

// One more part, or source, where there is one to begin.
bool Downloader::begin_next() {
  const auto large = std::ranges::find_if(downloads_, &Download::wants_helper);
  if (large != downloads_.end()) {
    large->add_helper();
    return true;
  }
  if (next_ == numbers_.size() || !shelf_.has_room(numbers_[next_])) return false;
  const std::size_t number = numbers_[next_++];
  try {
    downloads_.emplace_back(number, request_for(std::string(sources_.at(number).path)), limits_,
                            shelf_);
  } catch (const Error& error) {
    shelf_.put(number, {Descriptor(), -1, error.what()}, 0);
  }
  return true;
}

void Downloader::finish_ended() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const int code = message->data.result;
    Part* part = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &part);
    end(*part, code, false);
  }
}

void Downloader::let_go_on() {
  for (Download& download : downloads_) {
    for (Part& part : download.parts()) {
      if (!part.is_waiting || !shelf_.has_room(download.source())) continue;
      part.is_waiting = false;
      part.heard_at = Clock::now();
      part.transfer->go_on();
    }
  }
}

Downloader::Part* Downloader::find_stalled() {
  const Clock::time_point limit = Clock::now() - limits_.stall_timeout;
  for (Download& download : downloads_) {
    for (Part& part : download.parts()) {
      if (part.transfer && !part.is_waiting && part.heard_at < limit) return &part;
    }
  }
  return nullptr;
}

void Downloader::end_stalled() {
  while (Part* part = find_stalled()) end(*part, CURLE_OPERATION_TIMEDOUT, true);
}

void Downloader::end(Part& part, int code, bool stalled) {
  Download& download = *part.download;
  curl_multi_remove_handle(multi_.get(), part.transfer->handle());
  const Download::Ended ended = download.end(part, code, stalled);
  if (ended == Download::Ended::Part || ended == Download::Ended::Retry) return;
  for (Part& other : download.parts()) detach(other);
  if (ended == Download::Ended::Changed) return download.restart();
  download.put();
  downloads_.remove_if([&](const Download& other) { return &other == &download; });
}

void Downloader::detach(Part& part) {
  if (!part.transfer) return;
  curl_multi_remove_handle(multi_.get(), part.transfer->handle());
  part.transfer.reset();
}

std::size_t Downloader::part_count() const {
  std::size_t count = 0;
  for (const Download& download : downloads_) count += download.parts().size();
  return count;
}

// Milliseconds to wait at most: until the next retry, and never so long that a stop goes unnoticed.
int Downloader::patience() const {
  std::chrono::milliseconds longest{100};
  const Clock::time_point now = Clock::now();
  for (const Download& download : downloads_) {
    for (const Part& part : download.parts()) {
      if (part.transfer) continue;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(part.start_at - now);
      longest = std::clamp(left, std::chrono::milliseconds{0}, longest);
    }
  }
  return static_cast<int>(longest.count());
}

}  // namespace sheaf::host
