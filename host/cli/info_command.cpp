// SPDX-License-Identifier: MIT
// `sheaf info`
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/layout/reader.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* info_footer = R"(
Shows the arrays of a file, the table of sources × features, attributes and failures. It reads any
file of Sheaf's or h5mapper's. --json has everything, also what is cut short here.

Examples:
  sheaf info photos.h5
  sheaf info photos.h5 --rows 100        more of the table
  sheaf info photos.h5 --json | jq .outputs[0].shape)";

constexpr std::size_t max_failures = 20;
constexpr std::size_t max_origin = 84;

struct InfoArguments {
  std::string file;
  std::int64_t rows = 6;
  bool json = false;
};

double ratio(const layout::OutputInfo& output) {
  return output.stored_bytes > 0
             ? static_cast<double>(output.logical_bytes) / static_cast<double>(output.stored_bytes)
             : 1.0;
}

std::string filters_text(const layout::OutputInfo& output) {
  std::string text;
  for (const std::string& filter : output.filters) text += (text.empty() ? "" : " ") + filter;
  return text.empty() ? "-" : text;
}

void print_outputs(const layout::Reader& reader) {
  TextTable table;
  table.row({"array", "shape", "dtype", "sources", "chunks", "filters", "stored", "ratio"});
  for (const layout::OutputInfo& output : reader.outputs()) {
    table.row({printable(output.path) + (output.ragged ? "  (ragged)" : ""),
               to_string(output.shape), output.dtype_name, std::to_string(output.sources),
               output.chunks.empty() ? "-" : to_string(output.chunks), filters_text(output),
               human_bytes(output.stored_bytes), fmt::format("{:.2f}", ratio(output))});
  }
  fmt::print("{}", table.text());
}

// The first source of each set of features present comes first, so that a few rows show all kinds.
std::vector<std::size_t> telling_sources(const layout::Reader& reader, std::size_t count) {
  std::map<std::vector<bool>, std::size_t> kinds;
  const std::size_t total = reader.ids().size();
  std::vector<bool> chosen(total, false);
  std::size_t left = std::min(count, total);
  for (std::size_t i = 0; i < total && left > 0; ++i) {
    std::vector<bool> present;
    for (const auto& output : reader.outputs()) {
      present.push_back(reader.span(output.path, i).has_value());
    }
    if (!kinds.try_emplace(std::move(present), i).second) continue;
    chosen[i] = true;
    --left;
  }
  for (std::size_t i = 0; i < total && left > 0; ++i) {
    if (!chosen[i]) --left;
    chosen[i] = true;
  }
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < total; ++i) {
    if (chosen[i]) rows.push_back(i);
  }
  return rows;
}

void print_sources(const layout::Reader& reader, std::size_t count) {
  const std::vector<std::size_t> rows = telling_sources(reader, count);
  TextTable table;
  std::vector<std::string> head{"source"};
  for (const auto& output : reader.outputs()) head.push_back(printable(output.path));
  table.row(std::move(head));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] > (i == 0 ? 0 : rows[i - 1] + 1)) table.row({"…"});
    std::vector<std::string> line{printable(reader.ids()[rows[i]])};
    for (const auto& output : reader.outputs()) {
      const auto shape = reader.shape(output.path, rows[i]);
      line.push_back(shape ? to_string(*shape) : "None");
    }
    table.row(std::move(line));
  }
  if (!rows.empty() && rows.back() + 1 < reader.ids().size()) table.row({"…"});
  fmt::print("\n{}", table.text());
}

// What the host noted about a feature's origin, in one line; the rest of sheaf_… is for programs.
std::string origin_text(const layout::OutputInfo& output) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, value] : output.attrs) {
    if (value.strings.size() == 1) texts[name] = value.strings.front();
  }
  if (!texts.contains("sheaf_plugin")) return {};
  return fmt::format("{} {} {}", texts["sheaf_plugin"], texts["sheaf_plugin_version"],
                     texts["sheaf_parameters"]);
}

