// SPDX-License-Identifier: MIT
#pragma once
// Kills of the command `sheaf ingest`, together with its workers.
//
// Model: a folder of small images, ingested again and again: each ingest is killed, looked at and
// run again until it ends well. Threads: one; children are forked. Failure: a loss is counted and
// printed, and its folder stays.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/crash/child.hpp"
#include "tests/crash/counts.hpp"
#include "tests/crash/random.hpp"

namespace sheaf::crash {

class Ingesting {
 public:
  Ingesting(const std::filesystem::path& folder, std::uint64_t seed, Counts& counts);
  ~Ingesting();
  // One ingest, killed or not, and what it left.
  void round();
  // Goes on without kills until the file is complete.
  void finish();

 private:
  struct Image {
    std::string id;
    std::string pixels;
    std::int64_t label = 0;
  };

  void make_images();
  // Returns whether it ended by itself.
  bool run(Seconds time);
  void look(bool has_ended);
  [[nodiscard]] std::string difference(bool has_ended);
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "x.h5"; }
  void clear();

  std::filesystem::path folder_;
  Random random_;
  Counts& counts_;
  std::vector<Image> images_;  // in the order of the walk
  Seconds whole_{0};           // a whole ingest
  std::size_t stored_ = 0;     // so far
  int kills_ = 0;              // of this file
  bool is_lost_ = false;
};

}  // namespace sheaf::crash
