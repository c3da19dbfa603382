// SPDX-License-Identifier: MIT
#include "host/source/remote.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "host/source/s3.hpp"
#include "host/source/walk.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::host;
using Catch::Contains;

namespace {

std::string remote_complaint(const std::string& url) {
  try {
    static_cast<void>(walk({url}));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("an address's id is what is behind the scheme, without anything secret",
          "[host][remote]") {
  CHECK(parse_remote("http://example.org/a/b.jpg").id == "example.org/a/b.jpg");
  CHECK(parse_remote("HTTPS://me:pw@example.org:8443/a%20b/%C3%BC.png?key=1#x").id ==
        "example.org:8443/a b/\xc3\xbc.png");
  CHECK(parse_remote("https://example.org").id == "example.org");
  CHECK(parse_remote("https://example.org/a/../../%2e%2e/../b").id == "example.org/b");
  CHECK(parse_remote("https://example.org/%ff%2541").id == "example.org/%FF%2541");
  CHECK(parse_remote("s3://bucket/dir/a b%20?.jpg").id == "bucket/dir/a b%2520?.jpg");
  CHECK(parse_remote("s3://bucket/../../x").id == "x");
  CHECK(parse_remote("http://me:pw@example.org/a b?key=1#x").shown == "http://example.org/a%20b");
}

TEST_CASE("addresses are sources as arguments and in lists, with no size", "[host][remote]") {
  const test::TempDir folder;
  folder.write("list", "http://a.example/1.jpg\ns3://bucket/2.jpg\nhttp://\n");
  const WalkResult found = walk({"https://b.example/0.jpg?x=*", "@" + (folder / "list").string()});
  REQUIRE(found.sources.size() == 3);
  CHECK(found.sources[0].id == "b.example/0.jpg");
  CHECK(found.sources[0].path == "https://b.example/0.jpg?x=*");
  CHECK(found.sources[1].id == "a.example/1.jpg");
  CHECK(found.sources[2].id == "bucket/2.jpg");
  CHECK((found.sources[2].size == -1 && found.sources[2].kind == SourceKind::Remote));
  REQUIRE(found.problems.size() == 1);
  CHECK_THAT(found.problems[0].message, Contains("no complete address"));
}

TEST_CASE("a slip in an address is an error without its secrets", "[host][remote]") {
  for (const char* url : {"http://me:hush@:/x?token=hush", "s3://me:hush@bucket", "s3://",
                          "http://me:hush@exa mple.org/?hush", "s3:///key"}) {
    CAPTURE(url);
    CHECK_THAT(remote_complaint(url), Contains("address") && !Contains("hush"));
  }
  CHECK_THAT(remote_complaint("s3://bucket"), Contains("s3://bucket/prefix/"));
}

TEST_CASE("one address twice is refused without its secrets", "[host][remote]") {
  try {
    static_cast<void>(walk({"http://h.example/a?hush", "http://me:hush@h.example/a"}));
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK_THAT(error.what(), Contains("two sources") && !Contains("hush"));
  }
}

TEST_CASE("a bucket is a host, or below the endpoint, or below the domain where it has a dot",
          "[host][remote]") {
  const test::ScopedVariable region("AWS_REGION", "eu-1");
  const test::ScopedVariable key("AWS_ACCESS_KEY_ID", "");
  {
    const test::ScopedVariable none("AWS_ENDPOINT_URL", "");
    CHECK(request_for("s3://b/a+b/\xc3\xbc").url == "https://b.s3.eu-1.amazonaws.com/a%2Bb/%C3%BC");
    CHECK(request_for("s3://b.c/k").url == "https://s3.eu-1.amazonaws.com/b.c/k");
    CHECK(request_for("s3://b/k").sigv4.empty());
  }
  const test::ScopedVariable endpoint("AWS_ENDPOINT_URL", "http://localhost:9000/");
  CHECK(request_for("s3://b/k").url == "http://localhost:9000/b/k");
}
