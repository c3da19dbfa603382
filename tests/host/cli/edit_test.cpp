// SPDX-License-Identifier: MIT
// `sheaf set`, `rm`, `mv` and `cp`, on h5py's files and on Sheaf's own.
#include <catch2/catch.hpp>

#include "tests/host/cli/show.hpp"
#include "tests/support/background.hpp"

using Catch::Matchers::Contains;
using sheaf::test::show_py;
using sheaf::test::Workplace;

namespace {

using Command = std::vector<std::string>;

class Edited : public Workplace {
 public:
  Edited() { show_py({"make_plain", (*this / "x.h5").string()}); }
  void done(const Command& command, const std::string& input = {}) const {
    const auto result = sheaf(command, input);
    INFO(Catch::Detail::stringify(command) << result.err);
    CHECK(result.status == 0);
    CHECK(result.out + result.err == "");
  }
  // The message; the file stays as it was.
  std::string refused(const Command& command) const {
    const std::string before = sheaf::test::read_file(*this / "x.h5");
    const auto result = sheaf(command);
    INFO(Catch::Detail::stringify(command) << result.out << result.err);
    CHECK(result.status == 1);
    CHECK(sheaf::test::is_one_error_line(result.err));
    CHECK(sheaf::test::read_file(*this / "x.h5") == before);
    return result.err;
  }
  [[nodiscard]] nlohmann::json value(const std::string& path) const {
    return json({"show", "x.h5", path});
  }
};

}  // namespace

TEST_CASE("set makes what h5py reads", "[host][cli][set]") {
  const Edited here;
  here.done({"set", "x.h5", "a/gain", "0.75"});
  here.done({"set", "x.h5", "a/samples", "[1, 2, 3]", "--dtype", "float32"});
  here.done({"set", "x.h5", "a@note", "m"});
  here.done({"set", "x.h5", "a@count", "3"});
  here.done({"set", "x.h5", "new/deep/text", "hello"});
  here.done({"set", "x.h5", "names", R"(["x", "y"])"});
  here.done({"set", "x.h5", "mixed", R"([1, "two", null])"});
  here.done({"set", "x.h5", "flags", "[true, false]"});
  here.done({"set", "x.h5", "grid", "[[1, 2], [3, 4.5]]"});
  show_py({"check_edited", (here / "x.h5").string()});
}

TEST_CASE("set takes JSON, and text where it is none", "[host][cli][set]") {
  const Edited here;
  const auto after = [&](Command more) {
    Command command{"set", "x.h5", "v"};
    command.insert(command.end(), more.begin(), more.end());
    command.emplace_back("--replace");
    here.done(command);
    return here.value("v");
  };
  CHECK(after({"-5"}) == -5);
  CHECK(after({"true"}) == true);
  CHECK(after({"null"}).is_null());
  CHECK(after({"two words"}) == "two words");
  CHECK(after({"{half", "--text"}) == "{half");
  CHECK(after({"5", "--text"}) == "5");
  CHECK(after({R"("5")"}) == "5");
  CHECK(after({"18446744073709551615"}) == 18446744073709551615U);
  CHECK(after({"[]"}).empty());
  CHECK(after({"[[1], [2, 3]]"}) == nlohmann::json::parse("[[1], [2, 3]]"));
  CHECK(after({R"({"a": {"b": [1, {"c": null}]}})"}) ==
        nlohmann::json::parse(R"({"a": {"b": [1, {"c": null}]}})"));
  CHECK(after({R"([1, null, "inf"])", "--dtype", "float32"}) ==
        nlohmann::json::parse("[1, null, null]"));
  here.done({"set", "x.h5", "l", "[1, 2]", "--list"});
  CHECK(here.json({"show", "x.h5", "l", "--attrs"})["kind"] == "list");
  here.done({"set", "x.h5", "piped", "-"}, "[1, 2]\n");
  CHECK(here.value("piped") == std::vector<int>{1, 2});
  here.done({"set", "x.h5", "piped", "-", "--text"}, "a\nb\n");
  CHECK(here.value("piped") == "a\nb");
}

