// SPDX-License-Identifier: MIT
#include "host/export/whole_file.hpp"

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <unistd.h>

#include "core/error.hpp"

namespace sheaf::host {

void write_whole(const std::filesystem::path& path,
                 const std::function<void(std::ostream& file)>& write) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error(ErrorCode::Invalid, path.string(), "is no ordinary file; name another one");
  }
  // What stood there before goes only when the new file is whole.
  std::filesystem::path partial = path;
  partial += ".partial-" + std::to_string(getpid());
  std::ofstream file(partial, std::ios::binary);
  if (!file) throw system_error(errno, path.string(), "write it");
  write(file);
  file.close();
  if (file) std::filesystem::rename(partial, path, error);
  if (file && !error) return;
  const int why = error ? error.value() : errno;
  std::filesystem::remove(partial, error);
  throw system_error(why, path.string(), "write it");
}

}  // namespace sheaf::host
