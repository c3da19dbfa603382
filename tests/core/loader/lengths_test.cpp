// SPDX-License-Identifier: MIT
// Samples of different shapes in one batch: padded, cropped, ragged.
#include <cstring>
#include <numeric>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/loader/fit.hpp"
#include "core/loader/loader.hpp"
#include "tests/core/loader/recordings.hpp"

using namespace sheaf;
using namespace sheaf::loader;
using namespace sheaf::test;
using Catch::Contains;

namespace {

using Numbers = std::vector<std::int64_t>;

// Pictures of different sizes; element = source · a_source + place in the picture.
struct Pictures {
  std::shared_ptr<MemoryFile> file;
  std::vector<Shape> shapes;
};

Pictures pictures(std::size_t sources) {
  std::mt19937 random(5);
  std::uniform_int_distribution<std::int64_t> extent(1, 6);
  Pictures made;
  std::vector<std::string> ids;
  std::vector<std::optional<Numbers>> flat(sources);
  for (std::size_t source = 0; source < sources; ++source) {
    ids.push_back("picture-" + std::to_string(source));
    made.shapes.push_back({extent(random), extent(random), 3});
    flat[source].emplace(static_cast<std::size_t>(element_count(made.shapes[source])));
    std::iota(flat[source]->begin(), flat[source]->end(),
              static_cast<std::int64_t>(source) * a_source);
  }
  made.file = std::make_shared<MemoryFile>(std::move(ids));
  made.file->add_ragged("picture", made.shapes, flat);
  return made;
}

std::unique_ptr<Loader> open(const Pictures& made, const Fit& fit, std::uint64_t seed = 1) {
  return Loader::open(made.file, {{"picture", ById{}, {}, fit}},
                      {.batch_size = 5, .sampling = {.seed = seed}, .workers = 0});
}

// What stands at (y, x, c) of sample i.
std::int64_t at(const Tensor& tensor, std::size_t i, std::int64_t y, std::int64_t x,
                std::int64_t c) {
  const std::int64_t index =
      ((static_cast<std::int64_t>(i) * tensor.shape[1] + y) * tensor.shape[2] + x) *
          tensor.shape[3] +
      c;
  return tensor.as<std::int64_t>()[static_cast<std::size_t>(index)];
}

// Checks each element of a batch, given where in its picture each sample begins.
template <class Origin>
void check(const Pictures& made, const Batch& batch, std::int64_t pad, Origin origin) {
  const Tensor& tensor = batch.tensors[0];
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::int64_t source = batch.places[i].source;
    const Shape& own = made.shapes[static_cast<std::size_t>(source)];
    for (std::int64_t y = 0; y < tensor.shape[1]; ++y) {
      for (std::int64_t x = 0; x < tensor.shape[2]; ++x) {
        for (std::int64_t c = 0; c < 3; ++c) {
          const std::int64_t row = y + origin(own[0], tensor.shape[1]);
          const std::int64_t column = x + origin(own[1], tensor.shape[2]);
          const bool is_inside = row < own[0] && column < own[1];
          const std::int64_t value = source * a_source + (row * own[1] + column) * 3 + c;
          REQUIRE(at(tensor, i, y, x, c) == (is_inside ? value : pad));
        }
      }
    }
    CHECK(tensor.sample_shapes[i * 3] == std::min(own[0], tensor.shape[1]));
    CHECK(tensor.sample_shapes[i * 3 + 1] == std::min(own[1], tensor.shape[2]));
  }
}

std::int64_t from_start(std::int64_t, std::int64_t) { return 0; }
std::int64_t from_centre(std::int64_t own, std::int64_t wanted) {
  return own > wanted ? (own - wanted) / 2 : 0;
}

}  // namespace

TEST_CASE("Samples of different shapes are an error that names both sources", "[core][loader]") {
  const auto loader = open(pictures(20), {});
  CHECK_THROWS_WITH(batches(*loader), Contains("picture-0") && Contains("pad, crop"));
}

TEST_CASE("Padded samples have the batch's longest extents, or those asked for", "[core][loader]") {
  const Pictures made = pictures(23);
  const auto longest = open(made, {.lengths = Lengths::Pad, .pad_value = -1});
  for (const BatchPtr& batch : batches(*longest)) {
    Shape expected{static_cast<std::int64_t>(batch->size()), 0, 0, 3};
    for (const Place& place : batch->places) {
      for (const std::size_t axis : {0U, 1U}) {
        expected[axis + 1] =
            std::max(expected[axis + 1], made.shapes[static_cast<std::size_t>(place.source)][axis]);
      }
    }
    CHECK(batch->tensors[0].shape == expected);
    check(made, *batch, -1, from_start);
  }
  const auto given = open(made, {.lengths = Lengths::Pad, .shape = {4}, .pad_value = 7});
  for (const BatchPtr& batch : batches(*given)) {
    CHECK(batch->tensors[0].shape[1] == 4);
    check(made, *batch, 7, from_start);
  }
}

