// SPDX-License-Identifier: MIT
#include "host/source/http.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <new>
#include <random>
#include <thread>

#include <curl/curl.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "host/source/s3.hpp"

namespace sheaf::host {
namespace {

constexpr std::size_t max_error_body = 4096;
constexpr std::size_t max_small_body = std::size_t{64} << 20U;
constexpr long max_redirects = 5;

CURL* new_handle() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  CURL* easy = curl_easy_init();
  if (easy == nullptr) throw std::bad_alloc();
  return easy;
}

std::int64_t number_at(std::string_view text) {
  std::int64_t value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

bool is_one_of(int code, std::initializer_list<int> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

}  // namespace

void HttpTransfer::Free::operator()(void* easy) const noexcept { curl_easy_cleanup(easy); }

void HttpTransfer::FreeList::operator()(void* list) const noexcept {
  curl_slist_free_all(static_cast<curl_slist*>(list));
}

HttpTransfer::HttpTransfer(const HttpRequest& request, const FetchLimits& limits,
                           const std::string& range, const std::string& if_range, Receive receive)
    : curl_(new_handle()),
      shown_(request.shown),
      is_s3_(request.is_s3),
      receive_(std::move(receive)),
      error_text_(CURL_ERROR_SIZE, '\0') {
  set_options(request, limits);
  std::vector<std::string> headers = request.headers;
  if (!range.empty()) {
    curl_easy_setopt(curl_.get(), CURLOPT_RANGE, range.c_str());
    if (!if_range.empty()) headers.push_back("If-Range: " + if_range);
  }
  for (const std::string& header : headers) {
    auto* list = static_cast<curl_slist*>(headers_.release());
    headers_.reset(curl_slist_append(list, header.c_str()));
  }
  curl_easy_setopt(curl_.get(), CURLOPT_HTTPHEADER, headers_.get());
}

void HttpTransfer::set_options(const HttpRequest& request, const FetchLimits& limits) {
  CURL* easy = curl_.get();
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  // A signature holds for one address only.
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request.is_s3 ? 0L : 1L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, max_redirects);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "sheaf/" SHEAF_VERSION);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, long{limits.connect_timeout.count()});
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &HttpTransfer::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &HttpTransfer::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  if (request.is_s3) curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);  // a key may hold ".."
  if (!request.sigv4.empty()) {
    curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, request.sigv4.c_str());
    curl_easy_setopt(easy, CURLOPT_USERPWD, request.user.c_str());
  }
}

std::size_t HttpTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  static_cast<HttpTransfer*>(self)->parse({data, size * count});
  return size * count;
}

std::size_t HttpTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  const std::size_t bytes = size * count;
  if (transfer.response_.status >= 300) {
    const std::size_t room = max_error_body - transfer.error_body_.size();
    transfer.error_body_.append(data, std::min(room, bytes));
    return bytes;
  }
  switch (transfer.receive_(std::as_bytes(std::span(data, bytes)))) {
    case Take::All:
      return bytes;
    case Take::Wait:
      return CURL_WRITEFUNC_PAUSE;
    case Take::Stop:
      break;
  }
  return CURL_WRITEFUNC_ERROR;
}

void HttpTransfer::parse(std::string_view line) {
  if (line.starts_with("HTTP/")) {  // the next response, behind a redirect
    response_ = {};
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos) {
      response_.status = static_cast<long>(number_at(line.substr(space + 1)));
    }
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  std::string name(line.substr(0, colon));
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (name == "content-length") response_.length = number_at(value);
  if (name == "accept-ranges") response_.takes_ranges = value == "bytes";
  if (name == "etag" && value.starts_with('"')) response_.validator = value;
  if (name == "last-modified" && response_.validator.empty()) response_.validator = value;
  if (name == "content-range" && value.starts_with("bytes ")) {
    response_.first = number_at(value.substr(6));
    response_.total = number_at(value.substr(std::min(value.find('/'), value.size() - 1) + 1));
  }
}

int HttpTransfer::perform() { return curl_easy_perform(curl_.get()); }

void HttpTransfer::go_on() { curl_easy_pause(curl_.get(), CURLPAUSE_CONT); }

bool HttpTransfer::may_retry(int code) const noexcept {
  const long status = response_.status;
  if (status >= 300) return status == 408 || status == 429 || status >= 500;
  return is_one_of(code, {CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_GOT_NOTHING,
                          CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
                          CURLE_HTTP2_STREAM, CURLE_OPERATION_TIMEDOUT, CURLE_SSL_CONNECT_ERROR});
}

std::string HttpTransfer::status_text() const {
  const std::string code = is_s3_ ? s3_error_code(error_body_) : std::string();
  std::string text = fmt::format("the server answered {}{}", response_.status,
                                 code.empty() ? "" : fmt::format(" ({})", code));
  switch (response_.status) {
    case 401:
    case 403:
      return text + (is_s3_ ? "; check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN "
                              "and AWS_REGION, and what they may read"
                            : "; it wants credentials, or others");
    case 404:
    case 410:
      return text + ", not found; check the address";
    case 301:
    case 307:
      return text + (is_s3_ ? "; set AWS_REGION to the bucket's region" : "");
    default:
      return text + (may_retry(0) ? "; try again later" : "");
  }
}

std::string HttpTransfer::complaint(int code) const {
  if (code == CURLE_TOO_MANY_REDIRECTS) {
    return fmt::format("the server redirects more than {} times; check the address", max_redirects);
  }
  if (response_.status >= 300) return status_text();
  const auto known = static_cast<CURLcode>(code);
  // Its own text may hold the whole address; these hold a host and a reason.
  const bool is_safe =
      is_one_of(code, {CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_SSL_CONNECT_ERROR,
                       CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE});
  if (is_safe && error_text_[0] != '\0') return error_text_.c_str();
  return curl_easy_strerror(known);
}

std::chrono::milliseconds HttpTransfer::retry_after() const {
  curl_off_t seconds = 0;
  curl_easy_getinfo(curl_.get(), CURLINFO_RETRY_AFTER, &seconds);
  return std::chrono::seconds(std::clamp<curl_off_t>(seconds, 0, 86400));
}

std::chrono::milliseconds retry_delay(const FetchLimits& limits, unsigned failures) {
  thread_local std::minstd_rand random(std::random_device{}());
  const auto step = limits.first_delay * (1U << std::clamp(failures, 1U, 16U)) / 2;
  const double part = std::uniform_real_distribution<>(0.5, 1.0)(random);
  const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(step * part);
  return std::min(delay, limits.longest_delay);
}

std::string http_get(const HttpRequest& request, const FetchLimits& limits) {
  for (unsigned failures = 0;;) {
    std::string body;
    HttpTransfer transfer(request, limits, {}, {}, [&](std::span<const std::byte> bytes) {
      body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return body.size() > max_small_body ? HttpTransfer::Take::Stop : HttpTransfer::Take::All;
    });
    auto* easy = transfer.handle();
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME,
                     std::max(1L, long{limits.stall_timeout.count()} / 1000));
    const int code = transfer.perform();
    if (code == CURLE_OK && transfer.response().status < 300) return body;
    if (++failures > limits.retries || !transfer.may_retry(code)) {
      throw Error(ErrorCode::Io, request.shown, transfer.complaint(code));
    }
    std::this_thread::sleep_for(std::min(
        limits.longest_delay, std::max(retry_delay(limits, failures), transfer.retry_after())));
  }
}

}  // namespace sheaf::host
