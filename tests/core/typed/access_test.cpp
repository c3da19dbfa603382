// SPDX-License-Identifier: MIT
// Reading and writing by id, by reference and by row, against a model in memory; before a commit,
// after it, and after the file was opened again.
#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/core/typed/experiment.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
using Catch::Contains;
using typed::Tensor;
using typed::Values;

namespace {

// What each source has, source by source; and nothing of how it is stored.
struct Model {
  std::vector<std::string> ids;
  std::map<std::string, Values> sources;

  Values& of(const std::string& id) {
    if (!sources.contains(id)) ids.push_back(id);
    return sources[id];
  }
};

void compare(const Experiment& exp, const Model& model) {
  REQUIRE(exp.ids() == model.ids);
  for (const char* path : {"data/image", "data/label", "data/sound", "logs/loss"}) {
    const typed::Field field = exp.field(path);
    const auto refs = field.refs();
    REQUIRE(refs.size() == model.ids.size());
    for (std::size_t source = 0; source < model.ids.size(); ++source) {
      const std::string& id = model.ids[source];
      const Value* expected = model.sources.at(id).find(path);
      const auto value = field.get(id);
      INFO(path << " of " << id);
      REQUIRE(value.has_value() == (expected != nullptr));
      REQUIRE(refs[source].has_value() == (expected != nullptr));
      CHECK(field.has(id) == (expected != nullptr));
      if (expected == nullptr) continue;
      CHECK(*value == *expected);
      CHECK(field[refs[source]].bytes == expected->bytes);
      if (refs[source]->stop == refs[source]->start) continue;
      std::vector<std::int64_t> backwards;
      for (std::int64_t row = refs[source]->stop; row-- > refs[source]->start;) {
        backwards.push_back(row);
      }
      const Value rows = field.rows(backwards);
      CHECK(field.rows(backwards.back(), backwards.back() + 1).bytes ==
            field.rows({backwards.back()}).bytes);
      CHECK(rows.bytes.size() == expected->bytes.size());
    }
  }
  for (const std::string& id : model.ids) {
    CHECK(*exp.get(id) == model.sources.at(id));
    const Values data = model.sources.at(id).group("data");
    const auto found = exp.data.get(id);
    CHECK(found.has_value() == !data.empty());
    if (found) CHECK(*found == data);
  }
}

class Play {
 public:
  explicit Play(unsigned seed) : random_(seed) {}

  void step(Experiment& exp, Model& model) {
    const std::string id = std::to_string(below(12));
    switch (below(5)) {
      case 0: {
        const Values data{{"image", image(below(4), below(200))},
                          {"label", std::vector<std::int64_t>(std::size_t(below(4)), below(9))}};
        exp.data.add(id, data);
        model.of(id).set("data", data);
        return;
      }
      case 1: {
        const auto rows = sound(1 + below(3), 1 + below(2), float(below(100)));
        exp.data.sound.add(id, rows);
        model.of(id).set("data/sound", rows.value());
        return;
      }
      case 2: {
        const Tensor<float> loss(std::vector<float>(std::size_t(below(5)), float(below(100))));
        exp.add(id, {{"logs", {{"loss", loss}}}});
        model.of(id).set("logs/loss", loss.value());
        return;
      }
      case 3:
        return poke(exp, model, id);
      default:
        return overwrite_row(exp, model);
    }
  }

 private:
  int below(int limit) { return std::uniform_int_distribution<>(0, limit - 1)(random_); }

  void poke(Experiment& exp, Model& model, const std::string& id) {
    const auto now = exp.logs.loss.get(id);
    if (!now || now->rows() == 0) return;
    const std::int64_t offset = below(static_cast<int>(now->rows()));
    exp.logs.loss.iset(id, offset, 7.5F);
    Tensor<float> changed = *now;
    changed[std::size_t(offset)] = 7.5F;
    model.of(id).set("logs/loss", changed.value());
  }

