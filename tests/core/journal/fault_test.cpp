// SPDX-License-Identifier: MIT
// Whatever the system refuses, once, at whichever of its calls: the file holds its last commit.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <numeric>
#include <unistd.h>
#include <utility>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/journal/journaled_file.hpp"
#include "core/journal/system.hpp"
#include "tests/core/journal/simulated_disk.hpp"
#include "tests/core/journal/small_run.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::journal;
using namespace sheaf::test;
namespace fs = std::filesystem;

namespace {

enum class Fault { None, NoSpace, Io, Torn, Short, Interrupted };

// Counts the calls and lets one of them fail, or all from that one on.
class FaultySystem : public System {
 public:
  FaultySystem(Fault fault, int at, bool lasts = false) : fault_(fault), at_(at), lasts_(lasts) {
    set_system(this);
  }
  ~FaultySystem() override { set_system(nullptr); }
  FaultySystem(const FaultySystem&) = delete;
  FaultySystem& operator=(const FaultySystem&) = delete;

  int open(const std::string& path, int flags) override {
    fail_if_due(path, "open it");
    return System::open(path, flags);
  }
  // Any file system; one that refuses isn't a failure.
  int open_direct(int descriptor) noexcept override {
    const bool due = is_due();
    changes_.push_back(calls_);
    return due ? -1 : ::dup(descriptor);
  }
  void sync(int descriptor, const std::string& path) override {
    (void)descriptor;
    fail_if_due(path, "make it durable");  // which takes its time, and power isn't lost here
  }
  void resize(int descriptor, const std::string& path, std::uint64_t size) override {
    fail_if_due(path, "change its size");
    System::resize(descriptor, path, size);
  }
  void remove(const std::string& path) override {
    fail_if_due(path, "remove it");
    System::remove(path);
  }
  void sync_folder(const std::string& path) override {
    fail_if_due(fs::path(path).parent_path(), "make its names durable");
  }

  [[nodiscard]] int calls() const noexcept { return calls_; }
  // Calls that may change something, and thus meet a full disk.
  [[nodiscard]] const std::vector<int>& changes() const noexcept { return changes_; }

 protected:
  long pwrite_once(int descriptor, const void* data, std::size_t size,
                   std::uint64_t offset) override {
    const bool due = is_due();
    changes_.push_back(calls_);
    if (!due) return System::pwrite_once(descriptor, data, size, offset);
    if (fault_ == Fault::Torn || (fault_ == Fault::Short && size > 1)) {
      // The caller goes on with the second half, which is the next call.
      if (fault_ == Fault::Torn) tears_ = true;
      return System::pwrite_once(descriptor, data, std::max<std::size_t>(size / 2, 1), offset);
    }
    if (fault_ == Fault::Short) return System::pwrite_once(descriptor, data, size, offset);
    errno = number();
    return -1;
  }
  long pread_once(int descriptor, void* data, std::size_t size, std::uint64_t offset) override {
    if (!is_due() || fault_ == Fault::NoSpace || fault_ == Fault::Torn) {
      return System::pread_once(descriptor, data, size, offset);
    }
    if (fault_ == Fault::Short) {
      return System::pread_once(descriptor, data, std::max<std::size_t>(size / 2, 1), offset);
    }
    errno = number();
    return -1;
  }

 private:
  [[nodiscard]] int number() const noexcept {
    return fault_ == Fault::Interrupted ? EINTR : fault_ == Fault::Io ? EIO : ENOSPC;
  }
  bool is_due() {
    const int call = ++calls_;
    if (std::exchange(tears_, false)) {
      fault_ = Fault::NoSpace;
      return true;
    }
    if (lasts_ ? call < at_ : call != at_) return false;
    return fault_ != Fault::None;
  }
  // Torn, short and interrupted are about reads and writes.
  void fail_if_due(const std::string& path, const char* doing) {
    const bool due = is_due();
    changes_.push_back(calls_);
    if (!due || (fault_ != Fault::NoSpace && fault_ != Fault::Io)) return;
    throw system_error(number(), path, doing);
  }

