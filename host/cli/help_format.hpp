// SPDX-License-Identifier: MIT
#pragma once
// How --help looks: as CLI11 prints it, with never more than one empty line.

#include <string>
#include <utility>

#include <CLI/CLI.hpp>

namespace sheaf::host::cli {

class HelpFormat : public CLI::Formatter {
 public:
  [[nodiscard]] std::string make_help(const CLI::App* app, std::string name,
                                      CLI::AppFormatMode mode) const override {
    std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
    for (std::size_t at = 0; (at = text.find("\n\n\n", at)) != std::string::npos;) text.erase(at, 1);
    return text;
  }
};

}  // namespace sheaf::host::cli
