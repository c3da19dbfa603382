// SPDX-License-Identifier: MIT
#include "host/ownership.hpp"

#include <cerrno>
#include <cstring>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

namespace sheaf::host {
namespace {

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

bool is_writable_by_all(const std::filesystem::path& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && (info.st_mode & S_IWOTH) != 0;
}

}  // namespace sheaf::host
