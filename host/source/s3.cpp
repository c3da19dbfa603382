// SPDX-License-Identifier: MIT
// Spec: Amazon S3 API Reference, GetObject, ListObjectsV2 and "Error responses".
#include "host/source/s3.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <strings.h>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "core/error.hpp"
#include "host/source/remote.hpp"

namespace sheaf::host {
namespace {

std::string variable(const char* name, const char* otherwise = "") {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

// As AWS canonicalises it: everything but letters, digits and -._~ (and / in a path).
std::string aws_encoded(std::string_view text, bool keep_slash) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~' || (c == '/' && keep_slash);
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

// Where a bucket is: URL without a slash behind.
std::string bucket_url(const std::string& bucket, const std::string& region) {
  std::string endpoint = variable("AWS_ENDPOINT_URL");
  while (endpoint.ends_with('/')) endpoint.pop_back();
  // A bucket with a dot isn't covered by the certificate of the domain.
  if (endpoint.empty() && bucket.find('.') != std::string::npos) {
    endpoint = fmt::format("https://s3.{}.amazonaws.com", region);
  }
  if (endpoint.empty()) return fmt::format("https://{}.s3.{}.amazonaws.com", bucket, region);
  return endpoint + "/" + aws_encoded(bucket, false);
}

// The request for a path and a query (sorted, encoded) in a bucket.
HttpRequest request_in(const std::string& bucket, const std::string& path_and_query) {
  const std::string region =
      variable("AWS_REGION", variable("AWS_DEFAULT_REGION", "us-east-1").c_str());
  const std::string base = bucket_url(bucket, region);
  HttpRequest request;
  request.is_s3 = true;
  request.url = base + path_and_query;
  const std::string key = variable("AWS_ACCESS_KEY_ID");
  const std::string secret = variable("AWS_SECRET_ACCESS_KEY");
  if (key.empty() || secret.empty()) return request;
  request.sigv4 = "aws:amz:" + region + ":s3";
  request.user = key + ":" + secret;
  // The hash of no body: a GET has none.
  request.headers.emplace_back(
      "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const std::string token = variable("AWS_SESSION_TOKEN");
  if (!token.empty()) request.headers.push_back("x-amz-security-token: " + token);
  return request;
}

std::string list_query(const std::string& prefix, const std::string& token) {
  std::string query = "/?";
  if (!token.empty()) query += "continuation-token=" + aws_encoded(token, false) + "&";
  return query + "list-type=2&prefix=" + aws_encoded(prefix, false);
}

// "2024-05-01T12:00:00.000Z"
std::int64_t parse_time(const char* text) {
  std::tm time{};
  if (::strptime(text, "%Y-%m-%dT%H:%M:%S", &time) == nullptr) return -1;
  return ::timegm(&time) * std::int64_t{1'000'000'000};
}

bool is_hidden_key(std::string_view below) {
  return below.starts_with('.') || below.find("/.") != std::string_view::npos;
}

// Adds the objects of one page; the token of the next one, or empty.
std::string add_page(const std::string& body, const S3Address& below, const std::string& shown,
                     std::vector<Source>& sources) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(body.data(), body.size());
  const pugi::xml_node result = document.child("ListBucketResult");
  if (!parsed || !result) {
    throw Error(ErrorCode::Corrupt, shown,
                "the server's list of objects can't be understood; is AWS_ENDPOINT_URL right?");
  }
  for (const pugi::xml_node object : result.children("Contents")) {
    const std::string key = object.child_value("Key");
    if (!key.starts_with(below.key) || key.ends_with('/')) continue;  // a folder's marker
    if (is_hidden_key(std::string_view(key).substr(below.key.size()))) continue;
    Source source;
    source.kind = SourceKind::Remote;
    source.path = "s3://" + below.bucket + "/" + key;
    Remote found = parse_remote(source.path);
    source.id = std::move(found.id);
    source.shown = std::move(found.shown);
    source.size = object.child("Size").text().as_llong(-1);
    source.mtime_ns = parse_time(object.child_value("LastModified"));
    sources.push_back(std::move(source));
  }
  return result.child_value("NextContinuationToken");
}

}  // namespace

S3Address parse_s3(const std::string& url) {
  const std::size_t bucket = url.find("://") + 3;
  const std::size_t slash = url.find('/', bucket);
  S3Address address{url.substr(bucket, slash - bucket), ""};
  if (slash != std::string::npos) address.key = url.substr(slash + 1);
  // A bucket's name becomes part of a host's.
  const bool is_name = !address.bucket.empty() &&
                       aws_encoded(address.bucket, false) == address.bucket &&
                       address.bucket.front() != '.';
  if (!is_name || slash == std::string::npos) {
    const std::string shown = "s3://" + url.substr(std::max(bucket, url.rfind('@') + 1));
    throw Error(
        ErrorCode::Invalid, printable(shown),
        "is no address of S3; it looks like s3://bucket/key, or s3://bucket/prefix/ for all "
        "objects below");
  }
  return address;
}

HttpRequest s3_object(const S3Address& address) {
  HttpRequest request = request_in(address.bucket, "/" + aws_encoded(address.key, true));
  request.shown = "s3://" + percent_encoded(address.bucket + "/" + address.key);
  return request;
}

bool is_s3_prefix(const std::string& url) {
  return ::strncasecmp(url.c_str(), "s3://", 5) == 0 && url.ends_with('/');
}

std::vector<Source> list_s3(const std::string& url, const FetchLimits& limits) {
  const S3Address below = parse_s3(url);
  std::vector<Source> sources;
  std::unordered_set<std::string> tokens;
  std::string token;
  do {
    HttpRequest request = request_in(below.bucket, list_query(below.key, token));
    request.shown = "s3://" + percent_encoded(below.bucket + "/" + below.key);
    token = add_page(http_get(request, limits), below, request.shown, sources);
    if (!tokens.insert(token).second) {
      throw Error(ErrorCode::Corrupt, request.shown,
                  "the server's list of objects goes in circles");
    }
  } while (!token.empty());
  if (sources.empty()) {
    throw Error(ErrorCode::NotFound, parse_remote(url).shown,
                "there are no objects below it; check bucket and prefix");
  }
  return sources;
}

std::string s3_error_code(const std::string& body) {
  pugi::xml_document document;
  if (!document.load_buffer(body.data(), body.size())) return {};
  return printable(document.child("Error").child_value("Code"));
}

}  // namespace sheaf::host
