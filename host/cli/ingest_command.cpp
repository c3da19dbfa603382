// SPDX-License-Identifier: MIT
// `sheaf ingest`
#include <algorithm>
#include <atomic>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/journal/guarded_file.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/interrupt.hpp"
#include "host/cli/progress_bar.hpp"
#include "host/cli/terminal.hpp"
#include "host/config/config.hpp"
#include "host/ingest/ingest.hpp"
#include "host/source/source.hpp"
#include "host/worker/scan.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* ingest_footer = R"(
SOURCE is a file, a folder (recursive, hidden files left out), a glob, an address (http, https, s3;
s3://bucket/prefix/ for all below it), `-` or `@list.txt` for a list of such. A tar or zip archive
stands for its members. A source's id is its path from the folder's parent; with a trailing slash
from the folder; in an archive photos.tar/cats/1.jpg; of an address what is behind the scheme.

A FILE that is there is gone on with: what is in it stays, what is new or failed is loaded.

Examples:
  sheaf ingest photos -o photos.h5
  sheaf ingest photos -o photos.h5 --update --prune
  sheaf ingest photos/ -o photos.h5 -f image=data/image:size=64x64 -f dirlabel
  sheaf ingest '*.wav' -o digits.h5 -f audio:rate=16000 -f 'pathlabel:pattern=^(\d)_'
  sheaf ingest shard-00.tar https://example.org/cat.jpg s3://bucket/dogs/ -o all.h5
  find . -name '*.flac' -print0 | sheaf ingest - -o flac.h5 -c sheaf.toml

Exit status: 0 all stored, 3 some sources failed (their reasons are in the file), 1 nothing written,
2 usage, 130 interrupted. Whatever ends a run, what it committed is in the file.)";

constexpr std::size_t max_listed = 10;

// Groups of options.
constexpr const char* there = "When FILE is there";
constexpr const char* limits = "Limits";

struct IngestArguments {
  std::vector<std::string> sources;
  std::string output;
  std::string config;
  std::vector<std::string> features;
  std::string base;
  unsigned workers = 0;
  std::uint64_t memory = std::uint64_t{512} << 20U;
  bool no_archives = false;
  bool overwrite = false;
  bool resume = false;
  bool update = false;
  bool prune = false;
  bool force = false;
  std::string check;
  std::size_t commit_every = 0;
  double commit_after = 0;
  bool json = false;
  bool quiet = false;
  bool in_process = false;
  double timeout = 60;
  std::uint64_t worker_memory = std::uint64_t{4} << 30U;
};

// CLI11 would wrap it around.
std::string not_negative(std::string& text) {
  return text.starts_with('-') ? "a size can't be negative" : std::string();
}

// What is loaded, and where it goes.
void merge_sources(const IngestArguments& options, Config& config, IngestOptions& merged) {
  merged.sources = options.sources.empty() ? config.sources : options.sources;
  merged.output = options.output.empty() ? config.output.value_or("") : options.output;
  if (merged.sources.empty()) {
    throw CLI::RequiredError("SOURCE (a file or a folder)");
  }
  if (merged.output.empty()) {
    throw CLI::RequiredError("-o FILE");
  }
  merged.features = std::move(config.features);
  if (!options.features.empty()) merged.features.clear();
  for (const std::string& text : options.features) {
    try {
      merged.features.push_back(parse_request(text));
    } catch (const Error& error) {
      throw CLI::ValidationError(error.what());
    }
  }
  merged.base = config.base;
  if (!options.base.empty()) merged.base = options.base;
  merged.archives = !options.no_archives && config.archives.value_or(true);
}

// What becomes of a file that is there.
void merge_continuation(const IngestArguments& options, const Config& config,
                        IngestOptions& merged) {
  merged.overwrite = options.overwrite || config.overwrite.value_or(false);
  merged.go_on.update = options.update || config.update.value_or(false);
  merged.go_on.prune = options.prune || config.prune.value_or(false);
  merged.go_on.force = options.force;
  merged.go_on.digests =
      options.check.empty() ? config.digests.value_or(false) : options.check == "digest";
  const bool goes_on = options.resume || options.update || options.prune || options.force;
  if (options.overwrite && goes_on) {
    throw CLI::ValidationError(
        "--overwrite builds the file anew; leave out --resume, --update, "
        "--prune and --force, or leave it out itself");
  }
  if (merged.go_on.prune && !merged.go_on.update) throw CLI::RequiresError("--prune", "--update");
}

