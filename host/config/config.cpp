// SPDX-License-Identifier: MIT
#include "host/config/config.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "host/config/keys.hpp"
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

// The level of a compression, which must be set beside it.
int parse_level(Table& table, std::int64_t level,
                const std::optional<layout::Compression>& compression) {
  if (!compression) {
    table.fail("compression_opts",
               "'compression_opts' is the level of a 'compression'; set that too");
  }
  if (const auto reason = layout::refuse_level(*compression, level)) {
    table.fail("compression_opts", *reason);
  }
  return static_cast<int>(level);
}

Dtype parse_dtype(Table& table, const std::string& name) {
  try {
    return Dtype::parse(name);
  } catch (const Error& error) {
    table.fail("dtype", error.what());
  }
}

DatasetOverrides parse_dataset(Table table, Gatherer& gather) {
  DatasetOverrides dataset;
  gather([&] { dataset.chunks = table.take_int("chunks", 1, max_int); });
  bool is_known = true;
  gather([&] {
    is_known = false;
    if (const auto name = table.take_text("compression")) {
      dataset.compression = parse_compression(table, *name);
    }
    is_known = true;
  });
  gather([&] {
    const auto level = table.take_int("compression_opts", 0, max_level);
    if (level && is_known) {
      dataset.compression_opts = parse_level(table, *level, dataset.compression);
    }
  });
  gather([&] { dataset.shuffle = table.take_bool("shuffle"); });
  gather([&] { dataset.fletcher32 = table.take_bool("fletcher32"); });
  gather([&] {
    const auto scalar = table.take_scalar("fillvalue");
    if (scalar) dataset.fillvalue = to_fill_value(table, *scalar);
  });
  gather([&] {
    const auto name = table.take_text("dtype");
    if (name) dataset.dtype = parse_dtype(table, *name);
  });
  table.close(gather);
  return dataset;
}

void parse_params(Table table, FeatureRequest& request, Gatherer& gather) {
  for (const std::string& key : table.keys()) {
    gather([&] {
      if (auto value = table.take_param(key)) request.params.emplace(key, *std::move(value));
    });
  }
}

FeatureRequest parse_feature(Table table, const std::string& file, Gatherer& gather) {
  FeatureRequest request;
  gather([&] {
    request.name = table.take_text("name").value_or("");
    if (request.name.empty()) {
      table.fail("name", "a [[feature]] needs a 'name', as in name = \"image\"");
    }
  });
  gather([&] { request.plugin = table.take_text("plugin").value_or(""); });
  gather([&] { request.path = table.take_text("path").value_or(""); });
  gather([&] { request.patterns = table.take_texts("pattern"); });
  gather([&] {
    const toml::table* params = table.take_table("params");
    if (params != nullptr) parse_params(Table(*params, file), request, gather);
  });
  gather([&] {
    const toml::table* dataset = table.take_table("dataset");
    if (dataset != nullptr) request.dataset = parse_dataset(Table(*dataset, file), gather);
  });
  table.close(gather);
  return request;
}

void parse_plugin(Table table, Config& config, Gatherer& gather) {
  gather([&] {
    const std::string id = table.take_text("id").value_or("");
    if (id.empty()) table.fail("id", "a [[plugin]] needs an 'id', as in id = \"lab.scanner\"");
    for (const std::string& word : table.take_texts("allow")) {
      const std::uint32_t bit = worker::parse_allow(word);
      if (bit == 0) {
        table.fail("allow", fmt::format("'{}' is none of network, programs, write", word));
      }
      config.allowed[id] |= bit;
    }
  });
  table.close(gather);
}

// One of two words; true for the second one.
std::optional<bool> take_choice(Table& table, const std::string& key, const char* no,
                                const char* yes) {
  const auto word = table.take_text(key);
  if (!word) return std::nullopt;
  if (*word != no && *word != yes) table.fail(key, fmt::format("'{}' is {} or {}", key, no, yes));
  return *word == yes;
}

void parse_limits(Table& table, Config& config, Gatherer& gather) {
  gather([&] {
    const auto sources = table.take_int("commit_every", 1, max_int);
    if (sources) config.commit_every = static_cast<std::size_t>(*sources);
  });
  gather([&] {
    const auto seconds = table.take_int("commit_after", 1, max_seconds);
    if (seconds) config.commit_after = std::chrono::seconds(*seconds);
  });
  gather([&] {
    const auto workers = table.take_int("workers", 1, max_workers);
    if (workers) config.workers = static_cast<unsigned>(*workers);
  });
}

Config parse_root(Table table, const std::string& file, Gatherer& gather) {
  Config config;
  gather([&] { config.sources = table.take_texts("sources"); });
  gather([&] { config.output = table.take_text("output"); });
  gather([&] { config.base = table.take_text("base"); });
  gather([&] { config.archives = table.take_bool("archives"); });
  gather([&] { config.overwrite = table.take_bool("overwrite"); });
  gather([&] { config.update = table.take_bool("update"); });
  gather([&] { config.prune = table.take_bool("prune"); });
  gather([&] { config.digests = take_choice(table, "check", "time", "digest"); });
  gather([&] { config.stop_on_error = take_choice(table, "on_error", "skip", "stop"); });
  parse_limits(table, config, gather);
  gather([&] {
    for (const toml::table* feature : table.take_tables("feature")) {
      config.features.push_back(parse_feature(Table(*feature, file), file, gather));
    }
  });
  gather([&] {
    for (const toml::table* plugin : table.take_tables("plugin")) {
      parse_plugin(Table(*plugin, file), config, gather);
    }
  });
  table.close(gather);
  return config;
}

// The first of what is wrong, and that there is more.
Config sound(ReadConfig read, const std::string& name) {
  if (read.problems.empty()) return std::move(read.config);
  std::ranges::stable_sort(read.problems, {}, &ConfigProblem::line);
  const ConfigProblem& first = read.problems.front();
  const std::size_t more = read.problems.size() - 1;
  throw Error(ErrorCode::Invalid, fmt::format("{}:{}:{}", name, first.line, first.column),
              first.message + (more == 0 ? ""
                                         : fmt::format("; and {} more: `sheaf config check {}` "
                                                       "lists all",
                                                       more, name)));
}

}  // namespace

ReadConfig read_keys(const toml::table& root, const std::string& name) {
  Gatherer gather;
  ReadConfig read{parse_root(Table(root, name), name, gather), {}};
  read.problems = std::move(gather.problems);
  return read;
}

Config parse_config(std::string_view text, const std::string& name) {
  return sound(read_keys(parse_toml(text, name), name), name);
}

Config read_config(const std::filesystem::path& path) {
  return sound(read_keys(read_toml(path), path.string()), path.string());
}

}  // namespace sheaf::host
