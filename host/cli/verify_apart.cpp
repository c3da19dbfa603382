// SPDX-License-Identifier: MIT
#include "host/cli/verify_apart.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "core/error.hpp"
#include "host/cli/format.hpp"

namespace sheaf::host::cli {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr int poll_ms = 100;

// What the child says of itself without a message for each step.
struct Page {
  std::atomic<std::uint64_t> beats = 0;
  std::atomic<std::int64_t> done = 0;
  std::atomic<std::int64_t> total = 0;
  std::array<char, 4096> object{};  // read only when the child is dead
};
static_assert(std::atomic<std::int64_t>::is_always_lock_free, "two processes share it");

// Both ends of a pipe, and the page.
class Link {
 public:
  Link() {
    void* memory =
        mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw system_error(errno, "verify", "get memory");
    page_ = new (memory) Page;
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) throw system_error(errno, "verify", "make a pipe");
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() {
    close_end(0);
    close_end(1);
    munmap(page_, sizeof(Page));
  }

  [[nodiscard]] Page& page() noexcept { return *page_; }
  [[nodiscard]] int end(std::size_t which) const noexcept { return ends_[which]; }
  void close_end(std::size_t which) noexcept {
    if (ends_[which] >= 0) close(ends_[which]);
    ends_[which] = -1;
  }

 private:
  Page* page_ = nullptr;
  std::array<int, 2> ends_{-1, -1};
};

Json finding_json(const layout::Finding& finding) {
  return {{"object", finding.object},
          {"code", finding.code},
          {"message", finding.message},
          {"remedy", finding.remedy},
          {"count", finding.count}};
}

Json findings_json(const std::vector<layout::Finding>& findings) {
  Json json = Json::array();
  for (const layout::Finding& finding : findings) json.push_back(finding_json(finding));
  return json;
}

layout::Finding finding_of(const Json& json) {
  return {json.at("object"), json.at("code"), json.at("message"), json.at("remedy"),
          json.at("count")};
}

// The names in "checked", and what they stand for.
constexpr std::array<std::pair<const char*, std::int64_t layout::Checked::*>, 10> counts{
    {{"sources", &layout::Checked::sources},
     {"arrays", &layout::Checked::arrays},
     {"rows", &layout::Checked::rows},
     {"references", &layout::Checked::references},
     {"chunks", &layout::Checked::chunks},
     {"bytes", &layout::Checked::bytes},
     {"strings", &layout::Checked::strings},
     {"failures", &layout::Checked::failures},
     {"compared", &layout::Checked::compared},
     {"not_at_hand", &layout::Checked::not_at_hand}}};

layout::Report report_of(const Json& json) {
  layout::Report report;
  for (const Json& finding : json.at("problems")) report.problems.push_back(finding_of(finding));
  for (const Json& finding : json.at("notes")) report.notes.push_back(finding_of(finding));
  for (const auto& [name, member] : counts) report.checked.*member = json.at("checked").at(name);
  return report;
}

// The child's side.
class Teller final : public layout::VerifyObserver {
 public:
  Teller(Page& page, int pipe) : page_(page), pipe_(pipe) {}

  void at(std::string_view object) override {
    const std::size_t length = std::min(object.size(), page_.object.size() - 1);
    std::memcpy(page_.object.data(), object.data(), length);
    page_.object[length] = '\0';
    ++page_.beats;
  }
  void progress(std::int64_t done, std::int64_t total) override {
    page_.done = done;
    page_.total = total;
    ++page_.beats;
  }
  void found(const layout::Finding& finding, bool is_problem) override {
    tell({{is_problem ? "problem" : "note", finding_json(finding)}});
  }
  void tell(const Json& message) const {
    const std::string line = message.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    for (std::size_t sent = 0; sent < line.size();) {
      const ssize_t count = write(pipe_, line.data() + sent, line.size() - sent);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) _exit(1);  // nobody listens any more
      sent += static_cast<std::size_t>(count);
    }
  }

 private:
  Page& page_;
  int pipe_;
};

[[noreturn]] void run_child(const std::string& file, const layout::VerifyOptions& options,
                            Link& link, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  Teller teller(link.page(), link.end(1));
  try {
    teller.tell({{"report", to_json(layout::verify(file, options, teller))}});
  } catch (const Error& error) {
    const std::string message = error.what();
    teller.tell({{"error", static_cast<int>(error.code())},
                 {"object", error.object()},
                 {"message",
                  error.object().empty() ? message : message.substr(error.object().size() + 2)}});
  } catch (const std::exception& error) {
    teller.tell(
        {{"error", static_cast<int>(ErrorCode::Io)}, {"object", file}, {"message", error.what()}});
  }
  _exit(0);
}