  Fault fault_;
  int at_;
  bool lasts_;
  bool tears_ = false;
  int calls_ = 0;
  std::vector<int> changes_;
};

// What a child tells about its run, in a file.
struct Story {
  int committing = 0;
  int committed = 0;
  bool published = false;
  int tried_again = 0;
  bool wrong_after_rollback = false;
  std::string error;  // the one that ended it
};

void save(const Story& story, const fs::path& path) {
  std::ofstream(path) << story.committing << ' ' << story.committed << ' ' << story.published << ' '
                      << story.tried_again << ' ' << story.wrong_after_rollback << ' '
                      << story.error;
}

Story load(const fs::path& path) {
  Story story;
  std::ifstream stream(path);
  stream >> story.committing >> story.committed >> story.published >> story.tried_again >>
      story.wrong_after_rollback;
  std::getline(stream >> std::ws, story.error, '\0');
  return story;
}

struct Given {
  Fault fault;
  int at;
  bool lasts;
  bool tries_again;
  Options options = {};
};

int run_with_fault(const fs::path& folder, const Given& given,
                   const std::vector<std::string>& expected) {
  Story story;
  Events events;
  events.tries_again = given.tries_again;
  events.options = given.options;
  events.committing = [&](int number) { story.committing = number; };
  events.committed = [&](int number) { story.committed = number; };
  events.publish = [&](const fs::path& from, const fs::path& to) {
    fs::rename(from, to);
    story.published = true;
  };
  events.rolled_back = [&](const std::string& found) {
    const auto last = static_cast<std::size_t>(story.committed);
    if (found != expected.at(last)) story.wrong_after_rollback = true;
    story.committing = story.committed;
  };
  fs::create_directory(folder / "run");
  {
    FaultySystem system(given.fault, given.at, given.lasts);
    try {
      small_run(folder / "run", events);
    } catch (const Error& error) {
      story.error = error.what() + ("\n" + error.hdf5_stack());
    }
  }
  story.tried_again = tried_again();
  save(story, folder / "story");
  return 0;
}

// The calls of a run without faults that `fault` is about.
std::vector<int> calls_for(Fault fault, const Options& options) {
  const TempDir folder;
  const FaultySystem system(Fault::None, 0);
  Events events;
  events.options = options;
  small_run(folder.path(), events);
  if (fault == Fault::NoSpace || fault == Fault::Torn) return system.changes();
  std::vector<int> all(static_cast<std::size_t>(system.calls()));
  std::iota(all.begin(), all.end(), 1);
  return all;
}

std::string recovered(const fs::path& path) {
  const FaultySystem system(Fault::None, 0);
  (void)recover(path);
  return content_of(path);
}

void check_file(const fs::path& folder, const Story& story,
                const std::vector<std::string>& expected) {
  const fs::path path = folder / "run" / "data.h5";
  if (!story.published) {
    CHECK_FALSE(fs::exists(path));
    return;
  }
  const std::string found = recovered(path);
  const bool is_last = found == expected.at(static_cast<std::size_t>(story.committed));
  const bool is_in_flight = found == expected.at(static_cast<std::size_t>(story.committing));
  INFO("found " << found);
  CHECK((is_last || is_in_flight));
  CHECK_FALSE(fs::exists(path.string() + "-journal"));
}

void check_run(const Given& given, const std::vector<std::string>& expected) {
  const TempDir folder;
  const ProcessResult result =
      run_forked([&] { return run_with_fault(folder.path(), given, expected); });
  const Story story = load(folder / "story");
  INFO("fault " << static_cast<int>(given.fault) << " at call " << given.at << ", committed "
                << story.committed << ", committing " << story.committing << ": " << story.error
                << result.err);
  REQUIRE(result.signal == 0);
  REQUIRE(result.ok());
  CHECK_FALSE(story.wrong_after_rollback);
  if (!story.error.empty()) {
    const char* cause = std::strerror(given.fault == Fault::Io ? EIO : ENOSPC);
    CHECK_THAT(story.error, Catch::Contains(folder.path().string()) && Catch::Contains(cause));
  } else {
    CHECK(story.committed == last_commit);
  }
  check_file(folder.path(), story, expected);
}

// Once armed, a sync of the journal fails, and the write to it that comes next.
class TwiceFaultySystem : public HastySystem {
 public:
  bool is_armed = false;

