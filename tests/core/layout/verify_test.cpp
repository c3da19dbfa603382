// SPDX-License-Identifier: MIT
#include "core/layout/verify.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/layout/reader.hpp"
#include "core/layout/writer.hpp"
#include "tests/core/layout/damage.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::layout;
using namespace sheaf::test;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

fs::path damaged_sample(const TempDir& folder) { return damageable_file(folder / "sample.h5"); }

void damage(const std::string& name, const std::string& file) {
  run_case("h5py_damage.py", name, file);
}

void make(const char* name, const fs::path& file) { run_case("h5py_make.py", name, file.string()); }

Report check(const fs::path& file, const VerifyOptions& options = {}) {
  VerifyObserver nobody;
  return verify(file, options, nobody);
}

std::string text_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.object + " " + finding.code + ": " + finding.message + "\n";
  }
  return text;
}

bool has(const std::vector<Finding>& findings, const std::string& object, const std::string& code) {
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.object == object && finding.code == code;
  });
}

struct Case {
  const char* name;
  const char* object;
  const char* code;
};

// A copy of the sample for each case, by its name; damaged by one Python, which takes its time.
void damage_each(const TempDir& folder, const std::vector<Case>& cases) {
  const fs::path sample = damaged_sample(folder);
  std::vector<std::string> arguments;
  for (const Case& one : cases) {
    const fs::path file = folder / one.name;
    fs::copy_file(sample, file);
    arguments.insert(arguments.end(), {one.name, file.string()});
  }
  run_cases("h5py_damage.py", arguments);
}

}  // namespace

TEST_CASE("A file of the Writer's is sound, with any filter", "[core][layout][verify]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  std::size_t features = 0;
  for (const Compression compression : {Compression::None, Compression::Deflate, Compression::Lzf,
                                        Compression::Lz4, Compression::Zstd, Compression::Blosc}) {
    for (const bool has_more : {false, true}) {
      writer.add_feature(feature("f" + std::to_string(features++), int32, {3},
                                 {.chunk_rows = 16,
                                  .compression = compression,
                                  .shuffle = has_more,
                                  .fletcher32 = has_more}));
    }
  }
  writer.add_feature(ragged_feature("ragged", float64, {-1, -1}));
  writer.add_feature(feature("void", uint8, {0}));
  writer.add_feature(feature("never", uint8, {-1}));
  for (int source = 0; source < 50; ++source) {
    writer.begin_source({"s" + std::to_string(source)});
    for (std::size_t number = 0; number < features; ++number) {
      if (source % 3 != 1) (void)writer.append(number, 0, counting<std::int32_t>(source, {3}));
    }
    (void)writer.append(features, 0, counting<double>(1, {source, 2}));
    if (source % 2 == 0) (void)writer.append(features + 1, 0, counting<std::uint8_t>(2, {0}));
    writer.end_source();
  }
  writer.finish();
  const Report report = check(folder / "data.h5");
  INFO(text_of(report.problems) << text_of(report.notes));
  CHECK(report.is_sound());
  CHECK(report.notes.empty());
  CHECK(report.checked.sources == 50);
  CHECK(report.checked.arrays == static_cast<std::int64_t>(features) + 4);
  CHECK(report.checked.references == 50 * (static_cast<std::int64_t>(features) + 4));
}

TEST_CASE("Files without sources, and of texts alone, are sound", "[core][layout][verify]") {
  const TempDir folder;
  Writer empty = Writer::create(folder / "empty.h5");
  empty.add_feature(feature("x", int32, {-1}));
  empty.add_feature(ragged_feature("r", utf8, {-1}));
  empty.finish();
  Writer::create(folder / "nothing.h5").finish();
  Writer texts = Writer::create(folder / "texts.h5");
  texts.add_feature(feature("t", utf8, {2}, {.chunk_rows = 3}));
  for (int source = 0; source < 20; ++source) {
    store(texts, 0, std::to_string(source), Texts(1, {2}, {"", "caf\u00e9"}));
  }
  texts.finish();
  for (const char* name : {"empty.h5", "nothing.h5", "texts.h5"}) {
    const Report report = check(folder / name);
    INFO(name << "\n" << text_of(report.problems) << text_of(report.notes));
    CHECK(report.is_sound());
    CHECK(report.notes.empty());
  }
  CHECK(check(folder / "texts.h5").checked.strings == 40 + 20 + 1);
}

TEST_CASE("What h5mapper leaves is a note", "[core][layout][verify]") {
  const TempDir folder;
  const char* name = GENERATE("mapper", "empty_mapper", "filters", "dtypes");
  make(name, folder / "data.h5");
  const Report report = check(folder / "data.h5");
  INFO(name << "\n" << text_of(report.problems));
  CHECK(report.is_sound());
  CHECK(has(report.notes, "", "h5mapper"));
}