class Parent {
 public:
  Parent(pid_t child, Link& link, std::chrono::milliseconds patience, ProgressBar& bar)
      : child_(child), link_(link), patience_(patience), bar_(bar) {}
  Parent(const Parent&) = delete;
  Parent& operator=(const Parent&) = delete;
  ~Parent() { kill_child(); }

  layout::Report listen(const std::string& file) {
    pollfd pipe{link_.end(0), POLLIN, 0};
    while (true) {
      const int ready = poll(&pipe, 1, poll_ms);
      if (ready > 0 && !read_some()) break;
      if (!is_moving()) {
        kill_child();
        return lost("hang",
                    fmt::format("HDF5 doesn't come to an end here: nothing moved for {:g} s",
                                static_cast<double>(patience_.count()) / 1000),
                    file);
      }
      const Page& page = link_.page();
      bar_.progress({.bytes_done = page.done, .bytes_total = page.total});
    }
    const int status = reap();
    if (is_done_) return std::move(report_);
    if (WIFSIGNALED(status)) {
      const char* name = sigabbrev_np(WTERMSIG(status));
      return lost("crash", fmt::format("HDF5 crashes here (SIG{})", name == nullptr ? "?" : name),
                  file);
    }
    return lost("crash", fmt::format("HDF5 ends the process here (status {})", WEXITSTATUS(status)),
                file);
  }

 private:
  bool read_some() {
    std::array<char, 65536> block{};
    const ssize_t count = ::read(link_.end(0), block.data(), block.size());
    if (count < 0 && errno == EINTR) return true;
    if (count <= 0) return false;
    text_.append(block.data(), static_cast<std::size_t>(count));
    std::size_t start = 0;
    for (std::size_t end = text_.find('\n'); end != std::string::npos;
         end = text_.find('\n', start)) {
      take(Json::parse(std::string_view(text_).substr(start, end - start)));
      start = end + 1;
    }
    text_.erase(0, start);
    return true;
  }

  void take(const Json& message) {
    if (message.contains("problem")) report_.problems.push_back(finding_of(message["problem"]));
    if (message.contains("note")) report_.notes.push_back(finding_of(message["note"]));
    if (message.contains("report")) {
      report_ = report_of(message["report"]);
      is_done_ = true;
    }
    if (message.contains("error")) {
      throw Error(static_cast<ErrorCode>(message["error"].get<int>()), message["object"],
                  message["message"]);
    }
  }

  // Counts what it waited and not what the clock says, which goes on while both are stopped.
  bool is_moving() {
    const Clock::time_point now = Clock::now();
    const std::uint64_t beats = link_.page().beats;
    if (beats != beats_) {
      still_ = {};
    } else {
      still_ += std::min<Clock::duration>(now - last_, std::chrono::milliseconds(2 * poll_ms));
    }
    beats_ = beats;
    last_ = now;
    return still_ < patience_;
  }

  void kill_child() {
    if (child_ > 0) kill(child_, SIGKILL);
    reap();
  }

  int reap() {
    int status = 0;
    while (child_ > 0 && waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    child_ = -1;
    return status;
  }

  layout::Report lost(const char* code, const std::string& what, const std::string& file) {
    link_.page().object.back() = '\0';
    report_.problems.push_back(
        {link_.page().object.data(), code, what + "; what comes behind it wasn't checked",
         "restore " + file + " from a copy, or ingest its sources again into a new one", 1});
    return std::move(report_);
  }

  pid_t child_;
  Link& link_;
  std::chrono::milliseconds patience_;
  ProgressBar& bar_;
  std::string text_;
  layout::Report report_;
  bool is_done_ = false;
  std::uint64_t beats_ = 0;
  Clock::time_point last_ = Clock::now();
  Clock::duration still_{};
};

}  // namespace

layout::Report verify_apart(const std::string& file, const layout::VerifyOptions& options,
                            std::chrono::milliseconds patience, ProgressBar& bar) {
  Link link;
  const pid_t parent = getpid();
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) throw system_error(errno, "verify", "start a process");
  if (child == 0) run_child(file, options, link, parent);
  link.close_end(1);
  return Parent(child, link, patience, bar).listen(file);
}

Json to_json(const layout::Report& report) {
  Json checked = Json::object();
  for (const auto& [name, member] : counts) checked[name] = report.checked.*member;
  return {{"ok", report.is_sound()},
          {"checked", std::move(checked)},
          {"problems", findings_json(report.problems)},
          {"notes", findings_json(report.notes)}};
}

}  // namespace sheaf::host::cli
