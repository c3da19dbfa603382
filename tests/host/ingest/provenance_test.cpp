// SPDX-License-Identifier: MIT
#include "host/ingest/provenance.hpp"

#include <catch2/catch.hpp>

#include "host/plugin/digest.hpp"
#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::find_attr;
using test::World;

TEST_CASE("the file says which plugin made an array, from what and how",
          "[host][ingest][provenance]") {
  World world({"flow"});
  world.source("a.values", "1");
  CHECK(world.ingest("values:slot=7").written);
  const auto attrs = world.reader().attrs("values");
  const auto text = [&](const char* name) {
    const Value* value = find_attr(attrs, name);
    return value == nullptr || value->strings.empty() ? std::string() : value->strings[0];
  };
  CHECK(text("sheaf_feature") == "test.values");
  CHECK(text("sheaf_plugin") == "test.flow");
  CHECK(text("sheaf_plugin_version") == "1.2.3");
  CHECK(text("sheaf_plugin_digest") ==
        "sha256:" + plugin::sha256_of_file(SHEAF_TEST_PLUGINS "/flow/test_flow.so"));
  CHECK(text("sheaf_parameters") == R"({"slot":7})");
  CHECK(text("sheaf_pattern") == R"(\.values$)");
}

TEST_CASE("the configuration wins over how the plugin creates its datasets",
          "[host][ingest][provenance]") {
  Selected selected;
  const sheaf_feature abi{};
  const plugin::Feature feature{&abi, nullptr};
  selected.feature = &feature;
  layout::OutputSpec spec{"n", int32, {}, layout::Ragged::Never, {}};
  spec.options.chunk_rows = 5;
  spec.options.shuffle = true;
  spec.options.compression = layout::Compression::Lzf;
  CHECK(with_overrides(selected, {spec}).at(0) == spec);
  selected.dataset.chunks = 9;
  selected.dataset.compression = layout::Compression::None;
  selected.dataset.shuffle = false;
  selected.dataset.fletcher32 = true;
  selected.dataset.fillvalue = Value::of(7.0);
  selected.dataset.dtype = float32;
  const layout::DatasetOptions options = with_overrides(selected, {spec}).at(0).options;
  CHECK(options.chunk_rows == 9);
  CHECK(options.compression == layout::Compression::None);
  CHECK_FALSE(options.shuffle);
  CHECK(options.fletcher32);
  CHECK(options.fill_value == Value::of(7.0));
  CHECK(options.dtype == float32);
}

TEST_CASE("a plugin's level goes when the configuration chooses another compression",
          "[host][provenance]") {
  Selected selected;
  const sheaf_feature abi{};
  const plugin::Feature feature{&abi, nullptr};
  selected.feature = &feature;
  layout::OutputSpec spec{"n", int32, {}, layout::Ragged::Never, {}};
  spec.options.compression = layout::Compression::Zstd;
  spec.options.level = 19;
  selected.dataset.compression = layout::Compression::Zstd;
  CHECK(with_overrides(selected, {spec}).at(0).options.level == 19);
  selected.dataset.compression = layout::Compression::Deflate;
  CHECK_FALSE(with_overrides(selected, {spec}).at(0).options.level);
  selected.dataset.compression_opts = 9;
  CHECK(with_overrides(selected, {spec}).at(0).options.level == 9);
}