TEST_CASE("Cropped samples have the batch's shortest extents, or those asked for",
          "[core][loader]") {
  const Pictures made = pictures(23);
  const auto shortest = open(made, {.lengths = Lengths::Crop});
  for (const BatchPtr& batch : batches(*shortest)) check(made, *batch, 0, from_start);
  const auto centre =
      open(made, {.lengths = Lengths::Crop, .shape = {3, 4}, .crop = CropFrom::Centre});
  for (const BatchPtr& batch : batches(*centre)) {
    CHECK(batch->tensors[0].shape == Shape{static_cast<std::int64_t>(batch->size()), 3, 4, 3});
    check(made, *batch, 0, from_centre);
  }
}

TEST_CASE("A random crop depends on the seed alone, and reaches everywhere", "[core][loader]") {
  auto file = std::make_shared<MemoryFile>(std::vector<std::string>{"a"});
  Numbers rows(100);
  std::iota(rows.begin(), rows.end(), 0);
  file->add<std::int64_t>("x", {}, {rows});
  const Input input{
      "x", ById{}, {}, {.lengths = Lengths::Crop, .shape = {91}, .crop = CropFrom::Random}};
  const auto starts = [&](std::uint64_t seed) {
    const auto loader = Loader::open(file, {input}, {.sampling = {.seed = seed}, .workers = 0});
    Numbers result;
    for (std::int64_t epoch = 0; epoch < 200; ++epoch) {
      const Numbers sample = all_of<std::int64_t>(*loader, "x", epoch);
      REQUIRE(sample.size() == 91);
      REQUIRE(sample.back() == sample.front() + 90);
      result.push_back(sample.front());
    }
    return result;
  };
  const Numbers first = starts(1);
  CHECK(first == starts(1));
  CHECK(first != starts(2));
  for (std::int64_t start = 0; start < 10; ++start) {
    CHECK(std::count(first.begin(), first.end(), start) > 3);
  }
}

TEST_CASE("Ragged batches are flat, with offsets and shapes", "[core][loader]") {
  const Pictures made = pictures(23);
  const auto loader = open(made, {.lengths = Lengths::Ragged});
  for (const BatchPtr& batch : batches(*loader)) {
    const Tensor& tensor = batch->tensors[0];
    REQUIRE(tensor.offsets.size() == batch->size() + 1);
    CHECK(tensor.shape == Shape{tensor.offsets.back()});
    for (std::size_t i = 0; i < batch->size(); ++i) {
      const std::int64_t source = batch->places[i].source;
      const Shape& own = made.shapes[static_cast<std::size_t>(source)];
      CHECK(tensor.offsets[i + 1] - tensor.offsets[i] == element_count(own));
      for (std::int64_t e = tensor.offsets[i]; e < tensor.offsets[i + 1]; ++e) {
        REQUIRE(tensor.as<std::int64_t>()[static_cast<std::size_t>(e)] ==
                source * a_source + e - tensor.offsets[i]);
      }
      for (std::size_t axis = 0; axis < 3; ++axis) {
        CHECK(tensor.sample_shapes[i * 3 + axis] == own[axis]);
      }
    }
  }
}

TEST_CASE("Sources with any number of rows are padded along them", "[core][loader]") {
  const Recordings made = recordings(30, 9);
  const auto loader =
      Loader::open(made.file, {{"notes", ById{}, {}, {.lengths = Lengths::Pad, .pad_value = -5}}},
                   {.batch_size = 100, .workers = 0});
  const BatchPtr batch = loader->next();
  const Tensor& notes = batch->tensors[0];
  CHECK(notes.shape == Shape{static_cast<std::int64_t>(batch->size()), 2, 2});
  for (std::size_t i = 0; i < batch->size(); ++i) {
    const std::int64_t rows = notes.sample_shapes[i * 2];
    CHECK(rows == made.lengths[static_cast<std::size_t>(batch->places[i].source)] / 4);
    for (std::int64_t row = rows; row < 2; ++row) {
      CHECK(notes.as<std::int32_t>()[i * 4 + static_cast<std::size_t>(row) * 2] == -5);
    }
  }
}

TEST_CASE("Only a single row can lose its axis", "[core][loader]") {
  const Recordings made = recordings(30, 9);
  const auto loader = Loader::open(made.file, {{"notes", ById{.squeeze = true}}},
                                   {.batch_size = 100, .workers = 0});
  CHECK_THROWS_WITH(loader->next(), Contains("source-") && Contains("squeeze"));
}

TEST_CASE("A pad value is of the field's dtype", "[core][loader]") {
  const auto number = [](double value, Dtype dtype) { return element_of(value, dtype, "x"); };
  CHECK(number(-1, int16)[0] == std::byte{0xff});
  CHECK(number(-1, int16)[1] == std::byte{0xff});
  CHECK(number(200, uint8)[0] == std::byte{200});
  float real = 0;
  std::memcpy(&real, number(0.5, complex64).data(), sizeof real);
  CHECK(real == 0.5F);
  CHECK_THROWS_AS(number(256, uint8), Error);
  CHECK_THROWS_AS(number(-1, uint8), Error);
  CHECK_THROWS_AS(number(0.5, int32), Error);
  CHECK_THROWS_AS(number(2, boolean), Error);
  CHECK_THROWS_AS(number(1, float16), Error);
  CHECK_NOTHROW(number(0, float16));
}
