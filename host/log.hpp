// SPDX-License-Identifier: MIT
#pragma once
// The host's log: one line a message, to stderr, never to stdout.
//
// Model: messages have a severity and an origin ("host" or a plugin's id). The level is set once,
// from the command line. Threads: any.

#include <functional>
#include <string_view>

namespace sheaf::host::log {

enum class Level { Debug, Info, Warning, Error, Off };

void set_level(Level level);
// Where messages of any level go instead of stderr: from a worker to its host.
void set_sink(std::function<void(Level, std::string_view origin, std::string_view message)> sink);
void write(Level level, std::string_view origin, std::string_view message);

inline void info(std::string_view message) { write(Level::Info, "host", message); }
inline void warning(std::string_view message) { write(Level::Warning, "host", message); }

}  // namespace sheaf::host::log
