// SPDX-License-Identifier: MIT
// The command `sheaf`.
#include <cstdio>
#include <exception>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "host/cli/command.hpp"
#include "host/cli/help_format.hpp"
#include "host/cli/terminal.hpp"
#include "host/log.hpp"

namespace {

using namespace sheaf::host;

constexpr const char* footer = R"(
Begin with:
  sheaf ingest photos/ -o photos.h5      every image below photos/ into one file
  sheaf info photos.h5                   what is in it
  sheaf get photos.h5 image cats/1.jpg   one source's rows
  sheaf show lab.h5                      any HDF5 file as a tree of values
  sheaf stat lab.h5 run/7/samples        its mean, quantiles and histogram

`sheaf COMMAND --help` has an example for each command.)";

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  cli::print_error(std::string(error.what()) + "; `sheaf --help` shows what there is");
  return cli::exit_usage;
}

int run(int argc, char** argv) {
  CLI::App app(
      "Binds folders of images, recordings and other raw sources into one typed HDF5 file.",
      "sheaf");
  app.footer(footer);
  app.set_version_flag("--version", "sheaf " SHEAF_VERSION);
  app.require_subcommand(0, 1);
  app.option_defaults()->always_capture_default(false);
  const auto format = std::make_shared<cli::HelpFormat>();
  format->column_width(34);
  app.formatter(format);
  app.add_flag_callback(
      "-v,--verbose", [] { log::set_level(log::Level::Info); },
      "Also say what was decided on the way");
  cli::Run command;
  cli::add_ingest(app, command);
  cli::add_info(app, command);
  cli::add_get(app, command);
  cli::add_ls(app, command);
  cli::add_preview(app, command);
  cli::add_export(app, command);
  cli::add_call(app, command);
  cli::add_show(app, command);
  cli::add_set(app, command);
  cli::add_rm(app, command);
  cli::add_mv(app, command);
  cli::add_cp(app, command);
  cli::add_diff(app, command);
  cli::add_stat(app, command);
  cli::add_eval(app, command);
  cli::add_verify(app, command);
  cli::add_pack(app, command);
  cli::add_recover(app, command);
  cli::add_doctor(app, command);
  cli::add_plugins(app, command);
  cli::add_explain(app, command);
  cli::add_config(app, command);
  try {
    app.parse(argc, argv);
    if (command) return command();
    fmt::print("{}", app.help());
    return cli::exit_usage;
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
}

}  // namespace

int main(int argc, char** argv) {
  cli::open_standard_files();
  try {
    const int status = run(argc, argv);
    if (std::fflush(stdout) == 0) return status;
    cli::print_error("the output can't be written");
    return cli::exit_nothing_done;
  } catch (const sheaf::Error& error) {
    cli::print_error(error.what());
    return error.code() == sheaf::ErrorCode::Cancelled ? cli::exit_interrupted
                                                       : cli::exit_nothing_done;
  } catch (const std::bad_alloc&) {
    cli::print_error("out of memory; fewer --workers need less");
  } catch (const std::exception& error) {
    cli::print_error(error.what());
  }
  return cli::exit_nothing_done;
}
