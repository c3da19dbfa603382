// SPDX-License-Identifier: MIT
#include "host/plugin/instance.hpp"

#include <functional>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace sheaf;
using namespace sheaf::host::plugin;

namespace {

// A feature whose functions a test replaces; the last one made is the one the functions find.
struct OpenedFeature {
  static inline OpenedFeature* current = nullptr;
  std::function<sheaf_status(const sheaf_call*, const sheaf_config*, void**)> open =
      [this](const sheaf_call*, const sheaf_config*, void** instance) {
        *instance = this;
        return SHEAF_OK;
      };
  std::function<sheaf_status(const sheaf_call*, const sheaf_survey*)> survey;
  std::function<sheaf_status(const sheaf_call*, const sheaf_description*)> describe;
  std::function<sheaf_status(const sheaf_call*)> load;
  int closed = 0;
  sheaf_feature abi{};
  Feature feature{&abi, nullptr};

  OpenedFeature() {
    current = this;
    abi.name = SHEAF_STR("lab.x");
    abi.open = [](const sheaf_feature*, const sheaf_call* call, const sheaf_config* config,
                  void** instance) { return current->open(call, config, instance); };
    abi.survey = [](void*, const sheaf_call* call, const sheaf_survey* given) {
      return current->survey(call, given);
    };
    abi.describe = [](void*, const sheaf_call* call, const sheaf_description* given) {
      return current->describe(call, given);
    };
    abi.load = [](void*, const sheaf_call* call, const sheaf_source*, const sheaf_sink*) {
      return current->load(call);
    };
    abi.close = [](void*) { ++current->closed; };
  }
  Instance instance() { return Instance::open(feature, {}, {}); }
};

}  // namespace

TEST_CASE("an instance is closed once for every open that succeeded", "[host][instance]") {
  OpenedFeature sample;
  { const Instance instance = sample.instance(); }
  CHECK(sample.closed == 1);
  sample.open = [](const sheaf_call* call, const sheaf_config*, void**) {
    return call->fail(call, SHEAF_ERR_PLUGIN, SHEAF_STR("no licence"));
  };
  CHECK_THROWS_WITH(sample.instance(), Catch::Contains("lab.x") && Catch::Contains("no licence"));
  sample.open = [](const sheaf_call*, const sheaf_config*, void**) { return SHEAF_ERR_SOURCE; };
  CHECK_THROWS_WITH(sample.instance(), Catch::Contains("open without saying why"));
  sample.open = [](const sheaf_call*, const sheaf_config*, void**) { return SHEAF_OK; };
  CHECK_THROWS_WITH(sample.instance(), Catch::Contains("no instance"));
  CHECK(sample.closed == 1);
}

TEST_CASE("parameters are passed in order", "[host][instance]") {
  OpenedFeature sample;
  double seen = 0;
  sample.open = [&](const sheaf_call*, const sheaf_config* config, void** instance) {
    if (config->param_count == 2) seen = config->params[1].real;
    *instance = &seen;
    return SHEAF_OK;
  };
  const Instance instance = Instance::open(sample.feature, {ParamValue(true), ParamValue(2.5)}, {});
  CHECK(seen == 2.5);
}

TEST_CASE("an exception that crosses the boundary becomes an error of the plugin",
          "[host][instance]") {
  OpenedFeature sample;
  Instance instance = sample.instance();
  sample.load = [](const sheaf_call*) -> sheaf_status { throw std::runtime_error("loose"); };
  Outcome outcome = instance.load({}, {});
  CHECK(outcome.status == SHEAF_ERR_PLUGIN);
  CHECK_THAT(outcome.message, Catch::Contains("loose"));
  sample.load = [](const sheaf_call*) -> sheaf_status { throw 3; };
  CHECK(instance.load({}, {}).status == SHEAF_ERR_PLUGIN);
}

TEST_CASE("a status nobody knows is an error of the plugin", "[host][instance]") {
  OpenedFeature sample;
  Instance instance = sample.instance();
  for (const sheaf_status status : {-4, 4, 99, INT32_MIN}) {
    sample.load = [=](const sheaf_call*) { return status; };
    const Outcome outcome = instance.load({}, {});
    CHECK(outcome.status == SHEAF_ERR_PLUGIN);
    CHECK_THAT(outcome.message, Catch::Contains("unknown status " + std::to_string(status)));
  }
}

TEST_CASE("the last message of a call counts, and none is left for the next", "[host][instance]") {
  OpenedFeature sample;
  Instance instance = sample.instance();
  sample.load = [](const sheaf_call* call) {
    call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("first"));
    return call->fail(call, SHEAF_ERR_SOURCE, SHEAF_STR("last"));
  };
  CHECK(instance.load({}, {}).message == "last");
  sample.load = [](const sheaf_call*) { return SHEAF_OK; };
  CHECK(instance.load({}, {}).message.empty());
}

TEST_CASE("only the first instance may agree on something", "[host][instance]") {
  OpenedFeature sample;
  Instance instance = sample.instance();
  const auto agree = [](const sheaf_call*, const sheaf_survey* survey) {
    return survey->agree(survey, {reinterpret_cast<const std::uint8_t*>("abc"), 3});
  };
  sample.survey = agree;
  CHECK(instance.survey_first({}) == "abc");
  CHECK_THROWS_WITH(instance.survey({}, "abc"), Catch::Contains("only the first instance"));
}

TEST_CASE("a feature that describes nothing or fails to is refused", "[host][instance]") {
  OpenedFeature sample;
  Instance instance = sample.instance();
  sample.describe = [](const sheaf_call*, const sheaf_description*) { return SHEAF_OK; };
  CHECK_THROWS_WITH(instance.describe(), Catch::Contains("describes no output"));
  sample.describe = [](const sheaf_call*, const sheaf_description* description) {
    sheaf_output output{};
    return description->add_output(description, &output);
  };
  CHECK_THROWS_WITH(instance.describe(), Catch::Contains("short sheaf_output"));
}

TEST_CASE("a plugin can ask whether to stop and how many threads it has", "[host][instance]") {
  OpenedFeature sample;
  std::atomic<bool> stop = true;
  Instance instance = Instance::open(sample.feature, {}, {&stop, 5});
  sample.load = [](const sheaf_call* call) {
    call->progress(call, 0.5);
    return call->cancelled(call) == 1 && call->thread_budget(call) == 5 ? SHEAF_CANCELLED
                                                                        : SHEAF_OK;
  };
  CHECK(instance.load({}, {}).status == SHEAF_CANCELLED);
  stop = false;
  CHECK(instance.load({}, {}).status == SHEAF_OK);
}