  void sync(int /*descriptor*/, const std::string& path) override {
    if (!path.ends_with("-journal") || !std::exchange(is_armed, false)) return;
    fails_to_write_ = true;
    throw system_error(EIO, path, "make it durable");
  }
  void write(int descriptor, const std::string& path, std::uint64_t offset, const void* data,
             std::size_t size) override {
    if (path.ends_with("-journal") && std::exchange(fails_to_write_, false)) {
      throw system_error(EIO, path, "write to it");
    }
    System::write(descriptor, path, offset, data, size);
  }

 private:
  bool fails_to_write_ = false;
};

// Ends as a crash does, with edits that weren't committed.
int fail_twice(const fs::path& folder) {
  TwiceFaultySystem system;
  JournaledFile file = create_committed(folder / "data.h5");
  const auto fails = [](const auto& call) {
    try {
      call();
    } catch (const Error&) {
      return true;
    }
    return false;
  };
  system.is_armed = true;
  edit(file.file().get(), 2);
  if (!fails([&] { file.commit(); })) return 1;
  if (!fails([&] { file.rollback(); })) return 2;
  file.rollback();
  edit(file.file().get(), 3);
  H5Fflush(file.file().get(), H5F_SCOPE_LOCAL);
  ::_exit(0);
}

}  // namespace

TEST_CASE("A commit that failed doesn't come back, also when taking it back failed at first",
          "[core][journal][fault]") {
  const TempDir folder;
  const ProcessResult result = run_forked([&] { return fail_twice(folder.path()); });
  REQUIRE(result.status == 0);
  CHECK(recovered(folder / "data.h5") == expected_contents().at(1));
}

TEST_CASE("One call that fails loses no commit and crashes nothing, wherever it strikes",
          "[core][journal][fault]") {
  const Fault fault = GENERATE(Fault::NoSpace, Fault::Io, Fault::Torn);
  const bool tries_again = GENERATE(false, true);
  const Options options = GENERATE(Options{}, through_buffers(1));
  const std::vector<std::string> expected = expected_contents();
  const std::vector<int> calls = calls_for(fault, options);
  REQUIRE(calls.size() > 50);
  const bool is_buffered = options.tail.count == 1;  // of these half: each fork takes its time
  for (const int at : calls) {
    if (is_buffered && (at % 2 == 0) != tries_again) continue;
    check_run({fault, at, false, tries_again, options}, expected);
  }
}

TEST_CASE("A system that fails from one call on loses no commit and crashes nothing",
          "[core][journal][fault]") {
  const Fault fault = GENERATE(Fault::NoSpace, Fault::Io);
  const Options options = GENERATE(Options{}, through_buffers(1));
  const std::vector<std::string> expected = expected_contents();
  for (const int at : calls_for(fault, options)) {
    if (at % 3 == 0) check_run({fault, at, true, at % 2 == 0, options}, expected);
  }
}

TEST_CASE("Short and interrupted calls are gone on with, and nobody notices",
          "[core][journal][fault]") {
  const Fault fault = GENERATE(Fault::Short, Fault::Interrupted);
  Events events;
  events.options = GENERATE(Options{}, through_buffers(1));
  const std::string expected = expected_contents().back();
  for (const int at : calls_for(fault, events.options)) {
    const TempDir folder;
    const FaultySystem system(fault, at);
    INFO("call " << at);
    REQUIRE_NOTHROW(small_run(folder.path(), events));
    REQUIRE(content_of(folder / "data.h5") == expected);
  }
}
