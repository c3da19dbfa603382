// SPDX-License-Identifier: MIT
// `sheaf recover`
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/journal/guarded_file.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* recover_footer = R"(
A file whose writer was killed, or lost its disk or power, has a journal beside it: FILE-journal. The
next ingest into the file takes it back to its last commit by itself, and reading shows that commit.
This does the same by hand, for tools that don't know journals.

Example:
  sheaf recover photos.h5)";

int recover_command(const std::string& file) {
  const journal::Recovery done = journal::recover(file);
  if (!done.had_journal) {
    fmt::print("{}: has no journal; it is at its last commit\n", file);
    return exit_ok;
  }
  std::string what;
  if (done.blocks > 0) {
    what += fmt::format(", {} brought in from the journal",
                        human_bytes(static_cast<std::int64_t>(done.blocks) * 4096));
  }
  if (done.cut > 0) {
    what += fmt::format(", {} that no commit reached cut off",
                        human_bytes(static_cast<std::int64_t>(done.cut)));
  }
  fmt::print("{}: is at its last commit again{}\n", file, what);
  return exit_ok;
}

}  // namespace

void add_recover(CLI::App& app, Run& run) {
  auto file = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("recover", "Takes a file back to its last commit");
  command->footer(recover_footer);
  command->add_option("FILE", *file, "The file")->required();
  command->callback([file, &run] { run = [file] { return recover_command(*file); }; });
}

}  // namespace sheaf::host::cli