TEST_CASE("What h5mapper appends to our file is a note, and its replaced rows are holes",
          "[core][layout][verify]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", int32, {2}));
  store(writer, 0, "a", counting<std::int32_t>(2, {2}));
  store(writer, 0, "b", counting<std::int32_t>(1, {2}));
  writer.finish();
  make("append_to_sheaf", folder / "data.h5");
  const Report report = check(folder / "data.h5");
  INFO(text_of(report.problems) << text_of(report.notes));
  CHECK(report.is_sound());
  CHECK(has(report.notes, "/x/__span__", "too-short"));
  CHECK(has(report.notes, "/x/__span__", "span-old"));
  CHECK(has(report.notes, "/x/__arr__", "holes"));
  CHECK(has(report.notes, "/__src__/size", "too-short"));
}

TEST_CASE("What a sound file may have is at most a note", "[core][layout][verify]") {
  const std::vector<Case> cases = {{"nothing", nullptr, nullptr},
                                   {"circle", nullptr, nullptr},
                                   {"foreign", nullptr, nullptr},
                                   {"fail_whole", nullptr, nullptr},
                                   {"tree_neighbours", nullptr, nullptr},
                                   {"span_short", "/x/__span__", "too-short"},
                                   {"span_missing", "/x/__span__", "missing"},
                                   {"size_short", "/__src__/size", "too-short"},
                                   {"digest_good", "/__src__/digest", "too-short"},
                                   {"rows_added", "/x/__arr__", "holes"},
                                   {"attribute", "/x/__arr__", "dataset-attribute"},
                                   {"incomplete", "", "incomplete"}};
  const TempDir folder;
  damage_each(folder, cases);
  for (const Case& sound : cases) {
    const Report report = check(folder / sound.name);
    INFO(sound.name << "\n" << text_of(report.problems) << text_of(report.notes));
    CHECK(report.is_sound());
    CHECK(report.notes.size() == (sound.code == nullptr ? 0 : 1));
    if (sound.code != nullptr) CHECK(has(report.notes, sound.object, sound.code));
  }
}

TEST_CASE("Each kind of damage is found, at its object and with a remedy",
          "[core][layout][verify]") {
  const std::vector<Case> cases = {
      {"span_outside", "/x/__span__", "span-range"},
      {"span_backwards", "/x/__span__", "span-range"},
      {"span_negative", "/x/__span__", "span-range"},
      {"span_moved", "/x", "span-reference"},
      {"span_last_short", "/x", "span-reference"},
      {"span_absent", "/x", "span-reference"},
      {"span_overlap", "/x", "overlap"},
      {"span_columns", "/x/__span__", "unreadable"},
      {"span_text", "/x/__span__", "unreadable"},
      {"span_long", "/x/__span__", "too-long"},
      {"ref_moved", "/x", "span-reference"},
      {"ref_null", "/x", "span-reference"},
      {"ref_elsewhere", "/x/__ref__", "reference-elsewhere"},
      {"ref_columns", "/x/__ref__", "unreadable"},
      {"ref_dangling", "/x/__ref__", "unreadable"},
      {"ref_long", "/x/__ref__", "too-long"},
      {"ref_short", "/x/__ref__", "reference-missing"},
      {"ref_missing", "/x/__ref__", "reference-missing"},
      {"ref_numbers", "/x/__ref__", "unreadable"},
      {"id_twice", "/__src__/id", "id-twice"},
      {"id_latin", "/__src__/id", "not-utf8"},
      {"id_short", "/x/__span__", "too-long"},
      {"id_missing", "/__src__/id", "unreadable"},
      {"id_numbers", "/__src__/id", "unreadable"},
      {"id_huge", "/__src__/id", "unreadable"},
      {"key_gone", "/x", "key-missing"},
      {"key_ghost", "/ghost", "array-missing"},
      {"keys_missing", "/__src__/ds_keys", "missing"},
      {"keys_latin", "/__src__/ds_keys", "not-utf8"},
      {"array_missing", "/x", "array-missing"},
      {"group_missing", "/x", "array-missing"},
      {"array_scalar", "/x/__arr__", "no-rows"},
      {"array_is_group", "/x", "array-missing"},
      {"array_short", "/x/__span__", "span-range"},
      {"array_huge", "/x/__arr__", "chunk-missing"},
      {"array_twisted", "/x/__ref__", "unreadable"},
      {"size_long", "/__src__/size", "too-long"},
      {"size_text", "/__src__/size", "unreadable"},
      {"size_negative", "/__src__/size", "size-negative"},
      {"mtime_long", "/__src__/mtime", "too-long"},
      {"digest_bad", "/__src__/digest", "digest-form"},
      {"digest_upper", "/__src__/digest", "digest-form"},
      {"digest_long", "/__src__/digest", "too-long"},
      {"fail_short", "/__fail__", "unequal"},
      {"fail_missing", "/__fail__/status", "missing"},
      {"fail_unknown", "/__fail__/feature", "feature-unknown"},
      {"format_newer", "", "format-version"},
      {"format_number", "", "format-version"},
      {"not_ours", "", "foreign"},
      {"shape_wrong", "/r/shape_", "shape"},
      {"shape_negative", "/r/shape_", "shape"},
      {"shape_absent", "/r/shape_", "pair"},
      {"text_latin", "/t/__arr__", "not-utf8"},
      {"chunk_missing", "/x/__arr__", "chunk-missing"},
      {"chunk_short", "/z/__arr__", "chunk-damaged"},
      {"chunk_noise", "/z/__arr__", "chunk-damaged"},
      {"chunk_mask", "/z/__arr__", "chunk-damaged"},
      {"chunk_first_byte", "/z/__arr__", "chunk-damaged"},
      {"chunk_middle", "/z/__arr__", "chunk-damaged"},
      {"chunk_checksum", "/z/__arr__", "chunk-damaged"},
      {"foreign_damaged", "/notes", "chunk-damaged"},
      {"superblock", "", "unreadable"},
      {"signature", "", "not-hdf5"},
      {"first_page", "", "not-hdf5"},
      {"cut_half", "", "truncated"},
      {"cut_last_byte", "", "truncated"},
      {"empty", "", "not-hdf5"},
      {"text", "", "not-hdf5"},
  };
  const TempDir folder;
  damage_each(folder, cases);
  for (const Case& damaged : cases) {
    const Report report = check(folder / damaged.name);
    INFO(damaged.name << "\n" << text_of(report.problems));
    CHECK(has(report.problems, damaged.object, damaged.code));
    for (const Finding& finding : report.problems) CHECK_FALSE(finding.remedy.empty());
  }
}

