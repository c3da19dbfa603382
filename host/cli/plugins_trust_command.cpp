// SPDX-License-Identifier: MIT
// `sheaf plugins trust` and `untrust`
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "host/cli/command.hpp"
#include "host/plugin/trust.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* trust_footer = R"(
A plugin runs as you. So files and folders that others can write to are refused, until you say that
you trust them. A file is trusted by its SHA-256: another build of it is another file. In a trusted
folder whatever its group and its other owners put there is loaded.

Examples:
  sheaf plugins trust /srv/lab/plugins           a folder that your lab shares
  sheaf plugins trust /srv/lab/plugins/scan.so   just this file, just as it is
  sheaf plugins untrust /srv/lab/plugins)";

int trust_command(const std::string& path) {
  const plugin::TrustChange change = plugin::trust(path);
  fmt::print("{} {}\n  {}\n", path, change.is_new ? "is trusted now" : "was trusted already",
             change.line);
  return exit_ok;
}

int untrust_command(const std::string& path) {
  const plugin::TrustChange change = plugin::untrust(path);
  fmt::print("{} {}\n", path, change.is_new ? "isn't trusted any more" : "wasn't trusted");
  return exit_ok;
}

}  // namespace

void add_plugins_trust(CLI::App& plugins, Run& run) {
  auto path = std::make_shared<std::string>();
  CLI::App* trust = plugins.add_subcommand("trust", "Lets in what others can write to");
  trust->footer(trust_footer);
  trust->add_option("PATH", *path, "A plugin or a folder of plugins")->required();
  trust->callback([path, &run] { run = [path] { return trust_command(*path); }; });
  CLI::App* untrust = plugins.add_subcommand("untrust", "Takes it off the list again");
  untrust->add_option("PATH", *path, "As it was trusted")->required();
  untrust->callback([path, &run] { run = [path] { return untrust_command(*path); }; });
}

}  // namespace sheaf::host::cli
