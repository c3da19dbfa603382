// SPDX-License-Identifier: MIT
#pragma once
// The subcommands of `sheaf`.
//
// Model: each add_…() declares its options on the app and leaves what it does in `run`; main calls
// the one that was chosen and returns its exit status. Errors come out as exceptions: main prints
// them in one line.

#include <functional>

namespace CLI {
class App;
}

namespace sheaf::host::cli {

enum ExitStatus : int {
  exit_ok = 0,
  exit_nothing_done = 1,  // also: the file or object can't be read
  exit_usage = 2,
  exit_some_failed = 3,    // some sources; or a file has problems
  exit_interrupted = 130,  // 128 + SIGINT, as a shell has it
  // `sheaf diff` has those of diff(1), 0 for no difference.
  exit_different = 1,
  exit_trouble = 2,
};

using Run = std::function<int()>;

void add_ingest(CLI::App& app, Run& run);
void add_info(CLI::App& app, Run& run);
void add_get(CLI::App& app, Run& run);
void add_ls(CLI::App& app, Run& run);
// Any HDF5 file as values: show_command.cpp, set_command.cpp, move_commands.cpp; its arrays:
// stat_command.cpp, eval_command.cpp.
inline constexpr const char* any_file_group = "Values in any HDF5 file";
void add_show(CLI::App& app, Run& run);
void add_set(CLI::App& app, Run& run);
void add_rm(CLI::App& app, Run& run);
void add_mv(CLI::App& app, Run& run);
void add_cp(CLI::App& app, Run& run);
void add_stat(CLI::App& app, Run& run);
void add_eval(CLI::App& app, Run& run);
void add_preview(CLI::App& app, Run& run);
void add_export(CLI::App& app, Run& run);
void add_call(CLI::App& app, Run& run);
void add_verify(CLI::App& app, Run& run);
void add_pack(CLI::App& app, Run& run);
void add_doctor(CLI::App& app, Run& run);
void add_diff(CLI::App& app, Run& run);
void add_recover(CLI::App& app, Run& run);
void add_plugins(CLI::App& app, Run& run);
// Below `sheaf plugins`.
void add_plugins_check(CLI::App& plugins, Run& run);
void add_plugins_new(CLI::App& plugins, Run& run);
void add_plugins_trust(CLI::App& plugins, Run& run);
void add_explain(CLI::App& app, Run& run);
void add_config(CLI::App& app, Run& run);

}  // namespace sheaf::host::cli
