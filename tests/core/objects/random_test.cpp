// SPDX-License-Identifier: MIT
// Values drawn at random, and many threads at once.
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "core/objects/file.hpp"
#include "tests/core/objects/draw.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace sheaf::test;

TEST_CASE("any value comes back from a file as it went in", "[core][objects]") {
  const TempDir folder;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    Draw draw(seed);
    const Tree first = draw.dict(3);
    const Tree second = draw.dict(3);
    Tree merged = first;
    merge(merged, second);
    const auto path = folder / (std::to_string(seed) + ".h5");
    {
      const File file = File::open(path, "w");
      file["a"] = first;
      file["b"].require_dict() |= first;
      file["b"].dict() |= second;
      file["b"].dict() |= second;
      file["log"] = Tree::list({first, second});
      file.commit();
      file["c"] = file["b"];
      file["a"] = second;
      file.root().erase("log/0");
    }
    INFO("seed " << seed);
    const File file = File::open(path);
    const Tree whole = file.root().copy();
    CHECK(*whole.find("a") == second);
    CHECK(*whole.find("b") == merged);
    CHECK(*whole.find("c") == merged);
    CHECK(*whole.find("log") == Tree::list({second}));
  }
}

TEST_CASE("many threads use one file at once", "[core][objects][threads]") {
  const TempDir folder;
  constexpr int threads = 4;
  constexpr int rounds = 40;
  std::atomic<int> wrong = 0;
  {
    const File file = File::open(folder / "lab.h5", "w");
    (void)file["shared"].require_list();
    std::vector<std::thread> all;
    for (int thread = 0; thread < threads; ++thread) {
      all.emplace_back([&, thread] {
        const Dict own = file[std::to_string(thread)].require_dict();
        for (int round = 0; round < rounds; ++round) {
          const std::string key = "k" + std::to_string(round);
          own[key] = Tree{{"x", round}, {"y", Tree::list({thread, "text"})}};
          own.attrs()[key] = round;
          file["shared"].list().append(thread);
          if (round % 8 == 0) file["shared"].list().insert(0, thread);
          if (round % 16 == 0) file.commit();
          if (own[key]["x"].as<int>() != round) ++wrong;
          if (own.attrs().get<int>(key) != round) ++wrong;
          (void)File::from_address(own.item().address()).kind();
        }
      });
    }
    for (std::thread& thread : all) thread.join();
  }
  CHECK(wrong == 0);
  const File file = File::open(folder / "lab.h5");
  CHECK(file["shared"].list().size() == threads * (rounds + 5));
  for (int thread = 0; thread < threads; ++thread) {
    CHECK(file[std::to_string(thread)].dict().size() == rounds);
  }
}
