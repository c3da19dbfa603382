// SPDX-License-Identifier: MIT
// What readers see of a journaled file that is being written, and the writer of them.
#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/file.h>
#include <sys/wait.h>

#include "core/hdf5/file.hpp"
#include "core/journal/journaled_file.hpp"
#include "core/journal/redo_log.hpp"
#include "core/journal/system.hpp"
#include "tests/core/journal/small_run.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::journal;
using namespace sheaf::test;
namespace fs = std::filesystem;

namespace {

// A child with HDF5's own driver. It starts before the writer: it has none of its descriptors.
class Reader {
 public:
  Reader() {
    if (::pipe(ask_) != 0 || ::pipe(answer_) != 0) throw std::runtime_error("cannot make a pipe");
    child_ = ::fork();
    if (child_ == 0) serve();
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    for (const int end : {ask_[0], ask_[1], answer_[0], answer_[1]}) ::close(end);
    ::waitpid(child_, nullptr, 0);
  }
  [[nodiscard]] bool open(const fs::path& path) { return tell('o', path.string() + "\n") == 1; }
  // The number of the commit that it sees.
  [[nodiscard]] int sees() { return tell('r'); }
  [[nodiscard]] bool close() { return tell('c') == 1; }

 private:
  [[noreturn]] void serve() {
    ::close(ask_[1]);
    const std::vector<std::string> contents = expected_contents();
    hid_t file = H5I_INVALID_HID;
    for (char command = 0; ::read(ask_[0], &command, 1) == 1;) {
      std::string path;
      for (char one = 0; command == 'o' && ::read(ask_[0], &one, 1) == 1 && one != '\n';)
        path += one;
      char answer = 0;
      if (command == 'o') file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
      if (command == 'o') answer = file >= 0 ? 1 : 0;
      if (command == 'c') answer = H5Fclose(file) >= 0 ? 1 : 0;
      if (command == 'r') {
        const auto found = std::find(contents.begin(), contents.end(), content(file));
        answer = static_cast<char>(found - contents.begin());
      }
      if (::write(answer_[1], &answer, 1) != 1) break;
    }
    ::_exit(0);
  }
  [[nodiscard]] int tell(char command, const std::string& more = {}) {
    const std::string text = command + more;
    char answer = -1;
    if (::write(ask_[1], text.data(), text.size()) < 0 || ::read(answer_[0], &answer, 1) != 1) {
      return -1;
    }
    return answer;
  }

  int ask_[2] = {-1, -1};
  int answer_[2] = {-1, -1};
  pid_t child_ = -1;
};

// A writer that would bring a commit to the file whenever a reader lets something go.
class EagerWriter : public System {
 public:
  explicit EagerWriter(const fs::path& path) : descriptor_(::open(path.c_str(), O_RDWR)) {
    set_system(this);
  }
  EagerWriter(const EagerWriter&) = delete;
  EagerWriter& operator=(const EagerWriter&) = delete;
  ~EagerWriter() override {
    set_system(nullptr);
    ::close(descriptor_);
  }
  void close(int descriptor) noexcept override {
    System::close(descriptor);
    has_locked = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  }

  bool has_locked = false;

 private:
  int descriptor_;
};

}  // namespace

TEST_CASE("A reader sees the last commit beside a waiting journal, and changes nothing",
          "[core][journal]") {
  const TempDir folder;
  const fs::path path = folder / "data.h5";
  const fs::path journal = path.string() + "-journal";
  const ProcessResult result = run_forked([&]() -> int {
    Reader reader;  // so that the last commit stays in the journal
    JournaledFile file = create_committed(path);
    commit(file, 2);
    if (!reader.open(path)) ::_exit(1);
    commit(file, 3);
    ::_exit(0);
  });
  INFO(result.err);
  REQUIRE(result.ok());
  const std::string file_before = read_file(path);
  const std::string journal_before = read_file(journal);
  {
    const hdf5::File file = hdf5::open_file(path);
    CHECK(content(file.get()) == expected_contents().at(3));
  }
  CHECK(read_file(path) == file_before);
  CHECK(read_file(journal) == journal_before);
  CHECK(recover(path).blocks > 0);
  CHECK(content_of(path) == expected_contents().at(3));
}

