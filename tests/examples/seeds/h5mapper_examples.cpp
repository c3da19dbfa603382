// SPDX-License-Identifier: MIT
// h5mapper's page, as far as a file alone shows it. `create` from sources and training with
// checkpoints and logs is examples/experiment.cpp; a feature with __re__, attrs and load() is a
// plugin (examples/plugins, docs/plugin_guide.md); banks and loading times are examples/python.
#include <catch2/catch.hpp>

#include "core/loader/loader.hpp"
#include "core/read/file.hpp"
#include "core/typed/file.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using sheaf::test::TempDir;
using typed::Tensor;

namespace {

// class Experiment(h5m.TypedFile)
struct Experiment : typed::File {
  struct Data : typed::Group {
    typed::Feature<std::uint8_t> images{at("images"), {.item = Shape{32, 32}}};
    typed::Feature<std::int64_t> labels{at("labels")};
  } data{at("data")};
  struct Logs : typed::Group {
    typed::Array<float> loss{at("loss")};
  } logs{at("logs")};
};

Tensor<std::uint8_t> picture(std::uint8_t grey) {
  return {{1, 32, 32}, std::vector<std::uint8_t>(std::size_t{32} * 32, grey)};
}

void fill(const Experiment& exp) {
  for (std::uint8_t i = 1; i <= 8; ++i) {
    exp.data.add("planes/0" + std::to_string(i) + ".jpeg",
                 {{"images", picture(i)}, {"labels", std::vector<std::int64_t>{i % 2}}});
  }
}

}  // namespace

// exp.logs.add("train", dict(loss=losses_array))
TEST_CASE("data is added on the fly, and read by its id", "[examples][h5mapper]") {
  const TempDir folder;
  const auto exp = typed::open<Experiment>(folder / "experiment.h5", "w");
  const std::vector<float> losses(10000, 0.5F);
  exp.logs.add("train", {{"loss", losses}});

  CHECK(exp.logs.get("train")->get<float>("loss").data == losses);  // exp.logs["train"]
  CHECK(exp.logs.loss.get("train")->shape == Shape{10000});
  // The source has no images: None in the page's picture.
  CHECK_FALSE(exp.data.images.get("train"));
}

// exp.data.images[exp.data.images.refs[0]].shape
TEST_CASE("data is read by reference and by row", "[examples][h5mapper]") {
  const TempDir folder;
  const auto exp = typed::open<Experiment>(folder / "experiment.h5", "w");
  fill(exp);

  CHECK(exp.data.images[exp.data.images.refs()[0]].shape == Shape{1, 32, 32});
  // Any rows of the concatenation.
  CHECK(exp.data.labels.rows(0, 5).data == std::vector<std::int64_t>{1, 0, 1, 0, 1});
}

// batch = f.feat[4:8]; f.feat[4:8] = batch ** 2; set(source, data)
TEST_CASE("rows and sources are written in place", "[examples][h5mapper]") {
  const TempDir folder;
  const auto f = typed::open<Experiment>(folder / "experiment.h5", "w");
  fill(f);

  Tensor<std::uint8_t> batch = f.data.images.rows(4, 8);
  for (std::uint8_t& pixel : batch.data) pixel = static_cast<std::uint8_t>(pixel * pixel);
  f.data.images.set_rows(4, batch);
  CHECK(f.data.images.get("planes/06.jpeg")->data[0] == 36);

  f.data.labels.set("planes/01.jpeg", std::vector<std::int64_t>{7});
  CHECK(f.data.labels.rows(0, 1)[0] == 7);
}

// class MyDS: def __getitem__(self, item): return self.x[item], self.labels[item]
// loader = f.serve(dict(x=h5m.Input(…, h5m.GetId()), labels=…), batch_size=32, shuffle=True)
TEST_CASE("a file is served in shuffled batches", "[examples][h5mapper]") {
  const TempDir folder;
  {
    const auto ds = typed::open<Experiment>(folder / "train.h5", "w");
    fill(ds);
  }
  const auto loader = loader::Loader::open(
      read::File::open(folder / "train.h5"),
      {{"data/images", loader::ById{}, {}, {}, "x"},
       {"data/labels", loader::ById{}, {}, {}, "labels"}},
      {.batch_size = 4, .sampling = {.order = loader::Order::Shuffled}, .workers = 2});
  int samples = 0;
  while (const loader::BatchPtr batch = loader->next()) {
    const auto& x = (*batch)["x"];
    const auto& labels = (*batch)["labels"];
    CHECK(x.shape == Shape{4, 1, 32, 32});
    for (std::size_t at = 0; at < batch->size(); ++at, ++samples) {
      CHECK(x.as<std::uint8_t>()[at * 32 * 32] % 2 == labels.as<std::int64_t>()[at]);
    }
  }
  CHECK(samples == 8);
}
