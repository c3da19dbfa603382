// SPDX-License-Identifier: MIT
#include "host/cli/progress_bar.hpp"

#include <algorithm>
#include <cmath>
#include <unistd.h>

#include <fmt/format.h>

#include "host/cli/format.hpp"
#include "host/cli/terminal.hpp"

namespace sheaf::host::cli {
namespace {

constexpr auto terminal_interval = std::chrono::milliseconds(100);
constexpr auto log_interval = std::chrono::seconds(10);
constexpr int bar_width = 24;
constexpr const char* erase_line = "\r\x1b[K";

double ratio(double part, double whole) { return whole > 0 ? part / whole : 1; }

std::string duration(double seconds) {
  const long whole = std::lround(seconds);
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

ProgressBar::ProgressBar(bool quiet) : quiet_(quiet), is_terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::stage(std::string_view what) {
  begin_ = Clock::now();
  next_ = is_terminal_ ? begin_ : begin_ + log_interval;  // short runs need no line at all
  if (quiet_ || !is_terminal_) return;
  to_stderr(fmt::format("{}{} …", erase_line, what));
  is_shown_ = true;
}

std::string ProgressBar::line(const Progress& progress, double seconds) const {
  // A few large sources and many small ones: neither bytes nor sources alone tell the time left.
  const bool has_sources = progress.total > 0;
  const double of_sources =
      ratio(static_cast<double>(progress.done), static_cast<double>(progress.total));
  const double of_bytes = progress.bytes_total > 0 || !has_sources
                              ? ratio(static_cast<double>(progress.bytes_done),
                                      static_cast<double>(progress.bytes_total))
                              : of_sources;
  const double share = has_sources ? (of_bytes + of_sources) / 2 : of_bytes;
  std::string text = has_sources ? fmt::format("{}/{} sources", progress.done, progress.total)
                                 : fmt::format("{} of {}", human_bytes(progress.bytes_done),
                                               human_bytes(progress.bytes_total));
  if (seconds > 0.2) {
    if (has_sources) {
      text += fmt::format("  {:.0f}/s", static_cast<double>(progress.done) / seconds);
    }
    text += fmt::format(
        "  {}/s",
        human_bytes(static_cast<std::int64_t>(static_cast<double>(progress.bytes_done) / seconds)));
    if (share > 0.01) text += fmt::format("  {} left", duration(seconds * (1 - share) / share));
  }
  if (progress.failed > 0) text += fmt::format("  {} failed", progress.failed);
  if (!is_terminal_) return fmt::format("{:3.0f} %  {}", share * 100, text);
  const int full = static_cast<int>(share * bar_width);
  std::string bar;
  for (int i = 0; i < bar_width; ++i) bar += i < full ? "━" : "┈";
  return fmt::format("{} {:3.0f} %  {}", bar, share * 100, text);
}

void ProgressBar::progress(const Progress& progress) {
  const Clock::time_point now = Clock::now();
  if (quiet_ || now < next_) return;
  next_ = now + (is_terminal_ ? Clock::duration(terminal_interval) : Clock::duration(log_interval));
  const std::string text = line(progress, std::chrono::duration<double>(now - begin_).count());
  if (is_terminal_) {
    to_stderr(fmt::format("{}{}", erase_line, text));
    is_shown_ = true;
  } else {
    to_stderr(fmt::format("{}\n", text));
  }
}

void ProgressBar::clear() {
  if (!is_shown_) return;
  to_stderr(fmt::format("{}", erase_line));
  is_shown_ = false;
}

}  // namespace sheaf::host::cli