TEST_CASE("A reader waits while a writer brings a commit to the file", "[core][journal]") {
  const TempDir folder;
  const fs::path path = folder / "data.h5";
  create_committed(path).close();
  const RedoLog log = RedoLog::open(journal_of(path), path);
  const int writer = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(::flock(writer, LOCK_EX | LOCK_NB) == 0);
  std::thread applies([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ::close(writer);
  });
  CHECK(content(hdf5::open_file(path).get()) == expected_contents().at(1));
  applies.join();
}

TEST_CASE("No commit is brought to a file between a reader's look at it and its lock",
          "[core][journal]") {
  const TempDir folder;
  const fs::path path = folder / "data.h5";
  create_committed(path).close();
  const RedoLog log = RedoLog::open(journal_of(path), path);
  EagerWriter writer(path);
  {
    const hdf5::File file = hdf5::open_file(path);
    CHECK(content(file.get()) == expected_contents().at(1));
    CHECK_FALSE(writer.has_locked);
  }
  // Only what keeps the file may have kept the writer from it.
  system().close(::dup(STDIN_FILENO));
  CHECK(writer.has_locked);
}

TEST_CASE("A reader keeps its state while the writer commits, and holds it up for nothing",
          "[core][journal]") {
  const TempDir folder;
  const fs::path path = folder / "data.h5";
  const std::vector<std::string> expected = expected_contents();
  Reader reader;
  JournaledFile file = create_committed(path);
  commit(file, 2);
  REQUIRE(reader.open(path));
  commit(file, 3);
  CHECK(content(file.file().get()) == expected.at(3));
  CHECK(reader.sees() == 2);
  commit(file, 4);
  CHECK(reader.sees() == 2);
  CHECK(content_of(path) == expected.at(2));
  REQUIRE(reader.close());
  commit(file, 5);
  CHECK(content_of(path) == expected.at(5));
  file.close();
  CHECK(content_of(path) == expected.at(5));
  CHECK_FALSE(fs::exists(path.string() + "-journal"));
}

TEST_CASE("A reader in the writer's own process sees commits only", "[core][journal]") {
  const TempDir folder;
  const fs::path path = folder / "data.h5";
  const std::vector<std::string> expected = expected_contents();
  Reader reader;  // so that commits wait in the journal
  JournaledFile file = create_committed(path, {.patience = std::chrono::milliseconds(50)});
  commit(file, 2);
  REQUIRE(reader.open(path));
  commit(file, 3);
  edit(file.file().get(), 4);
  const hdf5::File mine = hdf5::open_file(path);
  CHECK(content(mine.get()) == expected.at(3));
  file.commit();
  CHECK(content(mine.get()) == expected.at(3));
  CHECK(content(hdf5::open_file(path).get()) == expected.at(4));
  REQUIRE(reader.close());
}

TEST_CASE("A rollback while a reader holds the file keeps the commits that wait",
          "[core][journal]") {
  const TempDir folder;
  const fs::path path = folder / "data.h5";
  const std::vector<std::string> expected = expected_contents();
  Reader reader;
  JournaledFile file = create_committed(path, {.patience = std::chrono::milliseconds(50)});
  commit(file, 2);
  REQUIRE(reader.open(path));
  commit(file, 3);
  edit(file.file().get(), 4);
  file.rollback();
  CHECK(content(file.file().get()) == expected.at(3));
  commit(file, 4);
  CHECK(reader.sees() == 2);
  SECTION("until it lets go") {
    REQUIRE(reader.close());
    file.close();
  }
  SECTION("and leaves them to recovery when the writer goes first") {
    file.close();
    CHECK(reader.sees() == 2);
    REQUIRE(reader.close());
    CHECK(content_of(path) == expected.at(2));
    CHECK(content(hdf5::open_file(path).get()) == expected.at(4));
    (void)recover(path);
  }
  CHECK(content_of(path) == expected.at(4));
}
