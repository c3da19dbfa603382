// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/core/typed/experiment.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
using typed::Tensor;
using typed::Tensors;

namespace {

Tensors state(float first) {
  return {{"fc1.weight", sound(4, 3, first)},
          {"fc1.bias", Value::of(std::vector{first, first + 1})},
          {"norm.batches", Value::of(std::int64_t{7})},
          {"empty", Tensor<float>({0, 3}, {})}};
}

}  // namespace

TEST_CASE("a checkpoint is replaced as a whole, or not at all", "[core][typed]") {
  const TempDir folder;
  const auto exp = typed::open<Experiment>(folder / "exp.h5", "w");
  exp.checkpoints.add("last", state(1));
  exp.checkpoints.add("last", state(5));
  CHECK(*exp.checkpoints.get("last") == state(5));
  Tensors fewer = state(9);
  fewer.erase("fc1.bias");
  CHECK_THROWS_WITH(exp.checkpoints.add("last", fewer),
                    Catch::Contains("'last'") && Catch::Contains("'fc1.bias'"));
  CHECK(*exp.checkpoints.get("last") == state(5));
  exp.checkpoints.add("other", fewer);
  CHECK(*exp.checkpoints.get("other") == fewer);
}

TEST_CASE("a checkpoint comes back as it was, after a crash as well", "[core][typed]") {
  const TempDir folder;
  {
    auto exp = typed::open<Experiment>(folder / "exp.h5", "w");
    exp.checkpoints.add("epoch-1", state(1));
    exp.checkpoints.add("epoch-2", state(2));
    exp.logs.loss.add("train", {1.0F});
    // What was added so far is committed, although nobody closes the file.
    CHECK(*typed::open<Experiment>(folder / "exp.h5").checkpoints.get("epoch-2") == state(2));
  }
  const auto exp = typed::open<Experiment>(folder / "exp.h5");
  CHECK(exp.checkpoints.ids() == std::vector<std::string>{"epoch-1", "epoch-2"});
  CHECK(*exp.checkpoints.get("epoch-1") == state(1));
  CHECK_FALSE(exp.checkpoints.get("train"));
  CHECK_FALSE(exp.checkpoints.get("epoch-3"));
}

TEST_CASE("a checkpoint is stored anew in its place", "[core][typed]") {
  auto exp = typed::in_memory<Experiment>();
  exp.checkpoints.add("best", state(1));
  const std::int64_t rows = exp.field("checkpoints/fc1.weight").size();
  exp.checkpoints.add("best", state(5));
  CHECK(*exp.checkpoints.get("best") == state(5));
  CHECK(exp.field("checkpoints/fc1.weight").size() == rows);
}

TEST_CASE("tensors may change their shape from one checkpoint to the next", "[core][typed]") {
  auto exp = typed::in_memory<Experiment>();
  exp.checkpoints.add("small", {{"w", sound(2, 2, 0)}});
  exp.checkpoints.add("large", {{"w", sound(3, 5, 0)}});
  CHECK(exp.checkpoints.get("small")->at("w") == sound(2, 2, 0).value());
  CHECK(exp.checkpoints.get("large")->at("w") == sound(3, 5, 0).value());
  CHECK_THROWS_AS(exp.checkpoints.add("bad", {{"w", Value::of(std::vector{1.0})}}), Error);
}
