// SPDX-License-Identifier: MIT
// sheaf.text and sheaf.bytes, against Python.
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

Loaded load(const fs::path& path, const Params& params = {},
            const std::string& feature = "sheaf.text") {
  Instance instance(Plugin::load(SHEAF_TEST_PLUGIN), feature, params);
  instance.describe();
  return instance.load({path.filename().string(), path});
}
Strings strings_of(const Loaded& loaded) {
  INFO(loaded.message);
  REQUIRE(loaded.ok());
  return loaded.outputs.at(0).strings;
}
const Params lines{{"rows", "lines"}};

TEST_CASE("a text file is one string, as it stands", "[plugins][text]") {
  const TempDir folder;
  const std::string text = "größe\r\n\n  second 🌾\n";
  CHECK(strings_of(load(folder.write("a.txt", text))) == Strings{text});
  CHECK(strings_of(load(folder.write("bom.txt", "\xEF\xBB\xBF" + text))) == Strings{text});
  CHECK(strings_of(load(folder.write("e.txt", ""))) == Strings{""});
  const std::string large(3'000'001, 'x');
  CHECK((strings_of(load(folder.write("large.txt", large))) == Strings{large}));
}

TEST_CASE("rows may be lines", "[plugins][text]") {
  const TempDir folder;
  CHECK(strings_of(load(folder.write("a.txt", "\xEF\xBB\xBF one\r\n\n\rthree\rx\nlast"), lines)) ==
        Strings{" one", "", "\rthree\rx", "last"});
  CHECK(strings_of(load(folder.write("b.txt", "\n\n"), lines)) == Strings{"", ""});
  CHECK(strings_of(load(folder.write("c.txt", "a\r"), lines)) == Strings{"a\r"});
  CHECK(load(folder.write("e.txt", ""), lines).status == SHEAF_EMPTY);
  CHECK(load(folder.write("f.txt", "\xEF\xBB\xBF"), lines).status == SHEAF_EMPTY);
}

TEST_CASE("lines of a large file are streamed, whatever their lengths", "[plugins][text]") {
  const TempDir folder;
  std::string text;
  Strings expected;
  for (std::size_t i = 0; i < 3000; ++i) {
    expected.push_back(std::to_string(i) + std::string(i * i % 3001, 'a') + "ü");
    if (i == 1500) expected.back() += std::string(2'500'000, 'b');  // longer than a part
    text += expected.back() + '\n';
  }
  const Loaded loaded = load(folder.write("a.txt", text), lines);
  CHECK((strings_of(loaded) == expected));
  CHECK(loaded.slots > 3);
}

TEST_CASE("what isn't UTF-8 is refused with its offset, or replaced as Python does it",
          "[plugins][text]") {
  const TempDir folder;
  const Params replace{{"errors", "replace"}};
  const fs::path latin = folder.write("a.txt",
                                      "\xEF\xBB\xBFgr\xF6\xDF"
                                      "e\n");
  CHECK_THAT(load(latin).message, Contains("offset 5") && Contains("errors=replace"));
  CHECK_THAT(load(latin, lines).message, Contains("offset 5"));
  CHECK(strings_of(load(latin, replace)) == Strings{"gr\uFFFD\uFFFD"
                                                    "e\n"});
  CHECK_THAT(load(folder.write("z.txt", std::string("a\0b", 3))).message,
             Contains("zero byte at offset 1"));
  CHECK_THAT(load(folder.write("w.txt", std::string("\xFF\xFE"
                                                    "a\0",
                                                    4)))
                 .message,
             Contains("UTF-16"));
  std::string late(2'000'000, '\n');
  late += '\x80';
  CHECK_THAT(load(folder.write("l.txt", late), lines).message, Contains("offset 2000000"));

  const fs::path script =
      folder.write("replace.py",
                   "import sys\n"
                   "for name in sys.argv[1:]:\n"
                   "  t = open(name, 'rb').read()\n"
                   "  t = t.decode('utf-8-sig', 'replace').replace('\\0', '\\ufffd')\n"
                   "  open(name + '.out', 'wb').write(t.encode())\n");
  std::vector<std::string> files;
  for (const std::string& content : hostile_files("größe 🌾 \xED\xA0\x80 \xF4\x90 €€")) {
    if (content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF")) continue;
    files.push_back(folder.write("h" + std::to_string(files.size()) + ".txt", content).string());
  }
  REQUIRE(files.size() > 10);
  REQUIRE(run_python(script, files).ok());
  for (const std::string& file : files) {
    CHECK((strings_of(load(file, replace)) == Strings{read_file(file + ".out")}));
  }
}

TEST_CASE("any file is rows of bytes on demand", "[plugins][text]") {
  const TempDir folder;
  std::string content(2'500'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * i >> 3U);
  const Loaded loaded = load(folder.write("a.bin", content), {}, "sheaf.bytes");
  REQUIRE(loaded.ok());
  CHECK(loaded.slots == 3);
  const auto& bytes = loaded.outputs[0].bytes;
  CHECK((std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()) == content));
  CHECK(load(folder.write("e.bin", ""), {}, "sheaf.bytes").status == SHEAF_EMPTY);
}

TEST_CASE("both take part only when they are named", "[plugins][text]") {
  const Plugin plugin = Plugin::load(SHEAF_TEST_PLUGIN);
  CHECK((plugin.feature("sheaf.text").flags & SHEAF_FEATURE_OPT_IN) != 0);
  CHECK((plugin.feature("sheaf.bytes").flags & SHEAF_FEATURE_OPT_IN) != 0);
}

TEST_CASE("what is no file is refused", "[plugins][text]") {
  const TempDir folder;
  CHECK_THAT(load(folder / "gone.txt").message, Contains("No such file"));
  CHECK_THAT(load(folder.path()).message, Contains("no regular file"));
  CHECK(load({}).status == SHEAF_ERR_SOURCE);
  for (const std::string& content : hostile_files("one\ntwo\n")) {
    const fs::path file = folder.write("h.txt", content);
    check_civil(load(file));
    check_civil(load(file, lines));
  }
}

}  // namespace
}  // namespace sheaf::test
