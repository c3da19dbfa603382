// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/typed/store.hpp"
#include "tests/core/typed/experiment.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
namespace fs = std::filesystem;
using Catch::Contains;
using typed::Ragged;

namespace {

fs::path three_frames(const TempDir& folder) {
  auto exp = typed::open<Experiment>(folder / "exp.h5", "w");
  fill(exp, 3);
  return folder / "exp.h5";
}

template <class T>
std::string refusal(const fs::path& file) {
  try {
    (void)typed::open<T>(file);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Invalid);
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a file of another type is refused, and all that differs is named", "[core][typed]") {
  struct Other : typed::File {
    typed::Feature<float> image{at("data/image"), {.item = Shape{2, 3}}};
    typed::Feature<std::int64_t> label{at("data/label"), {.item = Shape{4}}};
    typed::Feature<float> sound{at("data/sound"), {.ragged = Ragged::Never}};
    typed::Feature<float> absent{at("data/absent")};
    typed::Array<float> later{at("data/later")};
  };
  const TempDir folder;
  const std::string text = refusal<Other>(three_frames(folder));
  CHECK_THAT(text, Contains("exp.h5") &&
                       Contains("'data/image' holds uint8 and is declared float32") &&
                       Contains("'data/label' has items of shape () and is declared (4,)") &&
                       Contains("'data/sound' is ragged") && Contains("'data/absent' is missing") &&
                       Contains("sheaf ingest") && Contains("data/image, data/label, data/sound"));
  CHECK_THAT(text, !Contains("later"));
}

TEST_CASE("a shape and raggedness are compared where they are declared", "[core][typed]") {
  struct Wide : typed::File {
    typed::Feature<std::uint8_t> image{at("data/image"), {.item = Shape{2, 4}}};
  };
  struct Loose : typed::File {
    typed::Feature<std::uint8_t> image{at("data/image"), {.item = Shape{-1, 3}}};
    typed::Feature<float> sound{at("data/sound")};
    typed::Field any{at("data/label")};
  };
  struct Pair : typed::File {
    typed::Feature<std::uint8_t> image{at("data/image"), {.ragged = Ragged::Always}};
  };
  const TempDir folder;
  const fs::path file = three_frames(folder);
  CHECK_THAT(refusal<Wide>(file), Contains("(2, 3)") && Contains("(2, 4)"));
  CHECK_THAT(refusal<Pair>(file), Contains("declared ragged"));
  CHECK(refusal<Loose>(file).empty());
  const auto loose = typed::open<Loose>(file);
  CHECK(loose.any.get("1")->dtype == int64);
}

TEST_CASE("a file without sources needs no features yet", "[core][typed]") {
  const TempDir folder;
  { auto exp = typed::open<Experiment>(folder / "exp.h5", "w"); }
  CHECK(typed::open<Experiment>(folder / "exp.h5").ids().empty());
}

TEST_CASE("members say how they are loaded, as behind -f", "[core][typed]") {
  struct Bank : typed::File {
    typed::Feature<std::uint8_t> image{at("data/image"), {.from = "image:size=32x32,mode=rgb"}};
    typed::Feature<std::int64_t> label{at("label"), {.from = "dirlabel"}};
    typed::Array<float> loss{at("loss")};
  };
  const Bank bank{};
  CHECK(typed::requests_of(bank.store()->declarations()) ==
        std::vector<std::string>{"image=data/image:size=32x32,mode=rgb", "dirlabel=label"});
}
