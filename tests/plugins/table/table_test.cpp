// SPDX-License-Identifier: MIT
// sheaf.table, against Python's csv module.
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/plugins/hostile.hpp"
#include "tests/support/plugin_harness.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::test {
namespace {

namespace fs = std::filesystem;
using Catch::Contains;
using Params = std::vector<Param>;
using Strings = std::vector<std::string>;
using Numbers = std::vector<double>;
using Extents = std::vector<std::int64_t>;

struct Result : Loaded {
  Description described;
  // That of the output with this name.
  [[nodiscard]] const Array& at(const std::string& name) const {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (described.outputs.at(i).name == name) return outputs[i];
    }
    FAIL("no output " << name);
    return outputs.at(0);
  }
};

Source source(const fs::path& path) { return {path.filename().string(), path}; }

Result load(const fs::path& path, const Params& params = {}) {
  Instance table(Plugin::load(SHEAF_TEST_PLUGIN), "sheaf.table", params);
  Result result;
  static_cast<Outcome&>(result) = table.opened();
  if (!result.ok()) return result;
  static_cast<Outcome&>(result) = table.survey({source(path)});
  if (!result.ok()) return result;
  result.described = table.describe();
  static_cast<Loaded&>(result) = table.load(source(path));
  return result;
}
Result load_text(const TempDir& folder, const std::string& text, const Params& params = {}) {
  Result result = load(folder.write("a.csv", text), params);
  return result;
}
Result good(Result result) {
  INFO(result.message);
  REQUIRE(result.ok());
  return result;
}

TEST_CASE("a table of numbers is one matrix with the names of its columns", "[plugins][table]") {
  const TempDir folder;
  const Result table = good(load_text(folder, "x,y,z\n1,2.5,-3e2\r\n4, +5 ,0.1\n"));
  CHECK(table.described.attrs.at("columns").strings == Strings{"x", "y", "z"});
  CHECK(table.outputs.at(0).shape == Extents{2, 3});
  CHECK(table.outputs[0].elements<double>() == Numbers{1, 2.5, -300, 4, 5, 0.1});
}

TEST_CASE("columns of several types are an array each", "[plugins][table]") {
  const TempDir folder;
  const Result table = good(load_text(folder,
                                      "name,age,a/b\n"
                                      "\"Doe, \"\"J\"\"\",41,\n"
                                      "\"two\nlines\",,x\n"));
  CHECK(table.at("name").strings == Strings{"Doe, \"J\"", "two\nlines"});
  CHECK(table.at("age").elements<double>().at(0) == 41);
  CHECK(std::isnan(table.at("age").elements<double>().at(1)));
  CHECK(table.at("a_b").strings == Strings{"", "x"});
  CHECK(table.described.attrs.at("columns").strings == Strings{"name", "age", "a/b"});
}

TEST_CASE("columns and their types may be given", "[plugins][table]") {
  const TempDir folder;
  const std::string text = "id,x,ok,word\n12345678901234567,1,1,a\n-2,2,0,b\n";
  const Result some = good(load_text(folder, text, {{"columns", "ok:bool,id:int64,x:float32"}}));
  CHECK(some.at("id").elements<std::int64_t>() == std::vector<std::int64_t>{12345678901234567, -2});
  CHECK(some.at("x").elements<float>() == std::vector<float>{1, 2});
  CHECK(some.at("ok").elements<std::uint8_t>() == std::vector<std::uint8_t>{1, 0});
  const Result matrix = good(load_text(folder, text, {{"columns", "x:uint8,ok:uint8"}}));
  CHECK(matrix.outputs.at(0).shape == Extents{2, 2});
}

TEST_CASE("files without a header have numbered columns", "[plugins][table]") {
  const TempDir folder;
  const Result plain = good(load_text(folder, "1,2\n3,4\n"));
  CHECK(plain.outputs.at(0).elements<double>() == Numbers{1, 2, 3, 4});
  CHECK(plain.described.attrs.at("columns").strings == Strings{"0", "1"});
  const Result words = good(load_text(folder, "a,b\nc,d\n", {{"header", "no"}, {"columns", "1"}}));
  CHECK(words.outputs.at(0).strings == Strings{"b", "d"});
  CHECK_THAT(load_text(folder, "1,2\n", {{"columns", "x"}}).message, Contains("no header"));
}

