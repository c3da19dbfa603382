// SPDX-License-Identifier: MIT
#pragma once
// One HTTP request through libcurl.
//
// Model: a Transfer sends a GET, parses the head of the response and gives its body to a function,
// which may take it, make it wait or stop it. Run it with perform(), or put its handle into a curl
// multi. Redirects are followed (http and https only, at most 5), certificates verified.
// Secrets: only `shown` may be told to anyone.
// Failure: values. Threads: one at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/source/fetch_limits.hpp"

namespace sheaf::host {

struct HttpRequest {
  std::string url;                   // as it is sent; may hold secrets
  std::string shown;                 // the address for people: no user, query or fragment
  std::vector<std::string> headers;  // "Name: value"
  std::string sigv4;                 // curl's AWS_SIGV4, "aws:amz:eu-west-1:s3"; empty: unsigned
  std::string user;                  // "key:secret" to sign with
  bool is_s3 = false;
};

struct HttpResponse {
  long status = 0;
  std::int64_t length = -1;  // Content-Length
  std::int64_t first = -1;   // Content-Range: where the body begins
  std::int64_t total = -1;   // and the size of the whole
  bool takes_ranges = false;
  std::string validator;  // a strong ETag or Last-Modified, for If-Range
};

class HttpTransfer {
 public:
  enum class Take { All, Wait, Stop };
  using Receive = std::function<Take(std::span<const std::byte>)>;

  // `range` as in "bytes=0-99", without "bytes="; `if_range` is the validator it holds for.
  HttpTransfer(const HttpRequest& request, const FetchLimits& limits, const std::string& range,
               const std::string& if_range, Receive receive);
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  [[nodiscard]] void* handle() const noexcept { return curl_.get(); }
  // A code of curl's.
  [[nodiscard]] int perform();
  // The body goes on behind a Take::Wait.
  void go_on();
  [[nodiscard]] const HttpResponse& response() const noexcept { return response_; }

  // Of a transfer that ended with curl's `code`: whether trying again may help, what to tell, and
  // how long the server wants to be left alone.
  [[nodiscard]] bool may_retry(int code) const noexcept;
  [[nodiscard]] std::string complaint(int code) const;
  [[nodiscard]] std::chrono::milliseconds retry_after() const;

 private:
  struct Free {
    void operator()(void* easy) const noexcept;
  };
  struct FreeList {
    void operator()(void* list) const noexcept;
  };
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  void set_options(const HttpRequest& request, const FetchLimits& limits);
  void parse(std::string_view line);
  [[nodiscard]] std::string status_text() const;

  std::unique_ptr<void, Free> curl_;
  std::unique_ptr<void, FreeList> headers_;
  const std::string shown_;
  const bool is_s3_;
  Receive receive_;
  HttpResponse response_;
  std::string error_body_;  // the beginning of what an error came with
  std::string error_text_;  // curl's buffer
};

// The whole of a small response; throws Error when it can't be had, after as many tries as the
// limits say.
[[nodiscard]] std::string http_get(const HttpRequest& request, const FetchLimits& limits);

// How long to wait before try number `failures` + 1: doubled each time, and never twice the same.
[[nodiscard]] std::chrono::milliseconds retry_delay(const FetchLimits& limits, unsigned failures);

}  // namespace sheaf::host
