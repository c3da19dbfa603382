// SPDX-License-Identifier: MIT
#include "host/plugin/search.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string_view>
#include <utility>

#include <boost/filesystem.hpp>

#include "core/error.hpp"
#include "host/config/settings.hpp"
#include "host/ownership.hpp"
#include "host/place.hpp"
#include "host/plugin/digest.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/trust.hpp"
#include "host/xdg.hpp"

namespace sheaf::host::plugin {
namespace {

namespace boost_fs = boost::filesystem;

// Whether a problem is one that the user has settled: the file is known, or its folder is the
// lab's.
bool is_trusted(const std::filesystem::path& file, const std::filesystem::path& real_folder,
                const Trusted& trusted) {
  if (trusted.folders.contains(real_folder) && !is_writable_by_all(real_folder) &&
      !is_writable_by_all(file)) {
    return true;
  }
  if (trusted.digests.empty()) return false;
  try {
    return trusted.digests.contains(sha256_of_file(file));
  } catch (const Error&) {  // it can't be read either
    return false;
  }
}

std::string why_refused(const std::filesystem::path& file, const std::string& folder_problem,
                        const Trusted& trusted) {
  boost::system::error_code error;
  // Opening a pipe would wait for its other end.
  if (!boost_fs::is_regular_file(file.string(), error)) return "is no file";
  std::string problem = writable_by_others(file);
  if (problem.empty()) problem = folder_problem;
  // Where a link leads, the folder is another one.
  const std::filesystem::path target = boost_fs::canonical(file.string(), error).string();
  if (problem.empty()) problem = writable_by_others(target.parent_path());
  if (problem.empty() || is_trusted(file, target.parent_path(), trusted)) return {};
  return problem;
}

void list_candidates(Place& place) {
  const boost_fs::path folder(place.folder.string());
  boost::system::error_code error;
  if (!boost_fs::is_directory(folder, error)) return;
  place.exists = true;
  const std::string folder_problem = writable_by_others(place.folder);
  const Trusted trusted = read_trusted();
  boost_fs::directory_iterator entries(folder, error);
  if (error) {
    place.refused = "can't be read: " + error.message();
    return;
  }
  for (const boost_fs::directory_entry& entry : entries) {
    std::filesystem::path file = entry.path().string();
    if (file.extension() != ".so" && !is_python(file)) continue;
    std::string problem = why_refused(file, folder_problem, trusted);
    if (problem.empty() && is_python(file) && !is_python_loader(file)) {
      place.helpers.push_back(std::move(file));
      continue;
    }
    place.candidates.push_back({std::move(file), std::move(problem)});
  }
  std::ranges::sort(place.candidates, {}, &Candidate::file);
  std::ranges::sort(place.helpers);
}

Place place_of(const char* origin, std::filesystem::path folder) {
  return {origin, std::move(folder), {}, false, {}, {}};
}

std::vector<Place> named_places() {
  std::vector<Place> places;
  std::string_view path = std::getenv("SHEAF_PLUGIN_PATH") ? std::getenv("SHEAF_PLUGIN_PATH") : "";
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    places.push_back(place_of("SHEAF_PLUGIN_PATH", path.substr(0, end)));
    // A trailing colon is an empty entry too, as in PATH.
    if (end + 1 == path.size()) places.push_back(place_of("SHEAF_PLUGIN_PATH", {}));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  const auto data = xdg_folder("XDG_DATA_HOME", ".local/share");
  if (!data.empty()) places.push_back(place_of("user", data / "sheaf" / "plugins"));
  for (auto& folder : user_settings().plugin_folders) {
    places.push_back(place_of("user's sheaf.toml", std::move(folder)));
  }
  for (auto& folder : system_settings().plugin_folders) {
    places.push_back(place_of("system's sheaf.toml", std::move(folder)));
  }
  places.push_back(place_of("system", "/usr/local/lib/sheaf/plugins"));
  places.push_back(
      place_of("install", program_folder().parent_path() / "lib" / "sheaf" / "plugins"));
  return places;
}

}  // namespace

std::string why_refused(const std::filesystem::path& file) {
  return why_refused(file, writable_by_others(file.parent_path()), read_trusted());
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
