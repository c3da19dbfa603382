// SPDX-License-Identifier: MIT
// S3 against a stand-in that computes signatures by itself.
#include "host/source/s3.hpp"

#include "core/error.hpp"
#include "tests/host/source/fetching.hpp"
#include "tests/support/web.hpp"

using namespace sheaf;
using namespace sheaf::host;
using Catch::Contains;
using test::fetch;
using test::ScopedVariable;

namespace {

// The stand-in, and the environment that leads to it.
class S3 : public test::WebServer {
 public:
  void object(const std::string& name, std::string_view bytes) const { write("s3/" + name, bytes); }

 private:
  ScopedVariable endpoint_{"AWS_ENDPOINT_URL", origin() + "/s3"};
  ScopedVariable region_{"AWS_REGION", "eu-test-1"};
  ScopedVariable key_{"AWS_ACCESS_KEY_ID", "AKTEST"};
  ScopedVariable secret_{"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
  ScopedVariable token_{"AWS_SESSION_TOKEN", ""};
};

std::vector<std::string> s3_ids(const std::string& argument) {
  std::vector<std::string> ids;
  for (const Source& source : walk({argument}).sources) ids.push_back(source.id);
  return ids;
}

std::string s3_complaint(const std::string& argument) {
  try {
    static_cast<void>(walk({argument}));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("objects come by signed requests, whatever their keys hold", "[host][s3]") {
  const S3 s3;
  for (const std::string key : {"a.jpg", "dir/b c.jpg", "p+q&r=s.jpg", "gr\xc3\xbcn.jpg", "50%.jpg",
                                "~a_b-c.d/(e)'!*@:,;$.jpg", "what?.jpg", "a#b.jpg"}) {
    CAPTURE(key);
    s3.object("bucket/" + key, "content of " + key);
    CHECK(fetch("s3://bucket/" + key) == "content of " + key);
  }
  const ScopedVariable token("AWS_SESSION_TOKEN", "token+of/a=session");
  CHECK(fetch("s3://bucket/a.jpg") == "content of a.jpg");
}

TEST_CASE("a large object comes in signed parts", "[host][s3]") {
  const S3 s3;
  const std::string large = test::noise(900'000);
  s3.object("bucket/large", large);
  FetchLimits limits = test::quick();
  limits.parallel_from = 1 << 18;
  limits.part = 1 << 16;
  CHECK(fetch("s3://bucket/large", limits) == large);
  CHECK(s3.requests("/s3/bucket/large bytes=") >= 3);
}

TEST_CASE("a wrong key or secret is told with what to check, and without the secret",
          "[host][s3]") {
  const S3 s3;
  s3.object("bucket/a", "a");
  {
    const ScopedVariable key("AWS_ACCESS_KEY_ID", "OTHER");
    CHECK_THAT(fetch("s3://bucket/a"), Contains("403 (InvalidAccessKeyId)") &&
                                           Contains("AWS_ACCESS_KEY_ID") && !Contains("OTHER"));
  }
  const ScopedVariable secret("AWS_SECRET_ACCESS_KEY", "hush");
  CHECK_THAT(fetch("s3://bucket/a"),
             Contains("SignatureDoesNotMatch") && !Contains("hush") && !Contains("wJalr"));
  CHECK_THAT(s3_complaint("s3://bucket/"),
             Contains("SignatureDoesNotMatch") && Contains("s3://bucket/") && !Contains("hush"));
}

TEST_CASE("without keys requests aren't signed", "[host][s3]") {
  const S3 s3;
  s3.object("public/a", "a");
  const ScopedVariable none("AWS_ACCESS_KEY_ID", "");
  CHECK(fetch("s3://public/a") == "a");
  CHECK_THAT(fetch("s3://bucket/a"), Contains("403 (AccessDenied)"));
}

TEST_CASE("a prefix stands for all objects below it, page by page", "[host][s3]") {
  const S3 s3;
  for (const char* key : {"p q/1.jpg", "p q/2 &.jpg", "p q/3/x.jpg", "p q/3/y.jpg", "p q/4.jpg",
                          "p q/.hidden", "p q/3/.git/z", "other/1.jpg"}) {
    s3.object(std::string("bucket/") + key, key);
  }
  CHECK(s3_ids("s3://bucket/p q/") ==
        std::vector<std::string>{"bucket/p q/1.jpg", "bucket/p q/2 &.jpg", "bucket/p q/3/x.jpg",
                                 "bucket/p q/3/y.jpg", "bucket/p q/4.jpg"});
  CHECK(s3.requests("/s3/bucket/?continuation-token=") >= 2);
  const WalkResult found = walk({"s3://bucket/p q/3/"});
  CHECK(found.sources.at(0).size == 11);
  CHECK(found.sources[0].mtime_ns == 1'714'564'800'000'000'000);
  Fetcher fetcher(list_of(found.sources), test::quick());
  CHECK(test::content_of(fetcher.take(1)) == "p q/3/y.jpg");
}

TEST_CASE("a prefix with nothing below it is an error, and a problem in a list", "[host][s3]") {
  const S3 s3;
  CHECK_THAT(s3_complaint("s3://bucket/none/"), Contains("no objects"));
  const test::TempDir folder;
  folder.write("list", "s3://bucket/none/\n");
  const WalkResult found = walk({"@" + (folder / "list").string()});
  REQUIRE(found.problems.size() == 1);
  CHECK_THAT(found.problems[0].message, Contains("no objects"));
}
