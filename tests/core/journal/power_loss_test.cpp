// SPDX-License-Identifier: MIT
// Power fails after any change, and the disk holds any part of what it wasn't made to keep.
#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <random>
#include <unistd.h>
#include <utility>

#include <catch2/catch.hpp>
#include <sys/file.h>

#include "core/error.hpp"
#include "core/journal/journaled_file.hpp"
#include "tests/core/journal/simulated_disk.hpp"
#include "tests/core/journal/small_run.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* name = "data.h5";

struct Recording {
  Folder begin;
  std::vector<Change> changes;
  int syncs = 0;
  int direct_writes = 0;
};

// PastCache: the tail goes through buffers, in turns; Overlapping: while the writer goes on.
enum class Way { Plain, BesideReader, WithLittleMemory, PastCache, Overlapping };

// Locks the file as a HDF5 that reads it does.
class ReadLock {
 public:
  ReadLock() = default;
  ReadLock(const ReadLock&) = delete;
  ReadLock& operator=(const ReadLock&) = delete;
  ~ReadLock() { release(); }
  void take(const fs::path& path) {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(::flock(descriptor_, LOCK_SH | LOCK_NB) == 0);
  }
  void release() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_ = -1;
};

// `folder` stays, with its inodes. A sync that fails is rolled back, and tried once more.
Recording record(const fs::path& folder, Way way, int failing_sync = 0, int failures = 1) {
  RecordingSystem system(folder);
  system.failing_sync = failing_sync;
  system.failures = failures;
  ReadLock lock;
  Events events;
  if (way == Way::PastCache) events.options = through_buffers(1);
  if (way == Way::Overlapping) events.options = through_buffers(3);
  if (way == Way::WithLittleMemory) events.options.memory = journal::block_size;
  events.tries_again = failing_sync > 0;
  events.committing = [&](int number) {
    system.committing = number;
    // Commits 2 and 3 stay in the journal; 4 brings them along.
    if (way == Way::BesideReader && number == 4) lock.release();
  };
  events.committed = [&](int number) { system.committed = number; };
  events.publish = [&](const fs::path& from, const fs::path& to) {
    system.rename(from, to);
    system.sync_folder(to);
    if (way == Way::BesideReader) lock.take(to);
  };
  try {
    small_run(folder, events);
  } catch (const Error&) {
    if (failing_sync == 0) throw;
  }
  return {system.begin(), system.changes(), system.syncs(), system.direct_writes()};
}

// What must be found when the power fails after `count` changes.
struct Allowed {
  int committed = 0;
  int committing = 0;
  bool may_be_missing = true;
};

Allowed allowed_after(const std::vector<Change>& changes, std::size_t count) {
  Allowed allowed;
  // What was reported before the next change needed no other one.
  const Change& last = count < changes.size() ? changes[count] : changes.back();
  allowed.committed = count < changes.size() ? last.committed : std::max(last.committed, 0);
  allowed.committing = last.committing;
  const auto end = changes.begin() + static_cast<std::ptrdiff_t>(count);
  const auto renamed = std::find_if(changes.begin(), end, [](const Change& change) {
    return change.kind == Change::Kind::Rename;
  });
  allowed.may_be_missing = std::none_of(
      renamed, end, [](const Change& change) { return change.kind == Change::Kind::SyncNames; });
  return allowed;
}

bool is_allowed(const std::string& found, const Allowed& allowed,
                const std::vector<std::string>& expected) {
  return found == expected.at(static_cast<std::size_t>(allowed.committed)) ||
         found == expected.at(static_cast<std::size_t>(allowed.committing));
}

std::string recovered_folder(const fs::path& folder) {
  try {
    (void)journal::recover(folder / name);
  } catch (const Error& error) {
    return error.what();
  }
  if (fs::exists(folder / "data.h5-journal")) return "the journal is left";
  return content_of(folder / name);
}

// Recovers, with power failing once more on the way.
std::string recovered_at_last(const fs::path& folder, std::mt19937_64& random) {
  Folder after;
  {
    RecordingSystem system(folder);
    (void)recovered_folder(folder);
    after =
        crash(system.begin(), system.changes(), random() % (system.changes().size() + 1), random);
  }
  materialise(after, folder);
  const HastySystem system;
  return recovered_folder(folder);
}

struct Tally {
  int states = 0;
  int losses = 0;
  std::string first_loss;
};

class Examiner {
 public:
  Examiner(fs::path folder, const Recording& recording, std::vector<std::string> expected)
      : folder_(std::move(folder)), recording_(recording), expected_(std::move(expected)) {}

  // Checks one state; in a child of its own where the file may be broken.
  void examine(const Folder& state, std::size_t count, bool fails_again, bool is_apart,
               std::mt19937_64& random) {
    ++tally_.states;
    const Allowed allowed = allowed_after(recording_.changes, count);
    if (!state.contains(name)) {
      if (!allowed.may_be_missing) lose(count, "the file is missing");
      return;
    }
    materialise(state, folder_);
    const auto look = [&] {
      if (fails_again) return recovered_at_last(folder_, random);
      const HastySystem system;
      return recovered_folder(folder_);
    };
    if (!is_apart) {
      const std::string found = look();
      if (!is_allowed(found, allowed, expected_)) lose(count, found);
      return;
    }
    ProcessOptions options;
    options.timeout = std::chrono::seconds(2);
    const ProcessResult result =
        run_forked([&] { return is_allowed(look(), allowed, expected_) ? 0 : 1; }, options);
    if (!result.ok()) lose(count, "not what was committed");
  }
  [[nodiscard]] const Tally& tally() const noexcept { return tally_; }

