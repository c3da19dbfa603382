// SPDX-License-Identifier: MIT
#include "host/export/new_folder.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>
#include <utility>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "core/error.hpp"

namespace sheaf::host {
namespace {

namespace fs = std::filesystem;

std::size_t count_files(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    count += entry.is_directory() && !entry.is_symlink() ? 0 : 1;
  }
  return count;
}

// What the marker says that there are; 0 where it says nothing.
std::size_t told_files(const fs::path& marker) {
  std::ifstream stream(marker);
  const auto json = nlohmann::json::parse(stream, nullptr, false);
  if (!json.is_object() || !json.contains("files") || !json["files"].is_number_unsigned()) return 0;
  return json["files"].get<std::size_t>();
}

void check_target(const fs::path& target, bool overwrite) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(target, error);
  if (!fs::exists(status)) return;
  if (fs::is_symlink(status)) {
    throw Error(ErrorCode::Invalid, target.string(), "is a link; name the folder itself");
  }
  if (!fs::is_directory(status)) {
    throw Error(ErrorCode::Exists, target.string(),
                "is a file; name a folder, or OUT.npy or OUT.npz for a file");
  }
  const bool is_empty = fs::is_empty(target, error);
  if (error) throw system_error(error.value(), target.string(), "look into it");
  if (is_empty) return;
  if (!fs::exists(target / NewFolder::marker, error)) {
    throw Error(ErrorCode::Exists, target.string(),
                "is a folder with something in it that no export made; name another one");
  }
  if (!overwrite) {
    throw Error(ErrorCode::Exists, target.string(),
                "is there already; use --overwrite to replace it");
  }
  if (count_files(target) == told_files(target / NewFolder::marker)) return;
  throw Error(ErrorCode::Exists, target.string(),
              "holds other files than the export made; name another folder, or remove it yourself");
}

// The last component, which a trailing slash would hide.
fs::path without_slash(const fs::path& target) {
  fs::path clean = target;
  while (!clean.has_filename() && clean.has_relative_path()) clean = clean.parent_path();
  return clean;
}

}  // namespace

NewFolder::NewFolder(fs::path target, fs::path name, bool overwrite)
    : target_(std::move(target)), name_(std::move(name)), overwrite_(overwrite) {}

NewFolder NewFolder::create(const fs::path& target, bool overwrite) {
  const fs::path clean = without_slash(target);
  if (clean.filename().empty() || clean.filename() == "." || clean.filename() == "..") {
    throw Error(ErrorCode::Invalid, target.string(), "is no name for a new folder");
  }
  check_target(clean, overwrite);
  for (int attempt = 0;; ++attempt) {
    fs::path name = clean;
    name += ".partial-" + std::to_string(::getpid());
    if (attempt > 0) name += "-" + std::to_string(attempt);
    if (::mkdir(name.c_str(), 0777) == 0) return {clean, std::move(name), overwrite};
    if (errno != EEXIST) throw system_error(errno, clean.string(), "create the folder");
  }
}

NewFolder::NewFolder(NewFolder&& other) noexcept
    : target_(std::move(other.target_)),
      name_(std::exchange(other.name_, {})),
      overwrite_(other.overwrite_) {}

NewFolder::~NewFolder() {
  std::error_code error;
  if (!name_.empty()) fs::remove_all(name_, error);
}

void NewFolder::publish() {
  sync();
  check_target(target_, overwrite_);  // it may have appeared meanwhile
  // Over nothing or an empty folder; else both change names, and the old one goes by its new name.
  if (::rename(name_.c_str(), target_.c_str()) == 0) {
    name_.clear();
    return;
  }
  const bool is_taken = errno == ENOTEMPTY || errno == EEXIST;
  if (!is_taken ||
      ::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) != 0) {
    throw system_error(errno, target_.string(), "give the complete folder its name");
  }
}

void NewFolder::sync() const {
  const int folder = ::open(name_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_durable = folder >= 0 && ::syncfs(folder) == 0;
  const int problem = errno;
  if (folder >= 0) ::close(folder);
  if (!is_durable) throw system_error(problem, target_.string(), "make the folder durable");
}

}  // namespace sheaf::host
