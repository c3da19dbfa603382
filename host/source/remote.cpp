// SPDX-License-Identifier: MIT
#include "host/source/remote.hpp"

#include <algorithm>
#include <memory>
#include <strings.h>

#include <curl/curl.h>

#include "core/error.hpp"
#include "core/layout/source_id.hpp"
#include "host/source/s3.hpp"
#include "host/source/source.hpp"

namespace sheaf::host {
namespace {

bool has_scheme(std::string_view text, std::string_view scheme) {
  return text.size() >= scheme.size() &&
         ::strncasecmp(text.data(), scheme.data(), scheme.size()) == 0;
}

struct FreeUrl {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

// What stands before any secret, for a text that can't be parsed.
std::string safe_part(std::string_view url) {
  const std::size_t host = url.find("://") + 3;
  std::string_view rest = url.substr(host, url.find_first_of("?#", host) - host);
  rest = rest.substr(rest.rfind('@', rest.find('/')) + 1);  // npos + 1 is 0
  return printable(std::string(url.substr(0, host)) + std::string(rest));
}

// A part of the URL, or empty where it hasn't one.
std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
  char* raw = nullptr;
  if (curl_url_get(url.get(), which, &raw, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owner(raw, &curl_free);
  return raw;
}

Url parse(const std::string& text) {
  Url url(curl_url());
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_URLENCODE);
  const bool has_host = code == CURLUE_OK && !part(url, CURLUPART_HOST).empty();
  if (has_host) return url;
  throw Error(ErrorCode::Invalid, safe_part(text),
              std::string("is no complete address: ") +
                  curl_url_strerror(code == CURLUE_OK ? CURLUE_NO_HOST : code));
}

std::string unescaped(const std::string& text) {
  int size = 0;
  const std::unique_ptr<char, decltype(&curl_free)> raw(
      curl_easy_unescape(nullptr, text.data(), static_cast<int>(text.size()), &size), &curl_free);
  return raw ? std::string(raw.get(), static_cast<std::size_t>(size)) : text;
}

}  // namespace

bool is_remote(std::string_view text) {
  return has_scheme(text, "http://") || has_scheme(text, "https://") || has_scheme(text, "s3://");
}

Remote parse_remote(const std::string& url) {
  if (has_scheme(url, "s3://")) {
    const S3Address address = parse_s3(url);
    const std::string name = address.bucket + "/" + address.key;
    return {layout::escape_id(normalised(name)), "s3://" + percent_encoded(name)};
  }
  const Url parsed = parse(url);
  const std::string port = part(parsed, CURLUPART_PORT);
  const std::string host = part(parsed, CURLUPART_HOST) + (port.empty() ? "" : ":" + port);
  const std::string path = part(parsed, CURLUPART_PATH);
  const std::string name = normalised(host + "/" + normalised(unescaped(path)));
  const bool bare = path.empty() || path == "/";
  return {layout::escape_id(bare ? host : name),
          part(parsed, CURLUPART_SCHEME) + "://" + host + path};
}

HttpRequest request_for(const std::string& url) {
  if (has_scheme(url, "s3://")) return s3_object(parse_s3(url));
  const Url parsed = parse(url);
  curl_url_set(parsed.get(), CURLUPART_FRAGMENT, nullptr, 0);
  HttpRequest request;
  request.url = part(parsed, CURLUPART_URL);
  request.shown = parse_remote(url).shown;
  return request;
}

}  // namespace sheaf::host
