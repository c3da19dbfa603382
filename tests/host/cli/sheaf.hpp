// SPDX-License-Identifier: MIT
#pragma once
// Runs `sheaf` in a folder of a test's own, away from the user's plugins and configuration.

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::test {

class Workplace {
 public:
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return folder_ / name;
  }
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    return folder_.write(name, bytes);
  }
  // A picture of one colour as binary PPM, which needs no encoder.
  std::filesystem::path picture(const std::string& name, int width = 4, int height = 3,
                                unsigned char red = 200) const {
    std::string bytes = "P6\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n";
    for (int i = 0; i < width * height; ++i) bytes += {static_cast<char>(red), 20, 30};
    return write(name, bytes);
  }

  [[nodiscard]] ProcessResult sheaf(std::vector<std::string> arguments,
                                    std::string input = {}) const {
    arguments.insert(arguments.begin(), SHEAF_PROGRAM);
    ProcessOptions options;
    options.folder = folder_.path();
    options.input = std::move(input);
    options.environment = {"HOME=" + folder_.path().string(),
                           "SHEAF_PLUGIN_PATH=", "XDG_DATA_HOME=", "XDG_CONFIG_HOME="};
    return run(arguments, options);
  }
  [[nodiscard]] nlohmann::json json(std::vector<std::string> arguments) const {
    arguments.emplace_back("--json");
    return nlohmann::json::parse(sheaf(std::move(arguments)).out);
  }
  [[nodiscard]] std::vector<std::string> ids(const std::string& file) const {
    return json({"ls", file});
  }
  // Names in the workplace that begin with the prefix.
  [[nodiscard]] std::vector<std::string> names(const std::string& prefix) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path())) {
      std::string name = entry.path().filename().string();
      if (name.starts_with(prefix)) found.push_back(std::move(name));
    }
    return found;
  }

 private:
  TempDir folder_;
};

// Whether the text is one line that begins as all of our errors do.
inline bool is_one_error_line(const std::string& text) {
  return text.starts_with("sheaf: ") && text.find('\n') == text.size() - 1;
}

}  // namespace sheaf::test
