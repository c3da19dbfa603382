// SPDX-License-Identifier: MIT
#include "host/conformance/report.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/error.hpp"

namespace sheaf::host::conformance {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format = 1;

const char* result_of(const TestResult& result) {
  if (!result.not_run.empty()) return "not run";
  return result.has_errors ? "failed" : "passed";
}

Json results_json(const Report& report) {
  Json list = Json::array();
  for (const TestResult& result : report.results) {
    Json one{{"test", result.test}, {"feature", result.feature}, {"result", result_of(result)}};
    if (!result.not_run.empty()) one["reason"] = result.not_run;
    list.push_back(std::move(one));
  }
  return list;
}

Json findings_json(const Report& report) {
  Json list = Json::array();
  for (const Finding& finding : report.findings) {
    list.push_back({{"test", finding.test},
                    {"level", name_of(finding.level)},
                    {"feature", finding.feature},
                    {"message", finding.message},
                    {"remedy", finding.remedy},
                    {"command", finding.command}});
  }
  return list;
}

Level level_of(const std::string& name) {
  for (const Level level : {Level::Note, Level::Warning, Level::Error}) {
    if (name == name_of(level)) return level;
  }
  throw Error(ErrorCode::Invalid, "report", "has the unknown level '" + name + "'");
}

Report parsed(const Json& json) {
  if (json.at("sheaf_conformance") != format) {
    throw Error(ErrorCode::Invalid, "report", "is of another format; check the plugin again");
  }
  const Json& plugin = json.at("plugin");
  Report report{plugin.at("file"),
                plugin.at("sha256"),
                plugin.at("id"),
                plugin.at("version"),
                plugin.at("abi"),
                json.at("sheaf"),
                json.at("date"),
                json.at("seed"),
                json.at("sources"),
                {},
                {}};
  for (const Json& one : json.at("tests")) {
    report.results.push_back(
        {one.at("test"), one.at("feature"), one.value("reason", ""), one.at("result") == "failed"});
  }
  for (const Json& one : json.at("findings")) {
    report.findings.push_back({one.at("test"), level_of(one.at("level")), one.at("feature"),
                               one.at("message"), one.at("remedy"), one.at("command")});
  }
  return report;
}

}  // namespace

const char* name_of(Grade grade) {
  constexpr const char* names[] = {"failed", "basic", "full"};
  return names[static_cast<std::size_t>(grade)];
}

const char* name_of(Level level) {
  constexpr const char* names[] = {"note", "warning", "error"};
  return names[static_cast<std::size_t>(level)];
}

Grade Report::grade() const {
  if (count(Level::Error) > 0) return Grade::Failed;
  const bool is_whole =
      std::ranges::all_of(results, [](const TestResult& result) { return result.not_run.empty(); });
  return is_whole ? Grade::Full : Grade::Basic;
}

std::size_t Report::count(Level level) const {
  return static_cast<std::size_t>(std::ranges::count(findings, level, &Finding::level));
}

std::string to_json(const Report& report) {
  const Json json{{"sheaf_conformance", format},
                  {"grade", name_of(report.grade())},
                  {"plugin",
                   {{"id", report.id},
                    {"version", report.version},
                    {"file", report.file},
                    {"sha256", report.digest},
                    {"abi", report.abi}}},
                  {"sheaf", report.sheaf},
                  {"date", report.date},
                  {"seed", report.seed},
                  {"sources", report.sources},
                  {"tests", results_json(report)},
                  {"findings", findings_json(report)}};
  // Names of files need not be UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Report from_json(std::string_view text) {
  try {
    return parsed(Json::parse(text));
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::Invalid, "report", std::string("is none: ") + error.what());
  }
}

}  // namespace sheaf::host::conformance
