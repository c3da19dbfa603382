// SPDX-License-Identifier: MIT
#include "host/conformance/record.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/config/settings.hpp"
#include "host/ownership.hpp"
#include "host/place.hpp"
#include "host/plugin/digest.hpp"
#include "host/plugin/library.hpp"
#include "host/xdg.hpp"

namespace sheaf::host::conformance {
namespace {

namespace fs = std::filesystem;

fs::path user_folder() {
  const fs::path data = xdg_folder("XDG_DATA_HOME", ".local/share");
  return data.empty() ? data : data / "sheaf" / "reports";
}

std::optional<Report> read(const fs::path& file, const std::string& digest) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return std::nullopt;
  if (!writable_by_others(file).empty()) return std::nullopt;
  if (!writable_by_others(file.parent_path()).empty()) return std::nullopt;
  std::ifstream stream(file, std::ios::binary);
  try {
    Report report = from_json(std::string{std::istreambuf_iterator<char>(stream), {}});
    if (report.digest == digest) return report;
  } catch (const Error&) {  // as if there were none
  }
  return std::nullopt;
}

}  // namespace

fs::path save(const Report& report) {
  const fs::path folder = user_folder();
  if (folder.empty()) {
    throw Error(ErrorCode::NotFound, "HOME",
                "isn't set, and neither is XDG_DATA_HOME: there is no place for the report");
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw system_error(error.value(), folder.string(), "make it");
  fs::permissions(folder, fs::perms::group_write | fs::perms::others_write,
                  fs::perm_options::remove, error);
  fs::path file = folder / (report.digest + ".json");
  const fs::path partial = file.string() + ".new";
  std::ofstream stream(partial, std::ios::binary | std::ios::trunc);
  stream << to_json(report) << '\n';
  stream.close();
  if (!stream) throw system_error(errno, partial.string(), "write it");
  fs::permissions(partial, fs::perms::group_write | fs::perms::others_write,
                  fs::perm_options::remove, error);
  fs::rename(partial, file);
  return file;
}

std::optional<Report> find_report(const std::string& digest) {
  const fs::path folders[] = {user_folder(), "/usr/local/share/sheaf/reports",
                              program_folder().parent_path() / "share" / "sheaf" / "reports"};
  for (const fs::path& folder : folders) {
    if (folder.empty()) continue;
    if (auto report = read(folder / (digest + ".json"), digest)) return report;
  }
  return std::nullopt;
}

std::string why_not_conformant(const fs::path& file) {
  const Settings settings[] = {user_settings(), system_settings()};
  const Settings& strictest = *std::max_element(
      std::begin(settings), std::end(settings), [](const Settings& one, const Settings& other) {
        return one.require_conformance < other.require_conformance;
      });
  if (strictest.require_conformance == Conformance::Any) return {};
  const bool full = strictest.require_conformance == Conformance::Full;
  const std::string why = fmt::format("{} asks for plugins that have passed `sheaf plugins check`",
                                      strictest.file.string());
  const std::string remedy =
      fmt::format("`sheaf plugins check '{}' --with SOURCES`", file.string());
  const auto report = find_report(plugin::sha256_of_file(file));
  if (!report) return fmt::format("{}, and this file hasn't been checked: {}", why, remedy);
  const Grade grade = report->grade();
  if (grade == Grade::Failed) {
    return fmt::format("{}, and this file failed on {}: {} says why", why, report->date, remedy);
  }
  if (full && grade != Grade::Full) {
    return fmt::format(
        "{} in full, and some tests weren't run on this file: {} with sources for "
        "all of its features",
        why, remedy);
  }
  return {};
}

}  // namespace sheaf::host::conformance
