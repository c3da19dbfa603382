// SPDX-License-Identifier: MIT
// `sheaf pack`
#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/layout/pack.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/progress_bar.hpp"
#include "host/cli/terminal.hpp"
#include "host/cli/verify_apart.hpp"
#include "host/config/config.hpp"
#include "host/dispatch/request.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* pack_footer = R"(
Writes a file anew, as compactly as its content allows: rows without a source go, the others come into
the order of the sources, tables get their plain form, and space that was lost inside the file is
given back. Attributes and whatever else is in the file come along. The file is verified first; it is
replaced when the new one is complete.

Arrays whose rows and storage stay are copied as they are, without decoding. With options they are
stored another way, all or one FEATURE by its path; docs/configuration.md explains the names.

Examples:
  sheaf pack photos.h5
  sheaf pack photos.h5 -o small.h5 --compression zstd --level 9 --shuffle
  sheaf pack one.h5 -f audio:compression=gzip,compression_opts=6 -f image:chunks=16

Exit status: 0 packed, 3 the file is damaged (and left as it was), 1 nothing written, 2 usage.)";

struct PackArguments {
  std::string file;
  std::string output;
  std::string config;
  std::vector<std::string> features;
  std::optional<std::int64_t> chunks;
  std::optional<std::string> compression;
  std::optional<int> level;
  std::optional<bool> shuffle;
  std::optional<bool> fletcher32;
  unsigned workers = 0;
  double timeout = 60;
  bool overwrite = false;
  bool json = false;
  bool quiet = false;
};

layout::Compression compression_of(const std::string& name) {
  if (const auto* kind = layout::find_compression(name)) return kind->compression;
  throw CLI::ValidationError("there is no compression '" + name + "'; there are " +
                             layout::compression_names());
}

void check_level(const layout::StorageChange& change) {
  if (!change.level) return;
  if (!change.compression) {
    throw CLI::ValidationError("a level is that of a compression; choose that too");
  }
  if (const auto reason = layout::refuse_level(*change.compression, *change.level)) {
    throw CLI::ValidationError(*reason);
  }
}

std::int64_t number_of(const std::string& name, const std::string& text) {
  std::int64_t number = 0;
  if (CLI::detail::lexical_cast(text, number)) return number;
  throw CLI::ValidationError("'" + text + "' is no number for " + name);
}

bool flag_of(const std::string& name, const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  throw CLI::ValidationError(name + " is true or false, not '" + text + "'");
}

layout::StorageChange change_of(const FeatureRequest& request) {
  layout::StorageChange change;
  for (const auto& [name, value] : request.params) {
    const auto& text = std::get<std::string>(value);
    if (name == "chunks") {
      change.chunk_rows = number_of(name, text);
    } else if (name == "compression") {
      change.compression = compression_of(text);
    } else if (name == "compression_opts") {
      change.level = static_cast<int>(number_of(name, text));
    } else if (name == "shuffle") {
      change.shuffle = flag_of(name, text);
    } else if (name == "fletcher32") {
      change.fletcher32 = flag_of(name, text);
    } else {
      throw CLI::ValidationError("there is no option '" + name +
                                 "'; there are chunks, compression, compression_opts, shuffle, "
                                 "fletcher32");
    }
  }
  check_level(change);
  return change;
}

layout::StorageChange change_of(const DatasetOverrides& dataset) {
  return {dataset.chunks, dataset.compression, dataset.compression_opts, dataset.shuffle,
          dataset.fletcher32};
}

layout::PackOptions merge(const PackArguments& options) {
  layout::PackOptions merged;
  merged.storage = {options.chunks, std::nullopt, options.level, options.shuffle,
                    options.fletcher32};
  if (options.compression) merged.storage.compression = compression_of(*options.compression);
  check_level(merged.storage);
  if (!options.config.empty()) {
    for (const FeatureRequest& request : read_config(options.config).features) {
      const layout::StorageChange change = change_of(request.dataset);
      if (change == layout::StorageChange{}) continue;
      merged.by_feature[request.path.empty() ? request.name : request.path] = change;
    }
  }
  for (const std::string& text : options.features) {
    try {
      const FeatureRequest request = parse_request(text);
      merged.by_feature[request.path.empty() ? request.name : request.path] = change_of(request);
    } catch (const Error& error) {
      throw CLI::ValidationError(error.what());
    }
  }
  merged.overwrite = options.overwrite;
  merged.threads = options.workers;
  return merged;
}

// "1,204": as people read it.
std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

