// SPDX-License-Identifier: MIT
#include "core/loader/loader.hpp"

#include <algorithm>
#include <numeric>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/layout/writer.hpp"
#include "tests/core/loader/recordings.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::loader;
using namespace sheaf::test;
using Catch::Contains;

namespace {

using Numbers = std::vector<std::int64_t>;

Options sixteen_at_a_time() { return {.batch_size = 16, .workers = 0}; }

// Index i of an array that goes on as in a mirror at both ends.
std::int64_t mirrored(std::int64_t i, std::int64_t size) {
  while (i < 0 || i >= size) i = i < 0 ? -i : 2 * (size - 1) - i;
  return i;
}

}  // namespace

TEST_CASE("By id: only sources that have all the inputs take part", "[core][loader]") {
  const Recordings made = recordings(60, 9);
  const auto loader =
      Loader::open(made.file, {{"label"}, {"image", ById{.squeeze = true}, {}, {}, "picture"}},
                   sixteen_at_a_time());
  Numbers expected;
  for (std::size_t source = 0; source < 60; ++source) {
    if (made.file->output("label").span(source)) {
      expected.push_back(static_cast<std::int64_t>(source) * a_source);
    }
  }
  REQUIRE(expected.size() < 60);
  CHECK(loader->items() == static_cast<std::int64_t>(expected.size()));
  CHECK(all_of<std::int64_t>(*loader, "label") == expected);
  for (const BatchPtr& batch : batches(*loader)) {
    const Tensor& picture = (*batch)["picture"];
    const auto size = static_cast<std::int64_t>(batch->size());
    CHECK(picture.shape == Shape{size, 2, 3});
    CHECK((*batch)["label"].shape == Shape{size, 1});
    CHECK(reinterpret_cast<std::uintptr_t>(picture.bytes.data()) % 64 == 0);
    for (std::size_t i = 0; i < batch->size(); ++i) {
      CHECK(picture.as<std::uint8_t>()[i * 6] == batch->places[i].source);
    }
  }
}

TEST_CASE("By row: the rows of all sources", "[core][loader]") {
  const Recordings made = recordings(30, 9);
  const auto loader = Loader::open(made.file, {{"audio", ByRow{}}}, sixteen_at_a_time());
  Numbers expected;
  for (std::size_t source = 0; source < 30; ++source) {
    for (std::int64_t row = 0; row < made.lengths[source]; ++row) {
      expected.push_back(static_cast<std::int64_t>(source) * a_source + row);
    }
  }
  CHECK(all_of<std::int64_t>(*loader, "audio") == expected);
}

TEST_CASE("Slices are all those that lie in one source", "[core][loader]") {
  const Recordings made = recordings(40, 60);
  for (const std::int64_t shift : {0, 3, -2}) {
    for (const std::int64_t length : {1, 5, 20}) {
      for (const std::int64_t step : {1, 4, 9}) {
        Numbers expected;
        for (std::size_t source = 0; source < 40; ++source) {
          for (std::int64_t k = 0; k < 100; ++k) {
            const std::int64_t begin = k * step + shift;
            if (begin < 0 || begin + length > made.lengths[source]) continue;
            for (std::int64_t row = begin; row < begin + length; ++row) {
              expected.push_back(static_cast<std::int64_t>(source) * a_source + row);
            }
          }
        }
        const auto loader = Loader::open(
            made.file, {{"audio", Slice{.shift = shift, .length = length, .downsampling = step}}},
            sixteen_at_a_time());
        CHECK(loader->items() * length == static_cast<std::int64_t>(expected.size()));
        REQUIRE(all_of<std::int64_t>(*loader, "audio") == expected);
      }
    }
  }
}

TEST_CASE("Windows of 2,048 samples never mix two recordings, unless they may", "[core][loader]") {
  const Recordings made = recordings(200, 5000, 7);
  std::size_t mixed = 0;
  std::size_t all = 0;
  for (const bool crosses : {false, true}) {
    Options options = sixteen_at_a_time();
    options.sampling = {.order = Order::Shuffled, .seed = 1};
    options.crosses_sources = crosses;
    const auto loader =
        Loader::open(made.file, {{"audio", Slice{.length = 2048, .downsampling = 512}}}, options);
    for (const BatchPtr& batch : batches(*loader)) {
      for (std::size_t i = 0; i < batch->size(); ++i) {
        const auto window = batch->tensors[0].as<std::int64_t>().subspan(i * 2048, 2048);
        const bool is_one = window.front() / a_source == window.back() / a_source;
        if (!crosses) {
          CHECK(is_one);
          CHECK(window.back() == window.front() + 2047);
          CHECK(window.front() / a_source == batch->places[i].source);
        } else {
          all += 1;
          mixed += is_one ? 0 : 1;
        }
      }
    }
  }
  // What the rule is for.
  CHECK(mixed * 2 > all);
}

