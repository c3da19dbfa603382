// SPDX-License-Identifier: MIT
// `sheaf verify`
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/progress_bar.hpp"
#include "host/cli/verify_apart.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* verify_footer = R"(
Reads all of a file and checks it: the tables, which rows are whose, every reference, every chunk
with its checksum where it has one. A problem is named with its place and what helps; a note is what
a sound file may have. Nothing is changed. A file that h5mapper made or appended to is checked as
well.

--sources also compares the sources' sizes and digests with the files in FOLDER; the source with the
id cats/1.jpg is FOLDER/cats/1.jpg.

Examples:
  sheaf verify photos.h5
  sheaf verify photos.h5 --sources .     were photos/… changed since?
  sheaf verify photos.h5 --json | jq .problems

Exit status: 0 sound, 3 problems found, 1 the file can't be opened, 2 usage.)";

struct VerifyArguments {
  std::string file;
  std::string sources;
  unsigned workers = 0;
  double timeout = 60;
  bool json = false;
  bool quiet = false;
};

std::string line_of(const layout::Finding& finding) {
  const std::string more =
      finding.count > 1 ? fmt::format(" (and {} more)", finding.count - 1) : std::string();
  return fmt::format("{}{}{}{}", printable(finding.object), finding.object.empty() ? "" : ": ",
                     printable(finding.message), more);
}

// A remedy that several of them share stands below the last.
void print_findings(const std::vector<layout::Finding>& findings, const char* prefix) {
  for (std::size_t i = 0; i < findings.size(); ++i) {
    fmt::print("  {}{}\n", prefix, line_of(findings[i]));
    const std::string& remedy = findings[i].remedy;
    if (i + 1 < findings.size() && findings[i + 1].remedy == remedy) continue;
    fmt::print("    → {}\n", printable(remedy));
  }
}

void print_checked(const layout::Checked& checked, bool has_sources) {
  const auto count = [](std::int64_t number, const char* noun) {
    return counted(static_cast<std::size_t>(number), noun);
  };
  fmt::print("  checked: {}, {} with {}, {} ({}), {}\n", count(checked.sources, "source"),
             count(checked.arrays, "array"), count(checked.rows, "row"),
             count(checked.chunks, "chunk"), human_bytes(checked.bytes),
             count(checked.references, "reference"));
  if (!has_sources) return;
  fmt::print("  compared: {} with their files{}\n", count(checked.compared, "source"),
             checked.not_at_hand == 0 ? std::string()
                                      : fmt::format(", {} not at hand", checked.not_at_hand));
}

void print_report(const layout::Report& report, const VerifyArguments& options) {
  fmt::print("{}: {}\n", options.file,
             report.is_sound() ? "sound" : counted(report.problems.size(), "problem") + " found");
  print_findings(report.problems, "");
  print_findings(report.notes, "note: ");
  if (report.checked.arrays > 0 || report.is_sound()) {
    print_checked(report.checked, !options.sources.empty());
  }
}

int verify_command(const VerifyArguments& options) {
  layout::VerifyOptions wanted;
  if (!options.sources.empty()) wanted.sources = options.sources;
  wanted.threads = options.workers;
  ProgressBar bar(options.quiet);
  bar.stage("verifying");
  const layout::Report report = verify_apart(
      options.file, wanted,
      std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout * 1000)), bar);
  bar.clear();
  if (options.json) {
    nlohmann::ordered_json json{{"file", options.file}};
    json.update(to_json(report));
    fmt::print("{}\n", dump(json));
  } else {
    print_report(report, options);
  }
  return report.is_sound() ? exit_ok : exit_some_failed;
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  auto options = std::make_shared<VerifyArguments>();
  CLI::App* command = app.add_subcommand("verify", "Checks a file and says what is wrong");
  command->footer(verify_footer);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("--sources", options->sources, "Compare the sources with those in FOLDER")
      ->check(CLI::ExistingDirectory.description(""))
      ->type_name("FOLDER");
  command->add_option("--workers", options->workers, "How many decode at once (default: cores)")
      ->check(CLI::Range(1U, 1024U).description(""))
      ->type_name("N");
  command
      ->add_option("--timeout", options->timeout,
                   "How long HDF5 may stand still at one place (default: 60 s)")
      ->check(CLI::Range(0.1, 1e9).description(""))
      ->type_name("SECONDS");
  command->add_flag("--json", options->json, "Print as JSON");
  command->add_flag("-q,--quiet", options->quiet, "No progress");
  command->callback([options, &run] { run = [options] { return verify_command(*options); }; });
}

}  // namespace sheaf::host::cli
