// SPDX-License-Identifier: MIT
// sheaf.dirlabel and sheaf.pathlabel: labels that stand in the names of sources.
#include <charconv>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <re2/re2.h>

#include "label/classes.hpp"
#include <sheaf/sdk.hpp>

namespace sheaf::label {
namespace {

// The name of the folder that a source lies in; nothing for one at the top.
std::optional<std::string> parent_name(std::string_view id) {
  const std::size_t end = id.rfind('/');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view folder = id.substr(0, end);
  return std::string(folder.substr(folder.rfind('/') + 1));  // npos + 1 is 0
}

// All names that `name_of` finds in the ids of a survey. The first instance looks, the others take
// its word: names, each followed by a zero byte, which no id holds.
template <class NameOf>
std::set<std::string> collect(const sdk::Survey& survey, NameOf&& name_of) {
  std::set<std::string> names;
  if (!survey.is_first()) {
    const std::string_view agreed = survey.agreed();
    for (std::size_t start = 0; start < agreed.size();) {
      const std::size_t end = agreed.find('\0', start);
      names.emplace(agreed.substr(start, end - start));
      start = end + 1;
    }
    return names;
  }
  for (std::size_t i = 0; i < survey.size(); ++i) {
    if (auto name = name_of(survey[i].id())) names.insert(std::move(*name));
  }
  std::string agreed;
  for (const std::string& name : names) agreed.append(name).push_back('\0');
  survey.agree(agreed);
  return names;
}

// Written with the file: which name an index stands for.
void describe_index(sdk::Description& file, const Classes& classes) {
  file.add(sdk::Output::of<std::int64_t>("label", {}));
  file.attr("classes", classes.names());
}

class DirLabel {
 public:
  static void declare(sdk::Declaration<DirLabel>& feature) {
    feature.name("sheaf.dirlabel")
        .summary("Class index of the folder that a source lies in")
        .pattern("[^/]/[^/]+$")
        .companion();
  }
  void survey(const sdk::Survey& survey) { classes_.settle(survey, collect(survey, parent_name)); }
  void describe(sdk::Description& file) const { describe_index(file, classes_); }
  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) const {
    const std::optional<std::string> name = parent_name(source.id());
    if (!name) return sdk::Result::Skip;
    sink.write_scalar(0, classes_.index(*name));
    return sdk::Result::Ok;
  }

 private:
  Classes classes_;
};

std::unique_ptr<RE2> compile(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_unique<RE2>(pattern, options);
  if (!regex->ok()) {
    std::string message = "pattern '" + pattern + "' is no regular expression: " + regex->error();
    const std::size_t position = pattern.find(regex->error_arg());
    if (!regex->error_arg().empty() && position != std::string::npos) {
      message += ", at character " + std::to_string(position + 1);
    }
    throw sdk::PluginError(message);
  }
  if (regex->NumberOfCapturingGroups() != 1) {
    throw sdk::PluginError("pattern '" + pattern + "' has " +
                           std::to_string(regex->NumberOfCapturingGroups()) +
                           " capture groups: put just one, (…), around the label; other groups are "
                           "written (?:…)");
  }
  return regex;
}

std::int64_t whole_number(std::string_view digits) {
  std::int64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stop != end) {
    throw sdk::Error("has the label '" + std::string(digits) +
                     "', which is no whole number of 64 bits: mend pattern, or give as=string");
  }
  return value;
}

class PathLabel {
 public:
  static void declare(sdk::Declaration<PathLabel>& feature) {
    feature.name("sheaf.pathlabel")
        .summary("Label that a regular expression captures in a source's id")
        .pattern(".")  // any id: the parameter decides
        .opt_in()
        .companion();
    feature
        .parameter("pattern", &PathLabel::pattern_,
                   "RE2 regular expression, searched in the id; its one group is the label")
        .required();
    feature
        .parameter("as", &PathLabel::as_,
                   "index: number of the class, names in the attribute classes; string: the "
                   "text; integer: the number that the text is")
        .choices({"index", "string", "integer"});
  }

  void open() { regex_ = compile(pattern_); }
  void survey(const sdk::Survey& survey) {
    if (as_ != "index") return;
    classes_.settle(survey, collect(survey, [this](std::string_view id) { return capture(id); }));
  }
  void describe(sdk::Description& file) const {
    if (as_ == "index") {
      describe_index(file, classes_);
    } else if (as_ == "string") {
      file.add(sdk::Output::strings("label"));
    } else {
      file.add(sdk::Output::of<std::int64_t>("label", {}));
    }
  }
  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) const {
    const std::optional<std::string> text = capture(source.id());
    if (!text) return sdk::Result::Skip;
    if (as_ == "string") {
      sink.write_string(0, *text);
    } else {
      sink.write_scalar(0, as_ == "index" ? classes_.index(*text) : whole_number(*text));
    }
    return sdk::Result::Ok;
  }

 private:
  [[nodiscard]] std::optional<std::string> capture(std::string_view id) const {
    re2::StringPiece text;
    const bool matches = RE2::PartialMatch(re2::StringPiece(id.data(), id.size()), *regex_, &text);
    // A group that took no part in the match is null.
    if (!matches || text.data() == nullptr) return std::nullopt;
    return std::string(text.data(), text.size());
  }

  std::string pattern_;
  std::string as_ = "index";
  std::unique_ptr<RE2> regex_;
  Classes classes_;
};

}  // namespace
}  // namespace sheaf::label

SHEAF_PLUGIN("sheaf.label", "0.1.0", "MIT", "Labels from the names of sources",
             sheaf::label::DirLabel, sheaf::label::PathLabel);