TEST_CASE("set reaches lists, attributes and dictionaries", "[host][cli][set]") {
  const Edited here;
  here.done({"set", "x.h5", "log/-", "\"last\""});
  here.done({"set", "x.h5", "log/-2", "5"});
  CHECK(here.value("log")[12] == "last");
  CHECK(here.value("log")[11] == 5);
  here.done({"set", "x.h5", "@root", "[]"});
  CHECK(here.value("@root").empty());
  here.done({"set", "x.h5", "a@@b", "1"});
  CHECK(here.value("a@b") == 1);
  here.done({"set", "x.h5", "a", R"({"more": {"x": 1}})", "--merge"});
  CHECK(here.value("a/more/x") == 1);
  CHECK(here.value("a/gain") == 0.5);
  here.done({"set", "x.h5", "a/gain", "3", "--dtype", "uint8"});
  CHECK(here.json({"show", "x.h5", "a/gain", "--attrs"})["dtype"] == "uint8");
  CHECK(here.value("a/gain@unit") == "dB");
}

TEST_CASE("set refuses what would lose something or makes no sense", "[host][cli][set]") {
  const Edited here;
  CHECK_THAT(here.refused({"set", "x.h5", "a", "5"}), Contains("2 entries") && Contains("--merge"));
  CHECK_THAT(here.refused({"set", "x.h5", "table", "5"}), Contains("--replace"));
  CHECK_THAT(here.refused({"set", "x.h5", "/", "5"}), Contains("root"));
  CHECK_THAT(here.refused({"set", "x.h5", "log/12", "5"}), Contains("'-' adds one"));
  CHECK_THAT(here.refused({"set", "x.h5", "a/gain/x", "5"}), Contains("no dictionary"));
  CHECK_THAT(here.refused({"set", "x.h5", "b@c", "5"}), Contains("x.h5:/b: isn't there"));
  CHECK_THAT(here.refused({"set", "x.h5", "a@c", "[1, \"a\"]"}), Contains("can't be a list"));
  CHECK_THAT(here.refused({"set", "x.h5", "b", "{bad", "--json"}), Contains("isn't JSON"));
  CHECK_THAT(here.refused({"set", "x.h5", "b", "[1, NaN]"}), Contains("--text"));
  CHECK_THAT(here.refused({"set", "x.h5", "b", "300", "--dtype", "uint8"}), Contains("uint8"));
  CHECK_THAT(here.refused({"set", "x.h5", "b", "text", "--dtype", "uint8"}), Contains("no number"));
  CHECK_THAT(here.refused({"set", "x.h5", "b", "1", "--dtype", "flot"}), Contains("float32"));
  CHECK_THAT(here.refused({"set", "y.h5", "b", "1"}), Contains("--create"));
  CHECK_THAT(here.refused({"set", "y.h5", "b", "{bad", "--json", "--create"}), Contains("JSON"));
  CHECK_FALSE(std::filesystem::exists(here / "y.h5"));
  here.done({"set", "y.h5", "b/c", "1", "--create"});
  CHECK(here.json({"show", "y.h5"}) == nlohmann::json::parse(R"({"b": {"c": 1}})"));
}

TEST_CASE("rm, mv and cp do what h5py finds done", "[host][cli][rm][mv][cp]") {
  const Edited here;
  here.done({"rm", "x.h5", "log/-1", "log/1"});
  here.done({"mv", "x.h5", "log/0", "log/-"});
  here.done({"set", "x.h5", "log/-", "5"});
  here.done({"mv", "x.h5", "a", "b"});
  here.done({"mv", "x.h5", "b@note", "b@remark"});
  here.done({"mv", "x.h5", "link", "moved/link"});
  here.done({"cp", "x.h5", "table", "y.h5", "into/", "--create"});
  here.done({"cp", "x.h5", "b/gain", "y.h5", "gain"});
  show_py({"check_moved", (here / "x.h5").string(), (here / "y.h5").string()});
}

