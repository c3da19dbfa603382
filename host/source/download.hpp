// SPDX-License-Identifier: MIT
#pragma once
// One download: parts of a remote source on their way into a spool.
//
//   0 ────── main ──────► front │ not asked for yet │ back ◄─ helper ─┤◄─ helper ─┤ total
//
// Model: the main part reads from the start. When the head of its response says that the source is
// large and the server takes ranges, helpers fetch pieces from the end, until both meet. A part
// that breaks goes on from where it was, as long as the source is the same (If-Range); where the
// server can't do that it starts again.
// Failure: a value, when as many tries failed as the limits allow, or one for good.
// Threads: one. Downloader runs many of them.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "host/source/http.hpp"
#include "host/source/shelf.hpp"
#include "host/source/spool.hpp"

namespace sheaf::host {

using Clock = std::chrono::steady_clock;

class Download {
 public:
  struct Part {
    Download* download = nullptr;
    bool is_main = false;
    bool accepted = false;                   // the response is what was asked for
    bool is_waiting = false;                 // for room
    std::int64_t offset = 0;                 // where its next byte belongs
    std::int64_t end = -1;                   // of a helper
    std::unique_ptr<HttpTransfer> transfer;  // null: not before start_at
    Clock::time_point start_at;
    Clock::time_point heard_at;  // when the last byte came
    std::int64_t gained = 0;     // bytes since its last failure
    unsigned failures = 0;       // in a row
  };
  // What goes on: the other parts; this one, later; all from the start, after restart(); nothing,
  // after put().
  enum class Ended { Part, Retry, Changed, All };

  Download(std::size_t source, HttpRequest request, const FetchLimits& limits, Shelf& shelf);
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  [[nodiscard]] std::size_t source() const noexcept { return source_; }
  [[nodiscard]] std::list<Part>& parts() noexcept { return parts_; }
  [[nodiscard]] const std::list<Part>& parts() const noexcept { return parts_; }
  [[nodiscard]] bool wants_helper() const noexcept;
  Part& add_helper();
  // Makes the request of a part that is due.
  void start(Part& part);
  // What follows from the end of a part's transfer with curl's `code`. Transfers of other parts are
  // still there, and must be ended before restart() and put().
  [[nodiscard]] Ended end(Part& part, int code, bool stalled);
  void restart();
  // Hands the outcome to the shelf.
  void put();

 private:
  HttpTransfer::Take receive(Part& part, std::span<const std::byte> bytes);
  [[nodiscard]] bool accept(Part& part);
  [[nodiscard]] bool accept_rest(const Part& part) const;
  bool accept_whole(Part& part);
  [[nodiscard]] std::int64_t end_of(const Part& part) const noexcept;
  [[nodiscard]] bool is_done(const Part& part, int code);
  [[nodiscard]] Ended finish_part(Part& part);
  [[nodiscard]] Ended retry(Part& part, const std::string& why);
  [[nodiscard]] Ended changed();
  void rewind(Part& main);
  void give_up(const std::string& why);
  void count(std::int64_t bytes);

  const std::size_t source_;
  const HttpRequest request_;
  const FetchLimits& limits_;
  Shelf& shelf_;
  Spool spool_;
  std::list<Part> parts_;
  std::int64_t total_ = -1;  // size of the source, once known
  std::int64_t back_ = -1;   // where helpers have begun; -1: the main part reads all
  std::int64_t held_ = 0;    // bytes on the shelf's account
  std::string validator_;    // with which ranges can be asked for; empty: they can't
  unsigned restarts_ = 0;
  bool has_changed_ = false;  // a response belongs to another version
  std::string problem_;       // for good
};

}  // namespace sheaf::host
