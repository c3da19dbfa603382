// SPDX-License-Identifier: MIT
// The documentation's tables and the functions that there are.
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/array/script/argument.hpp"

namespace sheaf::np::script {
namespace {

std::string text_of(const std::string& name) {
  std::ifstream file(std::string(SHEAF_DOCS) + "/" + name);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Row {
  std::string name, how, more;
};

std::vector<Row> rows_of(const std::string& text) {
  static const std::regex row(R"(\n\| `([^`]+)` \| [^|]+ \| ([^|]+) \| ([^|]*) \|)");
  std::vector<Row> rows;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    rows.push_back({(*at)[1], (*at)[2], (*at)[3]});
  }
  return rows;
}

TEST_CASE("each function of the table is there, or the table says why not", "[core][array]") {
  const std::vector<Row> rows = rows_of(text_of("arrays_functions.md"));
  CHECK(rows.size() > 350);
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const bool is_called = functions().contains(row.name);
    if (row.how == "not there") {
      CHECK_FALSE(is_called);
      CHECK(row.more.size() > 10);
    } else if (row.more.find("in C++ ") == std::string::npos) {
      CHECK(is_called);
    }
  }
}

TEST_CASE("each function has a line in the chapters on arrays", "[core][array]") {
  std::string text = text_of("arrays.md");
  text = text.substr(text.find("## Functions"));
  static const std::regex word("[A-Za-z_][A-Za-z_0-9.]*");
  std::set<std::string> words;
  for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at) {
    words.insert(at->str());
  }
  for (const auto& [name, function] : functions()) {
    CAPTURE(name);
    CHECK(words.contains(name));
  }
}

TEST_CASE("each function says its arguments", "[core][array]") {
  const std::set<std::string> of_any_number{"broadcast_arrays", "mgrid", "ogrid"};
  for (const auto& [name, function] : functions()) {
    CAPTURE(name);
    const std::vector<std::string> names = Arguments::names_of(function);
    CHECK((names == std::vector<std::string>{"…"}) == of_any_number.contains(name));
    CHECK(std::set(names.begin(), names.end()).size() == names.size());
  }
  CHECK(Arguments::names_of(functions().at("random.normal")) ==
        std::vector<std::string>{"loc", "scale", "size", "seed"});
  CHECK(Arguments::names_of(functions().at("hypot")) == std::vector<std::string>{"x1", "x2"});
}

}  // namespace
}  // namespace sheaf::np::script
