// SPDX-License-Identifier: MIT
#include "host/conformance/trial.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/conformance/tests.hpp"
#include "host/dispatch/request.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/params.hpp"

namespace sheaf::host::conformance {
namespace {

// A plugin with one defect shows it in every source; the first few tell it all.
constexpr std::size_t most_findings = 3;

}  // namespace

Trial::~Trial() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

const std::filesystem::path& Trial::folder() {
  if (!folder_.empty()) return folder_;
  std::string name = (std::filesystem::temp_directory_path() / "sheaf-check-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw system_error(errno, name, "make a temporary folder");
  folder_ = name;
  return folder_;
}

const sheaf_plugin& Trial::plugin() {
  if (descriptor_ != nullptr) return *descriptor_;
  const auto asked = plugin::ask_entry(task_.file);
  if (const auto* reason = std::get_if<std::string>(&asked)) {
    throw Error(ErrorCode::Invalid, task_.file, *reason);
  }
  descriptor_ = std::get<const sheaf_plugin*>(asked);
  return *descriptor_;
}

const plugin::Feature& Trial::feature() {
  if (feature_) return *feature_;
  const sheaf_plugin& descriptor = plugin();
  const plugin::Note note{SHEAF_ABI_MAJOR, SHEAF_ABI_MINOR, task_.id, task_.version};
  if (const std::string problem = plugin::check_descriptor(descriptor, note); !problem.empty()) {
    throw Error(ErrorCode::Invalid, task_.file, "has a malformed descriptor: " + problem);
  }
  plugin_ = plugin::Plugin{&descriptor, task_.file, task_.id, task_.version};
  const auto* const end = descriptor.features + descriptor.feature_count;
  const auto* const found = std::find_if(
      descriptor.features, end,
      [&](const sheaf_feature* feature) { return plugin::view(feature->name) == task_.feature; });
  if (found == end) {
    throw Error(ErrorCode::NotFound, task_.file,
                fmt::format("has no feature '{}' any more", task_.feature));
  }
  feature_ = plugin::Feature{*found, &*plugin_};
  return *feature_;
}

const std::vector<plugin::ParamValue>& Trial::params() {
  if (!params_) {
    plugin::ParamInputs inputs;
    if (!task_.request.empty()) inputs = parse_request(task_.request).params;
    params_ = plugin::resolve_params(feature(), inputs);
  }
  return *params_;
}

Setting Trial::setting() {
  if (!input_ && !task_.input.empty()) input_ = take_description(task_.input);
  return {task_.samples, input_ ? &*input_ : nullptr};
}

std::unique_ptr<Actor> Trial::actor(const std::optional<std::string>& agreed) {
  return std::make_unique<Actor>(feature(), params(), setting(), agreed);
}

bool Trial::enter(const std::string& what) {
  const std::uint64_t number = next_case_++;
  if (number < task_.first_case || (task_.only_case && number > task_.first_case)) return false;
  voice_.entered({number, what});
  return true;
}

void Trial::say(Level level, const std::string& message, const std::string& remedy) {
  const std::lock_guard lock(mutex_);
  if (said_[static_cast<std::size_t>(level)]++ >= most_findings) return;
  voice_.found({task_.test, level, task_.feature, message, remedy, {}});
}

void run_test(const Task& task, Voice& voice) {
  Trial trial(task, voice);
  const Test* const test = find_test(task.test);
  if (test == nullptr) throw Error(ErrorCode::NotFound, task.test, "is no test of the kit");
  try {
    test->run(trial);
  } catch (const Error& error) {
    trial.error(error.what());
  }
}

}  // namespace sheaf::host::conformance
