// SPDX-License-Identifier: MIT
// A full disk, wherever it strikes: the last commit stays, and the file goes on.
#include "tests/support/full_disk.hpp"

#include <optional>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/crash/objects_draws.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace sheaf::test;

namespace {

// Random edits, with a commit after each few; knows what was committed.
class Editor {
 public:
  Editor(const std::filesystem::path& path, std::uint64_t seed)
      : file_(File::open(path, "w")), random_(seed) {
    committed_.kind = crash::Node::Kind::Dict;
  }

  void edit(int commits) {
    for (; commits > 0; --commits) {
      next_ = committed_;
      for (std::uint64_t left = 1 + random_.below(12); left > 0; --left) {
        const crash::ObjectStep step = crash::draw_step(random_, next_, std::to_string(++steps_));
        crash::perform(step, file_);
        crash::apply(step, next_);
      }
      file_.commit();
      committed_ = next_;
    }
  }
  [[nodiscard]] std::string difference() const {
    return crash::difference(crash::read(file_["/"]), committed_);
  }
  [[nodiscard]] bool has_commits() const { return !committed_.entries.empty(); }

 private:
  File file_;
  crash::Random random_;
  crash::Node committed_, next_;
  int steps_ = 0;
};

}  // namespace

TEST_CASE("a full disk costs what wasn't committed, and nothing else", "[core][objects][full]") {
  int struck = 0;
  int struck_after_commits = 0;
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    INFO("seed " << seed);
    const TempDir folder;
    Editor editor(folder / "lab.h5", seed);
    {
      const SmallFiles limit((seed + 1) * 20000);
      try {
        editor.edit(20);
      } catch (const Error& error) {
        CHECK_THAT(error.what(),
                   Catch::Contains("what was changed since the last commit was dropped"));
        ++struck;
        if (editor.has_commits()) ++struck_after_commits;
      }
      CHECK(editor.difference() == "");
    }
    editor.edit(2);
    CHECK(editor.difference() == "");
  }
  CHECK(struck > 8);
  CHECK(struck_after_commits > 5);
}