TEST_CASE("the delimiter is found out, or given", "[plugins][table]") {
  const TempDir folder;
  const char delimiter = GENERATE(',', ';', '\t', '|');
  CAPTURE(delimiter);
  std::string text = "x#y#\"z, z; z|z\"\n1#2#3\n4#5#6\n";
  std::ranges::replace(text, '#', delimiter);
  CHECK(good(load_text(folder, text)).outputs.at(0).shape == Extents{2, 3});
  const std::string name = delimiter == '\t' ? "tab" : std::string(1, delimiter);
  CHECK(good(load_text(folder, text, {{"delimiter", name}})).outputs.at(0).shape == Extents{2, 3});
  CHECK(good(load_text(folder, "a b\n1 2\n", {{"delimiter", " "}})).outputs.at(0).shape ==
        Extents{1, 2});
}

TEST_CASE("commas as decimal marks, comments and names for nothing", "[plugins][table]") {
  const TempDir folder;
  const Result table = good(
      load_text(folder, "# it's \"so\nx;y\n1,5;-\n#\n2;,25\n",
                {{"decimal", "comma"}, {"comment", "#"}, {"missing", "-"}, {"delimiter", ";"}}));
  const Numbers numbers = table.outputs.at(0).elements<double>();
  CHECK(numbers.at(0) == 1.5);
  CHECK(std::isnan(numbers.at(1)));
  CHECK(numbers.at(3) == 0.25);
}

TEST_CASE("a bad cell is told with its line and column", "[plugins][table]") {
  const TempDir folder;
  const Params numbers{{"columns", "x:float64,y:int8"}};
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {"x,y\n1,2\nabc,3\n", "line 3, column 'x': 'abc' is no float64"},
      {"x,y\n1,200\n", "line 2, column 'y': '200' is no int8"},
      {"x,y\n1,\n", "line 2, column 'y': no value"},
      {"x,y\n\"a\n\nb\",2\n", "line 2, column 'x'"},
      {"x,y\n\"1\n\n\",2\n1,z\n", "line 2, column 'x'"},
      {"x,y\n\n\n1,2\n1,z\n", "line 5, column 'y'"},
      {"x,y\n1,2\n1\n", "line 3 has 1 cells"},
      {"x,y\n1,2\n1,\"2\n", "line 3: a quote is opened and never closed"},
      {"x,y\n9007199254740993,2\n", "more digits than a float64"},
      {"x,z\n1,2\n", "no column 'y'"},
  }));
  const Result table = load_text(folder, text, numbers);
  CHECK(table.status == SHEAF_ERR_SOURCE);
  CHECK_THAT(table.message, Contains(reason));
  // Line ends inside quotes count.
  const Result quoted =
      load_text(folder, "n,y\n\"a\n\nb\",2\nc,z\n", {{"columns", "n:str,y:int8"}});
  CHECK_THAT(quoted.message, Contains("line 5, column 'y'"));
}

TEST_CASE("a table without records is empty, and an empty file an error", "[plugins][table]") {
  const TempDir folder;
  CHECK(load_text(folder, "x,y\n").status == SHEAF_EMPTY);
  CHECK(load_text(folder, "\n\n").status == SHEAF_EMPTY);
  CHECK_THAT(load_text(folder, "").message, Contains("0 bytes"));
}

