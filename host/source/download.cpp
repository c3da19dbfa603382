// SPDX-License-Identifier: MIT
// Spec: RFC 9110, 13.1.5 (If-Range), 14 (range requests).
#include "host/source/download.hpp"

#include <algorithm>

#include <curl/curl.h>
#include <fmt/format.h>

namespace sheaf::host {
namespace {

constexpr std::int64_t progress = std::int64_t{1} << 20U;  // after which failures are forgotten
constexpr long partial_content = 206;
constexpr long range_not_satisfiable = 416;

}  // namespace

Download::Download(std::size_t source, HttpRequest request, const FetchLimits& limits, Shelf& shelf)
    : source_(source),
      request_(std::move(request)),
      limits_(limits),
      shelf_(shelf),
      spool_(limits.in_memory) {
  Part& main = parts_.emplace_back();
  main.download = this;
  main.is_main = true;
}

bool Download::wants_helper() const noexcept {
  if (back_ < 0 || parts_.empty() || !parts_.front().is_main) return false;
  const std::int64_t front = (parts_.front().offset / limits_.part + 1) * limits_.part;
  return back_ - limits_.part >= front;
}

Download::Part& Download::add_helper() {
  Part& helper = parts_.emplace_back();
  helper.download = this;
  helper.end = std::min(back_, total_);
  back_ -= limits_.part;
  helper.offset = back_;
  return helper;
}

void Download::start(Part& part) {
  std::string range;
  if (!part.is_main) {
    range = fmt::format("{}-{}", part.offset, part.end - 1);
  } else if (part.offset > 0) {
    range = fmt::format("{}-", part.offset);
  }
  part.accepted = false;
  part.is_waiting = false;
  part.heard_at = Clock::now();
  part.transfer = std::make_unique<HttpTransfer>(
      request_, limits_, range, validator_,
      [this, &part](std::span<const std::byte> bytes) { return receive(part, bytes); });
}

HttpTransfer::Take Download::receive(Part& part, std::span<const std::byte> bytes) {
  using Take = HttpTransfer::Take;
  if (!part.accepted && !accept(part)) return Take::Stop;
  part.heard_at = Clock::now();
  if (!shelf_.has_room(source_)) {
    part.is_waiting = true;
    return Take::Wait;
  }
  auto size = static_cast<std::int64_t>(bytes.size());
  if (const std::int64_t end = end_of(part); end >= 0) size = std::min(size, end - part.offset);
  if (part.offset + size > limits_.max_source) {
    give_up(
        fmt::format("is larger than {} MiB, the most that is fetched", limits_.max_source >> 20U));
    return Take::Stop;
  }
  const std::string problem =
      spool_.write(part.offset, bytes.first(static_cast<std::size_t>(size)));
  if (!problem.empty()) {
    give_up(problem);
    return Take::Stop;
  }
  part.offset += size;
  part.gained += size;
  count(size);
  return size == static_cast<std::int64_t>(bytes.size()) ? Take::All : Take::Stop;
}

bool Download::accept(Part& part) {
  const bool is_rest = part.transfer->response().status == partial_content;
  if (is_rest ? !accept_rest(part) : !accept_whole(part)) {
    has_changed_ = problem_.empty();
    return false;
  }
  part.accepted = true;
  return true;
}

bool Download::accept_rest(const Part& part) const {
  const HttpResponse& response = part.transfer->response();
  return response.first == part.offset && response.total == total_;
}

bool Download::accept_whole(Part& part) {
  if (!part.is_main || parts_.size() > 1) return false;
  rewind(part);
  const HttpResponse& response = part.transfer->response();
  total_ = response.length;
  if (total_ > limits_.max_source) {
    give_up(fmt::format("has {} MiB, more than the {} MiB that are fetched at most", total_ >> 20U,
                        limits_.max_source >> 20U));
    return false;
  }
  validator_ = response.takes_ranges && total_ >= 0 ? response.validator : std::string();
  spool_.expect(total_);
  const bool in_parts = !validator_.empty() && total_ > limits_.parallel_from && restarts_ == 0;
  back_ = in_parts ? (total_ + limits_.part - 1) / limits_.part * limits_.part : -1;
  return true;
}

std::int64_t Download::end_of(const Part& part) const noexcept {
  if (!part.is_main) return part.end;
  return back_ < 0 ? total_ : std::min(back_, total_);
}

bool Download::is_done(const Part& part, int code) {
  if (!part.accepted) return false;
  const std::int64_t end = end_of(part);
  if (end >= 0) return part.offset == end;
  if (code != CURLE_OK) return false;
  total_ = part.offset;  // a server that doesn't know the length ends the connection, or a chunk
  return true;
}

Download::Ended Download::end(Part& part, int code, bool stalled) {
  const long status = part.transfer->response().status;
  if (problem_.empty() && code == CURLE_OK && status < 300 && !part.accepted) {
    static_cast<void>(accept(part));  // there was no body
  }
  if (!problem_.empty()) return Ended::All;
  if (has_changed_ || (status == range_not_satisfiable && part.offset > 0)) return changed();
  if (!stalled && is_done(part, code)) return finish_part(part);
  if (stalled) {
    return retry(part, fmt::format("nothing came for {:.0f} s",
                                   std::chrono::duration<double>(limits_.stall_timeout).count()));
  }
  if (code == CURLE_OK && status < 300) {
    return retry(part, fmt::format("{} bytes are missing of the {} that were announced",
                                   end_of(part) - part.offset, total_));
  }
  const std::string complaint = part.transfer->complaint(code);
  if (part.transfer->may_retry(code)) return retry(part, complaint);
  give_up(complaint);
  return Ended::All;
}

Download::Ended Download::finish_part(Part& part) {
  parts_.remove_if([&](const Part& other) { return &other == &part; });
  return parts_.empty() ? Ended::All : Ended::Part;
}

Download::Ended Download::retry(Part& part, const std::string& why) {
  if (part.gained >= progress) part.failures = 0;
  part.gained = 0;
  if (++part.failures > limits_.retries) {
    give_up(part.failures == 1 ? why : fmt::format("{} ({} tries)", why, part.failures));
    return Ended::All;
  }
  const auto delay = std::max(retry_delay(limits_, part.failures), part.transfer->retry_after());
  part.start_at = Clock::now() + std::min(delay, limits_.longest_delay);
  part.transfer.reset();
  if (part.is_main && validator_.empty()) rewind(part);
  return Ended::Retry;
}

Download::Ended Download::changed() {
  if (++restarts_ <= limits_.retries) return Ended::Changed;
  give_up("it changes while it is fetched; try again when it stays as it is");
  return Ended::All;
}

void Download::restart() {
  while (parts_.size() > 1) parts_.pop_back();
  Part& main = parts_.front();
  main.is_main = true;
  main.transfer.reset();
  main.start_at = Clock::now() + retry_delay(limits_, restarts_);
  rewind(main);
  total_ = back_ = -1;
  validator_.clear();
  has_changed_ = false;
}

// All parts but the main one are gone when this is called.
void Download::rewind(Part& main) {
  spool_.clear();
  main.offset = 0;
  count(-held_);
}

void Download::give_up(const std::string& why) {
  problem_ = fmt::format("{}: {}", request_.shown, why);
}

void Download::count(std::int64_t bytes) {
  held_ += bytes;
  shelf_.hold(bytes);
}

void Download::put() {
  Fetched fetched;
  if (problem_.empty()) {
    fetched = spool_.finish(total_);
    if (!fetched.error.empty()) give_up(fetched.error);
  }
  if (!problem_.empty()) {
    spool_.clear();
    count(-held_);
    fetched = {Descriptor(), -1, problem_};
  }
  shelf_.put(source_, std::move(fetched), held_);
}

}  // namespace sheaf::host
