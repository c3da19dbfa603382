// SPDX-License-Identifier: MIT
#include "host/source/walk.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <dirent.h>
#include <fstream>
#include <glob.h>
#include <iostream>
#include <iterator>
#include <memory>
#include <stop_token>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>

#include <boost/filesystem.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/layout/source_id.hpp"
#include "host/source/archive.hpp"
#include "host/source/remote.hpp"
#include "host/source/s3.hpp"

namespace sheaf::host {
namespace {

namespace boost_fs = boost::filesystem;

// The names in a folder, sorted bytewise: text and places in it, since folders can be large.
class Names {
 public:
  void read(DIR* folder) {
    while (const dirent* entry = next(folder)) {
      const std::string_view name = entry->d_name;
      if (name.starts_with(".")) continue;
      places_.push_back({beginning(name), text_.size()});
      text_.append(name) += '\0';
    }
    std::ranges::sort(places_, [this](const Place& one, const Place& other) {
      if (one.beginning != other.beginning) return one.beginning < other.beginning;
      return std::strcmp(text_.data() + one.at, text_.data() + other.at) < 0;
    });
  }
  [[nodiscard]] std::size_t count() const { return places_.size(); }
  // Followed by a zero byte.
  [[nodiscard]] std::string_view operator[](std::size_t number) const {
    return text_.data() + places_[number].at;
  }
  [[nodiscard]] int error() const { return error_; }

 private:
  struct Place {
    std::uint64_t beginning;  // of the name: most are told apart by that
    std::size_t at;
  };
  const dirent* next(DIR* folder) {
    errno = 0;
    const dirent* const entry = readdir(folder);
    if (entry == nullptr) error_ = errno;
    return entry;
  }
  // Numbers that compare as the names' first bytes do.
  static std::uint64_t beginning(std::string_view name) {
    std::uint64_t number = 0;
    std::memcpy(&number, name.data(), std::min(name.size(), sizeof(number)));
    return std::endian::native == std::endian::little ? __builtin_bswap64(number) : number;
  }

  std::string text_;
  std::vector<Place> places_;
  int error_ = 0;
};

struct Looked {
  struct stat info {};
  int error = 0;
};

// What the names of a folder stand for, asked for in order. Of many names a thread looks at those
// ahead of the one that is asked for.
class Looks {
 public:
  Looks(int folder, const Names& names) : folder_(folder), names_(names) {
    constexpr std::size_t many = 500;
    if (names.count() < many) return;
    ahead_.resize(most_ahead);
    thread_ = std::jthread([this](const std::stop_token& stop) { look_ahead(stop); });
  }
  Looks(const Looks&) = delete;
  Looks& operator=(const Looks&) = delete;
  ~Looks() {
    thread_.request_stop();
    let_go(asked_ + most_ahead);  // it may wait for that
  }

  const Looked& operator[](std::size_t name) {
    if (ahead_.empty()) return now_ = look(name);
    // The one before isn't needed any more.
    if (name - asked_ >= stride) let_go(static_cast<Count>(name));
    for (Count there = there_; there <= name; there = there_) there_.wait(there);
    return ahead_[name % most_ahead];
  }

 private:
  using Count = std::uint32_t;  // what a futex waits on

  static constexpr Count most_ahead = 4096;  // names
  static constexpr Count stride = 64;        // names between two words to the other thread

  [[nodiscard]] Looked look(std::size_t name) const {
    Looked looked;
    if (fstatat(folder_, names_[name].data(), &looked.info, 0) != 0) looked.error = errno;
    return looked;
  }
  void look_ahead(const std::stop_token& stop) {
    for (Count name = 0; name < names_.count(); ++name) {
      for (Count asked = asked_; name >= asked + most_ahead; asked = asked_) {
        asked_.wait(asked);
      }
      if (stop.stop_requested()) return;
      ahead_[name % most_ahead] = look(name);
      if ((name + 1) % stride == 0 || name + 1 == names_.count()) {
        there_ = name + 1;
        there_.notify_one();
      }
    }
  }
  void let_go(Count name) {
    asked_ = name;
    asked_.notify_one();
  }

  const int folder_;
  const Names& names_;
  Looked now_;
  std::vector<Looked> ahead_;     // the name with number i at i % most_ahead
  std::atomic<Count> asked_ = 0;  // names before it aren't needed any more
  std::atomic<Count> there_ = 0;  // so many were looked at
  std::jthread thread_;
};

class Walker {
 public:
  Walker(const WalkOptions& options, const std::function<void(const Source&)>& visit)
      : options_(options), visit_(visit) {
    has_output_ = stat(options.output.c_str(), &output_) == 0;
  }

  void argument(const std::string& text) {
    if (text == "-") return list(std::cin, "standard input");
    if (is_remote(text)) return remote(text);
    struct stat info {};
    if (stat(text.c_str(), &info) == 0) return add_argument(text, info);
    const int why = errno;
    if (text.starts_with("@")) return list_file(text.substr(1));
    if (text.find_first_of("*?[{") != std::string::npos) return matches(text);
    throw system_error(why, printable(text), "read it as a source");
  }

