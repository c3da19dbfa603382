// SPDX-License-Identifier: MIT
#include "host/scaffold/scaffold.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <map>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/place.hpp"
#include "sheaf/plugin.h"

namespace sheaf::host::scaffold {
namespace {

namespace fs = std::filesystem;

using Words = std::map<std::string, std::string, std::less<>>;

struct Language {
  const char* name;
  const char* cmake;  // empty: there is nothing to build
  const char* suffix;
};
constexpr std::array<Language, 3> known_languages{
    {{"c++", "CXX", "cpp"}, {"c", "C", "c"}, {"python", "", "py"}}};

struct Kind {
  const char* name;
  const char* about;
  const char* features;  // for `sheaf ingest`
};
constexpr std::array<Kind, 4> known_kinds{{
    {"fixed", "points with three coordinates, any number of rows a source.", "-f @name@"},
    {"ragged", "grey pictures, each source in its own size.", "-f @name@"},
    {"audio", "recordings of any length, streamed.", "-f @name@"},
    {"derived", "the mean colour of images that another plugin loads.", "-f image -f @name@"},
}};

// CMake has targets of these names.
constexpr std::array<std::string_view, 8> taken{"all",  "clean",   "help",    "install",
                                                "test", "package", "rebuild", "edit_cache"};

template <class Table>
const auto& find(const Table& table, const std::string& name, const char* what) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.name == name; });
  if (found != table.end()) return *found;
  std::string known;
  for (const auto& row : table) known += fmt::format("{}{}", known.empty() ? "" : ", ", row.name);
  throw Error(ErrorCode::Invalid, name, fmt::format("is no {}; there are: {}", what, known));
}

bool is_word(std::string_view word) {
  return !word.empty() && word[0] >= 'a' && word[0] <= 'z' &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

void check_id(const std::string& id) {
  std::size_t start = 0;
  for (std::size_t dot = 0; dot != std::string::npos; start = dot + 1) {
    dot = id.find('.', start);
    if (!is_word(std::string_view(id).substr(start, dot - start))) {
      throw Error(
          ErrorCode::Invalid, id,
          "can't be a plugin's id; write lower-case words of letters, digits and _ with dots "
          "between, as in acme.tones");
    }
  }
  if (id.size() >= SHEAF_NOTE_ID_MAX) {
    throw Error(ErrorCode::Invalid, id,
                fmt::format("is too long for a plugin's id: {} characters are allowed",
                            SHEAF_NOTE_ID_MAX - 1));
  }
  const std::string name = id.substr(id.rfind('.') + 1);
  if (std::find(taken.begin(), taken.end(), name) != taken.end()) {
    throw Error(ErrorCode::Invalid, id, "would clash with CMake's target '" + name + "'");
  }
  if (id.starts_with("sheaf.")) {
    throw Error(ErrorCode::Invalid, id, "begins with 'sheaf.', which is for Sheaf's own plugins");
  }
}

// tone_rows → ToneRows
std::string class_name(std::string_view name) {
  std::string text;
  bool is_start = true;
  for (const char c : name) {
    if (c != '_') text += static_cast<char>(is_start ? std::toupper(c) : c);
    is_start = c == '_';
  }
  return text;
}

fs::path templates() {
  fs::path folder = program_folder().parent_path() / "share" / "sheaf" / "templates";
  if (!fs::is_directory(folder)) {
    throw Error(ErrorCode::NotFound, folder.string(),
                "isn't there: the templates come with the package sheaf-dev, or with a whole "
                "`cmake --install`");
  }
  return folder;
}

std::string replaced(std::string text, const Words& words) {
  for (const auto& [word, value] : words) {
    const std::string mark = "@" + word + "@";
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size()) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

std::string read_whole(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw system_error(errno, file.string(), "read it");
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write_whole(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw system_error(errno, file.string(), "write it");
}

void fill(const fs::path& project, const Request& request, const Words& words) {
  const fs::path from = templates();
  const auto write = [&](const fs::path& file, const fs::path& place) {
    write_whole(project / place, replaced(read_whole(from / file), words));
  };
  const std::string& name = words.at("name");
  const std::string& suffix = words.at("suffix");
  write(fs::path(request.language) / (request.kind + "." + suffix), name + "." + suffix);
  const bool is_built = !words.at("LANGUAGE").empty();
  const fs::path own = is_built ? "project" : "project_python";
  if (is_built) write("project/CMakeLists.txt", "CMakeLists.txt");
  write(own / "README.md", "README.md");
  write("project/gitignore", ".gitignore");
  write(own / "ci.yml", ".github/workflows/test.yml");
  write("project/run.sh", "tests/run.sh");
  write("expected/" + request.kind + ".txt", "tests/expected.txt");
  fs::permissions(project / "tests" / "run.sh",
                  fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                  fs::perm_options::add);
  for (const auto& sample : fs::directory_iterator(from / "samples" / request.kind)) {
    const fs::path file = replaced(sample.path().filename().string(), words);
    write_whole(project / "samples" / file, read_whole(sample.path()));  // bytes, not text
  }
}

// A folder that goes unless it was moved to its place.
struct Partial {
  fs::path folder;
  ~Partial() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
};

}  // namespace

std::vector<std::string> languages() {
  std::vector<std::string> names;
  for (const Language& language : known_languages) names.emplace_back(language.name);
  return names;
}

std::vector<std::string> kinds() {
  std::vector<std::string> names;
  for (const Kind& kind : known_kinds) names.emplace_back(kind.name);
  return names;
}

fs::path make(const Request& request) {
  check_id(request.id);
  const Language& language = find(known_languages, request.language, "language");
  const Kind& kind = find(known_kinds, request.kind, "kind of plugin");
  const std::string name = request.id.substr(request.id.rfind('.') + 1);
  Words words{{"id", request.id},          {"name", name},
              {"Name", class_name(name)},  {"LANGUAGE", language.cmake},
              {"suffix", language.suffix}, {"about", kind.about}};
  words.emplace("features", replaced(kind.features, words));
  const fs::path project = request.folder / name;
  if (fs::exists(fs::symlink_status(project))) {
    throw Error(ErrorCode::Exists, project.string(), "is there already; choose another name");
  }
  // Made beside its place and moved there, so that it is there as a whole or not at all.
  const Partial partial{project.string() + ".partial-" + std::to_string(::getpid())};
  fill(partial.folder, request, words);
  fs::rename(partial.folder, project);
  return project;
}

}  // namespace sheaf::host::scaffold
