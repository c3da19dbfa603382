// SPDX-License-Identifier: MIT
#include "host/plugin/note.hpp"

#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <functional>
#include <random>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "host/plugin/library.hpp"
#include "tests/support/temp_dir.hpp"
#include <sheaf/plugin.h>

using namespace sheaf;
using namespace sheaf::host::plugin;

namespace {

const std::string twin_file = SHEAF_TEST_PLUGINS "/twin_first/twin_first.so";

std::string refusal(const std::filesystem::path& file) {
  const auto note = read_compatible_note(file);
  const auto* reason = std::get_if<std::string>(&note);
  return reason == nullptr ? "accepted" : *reason;
}

// The plugin with its note changed.
std::string patched(const std::function<void(sheaf_note&)>& change) {
  std::string bytes = test::read_file(twin_file);
  const std::size_t at = bytes.find(std::string("sheaf\0\0\0\1\0\0\0", 12));
  REQUIRE(at != std::string::npos);
  char* const start = bytes.data() + at - offsetof(sheaf_note, name);
  sheaf_note note;
  std::memcpy(&note, start, sizeof note);
  change(note);
  std::memcpy(start, &note, sizeof note);
  return bytes;
}

}  // namespace

TEST_CASE("a plugin's note says who it is without its code running", "[host][note]") {
  const auto note = read_note(twin_file);
  REQUIRE(std::holds_alternative<Note>(note));
  CHECK(std::get<Note>(note).id == "test.twin");
  CHECK(std::get<Note>(note).version == "1.0.0");
  CHECK(std::get<Note>(note).abi_major == SHEAF_ABI_MAJOR);
  CHECK(std::get<Note>(note).abi_minor == SHEAF_ABI_MINOR);
}

TEST_CASE("another major is refused with both versions", "[host][note]") {
  const test::TempDir folder;
  const auto file = folder.write("next.so", patched([](sheaf_note& note) {
                                   note.abi_major = 2;
                                   note.abi_minor = 5;
                                 }));
  CHECK_THAT(refusal(file),
             Catch::Contains("2.5") && Catch::Contains("1.0") && Catch::Contains("test.twin"));
}

TEST_CASE("a note without id or version, of another owner or type is no note", "[host][note]") {
  const test::TempDir folder;
  const auto with = [&](const std::function<void(sheaf_note&)>& change) {
    return refusal(folder.write("x.so", patched(change)));
  };
  CHECK_THAT(with([](sheaf_note& note) { note.id[0] = '\0'; }), Catch::Contains("without id"));
  CHECK_THAT(with([](sheaf_note& note) { note.version[0] = '\0'; }),
             Catch::Contains("without id or version"));
  CHECK_THAT(with([](sheaf_note& note) { note.type = 9; }), Catch::Contains("no .note.sheaf"));
  CHECK_THAT(with([](sheaf_note& note) { note.name[0] = 'x'; }), Catch::Contains("no .note.sheaf"));
  CHECK_THAT(with([](sheaf_note& note) { note.desc_size = 0xffffffff; }),
             Catch::Contains("no .note.sheaf"));
  CHECK_THAT(with([](sheaf_note& note) { note.name_size = 0xfffffffe; }),
             Catch::Contains("no .note.sheaf"));
  CHECK_THAT(with([](sheaf_note& note) { note.desc_size = 4; }), Catch::Contains("no .note.sheaf"));
}

TEST_CASE("an id that fills its field needs no zero at the end", "[host][note]") {
  const test::TempDir folder;
  const auto note = read_note(folder.write("x.so", patched([](sheaf_note& changed) {
                                             std::memset(changed.id, 'a', sizeof changed.id);
                                           })));
  REQUIRE(std::holds_alternative<Note>(note));
  CHECK(std::get<Note>(note).id == std::string(SHEAF_NOTE_ID_MAX, 'a'));
}

TEST_CASE("somebody else's library is no plugin", "[host][note]") {
  Dl_info info{};
  REQUIRE(::dladdr(reinterpret_cast<const void*>(&::fopen), &info) != 0);
  CHECK_THAT(refusal(info.dli_fname), Catch::Contains("no .note.sheaf"));
}

TEST_CASE("what is no shared library of this machine is refused", "[host][note]") {
  const test::TempDir folder;
  CHECK_THAT(refusal(folder / "gone.so"), Catch::Contains("can't be read"));
  CHECK_THAT(refusal(folder.path()), Catch::Contains("is no shared library"));
  CHECK_THAT(refusal(folder.write("text.so", "hello")), Catch::Contains("is no shared library"));
  CHECK_THAT(refusal(folder.write("empty.so", "")), Catch::Contains("is no shared library"));
  std::string bytes = test::read_file(twin_file);
  bytes[offsetof(Elf64_Ehdr, e_machine)] = 40;  // ARM
  CHECK_THAT(refusal(folder.write("arm.so", bytes)), Catch::Contains("for this machine"));
}

TEST_CASE("a library cut off anywhere is refused or still has its note", "[host][note]") {
  const test::TempDir folder;
  const std::string bytes = test::read_file(twin_file);
  std::size_t accepted = 0;
  for (std::size_t length = 0; length < bytes.size(); length += 1 + length / 64) {
    if (refusal(folder.write("cut.so", bytes.substr(0, length))) == "accepted") ++accepted;
  }
  CHECK(accepted > 0);
}

TEST_CASE("damaged headers and random bytes do no harm", "[host][note]") {
  const test::TempDir folder;
  const std::string bytes = test::read_file(twin_file);
  std::mt19937 random(20240607);
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = bytes.substr(0, 4096);
    for (int i = 0; i < 8; ++i) {
      // Past the magic and class, so that the reader goes on.
      const std::size_t at = 20 + random() % (round % 2 == 0 ? 700 : damaged.size() - 20);
      damaged[at] = static_cast<char>(random());
    }
    static_cast<void>(read_note(folder.write("damaged.so", damaged)));
  }
  for (int round = 0; round < 200; ++round) {
    std::string noise(random() % 3000, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    CHECK(std::holds_alternative<std::string>(read_note(folder.write("noise.so", noise))));
  }
}
