// SPDX-License-Identifier: MIT
#include "host/log.hpp"

#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace sheaf::host::log {
namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("sheaf",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%l: %v");
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::Debug:
      return spdlog::level::debug;
    case Level::Info:
      return spdlog::level::info;
    case Level::Warning:
      return spdlog::level::warn;
    case Level::Error:
      return spdlog::level::err;
    case Level::Off:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

// Set before other threads begin.
std::function<void(Level, std::string_view, std::string_view)>& other_sink() {
  static std::function<void(Level, std::string_view, std::string_view)> sink;
  return sink;
}

}  // namespace

void set_sink(std::function<void(Level, std::string_view, std::string_view)> sink) {
  other_sink() = std::move(sink);
}

void set_level(Level level) { logger().set_level(to_spdlog(level)); }

void write(Level level, std::string_view origin, std::string_view message) {
  if (other_sink()) return other_sink()(level, origin, message);
  logger().log(to_spdlog(level), "{}: {}", origin, message);
}

}  // namespace sheaf::host::log
