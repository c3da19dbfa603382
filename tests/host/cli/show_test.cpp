// SPDX-License-Identifier: MIT
// `sheaf show` against files that h5py made: show.py.
#include "tests/host/cli/show.hpp"

#include <catch2/catch.hpp>

using Catch::Matchers::Contains;
using sheaf::test::show_py;
using sheaf::test::Workplace;

namespace {

std::string make_file(const Workplace& here, const std::string& kind) {
  const std::string file = (here / (kind + ".h5")).string();
  show_py({"make_" + kind, file});
  return file;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

bool is_printable(const std::string& text) {
  return std::ranges::none_of(text, [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return (byte < 0x20 && byte != '\n') || byte == 0x7f;
  });
}

}  // namespace

TEST_CASE("show prints everything that HDF5 has, a line each", "[host][cli][show]") {
  const Workplace here;
  make_file(here, "zoo");
  const auto done = here.sheaf({"show", "zoo.h5"});
  REQUIRE(done.status == 0);
  const std::string expected = R"(zoo.h5  6 entries
├─ @operator  "Jo"
├─ @gains     [0.5, 1.]  float32 (2,)
├─ @pair      unreadable: compound {x: int32, y: float64}
├─ @nothing   none
├─ run/       1 entry
│  └─ 7/  13 entries
│     ├─ gain          0.5  float32
│     │  └─ @unit  "dB"
│     ├─ samples       float32 (50, 100)  [0., 0.5, 1., …, 2498.5, 2499., 2499.5]
│     ├─ small         int16 (2, 2)  [[1, 2],  [3, 4]]
│     ├─ text          "zwei\nZeilen 日本 \x1b[31m \u009b31m"
│     ├─ names         str (3,)  ["a", "b\x07", "c"]
│     ├─ flag          true
│     ├─ flags         bool (2,)  [true, false]
│     ├─ z             (1-2j)  complex64
│     ├─ not numbers   float64 (3,)  [nan, inf, 1.]
│     ├─ big           18446744073709551615  uint64
│     ├─ half          0.0999755859375  float16
│     ├─ empty         none
│     └─ no rows       int32 (0, 3)  []
├─ kinds/     10 entries
│  ├─ table     compound {x: float64, label: str, box: array (2,) of int32} (3,)  unreadable
│  ├─ color     int8 (2,)  [1, 0]
│  ├─ ragged    vlen of int32 (2,)  unreadable
│  ├─ pointer   reference  unreadable
│  ├─ regions   region reference (2,)  unreadable
│  ├─ type      unreadable: a named datatype
│  ├─ raw       5 B: 00 01 72 61 77
│  ├─ pickled   a pickle of 21 B
│  ├─ none      none
│  └─ fixed     str (2,)  ["abc", "d"]
├─ log        list of 3
│  ├─ 0   1.5  float64
│  ├─ 1   "two"
│  └─ 2/  0 entries
│     └─ @k  1  int64
├─ thing/     object builtins.dict
│  └─ value   3  int64
├─ links/     7 entries
│  ├─ soft      → /run/7  13 entries
│  ├─ dangling  → /run/8  leads nowhere
│  ├─ outside   → other.h5:/x  int64 (3,)
│  ├─ lost      → lost.h5:/x  leads nowhere
│  ├─ again/     the same as /run
│  ├─ self/      the same as /links
│  └─ root/      the same as /
└─ names/     8 entries
   ├─ \x1b[31mred   1  int64
   ├─ a b           1  int64
   ├─ at@home       1  int64
   ├─ new\nline     1  int64
   ├─ tab\there     1  int64
   ├─ ü日本           1  int64
   ├─ \u202egnp     1  int64
   └─ %FF%FE       → /run  1 entry
)";
  CHECK(done.out == expected);
}

TEST_CASE("show --json holds the values that h5py reads", "[host][cli][show]") {
  const Workplace here;
  for (const std::string kind : {"zoo", "plain", "old"}) {
    const std::string file = make_file(here, kind);
    const auto shown = here.sheaf({"show", kind + ".h5", "--json"});
    CHECK(shown.status == 0);
    CHECK(is_printable(shown.out));
    show_py({"check_json", file, here.write("shown.json", shown.out).string()});
  }
  const auto described = here.sheaf({"show", "zoo.h5", "--json", "--attrs"});
  show_py({"check_described", (here / "zoo.h5").string(),
           here.write("shown.json", described.out).string()});
}

TEST_CASE("show of one value prints that alone", "[host][cli][show]") {
  const Workplace here;
  make_file(here, "zoo");
  const auto shown = [&](const std::string& path) {
    const auto done = here.sheaf({"show", "zoo.h5", path});
    INFO(path << ": " << done.err);
    CHECK(done.status == 0);
    return done.out;
  };
  CHECK(shown("run/7/gain") == "0.5\n");
  CHECK(shown("/run/7/gain@unit") == "dB\n");
  CHECK(shown("@operator") == "Jo\n");
  CHECK(shown("@nothing") == "none\n");
  CHECK(shown("log/-2") == "two\n");
  CHECK(shown("names/at@home") == "1\n");
  CHECK(shown("links/soft/gain") == "0.5\n");
  CHECK(shown("run/7/text") == "zwei\nZeilen 日本 \\x1b[31m \\u009b31m\n");
  CHECK(shown("run/7/small") == "[[1, 2],\n [3, 4]]\n(2, 2) int16\n");
  CHECK_THAT(shown("run/7/samples"),
             Contains("[[0., 0.5, 1., ..., 48.5, 49., 49.5],\n [50., ") && Contains("\n ...\n"));
  CHECK(here.json({"show", "zoo.h5", "run/7/flags"}) == std::vector<bool>{true, false});
  CHECK(here.json({"show", "zoo.h5", "@gains"}) == std::vector<double>{0.5, 1});
}

TEST_CASE("show names what isn't there and why a value can't be read", "[host][cli][show]") {
  const Workplace here;
  make_file(here, "zoo");
  const auto refused = [&](const std::string& file, const std::string& path) {
    const auto done = here.sheaf({"show", file, path});
    INFO(path << done.out << done.err);
    CHECK(done.status == 1);
    CHECK(sheaf::test::is_one_error_line(done.err));
    CHECK(is_printable(done.err));
    return done.err;
  };
  CHECK_THAT(refused("zoo.h5", "run/7/gian"), Contains("zoo.h5:/run/7/gian") && Contains("gain"));
  CHECK_THAT(refused("zoo.h5", "rum/7/gain"), Contains("zoo.h5:/rum:") && Contains("run, kinds"));
  CHECK_THAT(refused("zoo.h5", "run/7@uint"), Contains("attribute 'uint' of zoo.h5:/run/7"));
  CHECK_THAT(refused("zoo.h5", "log/3"), Contains("list of 3"));
  CHECK_THAT(refused("zoo.h5", "run/7/gain/x"), Contains("no dictionary"));
  CHECK_THAT(refused("zoo.h5", "names/x"), Contains("\\x1b[31mred"));
  CHECK_THAT(refused("zoo.h5", "kinds/table"), Contains("compound {x: float64"));
  CHECK_THAT(refused("zoo.h5", "@pair"), Contains("compound {x: int32"));
  CHECK_THAT(refused("zoo.h5", "links/dangling"), Contains("/run/8"));
  here.write("text.h5", "no HDF5");
  CHECK_THAT(refused("text.h5", ""), Contains("HDF5"));
  refused("absent.h5", "");
}

TEST_CASE("show of a large file is short, and whole with --all", "[host][cli][show]") {
  const Workplace here;
  show_py({"make_many", (here / "many.h5").string(), "3000"});
  show_py({"make_deep", (here / "deep.h5").string(), "1500"});
  make_file(here, "old");
  const auto many = here.sheaf({"show", "many.h5"});
  CHECK(lines_in(many.out) == 23);
  CHECK_THAT(many.out, Contains("3,000 entries"));
  CHECK_THAT(many.out, Contains("key 9/ ") && Contains("… 2,980 more\n") && Contains("key 2999/"));
  CHECK(lines_in(here.sheaf({"show", "many.h5", "--all"}).out) == 3002);
  CHECK(lines_in(here.sheaf({"show", "many.h5", "--max-entries", "5"}).out) == 8);
  const auto deep = here.sheaf({"show", "deep.h5"});
  CHECK(lines_in(deep.out) < 30);
  CHECK_THAT(deep.out, Contains("1 entry …\n"));
  CHECK(lines_in(here.sheaf({"show", "deep.h5", "--all"}).out) == 1502);
  CHECK(lines_in(here.sheaf({"show", "deep.h5", "--depth", "3"}).out) == 4);
  const auto old = here.sheaf({"show", "old.h5"});
  CHECK_THAT(old.out, Contains("k009") && Contains("… 280 more") && Contains("k290"));
}

TEST_CASE("show fits thousands of groups on a few screens", "[host][cli][show]") {
  const Workplace here;
  const auto made = here.write("made.py",
                               "import h5py, sys\n"
                               "with h5py.File(sys.argv[1], 'w') as f:\n"
                               "    for i in range(30):\n"
                               "        for k in range(40):\n"
                               "            f[f'uns/{i}/{k}/a'] = 1\n");
  REQUIRE(sheaf::test::run_python(made, {(here / "x.h5").string()}).status == 0);
  const auto done = here.sheaf({"show", "x.h5"});
  CHECK(lines_in(done.out) == 32);
  CHECK_THAT(done.out, Contains("40 entries …"));
}

TEST_CASE("show leaves out what a limit says, in JSON, too", "[host][cli][show]") {
  const Workplace here;
  make_file(here, "zoo");
  const auto shallow = here.json({"show", "zoo.h5", "--depth", "1"});
  CHECK(shallow["run"]["@more"] == 1);
  const auto few = here.json({"show", "zoo.h5", "run/7", "--max-entries", "3"});
  CHECK(few["samples"]["@array"] == "float32");
  CHECK(few["samples"]["shape"] == std::vector<int>{50, 100});
  CHECK(few["@more"] == 10);
  CHECK(few.size() == 4);
  CHECK_THAT(here.sheaf({"show", "zoo.h5", "--no-attrs"}).out, !Contains("@operator"));
  CHECK_THAT(here.sheaf({"show", "zoo.h5", "run/7/gain", "--attrs"}).out, Contains("@unit"));
  CHECK(here.sheaf({"show", "zoo.h5", "--depth", "-1"}).status == 2);
}

TEST_CASE("show says which chunk it can't read, and goes on", "[host][cli][show]") {
  const Workplace here;
  const auto made = here.write(
      "made.py",
      "import h5py, numpy, sys\n"
      "with h5py.File(sys.argv[1], 'w') as f:\n"
      "    d = f.create_dataset('bad', data=numpy.arange(8), chunks=(8,), fletcher32=True)\n"
      "    f['good'] = 1\n"
      "    at = d.id.get_chunk_info(0).byte_offset\n"
      "with open(sys.argv[1], 'r+b') as f:\n"
      "    f.seek(at); f.write(b'damage')\n");
  REQUIRE(sheaf::test::run_python(made, {(here / "x.h5").string()}).status == 0);
  const auto text = here.sheaf({"show", "x.h5"});
  CHECK(text.status == 3);
  CHECK_THAT(text.out, Contains("bad") && Contains("unreadable") && Contains("good"));
  const auto json = here.sheaf({"show", "x.h5", "--json"});
  CHECK(json.status == 3);
  const auto parsed = nlohmann::json::parse(json.out);
  CHECK(parsed["bad"][0].contains("@unreadable"));
  CHECK(parsed["good"] == 1);
  CHECK(here.sheaf({"show", "x.h5", "bad"}).status == 1);
}
