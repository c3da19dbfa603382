// SPDX-License-Identifier: MIT
#include "core/layout/chunk_encoder.hpp"

#include <array>
#include <filesystem>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/reader.hpp"
#include "core/layout/writer.hpp"
#include "tests/core/codecs/samples.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::layout;
using namespace sheaf::test;

namespace {

std::ptrdiff_t threads_now() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

DatasetOptions shuffled(Compression compression, std::int64_t chunk_rows) {
  return {.chunk_rows = chunk_rows, .compression = compression, .shuffle = true};
}

constexpr std::array compressions{Compression::Deflate, Compression::Lzf, Compression::Lz4,
                                  Compression::Zstd, Compression::Blosc};

// More chunks than wait at a time, of several arrays, with everything that brings them to the file
// early: rows dropped, read, and a shape that is forgotten.
std::string write(const std::filesystem::path& file, unsigned encoders) {
  Writer writer = Writer::create(file, false, {encoders});
  for (const auto compression : compressions) {
    const std::string name(kind_of(compression).name);
    writer.add_feature(feature(name, int32, {-1}, shuffled(compression, 16)));
  }
  writer.add_feature(feature("plain", int32, {4}, {.chunk_rows = 16}));
  DatasetOptions large = shuffled(Compression::Lz4, 1 << 20);
  large.dtype = float64;
  large.fletcher32 = true;
  writer.add_feature(ragged_feature("large", int32, {-1}, large));
  for (int source = 0; source < 120; ++source) {
    writer.begin_source({std::to_string(source)});
    for (std::size_t number = 0; number < 6; ++number) {
      REQUIRE_FALSE(writer.append(number, 0, counting<std::int32_t>(source % 50, {4}, source)));
      if (source % 7 == 3) writer.drop(number);
    }
    if (source % 10 == 0) {
      REQUIRE_FALSE(writer.append(6, 0, counting<std::int32_t>(1, {800000}, source)));
    }
    if (source % 40 == 30) (void)writer.read(1, 0, 0, writer.rows(1, 0));
    writer.end_source();
  }
  writer.finish();
  return read_file(file);
}

}  // namespace

TEST_CASE("Any number of encoders gives the same bytes", "[core][layout][encoder]") {
  const TempDir folder;
  const std::string one = write(folder / "1.h5", 1);
  for (const unsigned encoders : {2U, 5U, 0U}) {
    INFO(encoders << " encoders");
    const bool is_same = write(folder / (std::to_string(encoders) + ".h5"), encoders) == one;
    CHECK(is_same);
  }
  const Reader reader = Reader::open(folder / "1.h5");
  const auto plain = reader.rows("plain", 0, 100000);
  for (const auto compression : compressions) {
    const std::string name(kind_of(compression).name);
    INFO(name);
    CHECK(reader.rows(name, 0, 100000).bytes == plain.bytes);
    CHECK(reader.outputs()[0].stored_bytes < reader.outputs()[0].logical_bytes);
  }
  const auto large = elements<double>(*reader.get("large", *reader.find("110")));
  REQUIRE(large.size() == 800000);
  CHECK((large.front() == 110 && large.back() == 800109));
}

TEST_CASE("Encoders start with the first chunk that has a filter", "[core][layout][encoder]") {
  const TempDir folder;
  const std::ptrdiff_t before = threads_now();
  Writer writer = Writer::create(folder / "data.h5", false, {3});
  writer.add_feature(feature("plain", int32, {4}, {.chunk_rows = 2}));
  writer.add_feature(feature("packed", int32, {4}, shuffled(Compression::Deflate, 2)));
  store(writer, 0, "a", counting<std::int32_t>(100, {4}));
  CHECK(threads_now() == before);
  store(writer, 1, "b", counting<std::int32_t>(1, {4}));
  CHECK(threads_now() == before);
  store(writer, 1, "c", counting<std::int32_t>(1, {4}));
  CHECK(threads_now() == before + 3);
  writer.finish();
}

