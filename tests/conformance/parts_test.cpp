// SPDX-License-Identifier: MIT
// The parts of the kit by themselves.
#include <cstdint>
#include <cstring>
#include <set>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "host/conformance/hostile.hpp"
#include "host/conformance/names.hpp"
#include "host/conformance/task.hpp"
#include "host/conformance/walled.hpp"

using namespace sheaf;
using namespace sheaf::host::conformance;

namespace {

sheaf_feature feature_of(const sheaf_string& pattern, std::uint32_t flags = 0) {
  sheaf_feature feature{};
  feature.struct_size = sizeof(feature);
  feature.flags = flags;
  feature.patterns = &pattern;
  feature.pattern_count = 1;
  return feature;
}

std::string name_for(const std::string& pattern) {
  const sheaf_string text{pattern.data(), pattern.size()};
  return made_up_name(feature_of(text));
}

}  // namespace

TEST_CASE("a name is made up that the patterns of a feature match", "[conformance]") {
  CHECK(name_for(R"(\.wav$)") == "sample.wav");
  CHECK(name_for(R"(\.(?:png|jpe?g)$)") == "sample.png");
  CHECK(name_for(R"((?i)\.tiff?$)") == "sample.tiff");
  CHECK(name_for(R"(^scans/[a-f]+_\d{3}\.raw$)") == "scans/a_111.raw");
  CHECK(name_for(R"(^[^/]+$)") == "samplex");
  CHECK(name_for("") == "sample");
  CHECK(name_for(R"(^/$)").empty());
}

TEST_CASE("whether a feature claims a source is as in a run", "[conformance]") {
  const sheaf_string text = SHEAF_STR("\\.png$");
  CHECK(claims(feature_of(text), "a/b.png"));
  CHECK_FALSE(claims(feature_of(text), "a/b.PNG"));
  CHECK(claims(feature_of(text, SHEAF_FEATURE_IGNORE_CASE), "a/b.PNG"));
}

TEST_CASE("damaged sources are the same for one seed and others for another", "[conformance]") {
  const std::string good = "P5\n40 30\n255\n" + std::string(1200, 'x');
  const auto texts = [&](std::uint64_t seed) {
    std::vector<std::string> list;
    for (const Hostile& hostile : damaged(good, seed)) list.push_back(hostile.what + hostile.bytes);
    for (const Hostile& hostile : noise(seed)) list.push_back(hostile.what + hostile.bytes);
    return list;
  };
  CHECK(texts(1) == texts(1));
  CHECK(texts(1) != texts(2));
  const std::vector<std::string> list = texts(1);
  CHECK(std::set<std::string>(list.begin(), list.end()).size() == list.size());
}

TEST_CASE("numbers of a header are blown up, as bytes and as text", "[conformance]") {
  const auto list = damaged("P5\n40 30\n255\nxyz", 1);
  const auto has = [&](const std::string& bytes) {
    return std::any_of(list.begin(), list.end(),
                       [&](const Hostile& hostile) { return hostile.bytes == bytes; });
  };
  CHECK(has("P5\n-1 30\n255\nxyz"));
  CHECK(has("P5\n40 2147483648\n255\nxyz"));
  CHECK(
      has("\xff\xff\xff\x7f"
          "0 30\n255\nxyz"));
}

TEST_CASE("odd rows keep their shape and dtype", "[conformance]") {
  const std::vector<Value> good{Value::of(std::vector<float>{1, 2, 3}),
                                {boolean, {2}, {std::byte{1}, std::byte{0}}, {}},
                                Value::of(std::vector<std::string>{"a", "b"})};
  for (const HostileRows& odd : odd_rows(good, 3)) {
    CAPTURE(odd.what);
    for (std::size_t i = 0; i < good.size(); ++i) {
      const Value& value = odd.rows[i];
      CHECK(value.dtype == good[i].dtype);
      CHECK(value.bytes.size() == static_cast<std::size_t>(value.shape[0]) * value.dtype.size());
    }
    for (const std::byte byte : odd.rows[1].bytes) CHECK(byte <= std::byte{1});
  }
}

TEST_CASE("memory between walls is aligned, and what is beside it is looked at", "[conformance]") {
  const Walls walls = GENERATE(Walls::AtEnd, Walls::AtStart);
  const std::size_t size = GENERATE(0U, 1U, 24U, 64U, 4095U, 4096U, 9000U);
  Walled memory(size, walls);
  CHECK(reinterpret_cast<std::uintptr_t>(memory.data()) % 64 == 0);
  memory.fill(std::byte{7});
  CHECK(memory.is_whole());
  const std::size_t gap = (64 - size % 64) % 64;
  if (walls == Walls::AtEnd && gap > 0) {
    memory.data()[size] = std::byte{7};
    CHECK_FALSE(memory.is_whole());
  }
}

TEST_CASE("a task arrives as it was sent, and half of one is refused", "[conformance]") {
  Task task;
  task.test = "rows";
  task.file = "/a.so";
  task.samples = {{"a", "/a", {Value::of(std::vector<int>{1, 2})}}, {"b", "/b", {}}};
  task.seed = 1ULL << 60U;
  task.only_case = true;
  const std::string bytes = put(task);
  CHECK(put(take_task(bytes)) == bytes);
  CHECK(take_task(bytes).samples[0].inputs[0] == task.samples[0].inputs[0]);
  CHECK_THROWS_AS(take_task(std::string_view(bytes).substr(0, bytes.size() / 2)), Error);
  const Finding finding{"rows", Level::Warning, "lab.bad", "message", "remedy", "command"};
  CHECK(put(take_finding(put(finding))) == put(finding));
  std::string odd = put(finding);
  odd[0] = 9;
  CHECK_THROWS_AS(take_finding(odd), Error);
}