  std::vector<WalkProblem> take() && { return std::move(problems_); }

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
    std::string name = boost_fs::path(path).filename().string();
    if (name == "." || name == ".." || path.ends_with('/')) name.clear();
    ancestors_.push_back(info);
    folder(path, name.empty() ? name : name + "/");
    ancestors_.pop_back();
  }

  // Adds what is in the folder; `prefix` is its id with a slash behind.
  void folder(const std::string& path, const std::string& prefix) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open_folder(opendir(path.c_str()), &closedir);
    Names names;
    int why = errno;
    if (open_folder != nullptr) {
      names.read(open_folder.get());
      why = names.error();
    }
    if (why != 0 || open_folder == nullptr) {
      problem(path, prefix, std::string("the folder can't be read: ") + std::strerror(why));
    }
    Looks looks(open_folder == nullptr ? -1 : dirfd(open_folder.get()), names);
    std::string below = path.ends_with('/') ? path : path + "/";
    std::string id = prefix;
    const std::size_t path_stem = below.size();
    for (std::size_t i = 0; i < names.count(); ++i) {
      below.resize(path_stem);
      id.resize(prefix.size());
      entry(looks[i], below.append(names[i]), id.append(names[i]));
    }
  }

  void entry(const Looked& looked, const std::string& path, const std::string& id) {
    const struct stat& info = looked.info;
    if (looked.error != 0) {
      return problem(path, id, std::string("can't be read: ") + std::strerror(looked.error));
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
    if (boost_fs::is_directory(path, error)) {
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

  // What is wrong with an address in a list is a problem like any other there.
  void listed_remote(const std::string& url) {
    try {
      remote(url);
    } catch (const Error& error) {
      problems_.push_back({layout::escape_id(error.object()), error.what()});
    }
  }

  void remote(const std::string& url) {
    if (is_s3_prefix(url)) {
      for (const Source& source : list_s3(url, {})) visit_(source);
    } else {
      Remote found = parse_remote(url);
      visit_({std::move(found.id), url, -1, -1, SourceKind::Remote, 0, 0, std::move(found.shown)});
    }
  }

  void list_entry(const std::string& path) {
    if (is_remote(path)) return listed_remote(path);
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
    const boost_fs::path base = boost_fs::absolute(*options_.base).lexically_normal();
    const std::string id =
        boost_fs::absolute(path).lexically_normal().lexically_relative(base).generic_string();
    if (id.empty() || id == "." || id == ".." || id.starts_with("../")) {
      throw Error(ErrorCode::Invalid, printable(path),
                  fmt::format("isn't below --base {}", printable(*options_.base)));
    }
    return layout::escape_id(id);
  }

  void add(const std::string& path, std::string id, const struct stat& info) {
    if (has_output_ && info.st_dev == output_.st_dev && info.st_ino == output_.st_ino) return;
    if (options_.base) id = id_below_base(path);
    if (options_.archives && is_archive_name(path)) return archive(path, id);
    source_ = {};
    source_.id = std::move(id);
    source_.path = path;
    source_.size = info.st_size;
    source_.mtime_ns = info.st_mtim.tv_sec * std::int64_t{1'000'000'000} + info.st_mtim.tv_nsec;
    visit_(source_);
  }

  void archive(const std::string& path, const std::string& id) {
    ArchiveListing listing = list_archive(path);
    for (const ArchiveMember& member : listing.members) {
      visit_({id + "/" + layout::escape_id(member.name), path, member.size, member.mtime_ns,
              SourceKind::Member, member.ordinal, id.size() + 1});
    }
    for (ArchiveProblem& found : listing.problems) {
      std::string name = id;
      if (!found.name.empty()) name += "/" + layout::escape_id(found.name);
      problems_.push_back({std::move(name), std::move(found.message)});
    }
  }

  void problem(const std::string& path, const std::string& id, std::string message) {
    std::string name = options_.base ? path : id;
    while (name.size() > 1 && name.ends_with('/')) name.pop_back();
    if (name.empty()) name = path;
    problems_.push_back({layout::escape_id(name), std::move(message)});
  }

  const WalkOptions& options_;
  const std::function<void(const Source&)>& visit_;
  Source source_;
  struct stat output_ {};
  bool has_output_ = false;
  std::vector<struct stat> ancestors_;
  std::vector<WalkProblem> problems_;
};

void check_unique(const std::vector<Source>& sources) {
  std::unordered_map<std::string_view, const Source*> seen;
  seen.reserve(sources.size());
  for (const Source& source : sources) {
    const auto [first, is_new] = seen.try_emplace(source.id, &source);
    if (!is_new) refuse_twice(view(*first->second), view(source));
  }
}

}  // namespace

std::vector<WalkProblem> walk(const std::vector<std::string>& arguments, const WalkOptions& options,
                              const std::function<void(const Source&)>& visit) {
  Walker walker(options, visit);
  for (const std::string& argument : arguments) walker.argument(argument);
  return std::move(walker).take();
}

WalkResult walk(const std::vector<std::string>& arguments, const WalkOptions& options) {
  WalkResult result;
  result.problems =
      walk(arguments, options, [&](const Source& source) { result.sources.push_back(source); });
  check_unique(result.sources);
  return result;
}

}  // namespace sheaf::host