IngestOptions merge(const IngestArguments& options, Config config) {
  IngestOptions merged;
  merge_sources(options, config, merged);
  merge_continuation(options, config, merged);
  merged.commits.sources = config.commit_every.value_or(merged.commits.sources);
  merged.commits.time = config.commit_after.value_or(merged.commits.time);
  if (options.commit_every > 0) merged.commits.sources = options.commit_every;
  if (options.commit_after > 0) {
    merged.commits.time =
        std::chrono::milliseconds(static_cast<std::int64_t>(options.commit_after * 1000));
  }
  merged.stop_on_error = config.stop_on_error.value_or(false);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  merged.limits.workers = options.workers > 0 ? options.workers : config.workers.value_or(cores);
  merged.limits.memory = options.memory;
  merged.limits.source_time =
      std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout * 1000));
  merged.limits.source_memory = options.worker_memory;
  merged.allowed = std::move(config.allowed);
  return merged;
}

void print_failures(const Summary& summary) {
  for (std::size_t i = 0; i < std::min(summary.failures.size(), max_listed); ++i) {
    const layout::Failure& failure = summary.failures[i];
    fmt::print("  {}{}{}: {}\n", printable(failure.id), failure.feature.empty() ? "" : ": ",
               failure.feature, printable(failure.message));
  }
  if (summary.failures.size() <= max_listed) return;
  fmt::print("  … and {} more", summary.failures.size() - max_listed);
  fmt::print("{}\n", summary.written ? fmt::format("; `sheaf info {}` lists them", summary.output)
                                     : std::string());
}

// What a file had before, in the words of what became of it.
void print_before(const Summary& summary) {
  std::string what;
  const auto add = [&what](std::size_t count, std::string_view text) {
    if (count > 0) what += fmt::format("{}{} {}", what.empty() ? "" : ", ", count, text);
  };
  add(summary.left, "as they were");
  add(summary.replaced, "replaced");
  add(summary.dropped, "gone and dropped");
  add(summary.changed, "changed (--update replaces them)");
  fmt::print("{} had {}{}{}\n", summary.output, counted(summary.before, "source"),
             what.empty() ? "" : ": ", what);
}

void print_summary(const Summary& summary) {
  if (summary.resumed) print_before(summary);
  if (summary.resumed && summary.stored == 0 && summary.written) {
    fmt::print("{}: nothing new\n", summary.output);
  } else if (summary.written) {
    fmt::print("{}: {} stored in {:.2f} s ({:.0f}/s), {} → {}\n", summary.output,
               counted(summary.stored, "source"), summary.seconds,
               static_cast<double>(summary.stored) / std::max(summary.seconds, 1e-9),
               human_bytes(summary.source_bytes), human_bytes(summary.file_bytes));
  }
  if (!summary.skipped.empty()) {
    fmt::print("{} skipped, since no feature had anything to load:", summary.skipped.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(summary.skipped.size(), 3); ++i) {
      fmt::print("{} {}", i == 0 ? "" : ",", printable(summary.skipped[i]));
    }
    fmt::print("{}\n", summary.skipped.size() > 3 ? " …" : "");
  }
  if (summary.failures.empty()) return;
  fmt::print(
      "{} failed{}:\n", counted(summary.failed, "source"),
      summary.partly == 0 ? "" : fmt::format(" ({} stored by another feature)", summary.partly));
  print_failures(summary);
}

void print_json(const Summary& summary) {
  nlohmann::ordered_json json{{"output", summary.output},
                              {"written", summary.written},
                              {"interrupted", summary.interrupted},
                              {"resumed", summary.resumed},
                              {"before", summary.before},
                              {"left", summary.left},
                              {"changed", summary.changed},
                              {"dropped", summary.dropped},
                              {"stored", summary.stored},
                              {"replaced", summary.replaced},
                              {"partly", summary.partly},
                              {"skipped", summary.skipped},
                              {"failed", summary.failed},
                              {"failures", nlohmann::ordered_json::array()},
                              {"source_bytes", summary.source_bytes},
                              {"file_bytes", summary.file_bytes},
                              {"seconds", summary.seconds}};
  for (const layout::Failure& failure : summary.failures) {
    json["failures"].push_back({{"id", failure.id},
                                {"feature", failure.feature},
                                {"status", failure.status},
                                {"message", failure.message},
                                {"plugin", failure.plugin}});
  }
  fmt::print("{}\n", dump(json));
}

