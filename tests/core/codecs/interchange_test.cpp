// SPDX-License-Identifier: MIT
// Every codec against the filter registered under its id: HDF5's own in this process, and Debian's
// plugins and the program zstd through h5py in a process of its own.
#include <catch2/catch.hpp>
#include <hdf5.h>

#include "core/hdf5/dataset.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/reader.hpp"
#include "core/layout/writer.hpp"
#include "tests/core/codecs/samples.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::codecs;
using namespace sheaf::test;

namespace {

const std::filesystem::path script =
    std::filesystem::path(__FILE__).parent_path() / "h5py_codecs.py";

void python(const std::string& what, const std::filesystem::path& file) {
  const ProcessResult result = run_python(script, {what, file.string()});
  INFO(result.out << result.err);
  REQUIRE(result.ok());
}

std::vector<Filter> filters_in(const hdf5::Dataset& dataset) {
  const hdf5::PropertyList list(H5Dget_create_plist(dataset.get()));
  std::vector<Filter> filters;
  for (int index = 0; index < H5Pget_nfilters(list.get()); ++index) {
    unsigned flags = 0;
    unsigned config = 0;
    std::vector<unsigned> values(16);
    std::size_t count = values.size();
    const H5Z_filter_t id = H5Pget_filter2(list.get(), static_cast<unsigned>(index), &flags, &count,
                                           values.data(), 0, nullptr, &config);
    values.resize(count);
    filters.push_back({static_cast<unsigned>(id), (flags & H5Z_FLAG_OPTIONAL) != 0, values});
  }
  return filters;
}

// All chunks of a dataset of one axis, decoded by our codecs, cut to its extent.
Chunk decode_chunks(const hdf5::Dataset& dataset) {
  const Pipeline pipeline(filters_in(dataset));
  const std::size_t element = hdf5::size_of(hdf5::type_of(dataset));
  const auto rows = static_cast<hsize_t>(hdf5::shape_of(dataset)[0]);
  const auto chunk_rows = static_cast<hsize_t>(hdf5::chunks_of(dataset)[0]);
  Chunk all;
  Buffer out, spare;
  for (hsize_t row = 0; row < rows; row += chunk_rows) {
    hsize_t size = 0;
    std::uint32_t mask = 0;
    REQUIRE(H5Dget_chunk_storage_size(dataset.get(), &row, &size) >= 0);
    Chunk stored(size);
    REQUIRE(H5Dread_chunk(dataset.get(), H5P_DEFAULT, &row, &mask, stored.data()) >= 0);
    pipeline.decode(stored, mask, chunk_rows * element, out, spare);
    all.insert(all.end(), out.bytes().begin(), out.bytes().end());
  }
  all.resize(rows * element);
  return all;
}

template <class T>
Chunk read_all(const hdf5::Dataset& dataset, Dtype dtype) {
  const Shape shape = hdf5::shape_of(dataset);
  Chunk all(static_cast<std::size_t>(shape[0]) * sizeof(T));
  hdf5::read_rows(dataset, hdf5::memory_type(dtype), 0, shape, all.data());
  return all;
}

// HDF5 decodes these three itself; nothing of ours is in the way.
std::vector<std::pair<std::string, std::vector<Filter>>> own_filters(std::size_t element) {
  auto all = pipelines(element, 0);
  std::erase_if(all, [](const auto& entry) {
    return std::any_of(entry.second.begin(), entry.second.end(),
                       [](const Filter& filter) { return filter.id > fletcher32_id; });
  });
  return all;
}

}  // namespace

TEST_CASE("HDF5 reads what our deflate, shuffle and fletcher32 encoded", "[core][codecs]") {
  const TempDir folder;
  const hdf5::File file = hdf5::create_file(folder / "data.h5");
  int number = 0;
  for (const auto& [sample, bytes] : samples()) {
    const std::size_t elements = bytes.size() / 4;
    if (elements == 0) continue;
    const Chunk chunk(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(elements * 4));
    const auto rows = static_cast<std::int64_t>(elements);
    for (const auto& [name, filters] : own_filters(4)) {
      INFO(name << " of " << sample);
      const std::string place = "x" + std::to_string(number++);
      hdf5::Dataset dataset = hdf5::create_dataset(file.get(), place, hdf5::stored_type(uint32),
                                                   {{}, rows, filters, {}});
      hdf5::set_shape(dataset, {rows});
      Buffer out, spare;
      const std::uint32_t mask = Pipeline(filters).encode(chunk, out, spare);
      hdf5::write_chunk(dataset, 0, out.bytes().data(), out.size(), mask);
      dataset.close();
      dataset = hdf5::open_dataset(file.get(), place);
      const bool is_same = read_all<std::uint32_t>(dataset, uint32) == chunk;
      REQUIRE(is_same);
    }
  }
}

