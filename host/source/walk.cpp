// SPDX-License-Identifier: MIT
#include "host/source/walk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <glob.h>
#include <iostream>
#include <iterator>
#include <unordered_map>

#include <boost/filesystem.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/layout/source_id.hpp"

namespace sheaf::host {
namespace {

namespace fs = boost::filesystem;

// The path as an id has it: normalised, without a leading /, ./ or ../.
std::string normalised(const std::string& path) {
  std::string text = fs::path(path).lexically_normal().generic_string();
  while (true) {
    if (text.starts_with("/")) {
      text.erase(0, 1);
    } else if (text.starts_with("./")) {
      text.erase(0, 2);
    } else if (text.starts_with("../")) {
      text.erase(0, 3);
    } else {
      return text;
    }
  }
}

class Walker {
 public:
  explicit Walker(const WalkOptions& options) : options_(options) {
    has_output_ = stat(options.output.c_str(), &output_) == 0;
  }

  void argument(const std::string& text) {
    if (text == "-") return list(std::cin, "standard input");
    struct stat info {};
    if (stat(text.c_str(), &info) == 0) return add_argument(text, info);
    const int why = errno;
    if (text.starts_with("@")) return list_file(text.substr(1));
    if (text.find_first_of("*?[{") != std::string::npos) return matches(text);
    throw system_error(why, printable(text), "read it as a source");
  }

  WalkResult take() && {
    check_unique();
    return std::move(result_);
  }

 private:
  void add_argument(const std::string& path, const struct stat& info) {
    if (S_ISDIR(info.st_mode)) {
      folder_argument(path, info);
    } else if (S_ISREG(info.st_mode)) {
      add(path, id_as_written(path), info);
    } else {
      throw Error(ErrorCode::Invalid, printable(path),
                  "is neither a file nor a folder, so it can't be a source");
    }
  }

  void folder_argument(const std::string& path, const struct stat& info) {
    std::string name = fs::path(path).filename().string();
    if (name == "." || name == ".." || path.ends_with('/')) name.clear();
    ancestors_.push_back(info);
    folder(path, name.empty() ? name : name + "/");
    ancestors_.pop_back();
  }

  // Adds what is in the folder; `prefix` is its id with a slash behind.
  void folder(const std::string& path, const std::string& prefix) {
    boost::system::error_code error;
    fs::directory_iterator entries(path, error);
    std::vector<std::string> names;
    while (!error && entries != fs::directory_iterator()) {
      std::string name = entries->path().filename().string();
      if (!name.starts_with(".")) names.push_back(std::move(name));
      entries.increment(error);
    }
    if (error) problem(path, prefix, "the folder can't be read: " + error.message());
    std::ranges::sort(names);
    const std::string stem = path.ends_with('/') ? path : path + "/";
    for (const std::string& name : names) entry(stem + name, prefix + name);
  }

  void entry(const std::string& path, const std::string& id) {
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) {
      return problem(path, id, std::string("can't be read: ") + std::strerror(errno));
    }
    if (S_ISREG(info.st_mode)) return add(path, layout::escape_id(id), info);
    if (!S_ISDIR(info.st_mode)) {
      return problem(path, id, "is neither a file nor a folder (a pipe, socket or device)");
    }
    const bool links_back = std::ranges::any_of(ancestors_, [&](const struct stat& above) {
      return above.st_dev == info.st_dev && above.st_ino == info.st_ino;
    });
    if (links_back) {
      return problem(path, id, "links back to a folder it is in; it was not followed");
    }
    ancestors_.push_back(info);
    folder(path, id + "/");
    ancestors_.pop_back();
  }

  void matches(const std::string& pattern) {
    glob_t found{};
    const int status = glob(pattern.c_str(), GLOB_BRACE, nullptr, &found);
    std::vector<std::string> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    globfree(&found);
    if (status != 0 || paths.empty()) {
      throw Error(ErrorCode::NotFound, printable(pattern), "no file matches this pattern");
    }
    std::ranges::sort(paths);
    for (const std::string& path : paths) list_entry(path);
  }

