// SPDX-License-Identifier: MIT
// Downloads from servers that run on the loopback interface: nginx, and one that misbehaves.
#include <thread>
#include <unistd.h>

#include "host/source/downloader.hpp"
#include "tests/host/source/fetching.hpp"
#include "tests/support/web.hpp"

using namespace sheaf;
using namespace sheaf::host;
using Catch::Contains;
using test::fetch;
using test::noise;
using test::quick;

namespace {

// Parts of 64 KiB for what is larger than 256 KiB.
FetchLimits in_parts() {
  FetchLimits limits = quick();
  limits.parallel_from = 1 << 18;
  limits.part = 1 << 16;
  return limits;
}

}  // namespace

TEST_CASE("nginx: small files, parallel parts, redirects and what isn't there",
          "[host][download]") {
  const test::Nginx nginx;
  const std::string large = noise(3'000'001);
  nginx.write("large.bin", large);
  nginx.write("empty.bin", "");
  CHECK(fetch(nginx.url("/here.bin")) == "here it is");
  CHECK(fetch(nginx.url("/empty.bin")).empty());
  CHECK(fetch(nginx.url("/moved")) == "here it is");
  CHECK(fetch(nginx.url("/large.bin"), in_parts()) == large);
  CHECK_THAT(nginx.log(), Contains("\" 206 65536"));
  CHECK(fetch(nginx.url("/gone.bin?token=hush")) ==
        "failed: " + nginx.url("/gone.bin") +
            ": the server answered 404, not found; check the address");
}