TEST_CASE("the first readable source says which columns there are", "[plugins][table]") {
  const TempDir folder;
  const std::vector<Source> sources{source(folder.write("0.csv", "")),
                                    source(folder.write("1.csv", "x,y\n1,2\n")),
                                    source(folder.write("2.csv", "more;y;x\na;4;3\n")),
                                    source(folder.write("3.csv", "x,y\n1,word\n"))};
  const Plugin plugin = Plugin::load(SHEAF_TEST_PLUGIN);
  Instance first(plugin, "sheaf.table");
  const Surveyed surveyed = first.survey(sources);
  first.describe();
  CHECK(first.load(sources[2]).outputs.at(0).elements<double>() == Numbers{3, 4});
  CHECK_THAT(first.load(sources[3]).message, Contains("column 'y': 'word'"));

  Instance second(plugin, "sheaf.table");
  SurveyOptions other;
  other.is_first = false;
  other.agreed = surveyed.agreed;
  second.survey(sources, other);
  CHECK(second.describe().attrs.at("columns").strings == Strings{"x", "y"});
  CHECK(second.load(sources[1]).outputs.at(0).elements<double>() == Numbers{1, 2});

  Instance resumed(plugin, "sheaf.table");
  SurveyOptions options;
  options.stored = {{"table_layout", strings({"header columns", "str y"})}};
  resumed.survey(sources, options);
  resumed.describe();
  CHECK(resumed.load(sources[3]).outputs.at(0).strings == Strings{"word"});

  Instance away(plugin, "sheaf.table");
  CHECK_THAT(away.survey({{"x.csv", {}}}).message, Contains("header=yes,columns="));
}

TEST_CASE("cells are those that Python's csv module reads, numbers those of float()",
          "[plugins][table]") {
  const TempDir folder;
  const fs::path script = folder.write(
      "make.py",
      "import csv, random, struct, sys, os\n"
      "os.chdir(sys.argv[1]); r = random.Random(5)\n"
      "words = ['', 'a', 'ü,', 'x;y', 'q\"q', 'l\\nl', '\"', '\"\"', ' sp ', 'tab\\t', '🌾']\n"
      "rows = [[''.join(r.choice(words) for _ in range(12)) + '.',\n"
      "         repr(r.uniform(-1, 1) * 10 ** r.randint(-300, 300))] for _ in range(40000)]\n"
      "with open('a.csv', 'w', newline='', encoding='utf-8') as f:\n"
      "    w = csv.writer(f); w.writerow(['text', 'value']); w.writerows(rows)\n"
      "with open('a.csv', newline='', encoding='utf-8') as f:\n"
      "    read = list(csv.reader(f))[1:]\n"
      "open('text', 'wb').write('\\0'.join(x for x, _ in read).encode())\n"
      "open('value', 'wb').write(b''.join(struct.pack('<d', float(y)) for _, y in read))\n");
  const ProcessResult made = run_python(script, {folder.path().string()});
  INFO(made.err);
  REQUIRE(made.ok());
  const Result table = good(load(folder / "a.csv"));
  CHECK(table.slots > 2);
  std::string joined;
  for (const std::string& text : table.at("text").strings) joined += text + '\0';
  joined.pop_back();
  CHECK((joined == read_file(folder / "text")));
  const auto& bytes = table.at("value").bytes;
  CHECK((std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()) ==
         read_file(folder / "value")));
}

TEST_CASE("parameters that make no sense are refused", "[plugins][table]") {
  const TempDir folder;
  CHECK_THAT(load_text(folder, "x\n1\n", {{"columns", "x:float"}}).message,
             Contains("'float' is no type"));
  CHECK_THAT(load_text(folder, "x\n1\n", {{"columns", "x,,y"}}).message, Contains("missing"));
  CHECK_THAT(load_text(folder, "x\n1\n", {{"delimiter", "ab"}}).message, Contains("tab"));
  CHECK_THAT(load_text(folder, "x,y\n1,a\n", {{"form", "matrix"}}).message,
             Contains("x:float64, y:str"));
}

TEST_CASE("hostile tables are errors", "[plugins][table]") {
  const TempDir folder;
  const std::string good_file = "x,y,\"n\"\n1,2.5,\"a\"\"b\"\n-3e300,nan,\"c\nd\"\n4,5,e\n";
  for (const std::string& content : hostile_files(good_file)) {
    check_civil(load_text(folder, content, {{"columns", "x:int16,n:str"}}));
    const Result guessed = load_text(folder, content);
    CHECK((guessed.status >= SHEAF_ERR_SOURCE));
  }
  check_civil(load_text(folder, std::string(200'000, ',')));
  CHECK_THAT(load_text(folder, "a\n\"" + std::string(20'000'000, 'x')).message, Contains("16 MiB"));
}

}  // namespace
}  // namespace sheaf::test