 private:
  void lose(std::size_t count, const std::string& found) {
    if (tally_.losses++ > 0) return;
    const Allowed allowed = allowed_after(recording_.changes, count);
    tally_.first_loss = "after " + std::to_string(count) + " changes, committed " +
                        std::to_string(allowed.committed) + ", committing " +
                        std::to_string(allowed.committing) + ": " + found;
  }

  fs::path folder_;
  const Recording& recording_;
  std::vector<std::string> expected_;
  Tally tally_;
};

// Losses where a kind of sync is taken for one that didn't happen.
int losses_without(const std::function<bool(const Recording&, std::size_t)>& is_swallowed) {
  const TempDir folder;
  Recording recording = record(folder.path(), Way::Plain);
  std::vector<Change> left;
  for (std::size_t index = 0; index < recording.changes.size(); ++index) {
    if (!is_swallowed(recording, index)) left.push_back(recording.changes[index]);
  }
  recording.changes = left;
  Examiner examiner(folder.path(), recording, expected_contents());
  std::mt19937_64 random(7);
  for (int state = 0; state < 200 && examiner.tally().losses < 3; ++state) {
    const std::size_t count = random() % (left.size() + 1);
    examiner.examine(crash(recording.begin, left, count, random), count, false, true, random);
  }
  return examiner.tally().losses;
}

bool is_file(const Recording& recording, std::size_t index, bool is_journal) {
  const int file = recording.changes[index].file;
  return std::any_of(recording.changes.begin(), recording.changes.end(), [&](const Change& change) {
    return change.kind == Change::Kind::Create && change.file == file &&
           (change.to == "data.h5-journal") == is_journal;
  });
}

}  // namespace

TEST_CASE("Power loss takes nothing that was committed, and leaves nothing half done",
          "[core][journal][power]") {
  const Way way = GENERATE(Way::Plain, Way::BesideReader, Way::WithLittleMemory, Way::PastCache,
                           Way::Overlapping);
  const TempDir folder;
  const Recording recording = record(folder.path(), way);
  const bool is_buffered = way == Way::PastCache || way == Way::Overlapping;
  INFO(recording.direct_writes << " direct writes");
  REQUIRE((recording.direct_writes > 5) == is_buffered);
  Examiner examiner(folder.path(), recording, expected_contents());
  std::mt19937_64 random(1);
  for (std::size_t count = 0; count <= recording.changes.size(); ++count) {
    const std::size_t open = pending(recording.changes, count).pending.size();
    const std::uint64_t subsets = open <= 4 ? std::uint64_t{1} << open : 0;
    for (std::uint64_t subset = 0; subset < subsets; ++subset) {
      examiner.examine(crash(recording.begin, recording.changes, count, subset), count, false,
                       false, random);
    }
    for (int sample = 0; sample < 14; ++sample) {
      examiner.examine(crash(recording.begin, recording.changes, count, random), count,
                       sample % 4 == 0, false, random);
    }
  }
  INFO(recording.changes.size() << " changes, " << examiner.tally().states << " states; first "
                                << examiner.tally().first_loss);
  CHECK(examiner.tally().states >= 1300);
  CHECK(examiner.tally().losses == 0);
}

TEST_CASE("Power loss after a sync that failed takes nothing that was committed",
          "[core][journal][power]") {
  const Way way = GENERATE(Way::Plain, Way::BesideReader, Way::WithLittleMemory, Way::PastCache);
  const int failures = GENERATE(1, 2);
  const int syncs = [&] {
    const TempDir folder;
    return record(folder.path(), way).syncs;
  }();
  for (int failing = 1; failing <= syncs; ++failing) {
    const TempDir folder;
    const Recording recording = record(folder.path(), way, failing, failures);
    Examiner examiner(folder.path(), recording, expected_contents());
    std::mt19937_64 random(static_cast<std::uint64_t>(failing));
    const std::size_t changes = recording.changes.size();
    for (int sample = 0; sample < 40; ++sample) {
      const std::size_t count = sample < 10 ? changes : random() % (changes + 1);
      examiner.examine(crash(recording.begin, recording.changes, count, random), count,
                       sample % 8 == 0, false, random);
    }
    INFO("sync " << failing << " of " << syncs << " fails; first " << examiner.tally().first_loss);
    CHECK(examiner.tally().states == 40);
    CHECK(examiner.tally().losses == 0);
  }
}

TEST_CASE("Power loss does harm where a sync is left out, so that these tests mean something",
          "[core][journal][power]") {
  SECTION("of the file") {
    CHECK(losses_without([](const Recording& recording, std::size_t index) {
            return recording.changes[index].kind == Change::Kind::Sync &&
                   is_file(recording, index, false);
          }) > 0);
  }
  SECTION("of the journal") {
    CHECK(losses_without([](const Recording& recording, std::size_t index) {
            return recording.changes[index].kind == Change::Kind::Sync &&
                   is_file(recording, index, true);
          }) > 0);
  }
  SECTION("of the folder, once the journal is there") {
    CHECK(losses_without([](const Recording& recording, std::size_t index) {
            return recording.changes[index].kind == Change::Kind::SyncNames && index > 0 &&
                   recording.changes[index - 1].kind == Change::Kind::Create;
          }) > 0);
  }
}
