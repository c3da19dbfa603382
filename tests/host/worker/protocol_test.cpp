// SPDX-License-Identifier: MIT
#include "host/worker/protocol.hpp"

#include <functional>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "host/plugin/manifest.hpp"
#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using namespace sheaf::host::worker;

namespace {

LoadMessage some_load() {
  LoadMessage load;
  load.confine = {true, 5, 1 << 20};
  load.plugins = {{"/p/a.so", "lab.a", "1.0"}, {"/p/b.so", "lab.b", "2.0"}};
  load.features = {0, 2};
  load.trays = 4;
  load.tray_size = 1000;
  return load;
}

SetupMessage some_setup() {
  SetupMessage setup;
  setup.claims = {{0, 1}, {}};
  setup.has_relative_paths = true;
  setup.features.push_back({1,
                            "lab.f",
                            {{},
                             true,
                             std::int64_t{-3},
                             2.5,
                             std::string("text"),
                             plugin::ParamList{SHEAF_PARAM_FLOAT, {0.5, -1.0}}},
                            7,
                            {{"classes", Value::of("cat")}}});
  setup.stored_ids = {"a", "b"};
  setup.limits.workers = 3;
  setup.granted = 100;
  setup.agreed = {"", std::string("\0x", 2)};
  return setup;
}

PreparedMessage some_prepared() {
  PreparedMessage prepared;
  prepared.agreed = {"agreed"};
  plugin::Description& description = prepared.descriptions.emplace_back();
  layout::OutputSpec spec{"rows", dtype_of<float>(), {-1, 3}, layout::Ragged::Never, {}};
  spec.options.chunk_rows = 7;
  spec.options.compression = layout::Compression::Deflate;
  spec.options.level = 4;
  spec.options.fill_value = Value{dtype_of<float>(), {}, std::vector<std::byte>(4), {}};
  description.outputs.push_back(spec);
  description.attrs.emplace_back("classes", Value{{DtypeKind::String, 0}, {2}, {}, {"a", "b"}});
  prepared.unconfined = "no Landlock";
  return prepared;
}

std::string some_manifest() {
  test::World world({"fault"});
  const auto catalog = plugin::Catalog::load();
  return plugin::to_bytes(*catalog.find_plugin("test.fault")->descriptor);
}

// Each message with what reads it back and puts it again.
struct Subject {
  const char* name;
  std::string bytes;
  std::function<std::string(std::string_view)> again;
};

std::vector<Subject> subjects() {
  const AssignMessage assign{1, 2, 3, {{4, {SHEAF_ERR_SOURCE, "why"}}}, {{2, "gone"}, {3, ""}}};
  return {
      {"scan", put(ScanMessage{{true, 1, 2}, {"f", "i", "v"}}),
       [](std::string_view bytes) { return put(take_scan(bytes)); }},
      {"load", put(some_load()), [](std::string_view bytes) { return put(take_load(bytes)); }},
      {"setup", put(some_setup()), [](std::string_view bytes) { return put(take_setup(bytes)); }},
      {"prepared", put(some_prepared()),
       [](std::string_view bytes) { return put(take_prepared(bytes)); }},
      {"failed", put(FailedMessage{ErrorCode::NotFound, "object", "message"}),
       [](std::string_view bytes) { return put(take_failed(bytes)); }},
      {"assign", put(assign), [](std::string_view bytes) { return put(take_assign(bytes)); }},
      {"quarantine", put(QuarantineMessage{3, "reason"}),
       [](std::string_view bytes) { return put(take_quarantine(bytes)); }},
      {"outcome", put(plugin::Outcome{SHEAF_ERR_PLUGIN, "broken"}),
       [](std::string_view bytes) { return put(take_outcome(bytes)); }},
      {"manifest", some_manifest(),
       [](std::string_view bytes) {
         return plugin::to_bytes(plugin::Manifest(bytes).descriptor());
       }},
  };
}

}  // namespace

TEST_CASE("messages are read back as they were put", "[host][worker][protocol]") {
  for (const Subject& subject : subjects()) {
    CAPTURE(subject.name);
    CHECK((subject.again(subject.bytes) == subject.bytes));
  }
  const SetupMessage setup = take_setup(put(some_setup()));
  CHECK(take_load(put(some_load())).plugins.at(1).id == "lab.b");
  CHECK(setup.claims == some_setup().claims);
  CHECK(setup.features.at(0).params == some_setup().features[0].params);
  CHECK(setup.agreed == some_setup().agreed);
  CHECK(setup.features[0].stored == some_setup().features[0].stored);
  CHECK(setup.stored_ids == some_setup().stored_ids);
  CHECK(take_prepared(put(some_prepared())).descriptions == some_prepared().descriptions);
}

TEST_CASE("damaged messages give an error or another message, and nothing worse",
          "[host][worker][protocol][fuzz]") {
  std::mt19937 random(2);  // NOLINT: the same each time
  for (const Subject& subject : subjects()) {
    CAPTURE(subject.name);
    for (std::size_t size = 0; size < subject.bytes.size(); ++size) {
      CHECK_THROWS_AS(subject.again(std::string_view(subject.bytes).substr(0, size)), Error);
    }
    for (int round = 0; round < 2000; ++round) {
      std::string damaged = subject.bytes;
      for (int i = 0; i <= round % 4; ++i) {
        damaged[random() % damaged.size()] = static_cast<char>(random());
      }
      try {
        static_cast<void>(subject.again(damaged));
      } catch (const Error&) {
      }
    }
  }
}

TEST_CASE("a value whose shape isn't that of its bytes is refused", "[host][worker][protocol]") {
  const std::int64_t huge = std::int64_t{1} << 62U;
  const Shape shape =
      GENERATE_COPY(Shape{3}, Shape{-1}, Shape{huge, huge}, Shape{huge, 4}, Shape{});
  wire::Out out;
  out.value(Value{dtype_of<std::int32_t>(), shape, std::vector<std::byte>(8), {}});
  CHECK_THROWS_AS(wire::In(out.bytes()).value(), Error);
}
