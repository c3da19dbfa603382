// SPDX-License-Identifier: MIT
#pragma once
// Objects of S3 and of what speaks like it.
//
// Model: s3://bucket/key becomes a signed https request, s3://bucket/prefix/ a list of objects.
// From the environment: AWS_ENDPOINT_URL (then addressed as endpoint/bucket/key), AWS_REGION or
// AWS_DEFAULT_REGION (default us-east-1), AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
// AWS_SESSION_TOKEN; without keys requests aren't signed, as public buckets want it.
// Failure: Error. Threads: any; reads the environment.

#include <string>
#include <vector>

#include "host/source/http.hpp"
#include "host/source/source.hpp"

namespace sheaf::host {

struct S3Address {
  std::string bucket;
  std::string key;  // raw bytes: nothing in s3://… is escaped
};

[[nodiscard]] S3Address parse_s3(const std::string& url);
[[nodiscard]] HttpRequest s3_object(const S3Address& address);
// Whether the address stands for all objects below it.
[[nodiscard]] bool is_s3_prefix(const std::string& url);
// The objects below the prefix, sorted by key, hidden ones left out.
[[nodiscard]] std::vector<Source> list_s3(const std::string& url, const FetchLimits& limits);
// The code in an error's XML: "NoSuchKey"; else empty.
[[nodiscard]] std::string s3_error_code(const std::string& body);

}  // namespace sheaf::host
