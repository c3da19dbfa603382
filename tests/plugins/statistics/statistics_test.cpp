// SPDX-License-Identifier: MIT
// sheaf.*_statistics, against NumPy.
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/plugin_harness.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::test {
namespace {

namespace fs = std::filesystem;
using Catch::Contains;
using Params = std::vector<Param>;
using Extents = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

template <class T>
Source derived(const std::vector<T>& values, Extents shape) {
  Array array;
  constexpr std::uint8_t code = std::is_floating_point_v<T> ? SHEAF_FLOAT
                                : std::is_signed_v<T>       ? SHEAF_INT
                                                            : SHEAF_UINT;
  array.dtype = {code, sizeof(T) * 8, 1};
  array.shape = std::move(shape);
  array.bytes.resize(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
  Source source{"a", {}};
  source.inputs.push_back(std::move(array));
  return source;
}
Plugin statistics() { return Plugin::load(SHEAF_TEST_PLUGIN); }

// The numbers that an expression of NumPy gives for a file of doubles, `a`.
Numbers numpy(const TempDir& folder, const Numbers& values, const std::string& expression) {
  folder.write("in", {reinterpret_cast<const char*>(values.data()), values.size() * 8});
  const fs::path script = folder.write("n.py",
                                       "import sys, numpy as np\na = np.fromfile(sys.argv[1])\n"
                                       "np.atleast_1d(np.asarray(" +
                                           expression + ", 'f8')).ravel().tofile(sys.argv[2])\n");
  const ProcessResult result =
      run_python(script, {(folder / "in").string(), (folder / "out").string()});
  INFO(result.err);
  REQUIRE(result.ok());
  const std::string raw = read_file(folder / "out");
  Numbers numbers(raw.size() / 8);
  std::memcpy(numbers.data(), raw.data(), raw.size());
  return numbers;
}
void check_close(const Numbers& got, const Numbers& expected, double relative) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CHECK(got[i] == Approx(expected[i]).epsilon(relative).margin(1e-12));
  }
}

TEST_CASE("a source's statistics are those of NumPy, a row a channel", "[plugins][statistics]") {
  const TempDir folder;
  std::mt19937 random(3);
  std::vector<std::uint8_t> pixels(40 * 50 * 3);
  Numbers values;
  for (std::uint8_t& pixel : pixels) {
    pixel = static_cast<std::uint8_t>(random());
    values.push_back(pixel);
  }
  Instance instance(statistics(), "sheaf.image_statistics");
  instance.describe();
  const Loaded loaded = instance.load(derived(pixels, {1, 40, 50, 3}));
  INFO(loaded.message);
  REQUIRE(loaded.ok());
  const auto numbers = [&](std::size_t output) {
    return loaded.outputs.at(output).elements<double>();
  };
  CHECK(loaded.outputs[0].elements<std::int64_t>() == std::vector<std::int64_t>{0, 1, 2});
  CHECK(loaded.outputs[1].elements<std::int64_t>() == std::vector<std::int64_t>{2000, 2000, 2000});
  check_close(numbers(2), numpy(folder, values, "a.reshape(-1, 3).mean(0)"), 1e-14);
  check_close(numbers(3), numpy(folder, values, "a.reshape(-1, 3).std(0)"), 1e-14);
  CHECK(numbers(4) == numpy(folder, values, "a.reshape(-1, 3).min(0)"));
  CHECK(numbers(5) == numpy(folder, values, "a.reshape(-1, 3).max(0)"));
  Numbers bins;
  for (const std::int64_t bin : loaded.outputs[6].elements<std::int64_t>()) {
    bins.push_back(static_cast<double>(bin));
  }
  CHECK(bins ==
        numpy(folder, values, "[np.histogram(c, 256, (0, 256))[0] for c in a.reshape(-1, 3).T]"));
}

TEST_CASE("finish merges all sources, whatever their sizes", "[plugins][statistics]") {
  const TempDir folder;
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal(1e9, 1e-3);  // where a sum of squares loses everything
  Instance instance(statistics(), "sheaf.npy_statistics",
                    {{"bins", 50}, {"low", 1e9 - 5e-3}, {"high", 1e9 + 5e-3}});
  REQUIRE(instance.opened().ok());
  instance.describe();
  Numbers all;
  for (const std::size_t rows : {1U, 7U, 5000U, 123U, 20000U}) {
    Numbers values(rows * 2);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = normal(random) + static_cast<double>(i % 2);
    }
    REQUIRE(instance.load(derived(values, {static_cast<std::int64_t>(rows), 2})).ok());
    all.insert(all.end(), values.begin(), values.end());
  }
  CHECK(instance.load(derived(Numbers{}, {0, 2})).status == SHEAF_EMPTY);
  const Description finished = instance.finish();
  INFO(finished.message);
  REQUIRE(finished.ok());
  const auto attr = [&](const char* name) { return finished.attrs.at(name).elements<double>(); };
  CHECK(finished.attrs.at("count").elements<std::int64_t>() ==
        std::vector<std::int64_t>{25131, 25131});
  // Not NumPy's own mean, which is off in the eighth digit of the spread here.
  check_close(attr("mean"), numpy(folder, all, "1e9 + (a - 1e9).reshape(-1, 2).mean(0)"), 2e-16);
  check_close(attr("std"), numpy(folder, all, "(a - 1e9).reshape(-1, 2).std(0)"), 1e-6);
  CHECK(attr("min") == numpy(folder, all, "a.reshape(-1, 2).min(0)"));
  CHECK(attr("max") == numpy(folder, all, "a.reshape(-1, 2).max(0)"));
  Numbers bins;
  for (const std::int64_t bin : finished.attrs.at("histogram").elements<std::int64_t>()) {
    bins.push_back(static_cast<double>(bin));
  }
  CHECK(bins == numpy(folder, all, "np.histogram(a, 50, (1e9 - 5e-3, 1e9 + 5e-3))[0]"));
}

