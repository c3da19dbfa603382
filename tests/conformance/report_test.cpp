// SPDX-License-Identifier: MIT
// Reports: what they say, where they are kept, and who asks for them.
#include "host/conformance/report.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "host/config/settings.hpp"
#include "host/conformance/record.hpp"
#include "host/plugin/digest.hpp"
#include "tests/conformance/kit.hpp"
#include "tests/support/process.hpp"

using namespace sheaf;
using namespace sheaf::host;
using namespace sheaf::host::conformance;
using test::Kit;
using test::ProcessResult;

namespace {

ProcessResult sheaf_program(const Kit& kit, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), SHEAF_PROGRAM);
  test::ProcessOptions options;
  options.folder = kit.folder.path();
  options.environment = {"SHEAF_PLUGIN_PATH=" + (kit.folder / "plugins").string()};
  return test::run(arguments, options);
}

// The plugin where the host finds it.
std::filesystem::path install(const Kit& kit, const std::string& defect) {
  std::filesystem::create_directories(kit.folder / "plugins");
  const auto file = kit.folder / "plugins" / (defect + ".so");
  std::filesystem::copy_file(SHEAF_TEST_BAD_PLUGIN, file);
  return file;
}

std::string paths(const Kit& kit) { return sheaf_program(kit, {"plugins", "paths"}).out; }

Report small_report() {
  Report report;
  report.file = "/plugins/a.so";
  report.digest = std::string(64, 'a');
  report.id = "lab.a";
  report.version = "1.0";
  report.abi = "1.0";
  report.sheaf = "0.1.0";
  report.date = "2031-05-06T07:08:09Z";
  report.seed = 42;
  report.sources = 3;
  report.results = {{"note", "", "", false}, {"rows", "lab.a", "no sources", false}};
  report.findings = {{"rows", Level::Note, "lab.a", "not run", "give some", ""}};
  return report;
}

}  // namespace

TEST_CASE("a report is the same after it was stored", "[conformance]") {
  const Report report = small_report();
  CHECK(to_json(from_json(to_json(report))) == to_json(report));
  CHECK_THROWS_AS(from_json("{}"), Error);
  CHECK_THROWS_AS(from_json("not JSON"), Error);
}

TEST_CASE("the grade of a report says how much of the plugin was looked at", "[conformance]") {
  Report report = small_report();
  CHECK(report.grade() == Grade::Basic);
  report.results[1].not_run.clear();
  CHECK(report.grade() == Grade::Full);
  report.findings[0].level = Level::Warning;
  CHECK(report.grade() == Grade::Full);
  report.findings[0].level = Level::Error;
  CHECK(report.grade() == Grade::Failed);
}

