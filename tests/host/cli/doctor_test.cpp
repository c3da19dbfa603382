// SPDX-License-Identifier: MIT
#include <chrono>

#include <catch2/catch.hpp>

#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::is_one_error_line;
using sheaf::test::Workplace;

namespace {

// 2000 rows of 3 KiB, which compress, by the name `image`, and texts.
void make_file(const Workplace& here, const std::string& storage) {
  const auto script = here.write("make.py", R"(
import h5py, numpy as np
text = h5py.string_dtype()
rows = (np.arange(2000 * 3072, dtype='u4') // 7 % 251).astype('u1').reshape(2000, 32, 32, 3)
ids = [f'id/{i}' for i in range(2000)]
spans = np.stack([np.arange(2000), np.arange(1, 2001)], 1)
def add(file, name, data, **more):
    shape = np.shape(data)
    return file.create_dataset(name, data=data, maxshape=(None,) + shape[1:], **more)
with h5py.File('x.h5', 'w') as f:
    add(f, '__src__/id', ids, dtype=text)
    add(f, '__src__/ds_keys', ['image', 'note'], dtype=text)
    image = add(f, 'image/__arr__', rows, STORAGE)
    note = add(f, 'note/__arr__', ids, dtype=text)
    for array in (image, note):
        refs = [array.regionref[i:i + 1] for i in range(2000)]
        add(array.parent, '__ref__', refs, dtype=h5py.regionref_dtype)
        add(array.parent, '__span__', spans)
)");
  std::string code = sheaf::test::read_file(script);
  code.replace(code.find("STORAGE"), 7, storage);
  here.write("make.py", code);
  sheaf::test::ProcessOptions options;
  options.folder = here.path();
  const auto done = sheaf::test::run({"/usr/bin/python3", script.string()}, options);
  INFO(done.err);
  REQUIRE(done.status == 0);
}

const nlohmann::json* find(const nlohmann::json& list, const char* key, const std::string& value) {
  for (const auto& one : list) {
    if (one[key] == value) return &one;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("doctor measures the machine and leaves nothing behind", "[host][cli][doctor]") {
  const Workplace here;
  std::filesystem::create_directory(here / "tmp");
  sheaf::test::ProcessOptions options;
  options.environment = {"TMPDIR=" + (here / "tmp").string()};
  const auto done = sheaf::test::run({SHEAF_PROGRAM, "doctor", "--json"}, options);
  CHECK(done.status == 0);
  const auto machine = nlohmann::json::parse(done.out)["machine"];
  CHECK(machine["cores"] >= 1);
  CHECK(machine["copy"] > 1e8);
  CHECK(machine["mapped"] > 1e8);
  CHECK(machine["pread"] > 1e7);
  CHECK(machine["disk"]["folder"] == (here / "tmp").string());
  CHECK(machine["disk"]["fsync"] > 0);
  CHECK(machine["codecs"].size() == 5);
  for (const auto& codec : machine["codecs"]) CHECK(codec["decode"] > 0);
  CHECK(std::filesystem::is_empty(here / "tmp"));
}

TEST_CASE("doctor's first screen fits a terminal", "[host][cli][doctor]") {
  const Workplace here;
  make_file(here, "chunks=(20, 32, 32, 3), compression=9");
  const auto done = here.sheaf({"doctor", "x.h5", "--quick"});
  INFO(done.out << done.err);
  CHECK(done.status == 0);
  CHECK_THAT(done.out, Contains("copying memory") && Contains("x.h5: ") && Contains("image") &&
                           Contains("deflate(9)") && Contains("2000 sources"));
  std::size_t lines = 0, columns = 0;
  for (const char c : done.out) {
    if (c == '\n') {
      CHECK(columns <= 100);
      ++lines;
      columns = 0;
    } else if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) {
      ++columns;
    }
  }
  CHECK(lines <= 40);
}

TEST_CASE("doctor measures each array and names the slow codec", "[host][cli][doctor]") {
  const Workplace here;
  make_file(here, "chunks=(20, 32, 32, 3), compression=9");
  const auto report = here.json({"doctor", "x.h5", "--quick"});
  const auto* image = find(report["file"]["outputs"], "path", "image");
  REQUIRE(image != nullptr);
  CHECK((*image)["problem"] == "");
  CHECK((*image)["chunk_bytes"] == 61440);
  CHECK((*image)["sequence"] > 0);
  CHECK((*image)["random_reads"] > 0);
  CHECK((*image)["decode"] > 0);
  CHECK((*image)["other_codecs"].size() == 5);
  const auto* note = find(report["file"]["outputs"], "path", "note");
  REQUIRE(note != nullptr);
  CHECK((*note)["sequence"] > 0);
  CHECK((*note)["decode"].is_null());
}

TEST_CASE("doctor's remedy is a command that works", "[host][cli][doctor]") {
  const Workplace here;
  make_file(here, "chunks=(1, 32, 32, 3)");
  const auto report = here.json({"doctor", "x.h5", "--quick"});
  const auto* advice = find(report["advice"], "object", "image");
  REQUIRE(advice != nullptr);
  CHECK_THAT((*advice)["finding"].get<std::string>(), Contains("1 row of 3 KiB a chunk"));
  CHECK((*advice)["remedy"] == "sheaf pack x.h5 -f image:chunks=21");
  const auto packed = here.sheaf({"pack", "x.h5", "-f", "image:chunks=21"});
  INFO(packed.err);
  CHECK(packed.status == 0);
  const auto again = here.json({"doctor", "x.h5", "--quick"});
  CHECK(find(again["advice"], "object", "image") == nullptr);
}

TEST_CASE("doctor says in one line what it can't examine", "[host][cli][doctor]") {
  const Workplace here;
  here.write("text.h5", "this is text");
  std::filesystem::create_directory(here / "folder");
  for (const std::string file : {"nowhere.h5", "text.h5", "folder", "/dev/null"}) {
    const auto done = here.sheaf({"doctor", file, "--quick"});
    INFO(file << ": " << done.err);
    CHECK(done.status == 1);
    CHECK(is_one_error_line(done.err));
  }
}

TEST_CASE("An interrupted doctor ends at once and leaves nothing", "[host][cli][doctor]") {
  const Workplace here;
  sheaf::test::ProcessOptions options;
  options.folder = here.path();
  const auto begin = std::chrono::steady_clock::now();
  const auto done = sheaf::test::run(
      {"/bin/bash", "-c",
       "TMPDIR=. " SHEAF_PROGRAM " doctor & pid=$!; sleep 0.3; kill -INT $pid; wait $pid"},
      options);
  CHECK(done.status == 130);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  CHECK(here.names("").empty());
}