TEST_CASE("Old windows are those of the concatenation", "[core][loader]") {
  const Recordings made = recordings(20, 30);
  Options options = sixteen_at_a_time();
  options.crosses_sources = true;
  const auto loader =
      Loader::open(made.file, {{"audio", Slice{.length = 7, .downsampling = 3}}}, options);
  const read::Array& array = made.file->output("audio").array();
  const Numbers rows = elements<std::int64_t>(array.rows(0, array.shape()[0]));
  Numbers expected;
  for (std::size_t begin = 0; begin + 7 <= rows.size(); begin += 3) {
    expected.insert(expected.end(), rows.begin() + static_cast<std::ptrdiff_t>(begin),
                    rows.begin() + static_cast<std::ptrdiff_t>(begin) + 7);
  }
  CHECK(all_of<std::int64_t>(*loader, "audio") == expected);
  CHECK(batches(*loader)[0]->places[0].source == -1);
  CHECK_THROWS_WITH(Loader::open(made.file, {{"label"}}, options), Contains("label"));
}

TEST_CASE("Frames overlap as they should", "[core][loader]") {
  const Recordings made = recordings(25, 60);
  for (const bool center : {false, true}) {
    for (const Padding padding : {Padding::Reflect, Padding::Constant}) {
      for (const auto& [frame, hop] : {std::pair{8, 2}, {6, 6}, {5, 3}, {3, 4}}) {
        const FramedSlice slice{.shift = 1,
                                .length = 4,
                                .frame_size = frame,
                                .hop = hop,
                                .center = center,
                                .padding = padding,
                                .downsampling = hop};
        const std::int64_t samples = 3 * hop + (center ? 0 : frame);
        const std::int64_t left = center ? frame / 2 : 0;
        Numbers expected;
        for (std::size_t source = 0; source < 25; ++source) {
          for (std::int64_t begin = hop; begin + samples <= made.lengths[source]; begin += hop) {
            for (std::int64_t f = 0; f < 4; ++f) {
              for (std::int64_t t = 0; t < frame; ++t) {
                const std::int64_t at = f * hop + t - left;
                const bool is_outside = at < 0 || at >= samples;
                const std::int64_t row = begin + mirrored(at, samples);
                const std::int64_t value = static_cast<std::int64_t>(source) * a_source + row;
                expected.push_back(is_outside && padding == Padding::Constant ? 0 : value);
              }
            }
          }
        }
        CAPTURE(center, frame, hop);
        const auto loader = Loader::open(made.file, {{"audio", slice}}, sixteen_at_a_time());
        REQUIRE(all_of<std::int64_t>(*loader, "audio") == expected);
        CHECK(batches(*loader)[0]->tensors[0].shape == Shape{16, 4, frame});
      }
    }
  }
}

TEST_CASE("Inputs with different getters and rates go together", "[core][loader]") {
  const Recordings made = recordings(40, 80);
  // Four samples a note.
  const auto loader =
      Loader::open(made.file,
                   {{"audio", Slice{.length = 12, .downsampling = 4}, {}, {}, "x"},
                    {"audio", Slice{.shift = 4, .length = 12, .downsampling = 4}, {}, {}, "y"},
                    {"notes", Slice{.length = 3}},
                    {"label", ById{}}},
                   sixteen_at_a_time());
  CHECK(loader->rows_a_step() == 4);
  std::int64_t expected = 0;
  for (std::size_t source = 0; source < 40; ++source) {
    if (!made.file->output("label").span(source)) continue;
    const std::int64_t rows = made.lengths[source];
    if (rows < 0) continue;
    for (std::int64_t k = 0; k * 4 + 16 <= rows && k + 3 <= rows / 4; ++k) ++expected;
  }
  CHECK(loader->items() == expected);
  for (const BatchPtr& batch : batches(*loader)) {
    CHECK((*batch)["notes"].shape == Shape{static_cast<std::int64_t>(batch->size()), 3, 2});
    for (std::size_t i = 0; i < batch->size(); ++i) {
      const Place& place = batch->places[i];
      const std::int64_t base = place.source * a_source;
      CHECK((*batch)["label"].as<std::int64_t>()[i] == base);
      CHECK((*batch)["x"].as<std::int64_t>()[i * 12] == base + place.step * 4);
      CHECK((*batch)["y"].as<std::int64_t>()[i * 12] == base + place.step * 4 + 4);
      CHECK((*batch)["notes"].as<std::int32_t>()[i * 6] == base / 1000 + place.step * 2);
    }
  }
}

