// SPDX-License-Identifier: MIT
#include "host/conformance/apart.hpp"

#include <algorithm>
#include <optional>
#include <poll.h>
#include <string_view>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/worker/child.hpp"

namespace sheaf::host::conformance {
namespace {

using Clock = std::chrono::steady_clock;
using worker::Child;

constexpr int most_deaths = 3;  // of one test; a plugin that dies of everything is known by then
constexpr const char* printing_test = "manners";

class Process {
 public:
  Process(const Test& test, const Task& task, std::chrono::milliseconds limit, Apart& result)
      : test_(test), task_(task), limit_(limit), result_(result), child_(Child::start("check")) {
    child_.channel().send(static_cast<std::uint32_t>(Kind::Task), put(task));
  }

  // The case it died of; none when the test came to its end.
  std::optional<std::uint64_t> run() {
    since_ = Clock::now();
    while (!is_done_) {
      pollfd waits{child_.channel().descriptor(), POLLIN, 0};
      poll(&waits, 1, 100);
      listen();
      while (auto message = child_.channel().receive(false)) take(*message);
      if (is_done_) break;
      if (!child_.channel().is_open()) return died(child_.reap());
      if (Clock::now() - since_ > limit_) {
        child_.kill();
        return died(fmt::format("was still at it after {} s, and was killed",
                                std::chrono::duration<double>(limit_).count()));
      }
    }
    listen(true);
    child_.kill();
    return std::nullopt;
  }

 private:
  void take(const worker::Message& message) {
    since_ = Clock::now();
    switch (static_cast<Kind>(message.kind)) {
      case Kind::Entered:
        at_ = take_entered(message.bytes);
        break;
      case Kind::Found:
        result_.findings.push_back(take_finding(message.bytes));
        break;
      case Kind::Described:
        result_.description = message.bytes;
        break;
      case Kind::Rows:
        result_.rows.push_back(take_rows(message.bytes));
        break;
      case Kind::Done:
        is_done_ = true;
        break;
      default:
        throw Error(ErrorCode::Invalid, task_.file,
                    "sent what makes no sense while it was checked");
    }
  }

  void listen(bool is_last = false) {
    child_.read_lines(
        [&](bool is_err, std::string_view line) {
          std::string& first = is_err ? first_err_ : first_out_;
          if (first.empty()) first = line;
          if (is_err) last_err_ = line;
          if (task_.test != printing_test || first != line) return;
          result_.findings.push_back(
              {task_.test, is_err ? Level::Warning : Level::Error, task_.feature,
               fmt::format("prints to {}: {}", is_err ? "stderr" : "stdout", line),
               "log with call->log; Sheaf shows it with the feature's name"});
        },
        is_last);
  }

  std::optional<std::uint64_t> died(const std::string& how) {
    while (auto message = child_.channel().receive(false)) take(*message);
    if (is_done_) return std::nullopt;
    listen(true);
    Finding finding{task_.test, Level::Error, task_.feature, {}, {}, {}};
    finding.message = at_ ? fmt::format("{}: {}", at_->what, how)
                          : fmt::format("before it could be tried: {}", how);
    if (how.starts_with("killed by SIG") && !last_err_.empty()) {
      finding.message += fmt::format("; its last line was: {}", last_err_);
    }
    finding.remedy = "--in-process runs this one case for a debugger";
    finding.command = fmt::format("--case {}", at_ ? at_->number : 0);
    result_.findings.push_back(std::move(finding));
    return at_ ? at_->number : ~std::uint64_t{0};
  }

  const Test& test_;
  const Task& task_;
  const std::chrono::milliseconds limit_;
  Apart& result_;
  Child child_;
  Clock::time_point since_{};
  std::optional<Entered> at_;
  bool is_done_ = false;
  std::string first_out_, first_err_, last_err_;
};

}  // namespace

Apart run_apart(const Test& test, const Task& task, std::chrono::milliseconds limit) {
  Apart result;
  Task next = task;
  for (int deaths = 0; deaths < most_deaths; ++deaths) {
    const auto died_of = Process(test, next, limit, result).run();
    if (!died_of || !test.goes_on || task.only_case || *died_of == ~std::uint64_t{0}) break;
    next.first_case = *died_of + 1;
  }
  return result;
}

}  // namespace sheaf::host::conformance