TEST_CASE("a report is found by the digest of the binary, unless others could have written it",
          "[conformance]") {
  const Kit kit;
  const Report report = small_report();
  const auto file = save(report);
  CHECK(file == kit.folder / "data" / "sheaf" / "reports" / (report.digest + ".json"));
  REQUIRE(find_report(report.digest));
  CHECK(find_report(report.digest)->date == report.date);
  CHECK_FALSE(find_report(std::string(64, 'b')));
  std::filesystem::permissions(file, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  CHECK_FALSE(find_report(report.digest));
}

TEST_CASE("a report that was renamed to another digest counts for nothing", "[conformance]") {
  const Kit kit;
  const auto file = save(small_report());
  const std::string other(64, 'b');
  std::filesystem::rename(file, file.parent_path() / (other + ".json"));
  CHECK_FALSE(find_report(other));
}

TEST_CASE("the setting takes true, false and \"full\"", "[conformance][config]") {
  const Kit kit;
  const auto read = [&](const std::string& value) {
    return read_settings(kit.folder.write("s.toml", "require_conformance = " + value + "\n"))
        .require_conformance;
  };
  CHECK(read("true") == Conformance::Passed);
  CHECK(read("false") == Conformance::Any);
  CHECK(read("\"full\"") == Conformance::Full);
  CHECK_THROWS_WITH(read("\"some\""), Catch::Contains("is true, false or \"full\""));
  CHECK_THROWS_WITH(read("1"), Catch::Contains("is true, false or \"full\""));
}

TEST_CASE("where conformance is required, a plugin is refused until it has passed",
          "[conformance]") {
  const Kit kit;
  const auto file = install(kit, "good");
  const std::string samples = (kit.folder / "in").string();
  CHECK_THAT(paths(kit), Catch::Contains("good.so  loaded"));
  const char* const settings = GENERATE("config/sheaf/sheaf.toml", "system.toml");
  kit.folder.write(settings, "require_conformance = \"full\"\n");
  CHECK_THAT(paths(kit), Catch::Contains("hasn't been checked: `sheaf plugins check '"));
  CHECK(sheaf_program(kit, {"plugins", "info", "lab.bad"}).status == 1);

  REQUIRE(sheaf_program(kit, {"plugins", "check", file.string()}).ok());
  CHECK_THAT(paths(kit), Catch::Contains("some tests weren't run on this file"));
  REQUIRE(sheaf_program(kit, {"plugins", "check", file.string(), "--with", samples}).ok());
  CHECK_THAT(paths(kit), Catch::Contains("good.so  loaded"));
  CHECK_THAT(sheaf_program(kit, {"plugins", "info", "lab.bad"}).out,
             Catch::Contains("checked   passed on 20"));

  // Another build of it is another plugin.
  std::ofstream(file, std::ios::app) << "x";
  CHECK_THAT(paths(kit), Catch::Contains("hasn't been checked"));
}

TEST_CASE("a plugin that failed is refused, and info says so", "[conformance]") {
  const Kit kit;
  const auto file = install(kit, "unwritten");
  CHECK_THAT(sheaf_program(kit, {"plugins", "info", "lab.bad"}).out,
             Catch::Contains("not checked: `sheaf plugins check` does"));
  const std::string samples = (kit.folder / "in").string();
  CHECK(sheaf_program(kit, {"plugins", "check", file.string(), "--with", samples}).status == 1);
  CHECK_THAT(sheaf_program(kit, {"plugins", "info", "lab.bad"}).out,
             Catch::Contains("checked   failed on 20"));
  kit.folder.write("config/sheaf/sheaf.toml", "require_conformance = true\n");
  CHECK_THAT(paths(kit), Catch::Contains("and this file failed on 20"));
}

TEST_CASE("the command says what was found, with the remedy and a command that shows it again",
          "[conformance][cli]") {
  const Kit kit;
  const auto file = kit.plugin("crashes_on_bad");
  const ProcessResult result = sheaf_program(kit, {"plugins", "check", file.string(), "--with",
                                                   (kit.folder / "in").string(), "--seed", "7"});
  CHECK(result.status == 1);
  CHECK_THAT(result.out, Catch::Contains("FAILED: "));
  CHECK_THAT(result.out, Catch::Contains(plugin::sha256_of_file(file)));
  CHECK_THAT(result.out, Catch::Contains("the report is kept as "));
  const std::string again = fmt::format(
      "sheaf plugins check {} --only hostile --feature lab.bad --seed 7 --case 0 --with {}",
      file.string(), (kit.folder / "in").string());
  CHECK_THAT(result.out, Catch::Contains(again));
  const ProcessResult replay = sheaf_program(
      kit, {"plugins", "check", file.string(), "--only", "hostile", "--feature", "lab.bad",
            "--seed", "7", "--case", "0", "--with", (kit.folder / "in").string(), "--json"});
  CHECK(replay.status == 1);
  const auto json = nlohmann::json::parse(replay.out);
  REQUIRE(json.at("findings").size() == 1);
  CHECK(json.at("findings")[0].at("message").get<std::string>().find("(empty): killed by") !=
        std::string::npos);
}

TEST_CASE("a report of a part of the tests isn't kept", "[conformance][cli]") {
  const Kit kit;
  const auto file = kit.plugin("good");
  const ProcessResult result =
      sheaf_program(kit, {"plugins", "check", file.string(), "--only", "note"});
  CHECK(result.ok());
  CHECK_THAT(result.out, Catch::Contains("not kept"));
  CHECK_FALSE(find_report(plugin::sha256_of_file(file)));
}

TEST_CASE("wrong use of the command is an error in one line", "[conformance][cli]") {
  const Kit kit;
  CHECK(sheaf_program(kit, {"plugins", "check"}).status == 2);
  CHECK(sheaf_program(kit, {"plugins", "check", "x.so", "--in-process"}).status == 2);
  const ProcessResult missing = sheaf_program(kit, {"plugins", "check", "not.there"});
  CHECK(missing.status == 2);
  CHECK_THAT(missing.err, Catch::Contains("is neither a file nor the id of a plugin"));
  const auto file = kit.plugin("good").string();
  const ProcessResult unknown =
      sheaf_program(kit, {"plugins", "check", file, "--only", "everything"});
  CHECK(unknown.status == 2);
  CHECK_THAT(unknown.err, Catch::Contains("everything not in {elf,note,descriptor"));
  const ProcessResult nowhere = sheaf_program(kit, {"plugins", "check", file, "--with", "nowhere"});
  CHECK(nowhere.status == 2);
}

TEST_CASE("what is no plugin fails the check with the reason", "[conformance][cli]") {
  const Kit kit;
  const auto file = kit.folder.write("text.so", "this is text");
  const ProcessResult result = sheaf_program(kit, {"plugins", "check", file.string()});
  CHECK(result.status == 1);
  CHECK_THAT(result.out, Catch::Contains("is no shared library"));
}

TEST_CASE("a test runs in the command's own process for a debugger", "[conformance][cli]") {
  const Kit kit;
  const auto file = kit.plugin("crashes_on_bad").string();
  const ProcessResult result =
      sheaf_program(kit, {"plugins", "check", file, "--only", "hostile", "--case", "0",
                          "--in-process", "--with", (kit.folder / "in").string()});
  CHECK((result.signal == SIGSEGV || result.status > 0));
  CHECK_THAT(result.err, Catch::Contains("case 0: loading 'in/1.bad' (empty)"));
}

TEST_CASE("a loader in Python that hasn't been checked is refused where that is required",
          "[conformance][cli]") {
  const Kit kit;
  kit.folder.write("plugins/loader.py", "# sheaf_plugin\n");
  kit.folder.write("system.toml", "require_conformance = true\n");
  CHECK_THAT(paths(kit), Catch::Contains("loader.py") && Catch::Contains("hasn't been checked"));
}