TEST_CASE("Jitter moves all inputs alike, and stays in the source", "[core][loader]") {
  const Recordings made = recordings(40, 80);
  Options options = sixteen_at_a_time();
  options.jitter = 6;
  const auto loader = Loader::open(
      made.file, {{"audio", Slice{.length = 8, .downsampling = 4}}, {"notes", Slice{.length = 2}}},
      options);
  std::vector<std::int64_t> seen(13);
  for (std::int64_t epoch = 0; epoch < 5; ++epoch) {
    for (const BatchPtr& batch : batches(*loader, epoch)) {
      for (std::size_t i = 0; i < batch->size(); ++i) {
        const Place& place = batch->places[i];
        const std::int64_t base = place.source * a_source;
        const auto audio = batch->tensors[0].as<std::int64_t>().subspan(i * 8, 8);
        REQUIRE(audio.front() == base + place.step * 4 + place.jitter);
        REQUIRE(audio.back() == audio.front() + 7);
        REQUIRE(audio.back() - base < made.lengths[static_cast<std::size_t>(place.source)]);
        const std::int64_t note = place.step + (place.jitter + 400) / 4 - 100;
        REQUIRE(batch->tensors[1].as<std::int32_t>()[i * 4] == base / 1000 + note * 2);
        seen[static_cast<std::size_t>(place.jitter + 6)] += 1;
      }
    }
  }
  CHECK(std::all_of(seen.begin(), seen.end(), [](std::int64_t times) { return times > 10; }));
}

TEST_CASE("Slices go along any axis, of ragged fields too", "[core][loader]") {
  auto file = std::make_shared<MemoryFile>(std::vector<std::string>{"a", "b", "c"});
  std::vector<std::optional<Numbers>> flat(3);
  const std::vector<Shape> shapes{{2, 5}, {}, {3, 4}};
  for (const std::size_t source : {0U, 2U}) {
    flat[source].emplace(static_cast<std::size_t>(element_count(shapes[source])));
    std::iota(flat[source]->begin(), flat[source]->end(), source * a_source);
  }
  file->add_ragged("spectrum", shapes, flat);
  file->add<std::int64_t>("plane", {4}, {{{0, 1, 2, 3, 4, 5, 6, 7}}, {}, {{8, 9, 10, 11}}});
  Options options = sixteen_at_a_time();
  options.batch_size = 1;

  const auto of_ragged = Loader::open(file, {{"spectrum", Slice{.length = 3, .axis = 1}}}, options);
  const auto windows = batches(*of_ragged);
  REQUIRE(windows.size() == 5);
  CHECK(windows[1]->tensors[0].shape == Shape{1, 2, 3});
  const auto second = windows[1]->tensors[0].as<std::int64_t>();
  CHECK(Numbers(second.begin(), second.end()) == Numbers{1, 2, 3, 6, 7, 8});
  const auto last = windows[4]->tensors[0].as<std::int64_t>();
  CHECK(Numbers(last.begin(), last.end()) ==
        Numbers{2000001, 2000002, 2000003, 2000005, 2000006, 2000007, 2000009, 2000010, 2000011});

  const auto of_plain = Loader::open(file, {{"plane", Slice{.length = 3, .axis = 1}}}, options);
  const auto planes = batches(*of_plain);
  REQUIRE(planes.size() == 4);
  const auto plane = planes[1]->tensors[0].as<std::int64_t>();
  CHECK(Numbers(plane.begin(), plane.end()) == Numbers{1, 2, 3, 5, 6, 7});
  const auto row = Loader::open(file, {{"spectrum", ByRow{}}}, options);
  CHECK(row->items() == 5);
  CHECK(batches(*row)[3]->tensors[0].shape == Shape{1, 4});
  CHECK_THROWS_WITH(Loader::open(file, {{"plane", Slice{.axis = 2}}}, options), Contains("axis 2"));
}

