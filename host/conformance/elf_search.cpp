// SPDX-License-Identifier: MIT
#include "host/conformance/elf_search.hpp"

#include <cstdlib>
#include <fstream>
#include <glob.h>
#include <link.h>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include "host/source/source.hpp"

namespace sheaf::host::conformance {
namespace {

namespace fs = std::filesystem;

// A plugin that needs more is made to keep us busy.
constexpr std::size_t max_libraries = 2000;
constexpr int max_conf_depth = 8;

void read_conf(const fs::path& file, std::vector<std::string>& folders, int depth);

void include_conf(std::string pattern, std::vector<std::string>& folders, int depth) {
  if (!pattern.starts_with('/')) pattern.insert(0, "/etc/");
  glob_t found{};
  const std::unique_ptr<glob_t, decltype(&globfree)> freed(&found, &globfree);
  if (glob(pattern.c_str(), 0, nullptr, &found) != 0) return;
  for (std::size_t i = 0; i < found.gl_pathc; ++i) {
    read_conf(found.gl_pathv[i], folders, depth + 1);
  }
}

// A folder a line, or "include PATTERN".
void read_conf(const fs::path& file, std::vector<std::string>& folders, int depth) {
  if (depth > max_conf_depth) return;
  std::ifstream lines(file);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string first;
    if (!(words >> first)) continue;
    if (first == "include") {
      for (std::string pattern; words >> pattern;) include_conf(pattern, folders, depth);
    } else if (first.starts_with('/')) {
      folders.push_back(first);
    }
  }
}

// What ldconfig makes its cache of.
const std::vector<std::string>& system_folders() {
  static const std::vector<std::string> folders = [] {
    std::vector<std::string> found;
    read_conf("/etc/ld.so.conf", found, 0);
    for (const char* folder : {"/lib64", "/usr/lib64", "/lib", "/usr/lib"}) {
      found.emplace_back(folder);
    }
    return found;
  }();
  return folders;
}

class Search {
 public:
  explicit Search(Closure& closure) : closure_(closure) {}

  void run() {
    for (std::size_t at = 0; at < closure_.libraries.size(); ++at) {
      const std::vector<std::string> needed = closure_.libraries[at].library.needed;
      for (const std::string& name : needed) {
        if (closure_.libraries.size() >= max_libraries) return;
        if (closure_.find(name) == nullptr && missing_.insert(name).second) find(name, at);
      }
    }
  }

 private:
  void find(const std::string& name, std::size_t by) {
    unusable_.clear();
    for (const std::string& file : candidates(name, by)) {
      if (try_file(name, file, by)) return;
    }
    closure_.missing.push_back({name, by, unusable_});
  }

  bool try_file(const std::string& name, const std::string& file, std::size_t by) {
    std::error_code error;
    if (!fs::exists(file, error)) return false;
    auto opened = plugin::ElfFile::open(file);
    const plugin::ElfFile* const elf = std::get_if<plugin::ElfFile>(&opened);
    std::string why = elf == nullptr ? std::get<std::string>(opened) : "";
    if (elf != nullptr) {
      auto read = read_library(*elf);
      if (Library* library = std::get_if<Library>(&read)) {
        closure_.by_name.emplace(library->name, closure_.libraries.size());
        closure_.by_name.emplace(name, closure_.libraries.size());
        closure_.libraries.push_back({std::move(*library), by});
        return true;
      }
      why = std::get<std::string>(read);
    }
    // The linker goes on to the next folder as well.
    if (unusable_.empty()) unusable_ = fmt::format("'{}' {}", printable(file), why);
    return false;
  }

  // In the order in which the linker tries them.
  [[nodiscard]] std::vector<std::string> candidates(const std::string& name, std::size_t by) const {
    const Library& needing = closure_.libraries[by].library;
    if (name.find('/') != std::string::npos) {
      const auto path = expand_origin(name, needing.file);
      return path ? std::vector{*path} : std::vector<std::string>{};
    }
    const auto loaded = loaded_libraries().find(name);
    if (loaded != loaded_libraries().end()) return {loaded->second.string()};
    std::vector<std::string> files;
    if (!needing.runpath) append_rpaths(name, by, files);
    if (const char* path = std::getenv("LD_LIBRARY_PATH"); path != nullptr) {
      append(name, path, {}, files);
    }
    if (needing.runpath) append(name, *needing.runpath, needing.file, files);
    if ((needing.flags_1 & DF_1_NODEFLIB) == 0) {
      for (const std::string& folder : system_folders()) files.push_back(folder + '/' + name);
    }
    return files;
  }

  // RPATH counts for what is needed of the needed too, until one has a RUNPATH.
  void append_rpaths(const std::string& name, std::size_t by,
                     std::vector<std::string>& files) const {
    for (std::optional<std::size_t> at = by; at; at = closure_.libraries[*at].by) {
      const Library& library = closure_.libraries[*at].library;
      if (library.rpath && !library.runpath) append(name, *library.rpath, library.file, files);
    }
  }

  static void append(const std::string& name, const std::string& path, const fs::path& library,
                     std::vector<std::string>& files) {
    for (const std::string& entry : split_search_path(path)) {
      const auto folder = expand_origin(entry, library);
      // Relative ones depend on where one stands: no answer for the user's next folder.
      if (folder && folder->starts_with('/')) files.push_back(*folder + '/' + name);
    }
  }

  Closure& closure_;
  std::set<std::string> missing_;  // and those that are being looked for
  std::string unusable_;
};

}  // namespace

const Library* Closure::find(const std::string& name) const {
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : &libraries[found->second].library;
}

Closure find_needed(Library library) {
  Closure closure;
  closure.by_name[library.name] = 0;
  closure.libraries.push_back({std::move(library), std::nullopt});
  Search(closure).run();
  return closure;
}

std::optional<std::string> expand_origin(const std::string& entry, const fs::path& library) {
  std::string path;
  std::string_view rest = entry;
  for (;;) {
    const std::size_t dollar = rest.find('$');
    path += rest.substr(0, dollar);
    if (dollar == std::string_view::npos) return path;
    rest.remove_prefix(dollar);
    const std::string_view variable = rest.starts_with("${") ? "${ORIGIN}" : "$ORIGIN";
    if (!rest.starts_with(variable)) return std::nullopt;
    path += fs::absolute(library).parent_path().string();
    rest.remove_prefix(variable.size());
  }
}

std::vector<std::string> split_search_path(const std::string& path) {
  std::vector<std::string> entries;
  std::size_t start = 0;
  for (std::size_t end = 0; end != std::string::npos; start = end + 1) {
    end = path.find(':', start);
    entries.push_back(path.substr(start, end == std::string::npos ? end : end - start));
  }
  return entries;
}

const std::map<std::string, fs::path>& loaded_libraries() {
  static const std::map<std::string, fs::path> libraries = [] {
    std::map<std::string, fs::path> found;
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* to) noexcept {
          const fs::path file = info->dlpi_name;
          if (file.is_absolute()) {
            static_cast<std::map<std::string, fs::path>*>(to)->emplace(file.filename(), file);
          }
          return 0;
        },
        &found);
    return found;
  }();
  return libraries;
}

}  // namespace sheaf::host::conformance
