// SPDX-License-Identifier: MIT
#pragma once
// `--transform NAME[:param=value,…]`, for commands that read rows.
//
// Failure: Error, before anything is read.

#include <memory>
#include <string>
#include <vector>

#include "core/read/file.hpp"

namespace CLI {
class App;
}

namespace sheaf::host::cli {

struct TransformOption {
  std::vector<std::string> texts;
  bool in_process = false;
};

void add_transform_option(CLI::App& command, TransformOption& option);
// The same file, in which rows at `paths` are transformed; itself without transforms.
[[nodiscard]] std::shared_ptr<read::File> transformed(std::shared_ptr<read::File> file,
                                                      const std::vector<std::string>& paths,
                                                      const TransformOption& option);

}  // namespace sheaf::host::cli
