// SPDX-License-Identifier: MIT
#include "host/cli/transform_option.hpp"

#include <utility>

#include <CLI/CLI.hpp>

#include "core/read/transformed.hpp"
#include "host/cli/interrupt.hpp"
#include "host/extend/transform.hpp"
#include "host/worker/scan.hpp"

namespace sheaf::host::cli {

void add_transform_option(CLI::App& command, TransformOption& option) {
  command
      .add_option("--transform", option.texts,
                  "Change the rows on their way; may be repeated, in order")
      ->type_name("NAME[:param=value,…]")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command.add_flag("--in-process", option.in_process, "Transform in this process, for a debugger");
}

std::shared_ptr<read::File> transformed(std::shared_ptr<read::File> file,
                                        const std::vector<std::string>& paths,
                                        const TransformOption& option) {
  if (option.texts.empty()) return file;
  const plugin::Catalog catalog =
      option.in_process ? plugin::Catalog::load() : worker::scan_in_workers();
  extend::Options options;
  options.in_process = option.in_process;
  options.stop = &stop_on_signals();
  const read::OpenTransforms steps = extend::open_transforms(catalog, option.texts, options);
  std::map<std::string, read::OpenTransforms> transforms;
  for (const std::string& path : paths) transforms.emplace(path, steps);
  return read::transformed(std::move(file), transforms);
}

}  // namespace sheaf::host::cli
