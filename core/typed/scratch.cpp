// SPDX-License-Identifier: MIT
#include "core/typed/scratch.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <system_error>
#include <unistd.h>

#include "core/error.hpp"

namespace sheaf::typed {
namespace {

constexpr const char* prefix = "sheaf-typed-";
constexpr const char* memory = "/dev/shm";

std::filesystem::path parent_of(ScratchFolder::Place place) {
  if (place == ScratchFolder::Place::Memory && ::access(memory, W_OK | X_OK) == 0) return memory;
  return std::filesystem::temp_directory_path();
}

bool is_left_over(const std::filesystem::path& folder) {
  const std::string name = folder.filename().string();
  if (!name.starts_with(prefix)) return false;
  const long process = std::atol(name.c_str() + std::string_view(prefix).size());
  return process > 0 && ::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH;
}

void remove_left_overs(const std::filesystem::path& parent) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(parent, error)) {
    std::error_code ignored;  // others' can't be removed
    if (is_left_over(entry.path())) std::filesystem::remove_all(entry.path(), ignored);
  }
}

}  // namespace

ScratchFolder ScratchFolder::create(Place place) {
  const std::filesystem::path parent = parent_of(place);
  remove_left_overs(parent);
  std::string name = (parent / (prefix + std::to_string(::getpid()) + "-XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw system_error(errno, parent.string(), "make a folder for a temporary file");
  }
  return ScratchFolder(name);
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept : path_(std::move(other.path_)) {
  other.path_.clear();
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace sheaf::typed