TEST_CASE("Many findings of one kind are one with a count", "[core][layout][verify]") {
  const TempDir folder;
  const fs::path file = damaged_sample(folder);
  damage("digest_bad", file.string());
  const Report report = check(file);
  REQUIRE(report.problems.size() == 1);
  CHECK(report.problems[0].count == 10);
  CHECK_THAT(report.problems[0].message, Contains("source-0"));
}

TEST_CASE("Sources are compared with their files", "[core][layout][verify]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", int32, {}));
  for (const char* id : {"same", "longer", "sub/caf%E9", "other", "gone", "../out", "unknown"}) {
    writer.begin_source({id, std::string(id) == "unknown" ? -1 : 5, 7});
    (void)writer.append(0, 0, counting<std::int32_t>(1, {}));
    writer.end_source();
  }
  writer.finish();
  const std::string script =
      "import h5py, subprocess, sys\n"
      "file = h5py.File(sys.argv[1], 'r+')\n"
      "text = h5py.string_dtype()\n"
      "file.create_dataset('__src__/digest', (7,), text, maxshape=(None,))\n"
      "sum = subprocess.run(['xxh128sum'], input=b'12345', capture_output=True).stdout.split()[0]\n"
      "file['__src__/digest'][0:6] = [b'xxh128:' + sum] * 6\n";
  const auto digests = folder.write("digests.py", script);
  REQUIRE(run_python(digests, {(folder / "data.h5").string()}).ok());
  folder.write("out", "54321");
  folder.write("src/same", "12345");
  folder.write("src/longer", "123456");
  folder.write("src/sub/caf\xE9", "12345");
  folder.write("src/other", "12354");
  const Report report = check(folder / "data.h5", {.sources = folder / "src"});
  INFO(text_of(report.problems));
  REQUIRE(report.problems.size() == 2);
  CHECK(report.problems[0].code == "source-size");
  CHECK_THAT(report.problems[0].message, Contains("longer"));
  CHECK(report.problems[1].code == "source-digest");
  CHECK_THAT(report.problems[1].message, Contains("other"));
  CHECK(report.checked.compared == 4);
  CHECK(report.checked.not_at_hand == 3);
}

TEST_CASE("What can't be opened at all is an error, not a finding", "[core][layout][verify]") {
  const TempDir folder;
  CHECK_THROWS_AS(check(folder / "none.h5"), Error);
  CHECK_THROWS_AS(check(folder.path()), Error);
}

TEST_CASE("A journal beside the file is a note", "[core][layout][verify]") {
  const TempDir folder;
  const fs::path file = damaged_sample(folder);
  folder.write("sample.h5-journal", "");
  const Report report = check(file);
  CHECK(report.is_sound());
  CHECK(has(report.notes, "", "journal"));
}

TEST_CASE("Progress goes up to what was announced", "[core][layout][verify]") {
  struct Listener : VerifyObserver {
    void progress(std::int64_t now, std::int64_t of) override {
      CHECK(now >= done);
      done = now;
      total = of;
    }
    void at(std::string_view object) override { objects.emplace_back(object); }
    std::int64_t done = 0, total = 0;
    std::vector<std::string> objects;
  } listener;
  const TempDir folder;
  (void)verify(damaged_sample(folder), {}, listener);
  CHECK(listener.total > 0);
  CHECK(listener.done == listener.total);
  CHECK(std::ranges::count(listener.objects, "/z/__arr__") >= 1);
}
