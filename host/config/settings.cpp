// SPDX-License-Identifier: MIT
#include "host/config/settings.hpp"

#include <cstdlib>

#include "host/config/table.hpp"
#include "host/ownership.hpp"
#include "host/xdg.hpp"

namespace sheaf::host {
namespace {

Conformance take_conformance(Table& table) {
  constexpr const char* key = "require_conformance";
  const auto value = table.take_scalar(key);
  if (!value) return Conformance::Any;
  if (const auto* yes = std::get_if<bool>(&*value)) {
    return *yes ? Conformance::Passed : Conformance::Any;
  }
  const auto* text = std::get_if<std::string>(&*value);
  if (text == nullptr || *text != "full") {
    table.fail(key, std::string("'") + key + "' is true, false or \"full\"");
  }
  return Conformance::Full;
}

}  // namespace

Settings read_settings(const std::filesystem::path& file) {
  Settings settings{file, {}, {}};
  if (!file.is_absolute() || !std::filesystem::exists(file)) return settings;
  if (const std::string problem = writable_by_others(file); !problem.empty()) {
    throw Error(ErrorCode::Permission, file.string(), "isn't read: " + problem);
  }
  const toml::table parsed = read_toml(file);
  Table table(parsed, file.string());
  for (std::string& folder : table.take_texts("plugin_folders")) {
    if (!std::filesystem::path(folder).is_absolute()) {
      table.fail("plugin_folders", "'" + folder + "' is no absolute path");
    }
    settings.plugin_folders.emplace_back(std::move(folder));
  }
  settings.require_conformance = take_conformance(table);
  table.close();
  return settings;
}

Settings user_settings() {
  const auto folder = xdg_folder("XDG_CONFIG_HOME", ".config");
  return read_settings(folder.empty() ? folder : folder / "sheaf" / "sheaf.toml");
}

Settings system_settings() {
  const char* file = std::getenv("SHEAF_SYSTEM_CONFIG");
  return read_settings(file == nullptr || *file == '\0' ? "/etc/sheaf/sheaf.toml" : file);
}

}  // namespace sheaf::host