  void overwrite_row(Experiment& exp, Model& model) {
    if (model.ids.empty()) return;
    const std::size_t source = std::size_t(below(static_cast<int>(model.ids.size())));
    const std::string id = model.ids[source];
    const auto now = exp.data.image.get(id);
    if (!now || now->rows() < 2) return;
    const std::int64_t start = exp.data.image.refs()[source]->start;
    exp.data.image.set_rows({start + 1, start}, image(2, 100));
    Tensor<std::uint8_t> changed = *now;
    const auto rows = image(2, 100);
    std::copy(rows.begin(), rows.begin() + 6, changed.begin() + 6);
    std::copy(rows.begin() + 6, rows.end(), changed.begin());
    model.of(id).set("data/image", changed.value());
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("any sequence of changes reads back as it was written", "[core][typed]") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U);
  const TempDir folder;
  Model model;
  Play play(seed);
  auto exp = typed::open<Experiment>(folder / "exp.h5", "w");
  for (int round = 0; round < 6; ++round) {
    for (int step = 0; step < 20; ++step) play.step(exp, model);
    compare(exp, model);
    exp.commit();
    compare(exp, model);
    if (round % 2 == 0) continue;
    exp.close();
    exp = typed::open<Experiment>(folder / "exp.h5", "r+");
    compare(exp, model);
  }
}

TEST_CASE("what isn't there is empty, and no error", "[core][typed]") {
  auto exp = typed::in_memory<Experiment>();
  CHECK_FALSE(exp.data.image.get("a"));
  CHECK_FALSE(exp.get("a"));
  CHECK_FALSE(exp.logs.loss.exists());
  CHECK(exp.logs.loss.shape() == Shape{0});
  fill(exp, 2);
  exp.commit();
  CHECK_FALSE(exp.data.sound.get("1"));
  CHECK_FALSE(exp.data.sound.refs()[1]);
  CHECK_FALSE(exp.logs.get("1"));
  CHECK_FALSE(exp.data.image.get("unknown"));
  CHECK_THROWS_WITH(exp.data.sound[exp.data.sound.refs()[1]], Contains("data/sound"));
  CHECK_THROWS_WITH(exp.logs.loss.rows(0, 1), Contains("logs/loss") && Contains("data/image"));
}

TEST_CASE("slices count from the end as NumPy's do, lists must be of rows", "[core][typed]") {
  auto exp = typed::in_memory<Experiment>();
  fill(exp, 4);
  if (GENERATE(false, true)) exp.commit();
  const typed::Feature<std::int64_t>& label = exp.data.label;
  CHECK(label.rows(4, 8).data == std::vector<std::int64_t>{2, 2, 3, 3});
  CHECK(label.rows(-2, 100).data == std::vector<std::int64_t>{3, 3});
  CHECK(label.rows(5, 3).data.empty());
  CHECK(label.rows({9, 0, -1, 9}).data == std::vector<std::int64_t>{3, 0, 3, 3});
  CHECK(exp.data.image.rows({0, 9}).shape == Shape{2, 2, 3});
  CHECK_THROWS_WITH(label.rows({10}), Contains("data/label") && Contains("10"));
  CHECK_THROWS_WITH(label.rows({-11}), Contains("-11"));
}

TEST_CASE("texts are read and written like numbers", "[core][typed]") {
  auto exp = typed::in_memory<Experiment>();
  exp.logs.note.add("a", std::vector<std::string>{"one", "", "tr\u00e8s"});
  exp.logs.note.add("b", std::string("alone"));
  if (GENERATE(false, true)) exp.commit();
  exp.logs.note.iset("a", 1, std::string("two"));
  exp.logs.note.set_rows({3, 0}, std::vector<std::string>{"b's", "a's"});
  if (GENERATE(false, true)) exp.commit();
  CHECK(exp.logs.note.get("a")->data == std::vector<std::string>{"a's", "two", "tr\u00e8s"});
  CHECK(exp.logs.note.rows({3, 1}).data == std::vector<std::string>{"b's", "two"});
  CHECK_THROWS_WITH(exp.logs.note.iset("a", 0, std::string("a\0b", 3)), Contains("NUL"));
}

TEST_CASE("set is in place where the shape is the same", "[core][typed]") {
  auto exp = typed::in_memory<Experiment>();
  fill(exp, 4);
  exp.commit();
  const std::int64_t before = exp.data.image.size();
  exp.data.image.set("2", image(3, 50));
  exp.data.sound.set("2", sound(3, 2, 9));
  CHECK(exp.data.image.size() == before);
  CHECK(*exp.data.sound.get("2") == sound(3, 2, 9));
  exp.data.sound.set("2", sound(2, 3, 9));
  CHECK(*exp.data.sound.get("2") == sound(2, 3, 9));
  exp.data.image.set("2", image(2, 60));
  CHECK(exp.data.image.size() == before + 2);
  CHECK(*exp.data.image.get("2") == image(2, 60));
  CHECK(*exp.data.image.get("3") == image(4, 3));
  CHECK_THROWS_WITH(exp.data.image.set("new", image(1, 0)), Contains("'new'") && Contains("add"));
}

TEST_CASE("an item without an axis of rows is one row", "[core][typed]") {
  auto exp = typed::in_memory<Experiment>();
  exp.data.image.add("a", Tensor<std::uint8_t>({2, 3}, {1, 2, 3, 4, 5, 6}));
  CHECK(exp.data.image.get("a")->shape == Shape{1, 2, 3});
  exp.logs.loss.add("a", 0.5F);
  CHECK(exp.logs.loss.get("a")->shape == Shape{1});
}

TEST_CASE("what doesn't fit is refused, and nothing of the call is stored", "[core][typed]") {
  auto exp = typed::in_memory<Experiment>();
  fill(exp, 2);
  const Tensor<std::uint8_t> wide({1, 2, 4}, std::vector<std::uint8_t>(8));
  CHECK_THROWS_WITH(exp.data.add("new", {{"label", std::int64_t{1}}, {"image", wide}}),
                    Contains("data/image") && Contains("'new'") && Contains("(2, 4)"));
  CHECK_FALSE(exp.has("new"));
  CHECK_THROWS_WITH(exp.data.add("0", {{"label", std::int64_t{9}}, {"image", wide}}),
                    Contains("(2, 4)"));
  CHECK(exp.data.label.get("0")->data == std::vector<std::int64_t>{0});
  CHECK_THROWS_WITH(exp.add("0", {{"data", {{"label", 1.5}}}}),
                    Contains("data/label") && Contains("int64") && Contains("float64"));
  CHECK_THROWS_WITH(exp.data.image.iset("0", 1, image(1, 0)), Contains("has 1 rows"));
  CHECK_THROWS_WITH(exp.data.image.iset("none", 0, image(1, 0)), Contains("'none'"));
  CHECK_THROWS_WITH(exp.data.image.set_rows(2, image(2, 0)), Contains("rows 2 to 4"));
  CHECK_THROWS_WITH(exp.data.image.set_rows({0, 1}, image(1, 0)), Contains("1 rows"));
  CHECK_THROWS_WITH(exp.data.label.add("a\xff", {1}), Contains("UTF-8"));
  CHECK(*exp.data.image.get("1") == image(2, 1));
  exp.commit();
  CHECK(*exp.data.image.get("1") == image(2, 1));
  for (const char* path : {"data", "data/image/more", "data/image/arr", "__src__/x", "a//b", ""}) {
    INFO(path);
    CHECK_THROWS_AS(exp.add("0", {{path, 1}}), Error);
  }
  CHECK(exp.get("1")->names() == std::vector<std::string>{"data"});
}

TEST_CASE("paths that nothing declares are made with the first value", "[core][typed]") {
  auto exp = typed::in_memory<typed::File>();
  exp.add("a", {{"deep", {{"er", std::vector{1.0, 2.0}}}}, {"flag", true}, {"text", "hello"}});
  exp.commit();
  const Values values = *exp.get("a");
  CHECK(values.names() == std::vector<std::string>{"deep", "flag", "text"});
  CHECK(values.get<double>("deep/er").data == std::vector{1.0, 2.0});
  CHECK(values.get<bool>("flag").data == std::vector<std::uint8_t>{1});
  CHECK(values.get<std::string>("text").data == std::vector<std::string>{"hello"});
  CHECK(values.group("deep").get<double>("er").size() == 2);
  CHECK_THROWS_WITH(values["deep/est"], Contains("deep/er"));
  CHECK_THROWS_WITH(values.get<float>("deep/er"), Contains("float64") && Contains("float32"));
}

TEST_CASE("rows in filtered chunks are overwritten where they lie", "[core][typed]") {
  struct Filtered : typed::File {
    typed::Array<std::int32_t> x{
        at("x"),
        {.storage = {
             .chunk_rows = 16, .compression = layout::Compression::Deflate, .shuffle = true}}};
  };
  auto file = typed::in_memory<Filtered>();
  std::vector<std::int32_t> all(1000);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int32_t>(i);
  file.x.add("a", all);
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    const std::size_t start = random() % 980;
    std::vector<std::int32_t> rows(1 + random() % 20, -round);
    file.x.iset("a", static_cast<std::int64_t>(start), rows);
    std::copy(rows.begin(), rows.end(), all.begin() + static_cast<std::ptrdiff_t>(start));
    if (round % 7 == 0) file.x.add("other " + std::to_string(round), rows);
    if (round % 5 == 0) file.commit();
    REQUIRE(file.x.get("a")->data == all);
  }
  file.commit();
  CHECK(file.x.get("a")->data == all);
}