TEST_CASE("rm removes several at once or none", "[host][cli][rm]") {
  const Edited here;
  CHECK_THAT(here.refused({"rm", "x.h5", "lost", "nix"}), Contains("nix"));
  CHECK_THAT(here.refused({"rm", "x.h5", "a@nix"}), Contains("note"));
  CHECK_THAT(here.refused({"rm", "x.h5", "/"}), Contains("root"));
  here.done({"rm", "-f", "x.h5", "nix", "a@nix", "b@c"});
  here.done({"rm", "x.h5", "lost", "log/9", "log/10", "log/2", "a/gain", "a", "table@pair"});
  CHECK(here.value("log") == std::vector<int>{0, 10, 30, 40, 50, 60, 70, 80, 110});
  CHECK(here.json({"show", "x.h5", "--depth", "1"}).size() == 3);
}

TEST_CASE("mv and cp replace only what they are told to", "[host][cli][mv][cp]") {
  const Edited here;
  for (const std::string command : {"mv", "cp"}) {
    CHECK_THAT(here.refused({command, "x.h5", "a", "log"}), Contains("-f") && Contains("'/'"));
    CHECK_THAT(here.refused({command, "x.h5", "a", "a/b"}), Contains("into itself"));
    CHECK_THAT(here.refused({command, "x.h5", "a", "a"}), Contains("the same"));
    CHECK_THAT(here.refused({command, "x.h5", "a@note", "b"}), Contains("an attribute"));
    CHECK_THAT(here.refused({command, "x.h5", "gian", "b"}), Contains("there are a"));
  }
  CHECK_THAT(here.refused({"set", "x.h5", "table@pair", "1"}), Contains("compound"));
  here.done({"cp", "x.h5", "a@note", "log@note"});
  CHECK_THAT(here.refused({"cp", "x.h5", "a@note", "log@note"}), Contains("-f"));
  here.done({"cp", "-f", "x.h5", "a", "x.h5", "table"});
  CHECK(here.value("table/gain@unit") == "dB");
  here.done({"cp", "x.h5", "a", "log/"});
  CHECK(here.value("log/-1/gain") == 0.5);
  here.done({"mv", "-f", "x.h5", "a/gain", "a"});
  CHECK(here.value("a") == 0.5);
  CHECK_THAT(here.refused({"cp", "x.h5", "/", "y.h5", "/"}), Contains("isn't there"));
  here.done({"cp", "x.h5", "/", "y.h5", "all", "--create"});
  CHECK(here.json({"show", "y.h5", "all/log"}).size() == 13);
}

TEST_CASE("attributes are moved and copied with type and bytes", "[host][cli][mv][cp]") {
  const Edited here;
  const std::string file = (here / "x.h5").string(), other = (here / "y.h5").string();
  show_py({"make_attributes", file});
  here.done({"set", "y.h5", "x", "1", "--create"});
  for (const std::string name : {"pair", "reference", "list", "ragged", "enum", "big endian",
                                 "fixed", "empty", "bytes", "region"}) {
    here.done({"cp", "x.h5", "x@" + name, "y.h5", "x@" + name});
    here.done({"cp", "x.h5", "x@" + name, "a@" + name});
    here.done({"mv", "x.h5", "x@" + name, "x@new " + name});
    here.done({"mv", "x.h5", "x@new " + name, "log@note"});
    here.done({"mv", "x.h5", "log@note", "x@" + name});
    here.done({"set", "x.h5", "a@old", "1"});
    here.done({"cp", "-f", "x.h5", "x@" + name, "a@old"});
    here.done({"mv", "-f", "x.h5", "a@old", "a@" + name});
  }
  show_py({"check_attributes", file, other});
  CHECK_THAT(here.refused({"mv", "x.h5", "x@par", "x@other"}), Contains("pair"));
}

