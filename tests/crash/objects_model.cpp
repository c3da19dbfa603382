// SPDX-License-Identifier: MIT
#include <optional>
#include <utility>
#include <vector>

#include "core/objects/file.hpp"
#include "tests/crash/model.hpp"
#include "tests/crash/objects_content.hpp"
#include "tests/crash/objects_draws.hpp"
#include "tests/crash/random.hpp"

namespace sheaf::crash {
namespace {

using objects::File;

// All edits up to one commit.
struct ObjectPlan {
  std::vector<ObjectStep> undone;  // before a rollback
  bool rolls_back = false;
  std::vector<ObjectStep> steps;
  bool is_transaction = false;
  bool closes = false;
};

class ObjectsModel final : public Model {
 public:
  explicit ObjectsModel(std::uint64_t seed) : seed_(seed) { content_.kind = Node::Kind::Dict; }
  [[nodiscard]] std::unique_ptr<Model> copy() const override {
    return std::make_unique<ObjectsModel>(*this);
  }
  void advance() override { take_plan(plan()); }
  void edit(const std::filesystem::path& file, std::uint64_t commits,
            const std::function<void(std::uint64_t)>& report) override;
  [[nodiscard]] std::string difference(const std::filesystem::path& file) const override;

 private:
  [[nodiscard]] ObjectPlan plan() const;
  void take_plan(const ObjectPlan& plan);

  std::uint64_t seed_;
  Node content_;
};

ObjectPlan ObjectsModel::plan() const {
  Random random(seed_, 1000 + number_);
  const auto draw = [&](const char* prefix) {
    std::vector<ObjectStep> steps;
    Node content = content_;
    for (std::uint64_t count = 1 + random.below(12); count > 0; --count) {
      const std::string name = prefix + std::to_string(number_) + "_" + std::to_string(count);
      steps.push_back(draw_step(random, content, name));
      apply(steps.back(), content);
    }
    return steps;
  };
  ObjectPlan plan;
  plan.rolls_back = random.chance(15);
  if (plan.rolls_back) plan.undone = draw("undone");
  plan.steps = draw("");
  plan.steps.push_back({Edit::SetAttr, "/", "commit", number_ + 1});
  plan.is_transaction = random.chance(25);
  plan.closes = random.chance(20);
  return plan;
}

void ObjectsModel::take_plan(const ObjectPlan& plan) {
  for (const ObjectStep& step : plan.steps) apply(step, content_);
  ++number_;
}

void ObjectsModel::edit(const std::filesystem::path& file, std::uint64_t commits,
                        const std::function<void(std::uint64_t)>& report) {
  std::optional<File> opened;
  for (; commits > 0; --commits) {
    const ObjectPlan next = plan();
    if (!opened) opened = File::open(file, number_ == 0 ? "w" : "r+");
    for (const ObjectStep& step : next.undone) perform(step, *opened);
    if (next.rolls_back) opened->rollback();
    const auto edit_all = [&] {
      for (const ObjectStep& step : next.steps) perform(step, *opened);
    };
    if (next.is_transaction) {
      opened->transaction(edit_all);
    } else {
      edit_all();
      opened->commit();
    }
    if (next.closes) {
      opened->close();
      opened.reset();
    }
    take_plan(next);
    report(number_);
  }
}

std::string ObjectsModel::difference(const std::filesystem::path& file) const {
  return crash::difference(read(File::open(file)["/"]), content_);
}

}  // namespace

std::unique_ptr<Model> objects_model(std::uint64_t seed) {
  return std::make_unique<ObjectsModel>(seed);
}

}  // namespace sheaf::crash