TEST_CASE("every numeric type has statistics, NaN is no value", "[plugins][statistics]") {
  Instance instance(statistics(), "sheaf.npy_statistics", {{"channels", "none"}});
  instance.describe();
  const auto mean = [&](const Source& source) {
    const Loaded loaded = instance.load(source);
    INFO(loaded.message);
    REQUIRE(loaded.ok());
    return loaded.outputs.at(2).elements<double>();
  };
  CHECK(mean(derived(std::vector<std::int8_t>{-4, 2}, {2})) == Numbers{-1});
  CHECK(mean(derived(std::vector<std::uint16_t>{65535, 65533}, {2, 1})) == Numbers{65534});
  CHECK(mean(derived(std::vector<std::int16_t>{-3, 5}, {1, 2})) == Numbers{1});
  CHECK(mean(derived(std::vector<std::uint32_t>{4000000000U}, {1})) == Numbers{4e9});
  CHECK(mean(derived(std::vector<std::int32_t>{-7}, {1})) == Numbers{-7});
  CHECK(mean(derived(std::vector<std::uint64_t>{1ULL << 63U}, {1})) == Numbers{0x1p63});
  CHECK(mean(derived(std::vector<std::int64_t>{-9}, {1})) == Numbers{-9});
  CHECK(mean(derived(std::vector<float>{1, 2, std::nanf("")}, {3})) == Numbers{1.5});
  const Loaded nothing = instance.load(derived(Numbers{std::nan("")}, {1}));
  CHECK(nothing.outputs.at(1).elements<std::int64_t>().at(0) == 0);
  CHECK(std::isnan(nothing.outputs.at(2).elements<double>().at(0)));
  Source complex = derived(Numbers{1, 2}, {1});
  complex.inputs[0].dtype = {SHEAF_COMPLEX, 128, 1};
  CHECK_THAT(instance.load(complex).message, Contains("without a mean"));
  CHECK(instance.finish().ok());
}

TEST_CASE("a histogram needs to know where it begins and ends", "[plugins][statistics]") {
  const Instance half(statistics(), "sheaf.npy_statistics", {{"bins", 4}});
  CHECK_THAT(half.opened().message, Contains("low below high"));
  const Instance turned(statistics(), "sheaf.audio_statistics", {{"low", 1.0}, {"high", 0.0}});
  CHECK_THAT(turned.opened().message, Contains("low below high"));
  Instance none(statistics(), "sheaf.audio_statistics", {{"bins", 0}});
  CHECK(none.describe().outputs.size() == 6);
  CHECK(none.finish().attrs.empty());
}

TEST_CASE("statistics are made of five features, on demand", "[plugins][statistics]") {
  const sheaf_plugin& plugin = statistics().descriptor();
  CHECK(plugin.feature_count == 5);
  for (std::uint64_t i = 0; i < plugin.feature_count; ++i) {
    CHECK((plugin.features[i]->flags & SHEAF_FEATURE_OPT_IN) != 0);
    CHECK(plugin.features[i]->input.size > 0);
  }
}

}  // namespace
}  // namespace sheaf::test