TEST_CASE("nothing is moved into itself by way of a link", "[host][cli][mv]") {
  const Edited here;
  here.done({"set", "x.h5", "a/below/x", "1"});
  show_py({"add_link", (here / "x.h5").string(), "by", "/a/below"});
  here.done({"set", "x.h5", "a/below/list", "[]"});
  for (const std::string to : {"link/b", "link/new/b", "by/b", "by/", "by/list/-"}) {
    CHECK_THAT(here.refused({"mv", "x.h5", "a", to}), Contains("into itself"));
  }
  here.done({"cp", "x.h5", "a", "by/b"});
  CHECK(here.value("a/below/b/gain") == 0.5);
}

TEST_CASE("10,000 groups within groups are shown, copied, moved and removed", "[host][cli][show]") {
  const Edited here;
  show_py({"make_deep", (here / "x.h5").string(), "10000"});
  CHECK_THAT(here.sheaf({"show", "x.h5"}).out, Contains("1 entry …"));
  here.done({"cp", "x.h5", "a", "y.h5", "a", "--create"});
  here.done({"cp", "x.h5", "a", "y.h5", "b/"});
  here.done({"mv", "y.h5", "a", "c/"});
  show_py({"check_deep", (here / "y.h5").string(), "c/a", "b/a"});
  CHECK_THAT(here.refused({"cp", "x.h5", "a/a", "a/a/b"}), Contains("into itself"));
  here.done({"rm", "y.h5", "b", "c/a"});
  CHECK(here.json({"show", "y.h5"}) == nlohmann::json::parse(R"({"c": {}})"));
}

TEST_CASE("what Sheaf keeps in step is left alone without --force", "[host][cli][rm][set]") {
  const Workplace here;
  here.picture("p/cat/1.ppm");
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5", "-f", "image=data/image"}).status == 0);
  for (const Command& command : {Command{"rm", "x.h5", "data/image"},
                                 {"rm", "x.h5", "data"},
                                 {"rm", "x.h5", "__src__/id"},
                                 {"set", "x.h5", "data/image/__arr__", "5"},
                                 {"set", "x.h5", "data/image@channels", "grey"},
                                 {"set", "x.h5", "@sheaf_format", "2"},
                                 {"mv", "x.h5", "data", "d"},
                                 {"cp", "x.h5", "__src__/id", "data/image/x"}}) {
    const auto done = here.sheaf(command);
    INFO(Catch::Detail::stringify(command) << done.err);
    CHECK(done.status == 1);
    CHECK(sheaf::test::is_one_error_line(done.err));
    CHECK_THAT(done.err, Contains("sheaf ingest") && Contains("--force"));
  }
  CHECK(here.sheaf({"set", "x.h5", "notes/by", "Jo"}).status == 0);
  CHECK(here.sheaf({"set", "x.h5", "data/image@note", "dark"}).status == 0);
  CHECK(here.sheaf({"verify", "x.h5"}).status == 0);
  CHECK(here.sheaf({"rm", "x.h5", "data", "--force"}).status == 0);
}

TEST_CASE("a file that h5py has open for writing is left to it", "[host][cli][set]") {
  const Edited here;
  const auto script = here.write("hold.py",
                                 "import h5py, sys, time\n"
                                 "file = h5py.File(sys.argv[1], 'r+')\n"
                                 "print('held', flush=True)\n"
                                 "time.sleep(60)\n");
  sheaf::test::Background writer({"/usr/bin/python3", script.string(), (here / "x.h5").string()});
  REQUIRE(writer.line() == "held");
  CHECK_THAT(here.refused({"set", "x.h5", "b", "1"}), Contains("open elsewhere"));
  CHECK_THAT(here.refused({"rm", "x.h5", "a"}), Contains("open elsewhere"));
  CHECK_THAT(here.refused({"show", "x.h5"}), Contains("x.h5"));
}
