// SPDX-License-Identifier: MIT
#pragma once
// Progress on stderr: a bar on a terminal, a line now and then elsewhere.
//
// Model: of sources and bytes, or of bytes alone where the number of sources is 0.

#include <chrono>
#include <string>

#include "host/ingest/summary.hpp"

namespace sheaf::host::cli {

class ProgressBar final : public Observer {
 public:
  explicit ProgressBar(bool quiet);
  ~ProgressBar() override;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void stage(std::string_view what) override;
  void progress(const Progress& progress) override;
  // Takes the bar off the screen, so that other text can stand there.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] std::string line(const Progress& progress, double seconds) const;

  const bool quiet_;
  const bool is_terminal_;
  bool is_shown_ = false;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point next_ = begin_;
};

}  // namespace sheaf::host::cli
