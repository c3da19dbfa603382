// SPDX-License-Identifier: MIT
#include "host/plugin/search.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <grp.h>
#include <pwd.h>
#include <set>
#include <string_view>
#include <unistd.h>

#include <boost/dll/runtime_symbol_info.hpp>
#include <boost/filesystem.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "host/plugin/digest.hpp"

namespace sheaf::host::plugin {
namespace {

namespace fs = boost::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// $XDG_…_HOME, or its default below the home folder; empty when neither is absolute.
std::filesystem::path xdg_folder(const char* variable, std::string_view below_home) {
  std::filesystem::path folder = environment(variable);
  if (folder.is_absolute()) return folder;
  const std::filesystem::path home = environment("HOME");
  return home.is_absolute() ? home / below_home : std::filesystem::path();
}

std::set<std::string> trusted_digests() {
  const auto file = xdg_folder("XDG_CONFIG_HOME", ".config") / "sheaf" / "trusted";
  std::set<std::string> digests;
  if (!file.is_absolute() || !writable_by_others(file).empty() ||
      !writable_by_others(file.parent_path()).empty()) {
    return digests;
  }
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) digests.insert(line.substr(0, 64));
  return digests;
}

// Debian gives each user a group of its own; what that group may write, only the user may.
bool is_private_group(gid_t gid) {
  const passwd* user = getpwuid(geteuid());
  const group* owner = getgrgid(gid);
  if (user == nullptr || owner == nullptr || user->pw_gid != gid) return false;
  if (std::strcmp(user->pw_name, owner->gr_name) != 0) return false;
  for (char** member = owner->gr_mem; *member != nullptr; ++member) {
    if (std::strcmp(*member, user->pw_name) != 0) return false;
  }
  return true;
}

std::string why_refused(const std::filesystem::path& file, const std::string& folder_problem,
                        const std::set<std::string>& trusted) {
  boost::system::error_code error;
  // Opening a pipe would wait for its other end.
  if (!fs::is_regular_file(file.string(), error)) return "is no file";
  std::string problem = writable_by_others(file);
  if (problem.empty()) problem = folder_problem;
  // Where a link leads, the folder is another one.
  const std::filesystem::path target = fs::canonical(file.string(), error).string();
  if (problem.empty()) problem = writable_by_others(target.parent_path());
  if (problem.empty() || trusted.empty()) return problem;
  try {
    return trusted.contains(sha256_of_file(file)) ? std::string() : problem;
  } catch (const Error&) {  // it can't be read either
    return problem;
  }
}

void list_candidates(Place& place) {
  const fs::path folder(place.folder.string());
  boost::system::error_code error;
  if (!fs::is_directory(folder, error)) return;
  place.exists = true;
  const std::string folder_problem = writable_by_others(place.folder);
  const std::set<std::string> trusted = trusted_digests();
  fs::directory_iterator entries(folder, error);
  if (error) {
    place.refused = "can't be read: " + error.message();
    return;
  }
  for (const fs::directory_entry& entry : entries) {
    if (entry.path().extension() != ".so") continue;
    std::filesystem::path file = entry.path().string();
    std::string problem = why_refused(file, folder_problem, trusted);
    place.candidates.push_back({std::move(file), std::move(problem)});
  }
  std::ranges::sort(place.candidates, {}, &Candidate::file);
}

std::vector<Place> named_places() {
  std::vector<Place> places;
  std::string_view path = std::getenv("SHEAF_PLUGIN_PATH") ? std::getenv("SHEAF_PLUGIN_PATH") : "";
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    places.push_back({"SHEAF_PLUGIN_PATH", path.substr(0, end), {}, false, {}});
    // A trailing colon is an empty entry too, as in PATH.
    if (end + 1 == path.size()) places.push_back({"SHEAF_PLUGIN_PATH", {}, {}, false, {}});
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  const auto data = xdg_folder("XDG_DATA_HOME", ".local/share");
  if (!data.empty()) places.push_back({"user", data / "sheaf" / "plugins", {}, false, {}});
  places.push_back({"system", "/usr/local/lib/sheaf/plugins", {}, false, {}});
  const std::filesystem::path program = boost::dll::program_location().string();
  places.push_back({"install",
                    program.parent_path().parent_path() / "lib" / "sheaf" / "plugins",
                    {},
                    false,
                    {}});
  return places;
}

}  // namespace

std::string writable_by_others(const std::filesystem::path& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return std::string("can't be read: ") + std::strerror(errno);
  const std::string remedy = fmt::format("; chmod go-w '{}' if it is yours", path.string());
  if (info.st_uid != 0 && info.st_uid != geteuid()) {
    return fmt::format("'{}' belongs to another user", path.string());
  }
  if ((info.st_mode & S_IWOTH) != 0) {
    return fmt::format("everybody can write to '{}'{}", path.string(), remedy);
  }
  if ((info.st_mode & S_IWGRP) != 0 && info.st_gid != 0 && !is_private_group(info.st_gid)) {
    return fmt::format("its group can write to '{}'{}", path.string(), remedy);
  }
  return {};
}

std::vector<Place> search_places() {
  std::vector<Place> places = named_places();
  std::set<std::filesystem::path> seen;
  for (Place& place : places) {
    if (place.folder.empty()) {
      place.refused = "an empty entry would mean the working directory";
    } else if (!place.folder.is_absolute()) {
      place.refused = "is relative to the working directory; write it as an absolute path";
    } else if (!seen.insert((place.folder / "").lexically_normal()).second) {
      place.refused = "was searched already";
    } else {
      list_candidates(place);
    }
  }
  return places;
}

}  // namespace sheaf::host::plugin
