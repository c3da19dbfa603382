// SPDX-License-Identifier: MIT
#include "host/plugin/trust.hpp"

#include <cerrno>
#include <fstream>
#include <string_view>
#include <variant>
#include <vector>

#include "core/error.hpp"
#include "host/ownership.hpp"
#include "host/plugin/digest.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/note.hpp"
#include "host/xdg.hpp"

namespace sheaf::host::plugin {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view folder_word = "folder  ";
constexpr std::size_t digest_size = 64;

fs::path list_file() { return xdg_folder("XDG_CONFIG_HOME", ".config") / "sheaf" / "trusted"; }

std::vector<std::string> read_lines(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
  return lines;
}

// A list half written would trust less than it should, or lose what stood in it.
void write_lines(const fs::path& file, const std::vector<std::string>& lines) {
  fs::create_directories(file.parent_path());
  const fs::path partial = file.string() + ".new";
  std::ofstream stream(partial, std::ios::trunc);
  for (const std::string& line : lines) stream << line << '\n';
  stream.close();
  if (!stream) throw system_error(errno, partial.string(), "write it");
  fs::permissions(partial, fs::perms::owner_read | fs::perms::owner_write);
  fs::rename(partial, file);
}

fs::path absolute_list() {
  const fs::path list = list_file();
  if (!list.is_absolute()) {
    throw Error(ErrorCode::NotFound, "HOME",
                "isn't set, and neither is XDG_CONFIG_HOME: there is no place for your list");
  }
  return list;
}

// The line that stands for a file or folder.
std::string line_for(const fs::path& path) {
  if (!fs::exists(path)) throw Error(ErrorCode::NotFound, path.string(), "isn't there");
  const fs::path real = fs::canonical(path);
  if (fs::is_directory(real)) return std::string(folder_word) + real.string();
  return sha256_of_file(real) + "  " + real.string();
}

void check_trustworthy(const fs::path& path) {
  if (fs::is_directory(path)) {
    if (!is_writable_by_all(path)) return;
    throw Error(ErrorCode::Invalid, path.string(),
                "can be written to by everybody; `chmod o-w` it first, or trust single files");
  }
  if (is_python(path)) {
    if (is_python_loader(path)) return;
    throw Error(ErrorCode::Invalid, path.string(),
                "is no loader: it doesn't import sheaf_plugin; trust the folder of its helpers");
  }
  const auto note = read_note(path);
  if (const auto* reason = std::get_if<std::string>(&note)) {
    throw Error(ErrorCode::Invalid, path.string(), *reason);
  }
}

// A file is the same by its digest, wherever it lay when it was trusted.
std::string key_of(const std::string& line) {
  return line.starts_with(folder_word) ? line : line.substr(0, digest_size);
}

}  // namespace

Trusted read_trusted() {
  const fs::path file = list_file();
  Trusted trusted;
  if (!file.is_absolute() || !writable_by_others(file).empty() ||
      !writable_by_others(file.parent_path()).empty()) {
    return trusted;
  }
  for (const std::string& line : read_lines(file)) {
    if (line.starts_with(folder_word)) {
      trusted.folders.insert(line.substr(folder_word.size()));
    } else {
      trusted.digests.insert(line.substr(0, digest_size));
    }
  }
  return trusted;
}

TrustChange trust(const fs::path& path) {
  TrustChange change{absolute_list(), line_for(path), false};
  check_trustworthy(path);
  std::vector<std::string> lines = read_lines(change.list);
  for (const std::string& line : lines) {
    if (key_of(line) == key_of(change.line)) return change;
  }
  lines.push_back(change.line);
  write_lines(change.list, lines);
  change.is_new = true;
  return change;
}

TrustChange untrust(const fs::path& path) {
  // A folder that is gone can still be taken off the list.
  const std::string line =
      fs::exists(path) ? line_for(path) : std::string(folder_word) + fs::absolute(path).string();
  TrustChange change{absolute_list(), line, false};
  std::vector<std::string> lines = read_lines(change.list);
  change.is_new = std::erase_if(lines, [&](const std::string& other) {
                    return key_of(other) == key_of(change.line);
                  }) > 0;
  if (change.is_new) write_lines(change.list, lines);
  return change;
}

}  // namespace sheaf::host::plugin