void print_attrs(const layout::Reader& reader) {
  for (const auto& output : reader.outputs()) {
    TextTable table;
    for (const auto& [name, value] : output.attrs) {
      if (!name.starts_with("sheaf_")) table.row({name, show_inline(value)});
    }
    const std::string origin = origin_text(output);
    if (!origin.empty()) table.row({"loaded by", shorten(printable(origin), max_origin)});
    const std::string text = table.text("  ");
    if (!text.empty()) fmt::print("\n{}\n{}", printable(output.path), text);
  }
}

void print_failures(const std::vector<layout::Failure>& failures) {
  if (failures.empty()) return;
  fmt::print("\nfailed ({})\n", failures.size());
  for (std::size_t i = 0; i < std::min(failures.size(), max_failures); ++i) {
    const layout::Failure& failure = failures[i];
    fmt::print("  {}{}{}: {}{}\n", printable(failure.id), failure.feature.empty() ? "" : ": ",
               failure.feature, printable(failure.message),
               failure.plugin.empty() ? "" : fmt::format("  [{}]", failure.plugin));
  }
  if (failures.size() > max_failures) {
    fmt::print("  … and {} more; --json has all\n", failures.size() - max_failures);
  }
}

Json attrs_json(const std::vector<layout::Attribute>& attrs) {
  Json json = Json::object();
  for (const auto& [name, value] : attrs) json[name] = to_json(value);
  return json;
}

Json failures_json(const std::vector<layout::Failure>& failures) {
  Json json = Json::array();
  for (const layout::Failure& failure : failures) {
    json.push_back({{"id", failure.id},
                    {"feature", failure.feature},
                    {"status", failure.status},
                    {"message", failure.message},
                    {"plugin", failure.plugin}});
  }
  return json;
}

void print_json(const layout::Reader& reader, const std::string& file) {
  Json json{{"file", file},
            {"format", reader.format_version()},
            {"complete", reader.complete()},
            {"bytes", reader.file_bytes()},
            {"sources", reader.ids().size()},
            {"outputs", Json::array()}};
  for (const layout::OutputInfo& output : reader.outputs()) {
    json["outputs"].push_back({{"path", output.path},
                               {"ragged", output.ragged},
                               {"shape", output.shape},
                               {"dtype", output.dtype_name},
                               {"sources", output.sources},
                               {"chunks", output.chunks},
                               {"filters", output.filters},
                               {"stored_bytes", output.stored_bytes},
                               {"logical_bytes", output.logical_bytes},
                               {"ratio", ratio(output)},
                               {"attrs", attrs_json(output.attrs)}});
  }
  json["failures"] = failures_json(reader.failures());
  fmt::print("{}\n", dump(json));
}

int info_command(const InfoArguments& options) {
  const layout::Reader reader = layout::Reader::open(options.file);
  if (options.json) {
    print_json(reader, options.file);
    return exit_ok;
  }
  const std::string format = reader.format_version();
  fmt::print("{}: {}, {}, {}{}\n\n", options.file,
             format.empty() ? "h5mapper's format" : "format " + format,
             counted(reader.ids().size(), "source"), human_bytes(reader.file_bytes()),
             reader.complete() ? "" : ", INCOMPLETE: its ingest didn't end");
  print_outputs(reader);
  if (!reader.ids().empty() && options.rows > 0) {
    print_sources(reader, static_cast<std::size_t>(options.rows));
  }
  print_attrs(reader);
  print_failures(reader.failures());
  return exit_ok;
}

}  // namespace

void add_info(CLI::App& app, Run& run) {
  auto options = std::make_shared<InfoArguments>();
  CLI::App* command = app.add_subcommand("info", "Shows what is in a file");
  command->footer(info_footer);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("--rows", options->rows, "Sources of the table to show (default: 6)")
      ->type_name("N");
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options, &run] { run = [options] { return info_command(*options); }; });
}

}  // namespace sheaf::host::cli
