// SPDX-License-Identifier: MIT
#include "host/config/config.hpp"

#include <limits>

#include <fmt/format.h>

#include "host/config/table.hpp"
#include "host/worker/confine.hpp"

namespace sheaf::host {
namespace {

constexpr std::int64_t max_int = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t max_workers = 1024;
constexpr std::int64_t max_seconds = 1'000'000'000;
constexpr std::int64_t max_level = 1000;  // of any compression; each has its own

layout::Compression parse_compression(Table& table, const std::string& name) {
  if (const auto* kind = layout::find_compression(name)) return kind->compression;
  table.fail("compression",
             fmt::format("compression '{}' is none of {}", name, layout::compression_names()));
}

Value to_fill_value(Table& table, const plugin::ParamValue& scalar) {
  if (const auto* yes = std::get_if<bool>(&scalar)) return Value::of(*yes);
  if (const auto* number = std::get_if<std::int64_t>(&scalar)) return Value::of(*number);
  if (const auto* number = std::get_if<double>(&scalar)) return Value::of(*number);
  table.fail("fillvalue", "'fillvalue' is a number, true or false");
}

DatasetOverrides parse_dataset(Table table) {
  DatasetOverrides dataset;
  dataset.chunks = table.take_int("chunks", 1, max_int);
  if (const auto name = table.take_text("compression")) {
    dataset.compression = parse_compression(table, *name);
  }
  if (const auto level = table.take_int("compression_opts", 0, max_level)) {
    dataset.compression_opts = static_cast<int>(*level);
    if (!dataset.compression) {
      table.fail("compression_opts",
                 "'compression_opts' is the level of a 'compression'; set that too");
    }
    if (const auto reason = layout::refuse_level(*dataset.compression, *level)) {
      table.fail("compression_opts", *reason);
    }
  }
  dataset.shuffle = table.take_bool("shuffle");
  dataset.fletcher32 = table.take_bool("fletcher32");
  if (const auto scalar = table.take_scalar("fillvalue")) {
    dataset.fillvalue = to_fill_value(table, *scalar);
  }
  if (const auto name = table.take_text("dtype")) {
    try {
      dataset.dtype = Dtype::parse(*name);
    } catch (const Error& error) {
      table.fail("dtype", error.what());
    }
  }
  table.close();
  return dataset;
}

FeatureRequest parse_feature(Table table, const std::string& file) {
  FeatureRequest request;
  request.name = table.take_text("name").value_or("");
  if (request.name.empty())
    table.fail("name", "a [[feature]] needs a 'name', as in name = \"image\"");
  request.plugin = table.take_text("plugin").value_or("");
  request.path = table.take_text("path").value_or("");
  request.patterns = table.take_texts("pattern");
  if (const toml::table* params = table.take_table("params")) {
    Table reader(*params, file);
    for (const std::string& key : reader.keys()) {
      if (auto value = reader.take_param(key)) request.params.emplace(key, *std::move(value));
    }
  }
  if (const toml::table* dataset = table.take_table("dataset")) {
    request.dataset = parse_dataset(Table(*dataset, file));
  }
  table.close();
  return request;
}

void parse_plugin(Table table, Config& config) {
  const std::string id = table.take_text("id").value_or("");
  if (id.empty()) table.fail("id", "a [[plugin]] needs an 'id', as in id = \"lab.scanner\"");
  for (const std::string& word : table.take_texts("allow")) {
    const std::uint32_t bit = worker::parse_allow(word);
    if (bit == 0) {
      table.fail("allow", fmt::format("'{}' is none of network, programs, write", word));
    }
    config.allowed[id] |= bit;
  }
  table.close();
}

Config parse_root(Table table, const std::string& file) {
  Config config;
  config.sources = table.take_texts("sources");
  config.output = table.take_text("output");
  config.base = table.take_text("base");
  config.archives = table.take_bool("archives");
  config.overwrite = table.take_bool("overwrite");
  config.update = table.take_bool("update");
  config.prune = table.take_bool("prune");
  if (const auto check = table.take_text("check")) {
    if (*check != "time" && *check != "digest") table.fail("check", "'check' is time or digest");
    config.digests = *check == "digest";
  }
  if (const auto sources = table.take_int("commit_every", 1, max_int)) {
    config.commit_every = static_cast<std::size_t>(*sources);
  }
  if (const auto seconds = table.take_int("commit_after", 1, max_seconds)) {
    config.commit_after = std::chrono::seconds(*seconds);
  }
  if (const auto workers = table.take_int("workers", 1, max_workers)) {
    config.workers = static_cast<unsigned>(*workers);
  }
  if (const auto policy = table.take_text("on_error")) {
    if (*policy != "skip" && *policy != "stop")
      table.fail("on_error", "'on_error' is skip or stop");
    config.stop_on_error = *policy == "stop";
  }
  for (const toml::table* feature : table.take_tables("feature")) {
    config.features.push_back(parse_feature(Table(*feature, file), file));
  }
  for (const toml::table* plugin : table.take_tables("plugin")) {
    parse_plugin(Table(*plugin, file), config);
  }
  table.close();
  return config;
}

}  // namespace

Config parse_config(std::string_view text, const std::string& name) {
  const toml::table root = parse_toml(text, name);
  return parse_root(Table(root, name), name);
}

Config read_config(const std::filesystem::path& path) {
  const toml::table root = read_toml(path);
  return parse_root(Table(root, path.string()), path.string());
}

}  // namespace sheaf::host