TEST_CASE("Strings come as strings", "[core][loader]") {
  auto file = std::make_shared<MemoryFile>(std::vector<std::string>{"a", "b", "c"});
  file->put("text", Value::of(std::vector<std::string>{"one", "two", "three"}),
            {{0, 1}, {}, {1, 3}});
  const auto batch = batches(*Loader::open(file, {{"text"}}, sixteen_at_a_time())).at(0);
  CHECK((*batch)["text"].strings == std::vector<std::string>{"one", "two", "three"});
  CHECK((*batch)["text"].offsets == Numbers{0, 1, 3});
  const auto rows = batches(*Loader::open(file, {{"text", ByRow{}}}, sixteen_at_a_time())).at(0);
  CHECK((*rows)["text"].offsets == Numbers{0, 1, 2, 3});
}

TEST_CASE("A file without sources is one", "[core][loader]") {
  auto file = std::make_shared<MemoryFile>();
  file->put("x", Value::of(Numbers{0, 1, 2, 3, 4}), {});
  const auto rows = Loader::open(file, {{"x", ByRow{}}}, sixteen_at_a_time());
  CHECK(all_of<std::int64_t>(*rows, "x") == Numbers{0, 1, 2, 3, 4});
  const auto slices = Loader::open(file, {{"x", Slice{.length = 4}}}, sixteen_at_a_time());
  CHECK(all_of<std::int64_t>(*slices, "x") == Numbers{0, 1, 2, 3, 1, 2, 3, 4});
}

TEST_CASE("A file from the writer is read as it should be", "[core][loader]") {
  const TempDir folder;
  layout::Writer writer = layout::Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", int32, {2}, {.chunk_rows = 8}));
  writer.add_feature(ragged_feature("r", float32, {-1}));
  writer.add_feature(feature("t", utf8, {}));
  for (int source = 0; source < 10; ++source) {
    writer.begin_source({"source-" + std::to_string(source)});
    CHECK_FALSE(writer.append(0, 0, counting<std::int32_t>(3, {2}, source)));
    if (source % 3 != 0) CHECK_FALSE(writer.append(1, 0, counting<float>(1, {source + 1})));
    CHECK_FALSE(writer.append(2, 0, Texts(1, {}, {"text " + std::to_string(source)})));
    writer.end_source();
  }
  writer.finish();
  const std::shared_ptr<read::File> file = read::File::open(folder / "data.h5");
  const auto loader = Loader::open(
      file, {{"x"}, {"r", ById{}, {}, {.lengths = Lengths::Ragged}}, {"t"}}, sixteen_at_a_time());
  const auto batch = batches(*loader).at(0);
  CHECK(batch->size() == 6);
  CHECK((*batch)["x"].shape == Shape{6, 3, 2});
  CHECK((*batch)["r"].sample_shapes == Numbers{1, 2, 1, 3, 1, 5, 1, 6, 1, 8, 1, 9});
  CHECK((*batch)["t"].strings.back() == "text 8");
  CHECK((*batch)["x"].as<std::int32_t>()[0] == 1);
}

TEST_CASE("A loader that makes no sense is refused", "[core][loader]") {
  const Recordings made = recordings(5, 9);
  const auto opening = [&](std::vector<Input> inputs) {
    (void)Loader::open(made.file, std::move(inputs), sixteen_at_a_time());
  };
  CHECK_THROWS_WITH(opening({}), Contains("an input"));
  CHECK_THROWS_WITH(opening({{"nothing"}}), Contains("nothing"));
  CHECK_THROWS_WITH(opening({{"label"}, {"label"}}), Contains("'label'"));
  CHECK_THROWS_WITH(opening({{"audio", Slice{.length = 100}}}), Contains("rows enough"));
  CHECK_THROWS_WITH(opening({{"audio", Slice{.length = 0}}}), Contains("length"));
  CHECK_THROWS_AS(opening({{"label", ById{}, {}, {.shape = {-1}}}}), Error);
  const auto loader = Loader::open(made.file, {{"label"}}, sixteen_at_a_time());
  CHECK_THROWS_WITH((*batches(*loader).at(0))["other"], Contains("label"));
  CHECK_THROWS_AS(loader->begin(-1), Error);
}
