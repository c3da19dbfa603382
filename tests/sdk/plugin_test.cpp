// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "tests/sdk/fake_call.hpp"
#include <sheaf/sdk/plugin.hpp>

using namespace sheaf;

namespace {

// The least a feature has; counts its instances.
struct Plain {
  static inline int alive = 0;
  std::int64_t size = 4;
  Plain() { ++alive; }
  ~Plain() { --alive; }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;

  static void declare(sdk::Declaration<Plain>& feature) {
    feature.name("lab.plain").pattern(".");
    feature.parameter("size", &Plain::size, "how large");
  }
  void describe(sdk::Description& file) const { file.attr("size", size); }
  sdk::Result load(const sdk::Source& source, sdk::Sink&) {
    if (source.id() == "bad") throw std::out_of_range("far out");
    return source.id() == "none" ? sdk::Result::Skip : sdk::Result::Empty;
  }
};

// Everything there is, and open fails.
struct Full {
  static void declare(sdk::Declaration<Full>& feature) { feature.name("lab.full").pattern("."); }
  Full() { throw sdk::Error("can't begin"); }
  void survey(const sdk::Survey&) {}
  void describe(sdk::Description&) const {}
  void load(const sdk::Source&, sdk::Sink&) {}
  void finish(const sdk::Rows&) {}
};

struct Undeclarable {
  static void declare(sdk::Declaration<Undeclarable>&) { throw std::runtime_error("no"); }
  void describe(sdk::Description&) const {}
  void load(const sdk::Source&, sdk::Sink&) {}
};

sheaf_status load(const sheaf_feature& feature, void* instance, test::FakeCall& call,
                  std::string_view id) {
  sheaf_source source{};
  source.id = {id.data(), id.size()};
  const sheaf_sink sink{};
  return feature.load(instance, call.get(), &source, &sink);
}

std::string refused;  // what a plugin said to the host

const sheaf_host host{
    sizeof(sheaf_host),
    SHEAF_ABI_MINOR,
    SHEAF_STR("test"),
    SHEAF_STR("1"),
    nullptr,
    [](const sheaf_host*, sheaf_string reason) { refused = sdk::detail::view(reason); }};

}  // namespace

TEST_CASE("a plugin's descriptor lists its features", "[sdk][plugin]") {
  const sheaf_plugin* plugin =
      sdk::detail::descriptor<Plain, Full>(&host, "lab.x", "1.2.0", "MIT", "A lab");
  REQUIRE(plugin != nullptr);
  CHECK(plugin->struct_size == sizeof(sheaf_plugin));
  CHECK(plugin->abi_minor == SHEAF_ABI_MINOR);
  CHECK(sdk::detail::view(plugin->id) == "lab.x");
  CHECK(sdk::detail::view(plugin->license) == "MIT");
  REQUIRE(plugin->feature_count == 2);
  CHECK(sdk::detail::view(plugin->features[1]->name) == "lab.full");
  CHECK((sdk::detail::descriptor<Plain, Full>(&host, "lab.x", "1.2.0", "MIT", "A lab") == plugin));
}

TEST_CASE("a plugin that can't be declared has no descriptor", "[sdk][plugin]") {
  CHECK(sdk::detail::descriptor<Undeclarable>(&host, "lab.y", "1", "", "") == nullptr);
  CHECK(refused == "no");
}

TEST_CASE("survey and finish are there only if the class has them", "[sdk][plugin]") {
  const sheaf_feature& plain = *sdk::detail::Adapter<Plain>::feature();
  CHECK((plain.survey == nullptr && plain.finish == nullptr));
  const sheaf_feature& full = *sdk::detail::Adapter<Full>::feature();
  CHECK((full.survey != nullptr && full.finish != nullptr));
}

TEST_CASE("an instance lives from open to close, with its parameters", "[sdk][plugin]") {
  const sheaf_feature& feature = *sdk::detail::Adapter<Plain>::feature();
  test::FakeCall call;
  sheaf_param_value value{};
  value.type = SHEAF_PARAM_INT;
  value.integer = 7;
  const sheaf_config config{sizeof config, 1, &value};
  const int before = Plain::alive;
  void* instance = nullptr;
  REQUIRE(feature.open(&feature, call.get(), &config, &instance) == SHEAF_OK);
  CHECK(Plain::alive == before + 1);
  CHECK(static_cast<Plain*>(instance)->size == 7);
  CHECK(load(feature, instance, call, "none") == SHEAF_SKIP);
  CHECK(load(feature, instance, call, "a") == SHEAF_EMPTY);
  CHECK(load(feature, instance, call, "bad") == SHEAF_ERR_SOURCE);
  CHECK(call.message == "far out");
  feature.close(instance);
  CHECK(Plain::alive == before);
}

TEST_CASE("an open that throws leaves no instance", "[sdk][plugin]") {
  const sheaf_feature& feature = *sdk::detail::Adapter<Full>::feature();
  test::FakeCall call;
  const sheaf_config config{sizeof config, 0, nullptr};
  void* instance = nullptr;
  CHECK(feature.open(&feature, call.get(), &config, &instance) == SHEAF_ERR_SOURCE);
  CHECK(call.message == "can't begin");
  CHECK(instance == nullptr);
}
