// SPDX-License-Identifier: MIT
#include "host/config/config.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::host;

namespace {

// What parse_config says to a text it refuses.
std::string complaint(const std::string& text) {
  try {
    static_cast<void>(parse_config(text, "s.toml"));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("every key of the configuration arrives where it belongs", "[host][config]") {
  const Config config = parse_config(R"(
sources = ["a", "b/*.png"]
output = "out.h5"
base = "/data"
overwrite = true
workers = 3
on_error = "stop"

[[feature]]
name = "image"
plugin = "sheaf.image"
path = "data/image"
pattern = ['\.png$', '\.jpe?g$']
params = { size = "64x64", depth = 3, gain = 0.5, flip = true }
[feature.dataset]
chunks = 16
compression = "gzip"
compression_opts = 7
shuffle = true
fletcher32 = false
fillvalue = -1
dtype = "float32"

[[feature]]
name = "label"
pattern = "one"
)",
                                     "s.toml");
  CHECK(config.sources == std::vector<std::string>{"a", "b/*.png"});
  CHECK(config.output == "out.h5");
  CHECK(config.base == "/data");
  CHECK(config.overwrite == true);
  CHECK(config.workers == 3U);
  CHECK(config.stop_on_error == true);
  REQUIRE(config.features.size() == 2);
  const FeatureRequest& image = config.features[0];
  CHECK(image.name == "image");
  CHECK(image.plugin == "sheaf.image");
  CHECK(image.path == "data/image");
  CHECK(image.patterns == std::vector<std::string>{R"(\.png$)", R"(\.jpe?g$)"});
  CHECK(image.params ==
        plugin::ParamInputs{
            {"size", "64x64"}, {"depth", std::int64_t{3}}, {"gain", 0.5}, {"flip", true}});
  CHECK(image.dataset.chunks == 16);
  CHECK(image.dataset.compression == layout::Compression::Deflate);
  CHECK(image.dataset.compression_opts == 7);
  CHECK(image.dataset.shuffle == true);
  CHECK(image.dataset.fletcher32 == false);
  CHECK(image.dataset.fillvalue == Value::of(std::int64_t{-1}));
  CHECK(image.dataset.dtype == float32);
  CHECK(config.features[1].patterns == std::vector<std::string>{"one"});
}

TEST_CASE("an empty configuration says nothing", "[host][config]") {
  const Config config = parse_config("", "s.toml");
  CHECK(config.sources.empty());
  CHECK(config.features.empty());
  CHECK_FALSE(
      (config.output || config.base || config.overwrite || config.workers || config.stop_on_error));
}

TEST_CASE("one source may be written without brackets", "[host][config]") {
  CHECK(parse_config("sources = 'in'", "s.toml").sources == std::vector<std::string>{"in"});
}

TEST_CASE("an unknown key is refused with line and column and the keys there are",
          "[host][config]") {
  const std::string said = complaint("workers = 2\n  worker = 3\n");
  CHECK_THAT(said, Catch::Contains("s.toml:2:3"));
  CHECK_THAT(said, Catch::Contains("unknown key 'worker'"));
  CHECK_THAT(said, Catch::Contains("workers"));
  CHECK_THAT(complaint("[[feature]]\nname = 'a'\nparam = 1"), Catch::Contains("s.toml:3:1"));
  CHECK_THAT(complaint("[[feature]]\nname = 'a'\n[feature.dataset]\nchunk = 1"),
             Catch::Contains("s.toml:4:1") && Catch::Contains("chunks"));
}

TEST_CASE("a value of the wrong type or out of range is refused with its place", "[host][config]") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"workers = '2'", "s.toml:1:11: 'workers' is a whole number"},
      {"workers = 0", "'workers' is 1 to"},
      {"workers = 2.0", "whole number"},
      {"overwrite = 'yes'", "true or false"},
      {"output = 3", "text in quotes"},
      {"sources = 3", "'sources' is text or a list of texts"},
      {"sources = ['a', 3]", "s.toml:1:17"},
      {"on_error = 'panic'", "skip or stop"},
      {"feature = 3", "write [[feature]]"},
      {"[feature]\nname = 'a'", "write [[feature]]"},
      {"feature = [3]", "list of tables"},
      {"[[feature]]\npath = 'a'", "needs a 'name'"},
      {"[[feature]]\nname = 'a'\nparams = 3", "s.toml:3:10: 'params' is a table"},
      {"[[feature]]\nname = 'a'\nparams = { b = [[1]] }", "'b' is true, false, a number or text"},
      {"[[feature]]\nname = 'a'\ndataset = { chunks = 0 }", "'chunks' is 1 to"},
      {"[[feature]]\nname = 'a'\ndataset = { compression = 'zip' }",
       "gzip, lzf, lz4, zstd, blosc, none"},
      {"[[feature]]\nname = 'a'\ndataset = { compression_opts = 3 }", "set that too"},
      {"[[feature]]\nname = 'a'\ndataset = { compression = 'gzip', compression_opts = 10 }",
       "s.toml:3:54: the level of gzip is 10; it goes from 0 to 9"},
      {"[[feature]]\nname = 'a'\ndataset = { compression = 'zstd', compression_opts = 0 }",
       "it goes from 1 to 22"},
      {"[[feature]]\nname = 'a'\ndataset = { compression = 'lz4', compression_opts = 1 }",
       "lz4 has no level"},
      {"[[feature]]\nname = 'a'\ndataset = { fillvalue = 'x' }", "'fillvalue' is a number"},
      {"[[feature]]\nname = 'a'\ndataset = { dtype = 'float31' }", "float32"},
  }));
  CAPTURE(text);
  CHECK_THAT(complaint(text), Catch::Contains(expected));
}

TEST_CASE("what is no TOML is refused with line and column", "[host][config]") {
  CHECK_THAT(complaint("workers = 2\nsources = [\n"), Catch::Contains("s.toml:"));
  CHECK_THAT(complaint("a = 1\na = 2\n"), Catch::Contains("s.toml:2:"));
}

TEST_CASE("a configuration is read from a file, and one that isn't there is named",
          "[host][config]") {
  const test::TempDir folder;
  folder.write("sheaf.toml", "workers = 5\n");
  CHECK(read_config(folder / "sheaf.toml").workers == 5U);
  CHECK_THROWS_WITH(read_config(folder / "gone.toml"), Catch::Contains("gone.toml"));
}
