// SPDX-License-Identifier: MIT
#pragma once
// How --help looks: as CLI11 prints it, with one empty line before the text at the end.

#include <string>

#include <CLI/CLI.hpp>

namespace sheaf::host::cli {

class HelpFormat : public CLI::Formatter {
 public:
  [[nodiscard]] std::string make_footer(const CLI::App* app) const override {
    const std::string text = CLI::Formatter::make_footer(app);
    const std::size_t begin = text.find_first_not_of('\n');
    return begin == std::string::npos ? "" : text.substr(begin);
  }
};

}  // namespace sheaf::host::cli