TEST_CASE("A writer that ends early doesn't wait for its encoders", "[core][layout][encoder]") {
  const TempDir folder;
  {
    Writer writer = Writer::create(folder / "data.h5", false, {2});
    writer.add_feature(feature(
        "x", int32, {}, {.chunk_rows = 1000, .compression = Compression::Zstd, .level = 19}));
    writer.begin_source({"a"});
    REQUIRE_FALSE(writer.append(0, 0, counting<std::int32_t>(200000, {})));
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("What an encoder dies of reaches the caller", "[core][layout][encoder]") {
  const TempDir folder;
  const hdf5::File file = hdf5::create_file(folder / "data.h5");
  const codecs::Filter mandatory{codecs::lz4_id, false, {}};
  const hdf5::Dataset dataset =
      hdf5::create_dataset(file.get(), "x", hdf5::stored_type(uint8), {{}, 1000, {mandatory}, {}});
  hdf5::set_shape(dataset, {1000});
  ChunkEncoder encoder(2);
  const Chunk incompressible = noise(1000);
  codecs::Buffer chunk = encoder.take_buffer();
  std::copy(incompressible.begin(), incompressible.end(), chunk.claim(1000).begin());
  encoder.submit(dataset, 0,
                 std::make_shared<const codecs::Pipeline>(std::vector<codecs::Filter>{mandatory}),
                 std::move(chunk));
  CHECK_THROWS_WITH(encoder.drain(), Catch::Contains("lz4"));
}

TEST_CASE("Filtered rows of another stored dtype are converted as HDF5 does",
          "[core][layout][encoder]") {
  const TempDir folder;
  const auto [from, to] = GENERATE(table<Dtype, Dtype>({{int16, int64},
                                                        {uint8, float16},
                                                        {int32, float64},
                                                        {float64, float32},
                                                        {complex64, complex128},
                                                        {boolean, boolean}}));
  INFO(from.name() << " to " << to.name());
  const std::int64_t rows = 100;
  DatasetOptions plain{.chunk_rows = 16, .dtype = to};
  DatasetOptions packed = plain;
  packed.compression = Compression::Zstd;
  packed.shuffle = true;
  if (to.kind != DtypeKind::Complex && to.kind != DtypeKind::Bool) {
    plain.fill_value = packed.fill_value = Value::of(7);
  }
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("plain", from, {3}, plain));
  writer.add_feature(feature("packed", from, {3}, packed));
  std::vector<std::byte> data(static_cast<std::size_t>(rows) * 3 * from.size());
  for (std::size_t at = 0; at < data.size(); at += from.size()) data[at] = std::byte(at % 2);
  writer.begin_source({"a"});
  for (const std::size_t number : {0U, 1U}) {
    REQUIRE_FALSE(writer.append(number, 0, {rows, {3}, data.data(), nullptr}));
  }
  CHECK(writer.read(0, 0, 3, 99).bytes == writer.read(1, 0, 3, 99).bytes);
  writer.end_source();
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.get("packed", 0)->dtype == to);
  CHECK(reader.get("packed", 0)->bytes == reader.get("plain", 0)->bytes);
}

TEST_CASE("What is left of the last filtered chunk holds the fill value",
          "[core][layout][encoder]") {
  const TempDir folder;
  const auto compression = GENERATE(Compression::None, Compression::Deflate, Compression::Blosc);
  DatasetOptions options = shuffled(compression, 50);
  options.fill_value = Value::of(7);
  options.dtype = float32;
  {
    Writer writer = Writer::create(folder / "data.h5");
    writer.add_feature(feature("x", int32, {4}, options));
    store(writer, 0, "a", counting<std::int32_t>(120, {4}));
    writer.finish();
  }
  const hdf5::File file(H5Fopen((folder / "data.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  const hdf5::Dataset dataset = hdf5::open_dataset(file.get(), "x/__arr__");
  hdf5::set_shape(dataset, {150, 4});
  std::vector<float> rest(30 * 4);
  hdf5::read_rows(dataset, hdf5::memory_type(float32), 120, {30, 4}, rest.data());
  CHECK(rest == std::vector<float>(30 * 4, 7));
}

TEST_CASE("Chunks that no filter makes smaller are read and taken back like others",
          "[core][layout][encoder]") {
  const TempDir folder;
  const Chunk random = noise(4096);
  const layout::RowsView rows{64, {64}, random.data(), nullptr};
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(
      feature("x", uint8, {64}, {.chunk_rows = 16, .compression = Compression::Lz4}));
  writer.add_feature(feature("y", uint8, {}));
  writer.begin_source({"a"});
  for (std::int64_t row = 0; row < 64; row += 16) {
    REQUIRE_FALSE(writer.append(0, 0, {16, {64}, random.data() + row * 64, nullptr}));
    // HDF5 has just seen this chunk.
    CHECK(writer.read(0, 0, row, row + 1).bytes ==
          Chunk(random.begin() + row * 64, random.begin() + (row + 1) * 64));
  }
  writer.end_source();
  CHECK(writer.read(0, 0, 0, 64).bytes == random);
  writer.begin_source({"dropped"});
  for (int round = 0; round < 3; ++round) {
    const auto count = static_cast<std::int64_t>(7 + 16 * round);
    REQUIRE_FALSE(writer.append(0, 0, {count, {64}, random.data(), nullptr}));
    CHECK(writer.read(0, 0, 48, 64).bytes == Chunk(random.begin() + 48 * 64, random.end()));
    writer.drop(0);
  }
  REQUIRE_FALSE(writer.end_source());
  store(writer, 0, "b", rows);
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.get("x", 0)->bytes == random);
  CHECK(reader.get("x", 1)->bytes == random);
}