void print_report(const layout::PackReport& report, const std::string& output) {
  fmt::print("{}: {} → {}", output, human_bytes(report.bytes_before),
             human_bytes(report.bytes_after));
  const auto tell = [](std::int64_t count, const char* one, const char* many) {
    if (count > 0) fmt::print(", {} {} dropped", grouped(count), count == 1 ? one : many);
  };
  tell(report.rows_dropped, "row without a source", "rows without a source");
  tell(report.sources_dropped, "source whose id came again", "sources whose ids came again");
  tell(report.keys_dropped, "key without an array", "keys without an array");
  fmt::print("\n");
  if (report.lost.empty()) return;
  fmt::print("could not be carried over, and is missing or null now:\n");
  for (const std::string& line : report.lost) fmt::print("  {}\n", printable(line));
}

void print_json(const layout::PackReport& report, const std::string& file,
                const std::string& output) {
  const nlohmann::ordered_json json{{"file", file},
                                    {"output", output},
                                    {"bytes_before", report.bytes_before},
                                    {"bytes_after", report.bytes_after},
                                    {"rows_dropped", report.rows_dropped},
                                    {"sources_dropped", report.sources_dropped},
                                    {"keys_dropped", report.keys_dropped},
                                    {"arrays_copied", report.arrays_copied},
                                    {"arrays_encoded", report.arrays_encoded},
                                    {"lost", report.lost}};
  fmt::print("{}\n", dump(json));
}

bool is_sound(const PackArguments& options, ProgressBar& bar) {
  bar.stage("verifying");
  const layout::Report report = verify_apart(
      options.file, {.threads = options.workers},
      std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout * 1000)), bar);
  bar.clear();
  for (const layout::Finding& finding : report.problems) {
    print_error(fmt::format("{}{}: {}; nothing was packed, `sheaf verify {}` says all of it",
                            options.file, finding.object.empty() ? "" : ":" + finding.object,
                            finding.message, options.file));
    return false;
  }
  return true;
}

int pack_command(const PackArguments& options) {
  const layout::PackOptions merged = merge(options);
  const std::string output = options.output.empty() ? options.file : options.output;
  // A full disk or a limit comes back as an error of the write, which leaves nothing behind.
  std::signal(SIGXFSZ, SIG_IGN);
  ProgressBar bar(options.quiet);
  if (!is_sound(options, bar)) return exit_some_failed;
  bar.stage("packing");
  const layout::PackReport report =
      layout::pack(options.file, output, merged, [&](std::int64_t done, std::int64_t total) {
        bar.progress({.bytes_done = done, .bytes_total = total});
      });
  bar.clear();
  options.json ? print_json(report, options.file, output) : print_report(report, output);
  return exit_ok;
}

void add_storage(CLI::App* command, const std::shared_ptr<PackArguments>& options) {
  command->add_option("--chunk-rows", options->chunks, "Rows a chunk; elements where ragged")
      ->check(CLI::PositiveNumber.description(""))
      ->type_name("N");
  command->add_option("--compression", options->compression, "gzip, lzf, lz4, zstd, blosc or none")
      ->type_name("NAME");
  command->add_option("--level", options->level, "Of the compression: gzip 0 to 9, zstd 1 to 22 …")
      ->type_name("N");
  const auto add_switch = [&](const std::string& name, std::optional<bool>& chosen, const char* yes,
                              const char* no) {
    command->add_flag_callback(
        "--" + name, [&chosen] { chosen = true; }, yes);
    command->add_flag_callback(
        "--no-" + name, [&chosen] { chosen = false; }, no);
  };
  add_switch("shuffle", options->shuffle, "Bytes of like weight together", "Not so any more");
  add_switch("fletcher32", options->fletcher32, "A checksum for each chunk", "None any more");
  command
      ->add_option("-f,--feature", options->features,
                   "One feature's storage, FEATURE:option=value,…;\nmay be repeated")
      ->type_name("FEATURE")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command->add_option("-c,--config", options->config, "Its [feature.dataset] tables; -f wins")
      ->type_name("FILE");
}

}  // namespace

void add_pack(CLI::App& app, Run& run) {
  auto options = std::make_shared<PackArguments>();
  CLI::App* command = app.add_subcommand("pack", "Rewrites a file compactly");
  command->footer(pack_footer);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("-o,--output", options->output, "Write to OUT and leave FILE as it is")
      ->type_name("OUT");
  add_storage(command, options);
  command->add_option("--workers", options->workers, "How many encode at once (default: cores)")
      ->check(CLI::Range(1U, 1024U).description(""))
      ->type_name("N");
  command
      ->add_option("--timeout", options->timeout,
                   "How long HDF5 may stand still in verifying (default: 60 s)")
      ->check(CLI::Range(0.1, 1e9).description(""))
      ->type_name("SECONDS");
  command->add_flag("--overwrite", options->overwrite, "Replace OUT where it exists");
  command->add_flag("--json", options->json, "Print what was saved as JSON");
  command->add_flag("-q,--quiet", options->quiet, "No progress");
  command->callback([options, &run] { run = [options] { return pack_command(*options); }; });
}

}  // namespace sheaf::host::cli