TEST_CASE("Our codecs decode what HDF5's deflate, shuffle and fletcher32 wrote", "[core][codecs]") {
  const TempDir folder;
  const hdf5::File file = hdf5::create_file(folder / "data.h5");
  int number = 0;
  for (const auto& [sample, bytes] : samples()) {
    const auto rows = static_cast<std::int64_t>(bytes.size() / 4);
    if (rows == 0 || rows > 100000) continue;
    const Chunk chunk(bytes.begin(), bytes.begin() + rows * 4);
    for (const auto& [name, filters] : own_filters(4)) {
      INFO(name << " of " << sample);
      // The last chunk is half empty.
      const hdf5::Dataset dataset =
          hdf5::create_dataset(file.get(), "x" + std::to_string(number++),
                               hdf5::stored_type(uint32), {{}, rows * 2 / 3 + 1, filters, {}});
      hdf5::set_shape(dataset, {rows});
      hdf5::write_rows(dataset, hdf5::memory_type(uint32), 0, {rows}, chunk.data());
      REQUIRE(H5Dflush(dataset.get()) >= 0);
      const bool is_same = decode_chunks(dataset) == chunk;
      REQUIRE(is_same);
    }
  }
}

TEST_CASE("Debian's filters read what our codecs encoded, and store the same options",
          "[core][codecs][h5py]") {
  const TempDir folder;
  using layout::Compression;
  layout::Writer writer = layout::Writer::create(folder / "data.h5", false, {2});
  std::vector<layout::DatasetOptions> all;
  for (const bool has_shuffle : {false, true}) {
    for (const auto compression : {Compression::None, Compression::Deflate, Compression::Lzf,
                                   Compression::Lz4, Compression::Zstd, Compression::Blosc}) {
      // Chunks end in the middle of everything, the last one is partial.
      all.push_back({.chunk_rows = 1001, .compression = compression, .shuffle = has_shuffle});
      all.push_back(all.back());
      all.back().fletcher32 = true;
    }
  }
  const auto name_of = [](const layout::DatasetOptions& options) {
    return std::string(kind_of(options.compression).name) + (options.shuffle ? "_shuffle" : "") +
           (options.fletcher32 ? "_fletcher32" : "");
  };
  for (const auto& options : all) {
    for (const Dtype dtype : {float32, uint8, float64}) {
      writer.add_feature(feature(name_of(options) + "_" + dtype.name(), dtype, {}, options));
    }
  }
  const std::vector<float> samples_f = wave(4500);
  const std::vector<double> samples_d(samples_f.begin(), samples_f.end());
  std::vector<std::uint8_t> samples_b(4500);
  const Chunk random = noise(4500);
  for (std::size_t i = 0; i < 4500; ++i) {
    samples_b[i] = i < 2002 ? std::to_integer<std::uint8_t>(random[i]) : std::uint8_t(i / 50);
  }
  writer.begin_source({"a"});
  for (std::size_t number = 0; number < all.size(); ++number) {
    REQUIRE_FALSE(writer.append(number * 3, 0, {4500, {}, samples_f.data(), nullptr}));
    REQUIRE_FALSE(writer.append(number * 3 + 1, 0, {4500, {}, samples_b.data(), nullptr}));
    REQUIRE_FALSE(writer.append(number * 3 + 2, 0, {4500, {}, samples_d.data(), nullptr}));
  }
  writer.end_source();
  writer.finish();
  python("read", folder / "data.h5");
  const layout::Reader reader = layout::Reader::open(folder / "data.h5");
  for (const auto& options : all) {
    INFO(name_of(options));
    CHECK(elements<float>(*reader.get(name_of(options) + "_float32", 0)) == samples_f);
    CHECK(elements<double>(*reader.get(name_of(options) + "_float64", 0)) == samples_d);
    CHECK(elements<std::uint8_t>(*reader.get(name_of(options) + "_uint8", 0)) == samples_b);
  }
}

TEST_CASE("Our codecs decode what Debian's filters wrote", "[core][codecs][h5py]") {
  const TempDir folder;
  python("make", folder / "data.h5");
  const hdf5::File file = hdf5::open_file(folder / "data.h5");
  const auto plain = [&](const std::string& name) {
    return hdf5::open_dataset(file.get(), "plain_" + name.substr(name.rfind('_') + 1));
  };
  int count = 0;
  for (const std::string& name : hdf5::links(file.get())) {
    INFO(name);
    const hdf5::Dataset dataset = hdf5::open_dataset(file.get(), name);
    const hdf5::Dataset expected = plain(name);
    const bool decodes = decode_chunks(dataset) == decode_chunks(expected);
    CHECK(decodes);
    // And through HDF5, with our codecs as its filters.
    const bool reads = read_all<double>(dataset, float64) == read_all<double>(expected, float64);
    CHECK(reads);
    ++count;
  }
  CHECK(count == 2 * 26);
}