TEST_CASE("many sources come in order of the list, whatever came first", "[host][download]") {
  const test::Nginx nginx;
  std::vector<Source> sources;
  for (int i = 0; i < 200; ++i) {
    const std::string name = std::to_string(i) + ".bin";
    nginx.write(name, noise(1000 + static_cast<std::size_t>(i) * 37));
    sources.push_back(test::remote(nginx.url("/" + name)));
  }
  FetchLimits limits = quick();
  limits.memory = GENERATE(1U, 20'000U, 1U << 30U);
  Fetcher fetcher(list_of(sources), limits);
  std::vector<std::jthread> takers;
  std::atomic<std::size_t> next = 0;
  std::atomic<int> wrong = 0;
  for (int worker = 0; worker < 3; ++worker) {
    takers.emplace_back([&] {
      for (std::size_t job; (job = next.fetch_add(10)) < sources.size();) {
        for (std::size_t i = job; i < job + 10; ++i) {
          const Fetched got = fetcher.take(i);
          if (!got.error.empty() || test::content_of(got) != noise(1000 + i * 37)) ++wrong;
        }
      }
    });
  }
  takers.clear();
  CHECK(wrong == 0);
}

TEST_CASE("what is fetched ahead stays in the budget until it is taken", "[host][download]") {
  const test::WebServer web;
  std::vector<Source> sources;
  for (int i = 0; i < 30; ++i) {
    const std::string name = std::to_string(i) + ".bin";
    web.write(name, noise(100'000));
    sources.push_back(test::remote(web.url("/plain/" + name)));
  }
  FetchLimits limits = quick();
  limits.memory = 250'000;
  limits.connections = 2;
  Fetcher fetcher(list_of(sources), limits);
  while (!fetcher.ready(0, 2)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  CHECK(web.requests("/plain/") <= 6);
  for (std::size_t i = 0; i < sources.size(); ++i) CHECK(fetcher.take(i).size == 100'000);
}

TEST_CASE("a download waits in its middle when the budget is used up", "[host][download]") {
  const test::WebServer web;
  web.write("a", noise(3'000'000));
  const std::vector<Source> sources{test::remote(web.url("/plain/a")),
                                    test::remote(web.url("/norange/a"))};
  const FetchLimits limits = quick();
  Shelf shelf({0, 1}, 50'000, nullptr);
  const SourceList list = list_of(sources);
  Downloader downloader(list, {0, 1}, limits, shelf);
  shelf.on_room([&] { downloader.wake(); });
  std::jthread thread([&] { downloader.run(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  std::uint64_t events = 0;
  REQUIRE(::read(shelf.event(), &events, sizeof(events)) == sizeof(events));
  CHECK(events == 1);
  CHECK(test::content_of(shelf.take(0)) == noise(3'000'000));
  CHECK(test::content_of(shelf.take(1)) == noise(3'000'000));
}

TEST_CASE("a busy server is asked again, after the time it wants", "[host][download]") {
  const test::WebServer web;
  web.write("a", "content");
  CHECK(fetch(web.url("/flaky/a")) == "content");
  CHECK(web.requests("/flaky/a - 503") == 2);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(fetch(web.url("/later/a")) == "content");
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(990));
}

TEST_CASE("a server that is never well is given up after as many tries as allowed",
          "[host][download]") {
  const test::WebServer web;
  web.write("a", "content");
  FetchLimits limits = quick();
  limits.retries = 2;
  CHECK_THAT(fetch(web.url("/broken/a"), limits),
             Contains("answered 500") && Contains("3 tries") && Contains(web.url("/broken/a")));
  CHECK(web.requests("/broken/a") == 3);
  CHECK(fetch(web.url("/plain/gone")).starts_with("failed: "));
  CHECK(web.requests("/plain/gone") == 1);
}

TEST_CASE("a connection that breaks goes on where it was", "[host][download]") {
  const test::WebServer web;
  const std::string large = noise(900'000);
  web.write("a", large);
  CHECK(fetch(web.url("/cut/a")) == large);
  CHECK(web.requests("/cut/a - 200") == 1);
  CHECK(web.requests("/cut/a bytes=300000- 206") == 1);
  CHECK(web.requests("/cut/a bytes=600000- 206") == 1);
  SECTION("in parts, too") {
    web.write("b", large);
    CHECK(fetch(web.url("/cut/b"), in_parts()) == large);
    CHECK(web.requests("/cut/b bytes=") >= 5);
  }
}

TEST_CASE("a source that changes while it is fetched is fetched from its start again",
          "[host][download]") {
  const test::WebServer web;
  const std::string large = noise(900'000);
  web.write("a", large);
  CHECK(fetch(web.url("/fickle/a")) == large);
  web.write("b", large);
  CHECK(fetch(web.url("/fickle/b"), in_parts()) == large);
}

TEST_CASE("a range that wasn't asked for isn't taken for the rest", "[host][download]") {
  const test::WebServer web;
  web.write("a", noise(10'000));
  CHECK(fetch(web.url("/liar/a")) == noise(10'000));
  CHECK(web.requests("/liar/a bytes=1000- 206") == 1);
}

TEST_CASE("servers without ranges or lengths work as well", "[host][download]") {
  const test::WebServer web;
  const std::string large = noise(700'000);
  web.write("a", large);
  CHECK(fetch(web.url("/norange/a"), in_parts()) == large);
  CHECK(fetch(web.url("/chunked/a"), in_parts()) == large);
  CHECK(fetch(web.url("/plain/a"), in_parts()) == large);
  CHECK(web.requests("/plain/a bytes=") >= 3);
}

TEST_CASE("a length that is wrong is an error", "[host][download]") {
  const test::WebServer web;
  web.write("a", "content");
  FetchLimits limits = quick();
  limits.retries = 1;
  CHECK_THAT(fetch(web.url("/short/a"), limits), Contains("failed: ") && Contains("2 tries"));
}

TEST_CASE("a server that stops in the middle is left, and asked again", "[host][download]") {
  const test::WebServer web;
  web.write("a", noise(100'000));
  FetchLimits limits = quick();
  limits.stall_timeout = std::chrono::milliseconds(300);
  limits.retries = 1;
  CHECK(fetch(web.url("/once/a"), limits) == noise(100'000));
  CHECK_THAT(fetch(web.url("/stall/a"), limits), Contains("nothing came"));
}

TEST_CASE("a run that is stopped doesn't wait for a server", "[host][download]") {
  const test::WebServer web;
  web.write("a", noise(100'000));
  const std::vector<Source> sources{test::remote(web.url("/stall/a"))};
  std::atomic<bool> stop = false;
  Fetcher fetcher(list_of(sources), quick(), &stop);
  const auto begin = std::chrono::steady_clock::now();
  std::jthread user([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop = true;
  });
  CHECK_THAT(fetcher.take(0).error, Contains("stopped"));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}

TEST_CASE("redirects are followed a few times, and secrets in them aren't told",
          "[host][download]") {
  const test::WebServer web;
  web.write("a", "content");
  CHECK(fetch(web.url("/hop/5/a")) == "content");
  CHECK_THAT(fetch(web.url("/hop/6/a")), Contains("redirect") && !Contains("hush"));
  CHECK_THAT(fetch(web.url("/hop/1/gone")), Contains("404") && !Contains("hush"));
}

TEST_CASE("user and password are sent and not told", "[host][download]") {
  const test::WebServer web;
  web.write("a", "content");
  CHECK(fetch("http://me:secret@" + web.host() + "/user/a") == "content");
  CHECK_THAT(fetch("http://me:hush@" + web.host() + "/user/a"),
             Contains("401") && Contains("credentials") && !Contains("hush"));
}

TEST_CASE("a server that isn't there is named with its port", "[host][download]") {
  const test::ScopedVariable direct("no_proxy", "127.0.0.1");
  FetchLimits limits = quick();
  limits.retries = 1;
  const std::string port = std::to_string(test::free_port());
  CHECK_THAT(fetch("http://127.0.0.1:" + port + "/a?token=hush", limits),
             Contains("127.0.0.1") && Contains(port) && !Contains("hush"));
}

TEST_CASE("a source larger than the limit is refused by its announcement, or when it gets there",
          "[host][download]") {
  const test::WebServer web;
  web.write("a", noise(100'000));
  FetchLimits limits = quick();
  limits.max_source = 99'999;
  CHECK_THAT(fetch(web.url("/plain/a"), limits), Contains("at most"));
  CHECK_THAT(fetch(web.url("/chunked/a"), limits), Contains("larger than"));
}
