// SPDX-License-Identifier: MIT
// A full disk ends in an Error, with the temporary file gone and the process alive, up to and
// including its exit.
#include <csignal>
#include <cstdio>
#include <sched.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/mount.h>
#include <sys/resource.h>

#include "core/error.hpp"
#include "core/layout/reader.hpp"
#include "core/layout/writer.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::layout;
using namespace sheaf::test;
namespace fs = std::filesystem;

namespace {

enum Outcome : int {
  Complete = 10,
  NoSpace = 11,
  LeftOver = 12,
  OtherError = 13,
  Skipped = 14,
  StillOpen = 15
};

void write_sources(const fs::path& file, bool filtered) {
  Writer writer = Writer::create(file);
  DatasetOptions options;
  options.compression = filtered ? Compression::Deflate : Compression::None;
  writer.add_feature(feature("image", uint8, {32, 32, 3}, options));
  writer.add_feature(ragged_feature("ragged", float32, {-1}, options));
  writer.add_feature(feature("text", utf8, {}));
  for (int source = 0; source < 400; ++source) {
    writer.begin_source({"source-" + std::to_string(source)});
    (void)writer.append(0, 0, counting<std::uint8_t>(1, {32, 32, 3}));
    (void)writer.append(1, 0, counting<float>(1, {source}, static_cast<float>(source)));
    (void)writer.append(2, 0, Texts(1, {}, {"text"}));
    writer.end_source();
  }
  writer.finish();
}

int outcome_of_writing(const fs::path& folder, bool filtered) {
  try {
    write_sources(folder / "data.h5", filtered);
    return fs::exists(folder / "data.h5") ? Complete : LeftOver;
  } catch (const Error& error) {
    if (!fs::is_empty(folder)) return LeftOver;
    if (error.code() == ErrorCode::NoSpace) return NoSpace;
    std::fprintf(stderr, "%s\n%s", error.what(), error.hdf5_stack().c_str());
    return OtherError;
  }
}

std::size_t open_files() {
  const fs::directory_iterator files("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(files, fs::directory_iterator()));
}

// In a forked child: whatever happens, this process must end by itself.
int with_size_limit(const fs::path& folder, rlim_t bytes, bool filtered) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, bytes};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  return outcome_of_writing(folder, filtered);
}

// Mounts a small disk in a mount namespace of the child's own.
int with_small_disk(const fs::path& folder, std::size_t bytes, bool filtered) {
  const std::string options = "size=" + std::to_string(bytes);
  const std::string user_map = "0 " + std::to_string(::geteuid()) + " 1";
  if (::unshare(CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0) return Skipped;
  if (::geteuid() != 0) {
    std::FILE* map = std::fopen("/proc/self/uid_map", "w");
    if (map == nullptr || std::fputs(user_map.c_str(), map) < 0 || std::fclose(map) != 0) {
      return Skipped;
    }
  }
  ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, options.c_str()) != 0) return Skipped;
  const std::size_t before = open_files();
  const int outcome = outcome_of_writing(folder, filtered);
  // A file that HDF5 fails to close stays open, and takes its space, until the process ends.
  if (open_files() != before) return StillOpen;
  // The failure is over: the next file of the same process is written and read as ever.
  const TempDir elsewhere;
  write_sources(elsewhere / "data.h5", filtered);
  if (Reader::open(elsewhere / "data.h5").ids().size() != 400) return OtherError;
  return outcome;
}

}  // namespace

TEST_CASE("A writer survives a limit on the file's size wherever it strikes",
          "[core][layout][full]") {
  const bool filtered = GENERATE(false, true);
  const TempDir complete;
  write_sources(complete / "data.h5", filtered);
  const rlim_t needed = fs::file_size(complete / "data.h5");
  for (rlim_t limit = 0; limit < needed; limit += needed / 40 + 1) {
    const TempDir folder;
    const ProcessResult result =
        run_forked([&] { return with_size_limit(folder.path(), limit, filtered); });
    INFO(limit << " of " << needed << " bytes: " << result.err);
    CHECK(result.signal == 0);
    CHECK(result.status == NoSpace);
  }
}

TEST_CASE("A writer survives a full disk wherever it strikes", "[core][layout][full]") {
  const bool filtered = GENERATE(false, true);
  const TempDir complete;
  write_sources(complete / "data.h5", filtered);
  const std::size_t needed = fs::file_size(complete / "data.h5");
  for (std::size_t bytes = 4096; bytes < 2 * needed; bytes += needed / 40 + 1) {
    const TempDir folder;
    const ProcessResult result =
        run_forked([&] { return with_small_disk(folder.path(), bytes, filtered); });
    if (result.status == Skipped) {
      WARN("skipped: this process may not mount a disk of its own");
      return;
    }
    INFO(bytes << " bytes for " << needed << ": " << result.err);
    CHECK(result.signal == 0);
    // HDF5 leaves holes, which take no space: a little less than needed may be enough.
    CHECK((result.status == NoSpace || (bytes > needed * 9 / 10 && result.status == Complete)));
  }
}