int ingest_command(const IngestArguments& options) {
  const IngestOptions merged =
      merge(options, options.config.empty() ? Config() : read_config(options.config));
  std::atomic<bool>& stop = stop_on_signals();
  ProgressBar bar(options.quiet);
  const plugin::Catalog catalog =
      options.in_process ? plugin::Catalog::load() : worker::scan_in_workers();
  const Summary summary = ingest(merged, catalog, stop, bar);
  bar.clear();
  options.json ? print_json(summary) : print_summary(summary);
  if (summary.interrupted) {
    print_error(summary.written ? fmt::format("interrupted; {} has the sources that were complete",
                                              summary.output)
                                : "interrupted before a source was complete; nothing was written");
    return exit_interrupted;
  }
  // A reader kept the file locked all the time.
  if (summary.written && std::filesystem::exists(journal::journal_of(summary.output))) {
    print_error(
        fmt::format("{0}: another process has it open, so its last commit waits in {0}-journal; "
                    "`sheaf recover {0}` brings it in when that has ended",
                    summary.output));
  }
  if (!summary.written) {
    print_error(fmt::format("{}: nothing was stored, so no file was written", summary.output));
    return exit_nothing_done;
  }
  return summary.failures.empty() ? exit_ok : exit_some_failed;
}

void add_limits(CLI::App& command, IngestArguments& options) {
  command.add_option("--workers", options.workers, "How many decode at once (default: cores)")
      ->check(CLI::Range(1U, 1024U).description(""))
      ->type_name("N")
      ->group(limits);
  command.add_option("--memory", options.memory, "Limit for rows in transit (default: 512MiB)")
      ->transform(CLI::Validator(not_negative, ""))
      ->transform(CLI::AsSizeValue(false).description(""))
      ->type_name("SIZE")
      ->group(limits);
  command.add_option("--timeout", options.timeout, "Limit for one source (default: 60 s)")
      ->check(CLI::Range(0.1, 1e9).description(""))
      ->type_name("SECONDS")
      ->group(limits);
  command
      .add_option("--worker-memory", options.worker_memory,
                  "Limit for one worker process (default: 4GiB)")
      ->transform(CLI::Validator(not_negative, ""))
      ->transform(CLI::AsSizeValue(false).description(""))
      ->type_name("SIZE")
      ->group(limits);
}

void add_continuation(CLI::App& command, IngestArguments& options) {
  command.add_flag("--overwrite", options.overwrite, "Replace it, once the new one is complete")
      ->group(there);
  command.add_flag("--resume", options.resume, "Go on with it: what happens anyway")->group(there);
  command.add_flag("--update", options.update, "Replace sources that changed since")->group(there);
  command.add_flag("--prune", options.prune, "With --update: drop sources that are gone")
      ->group(there);
  command.add_flag("--force", options.force, "Go on although plugins or parameters changed")
      ->group(there);
  command
      .add_option("--check", options.check,
                  "How a changed source is known: by size and time,\nor by digest, which is stored")
      ->check(CLI::IsMember({"time", "digest"}).description(""))
      ->type_name("time|digest")
      ->group(there);
}

void add_commit_points(CLI::App& command, IngestArguments& options) {
  command
      .add_option("--commit-every", options.commit_every,
                  "Sources after which all is made durable (250000)")
      ->check(CLI::PositiveNumber.description(""))
      ->type_name("N")
      ->group(limits);
  command.add_option("--commit-after", options.commit_after, "The same, in seconds (30)")
      ->check(CLI::Range(0.1, 1e9).description(""))
      ->type_name("SECONDS")
      ->group(limits);
}

}  // namespace

void add_ingest(CLI::App& app, Run& run) {
  auto options = std::make_shared<IngestArguments>();
  CLI::App* command = app.add_subcommand("ingest", "Loads sources into a file, or adds to it");
  command->footer(ingest_footer);
  command->add_option("SOURCE", options->sources,
                      "Files, folders, globs, archives, URLs, - or @list.txt");
  command->add_option("-o,--output", options->output, "The file to write")->type_name("FILE");
  command->add_option("-c,--config", options->config, "Configuration (TOML); options here win")
      ->type_name("FILE");
  command
      ->add_option("-f,--feature", options->features,
                   "A feature, its place in the file and parameters:\n"
                   "FEATURE[=PATH][:param=value,…]; may be repeated.\n"
                   "Default: all that match")
      ->type_name("FEATURE")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command->add_option("--base", options->base, "Ids are paths from this folder")->type_name("DIR");
  command->add_flag("--no-archives", options->no_archives,
                    "Tar and zip archives are files like any other");
  add_limits(*command, *options);
  command->add_flag("--in-process", options->in_process,
                    "Run plugins in this process, for a debugger");
  command->add_flag("--json", options->json, "Print the summary as JSON");
  command->add_flag("-q,--quiet", options->quiet, "No progress");
  add_continuation(*command, *options);
  add_commit_points(*command, *options);
  command->callback([options, &run] { run = [options] { return ingest_command(*options); }; });
}

}  // namespace sheaf::host::cli