  void list_file(const std::string& path) {
    boost::system::error_code error;
    if (fs::is_directory(path, error)) {
      throw Error(ErrorCode::Invalid, printable(path), "is a folder, not a list of sources");
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) throw system_error(errno, printable(path), "read the list of sources");
    list(file, path);
  }

  void list(std::istream& stream, const std::string& name) {
    const std::string text{std::istreambuf_iterator<char>(stream),
                           std::istreambuf_iterator<char>()};
    if (stream.bad()) throw Error(ErrorCode::Io, printable(name), "the list can't be read");
    const char separator = text.find('\0') == std::string::npos ? '\n' : '\0';
    std::size_t start = 0;
    while (start < text.size()) {
      const std::size_t end = std::min(text.find(separator, start), text.size());
      std::string line = text.substr(start, end - start);
      if (separator == '\n' && line.ends_with('\r')) line.pop_back();
      if (!line.empty()) list_entry(line);
      start = end + 1;
    }
  }

  void list_entry(const std::string& path) {
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) {
      return problem(path, normalised(path), std::string("can't be read: ") + std::strerror(errno));
    }
    if (S_ISREG(info.st_mode)) return add(path, id_as_written(path), info);
    if (S_ISDIR(info.st_mode)) return folder_argument(path, info);
    problem(path, normalised(path), "is neither a file nor a folder");
  }

  std::string id_as_written(const std::string& path) { return layout::escape_id(normalised(path)); }

  std::string id_below_base(const std::string& path) {
    const fs::path base = fs::absolute(*options_.base).lexically_normal();
    const std::string id =
        fs::absolute(path).lexically_normal().lexically_relative(base).generic_string();
    if (id.empty() || id == "." || id == ".." || id.starts_with("../")) {
      throw Error(ErrorCode::Invalid, printable(path),
                  fmt::format("isn't below --base {}", printable(*options_.base)));
    }
    return layout::escape_id(id);
  }

  void add(const std::string& path, std::string id, const struct stat& info) {
    if (has_output_ && info.st_dev == output_.st_dev && info.st_ino == output_.st_ino) return;
    if (options_.base) id = id_below_base(path);
    result_.sources.push_back(
        {std::move(id), path, info.st_size,
         info.st_mtim.tv_sec * std::int64_t{1'000'000'000} + info.st_mtim.tv_nsec});
  }

  void problem(const std::string& path, const std::string& id, std::string message) {
    std::string name = options_.base ? path : id;
    while (name.size() > 1 && name.ends_with('/')) name.pop_back();
    if (name.empty()) name = path;
    result_.problems.push_back({layout::escape_id(name), std::move(message)});
  }

  void check_unique() {
    std::unordered_map<std::string_view, const Source*> seen;
    seen.reserve(result_.sources.size());
    for (const Source& source : result_.sources) {
      const auto [first, is_new] = seen.try_emplace(source.id, &source);
      if (is_new) continue;
      if (first->second->path == source.path) {
        throw Error(ErrorCode::Invalid, printable(source.id),
                    fmt::format("is listed twice, both times as '{}'; name each source once",
                                printable(source.path)));
      }
      throw Error(ErrorCode::Invalid, printable(source.id),
                  fmt::format("is the id of two sources, '{}' and '{}'; name each source once, or "
                              "set ids apart with --base FOLDER",
                              printable(first->second->path), printable(source.path)));
    }
  }

  const WalkOptions& options_;
  struct stat output_ {};
  bool has_output_ = false;
  std::vector<struct stat> ancestors_;
  WalkResult result_;
};

}  // namespace

WalkResult walk(const std::vector<std::string>& arguments, const WalkOptions& options) {
  Walker walker(options);
  for (const std::string& argument : arguments) walker.argument(argument);
  return std::move(walker).take();
}

}  // namespace sheaf::host
