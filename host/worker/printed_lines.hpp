// SPDX-License-Identifier: MIT
#pragma once
// What plugins print, as messages of the log with their feature's name.
//
// Model: lines to stderr are warnings, lines to stdout infos; of each feature the first twenty are
// passed on, of each line the first 4 KiB, and how many more there were is told at the end
// (destruction). Threads: one.

#include <map>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "host/log.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::worker {

class PrintedLines {
 public:
  PrintedLines() = default;
  PrintedLines(const PrintedLines&) = delete;
  PrintedLines& operator=(const PrintedLines&) = delete;
  ~PrintedLines() {
    for (const auto& [name, lines] : lines_) {
      if (lines <= most) continue;
      log::warning(fmt::format("feature '{}' printed {} lines more", name, lines - most));
    }
  }
  void add(const std::string& name, bool is_err, std::string_view line) {
    if (++lines_[name] > most) return;
    std::string text = printable(line.substr(0, longest));
    if (line.size() > longest) text += " …";
    log::write(is_err ? log::Level::Warning : log::Level::Info, name, text);
  }

 private:
  static constexpr std::size_t most = 20;
  static constexpr std::size_t longest = 4096;  // bytes
  std::map<std::string, std::size_t> lines_;    // by feature
};

}  // namespace sheaf::host::worker
