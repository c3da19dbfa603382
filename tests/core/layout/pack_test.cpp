// SPDX-License-Identifier: MIT
#include "core/layout/pack.hpp"

#include <csignal>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/layout/reader.hpp"
#include "core/layout/verify.hpp"
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

PackReport pack_to(const fs::path& file, const fs::path& target, const PackOptions& options = {}) {
  return pack(file, target, options, [](std::int64_t, std::int64_t) {});
}

PackReport pack_it(const fs::path& file) { return pack_to(file, file); }

// Everything that a Reader says of the sources and their rows.
void check_same(const fs::path& old_file, const fs::path& new_file) {
  const Reader before = Reader::open(old_file);
  const Reader after = Reader::open(new_file);
  CHECK(before.complete() == after.complete());
  CHECK(before.format_version() == after.format_version());
  CHECK(before.attrs("") == after.attrs(""));
  CHECK(before.failures().size() == after.failures().size());
  REQUIRE(before.outputs().size() == after.outputs().size());
  for (const std::string& id : after.ids()) {
    const std::size_t here = *after.find(id);
    const std::size_t there = *before.find(id);
    CHECK(after.sources()[here].size == before.sources()[there].size);
    for (const OutputInfo& output : before.outputs()) {
      INFO(id << " in " << output.path);
      if (!output.dtype) continue;
      CHECK(before.get(output.path, there) == after.get(output.path, here));
    }
  }
  for (std::size_t number = 0; number < before.outputs().size(); ++number) {
    const OutputInfo& output = before.outputs()[number];
    CHECK(output.path == after.outputs()[number].path);
    CHECK(output.attrs == after.outputs()[number].attrs);
    CHECK(output.sources >= after.outputs()[number].sources);
  }
}

// Sound, without anything left that packing would mend.
void check_plain(const fs::path& file, bool is_mapper = false) {
  VerifyObserver nobody;
  const Report report = verify(file, {}, nobody);
  std::string text;
  for (const Finding& finding : report.problems) text += finding.object + ": " + finding.message;
  for (const Finding& finding : report.notes) text += finding.object + ": " + finding.message;
  INFO(text);
  CHECK(report.is_sound());
  CHECK(report.notes.size() == (is_mapper ? 1 : 0));
}

fs::path sample_file(const TempDir& folder) { return damageable_file(folder / "old.h5"); }

void change(const char* name, const fs::path& file) {
  run_case("h5py_pack.py", name, file.string());
}

}  // namespace

TEST_CASE("A file without anything to drop is copied chunk by chunk", "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  const PackReport report = pack_to(old, folder / "new.h5");
  CHECK(report.arrays_copied == 4);
  CHECK(report.arrays_encoded == 1);  // texts
  CHECK(report.rows_dropped == 0);
  CHECK(report.lost.empty());
  check_same(old, folder / "new.h5");
  check_plain(folder / "new.h5");
}

TEST_CASE("Rows without a source go, and the others come into the order of the sources",
          "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  change("shuffle_rows", old);
  change("shuffle_texts", old);
  const PackReport report = pack_to(old, folder / "new.h5");
  CHECK(report.rows_dropped == 20 + 2);
  CHECK(report.arrays_copied == 3);
  check_same(old, folder / "new.h5");
  check_plain(folder / "new.h5");
  const Reader reader = Reader::open(folder / "new.h5");
  for (std::size_t source = 0; source < 10; ++source) {
    const auto row = static_cast<std::int64_t>(source);
    CHECK(reader.span("x", source) == Span{3 * row, 3 * row + 3});
    CHECK(reader.get("t", source)->strings ==
          std::vector<std::string>{"text " + std::to_string(9 - source)});
  }
}

TEST_CASE("What h5mapper leaves comes into its plain form", "[core][layout][pack]") {
  const TempDir folder;
  const char* name = GENERATE("mapper", "empty_mapper", "filters", "dtypes");
  run_case("h5py_make.py", name, (folder / "old.h5").string());
  const PackReport report = pack_to(folder / "old.h5", folder / "new.h5");
  if (std::string(name) == "mapper") CHECK(report.keys_dropped == 2);
  check_same(folder / "old.h5", folder / "new.h5");
  check_plain(folder / "new.h5", true);
}

TEST_CASE("What h5mapper appended to our file is brought into order", "[core][layout][pack]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "old.h5");
  writer.add_feature(feature("x", int32, {2}));
  store(writer, 0, "a", counting<std::int32_t>(2, {2}));
  store(writer, 0, "b", counting<std::int32_t>(1, {2}));
  writer.finish();
  run_case("h5py_make.py", "append_to_sheaf", (folder / "old.h5").string());
  const PackReport report = pack_to(folder / "old.h5", folder / "new.h5");
  CHECK(report.rows_dropped == 1);
  check_same(folder / "old.h5", folder / "new.h5");
  check_plain(folder / "new.h5");
}

TEST_CASE("Of sources with the same id the last one stays", "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  run_case("h5py_damage.py", "id_twice", old.string());
  const PackReport report = pack_to(old, folder / "new.h5");
  CHECK(report.sources_dropped == 1);
  CHECK(report.rows_dropped == 3 + 3 + 4 + 2 + 1);
  check_same(old, folder / "new.h5");
  check_plain(folder / "new.h5");
}

TEST_CASE("Whatever else is in the file comes along", "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  change("foreign", old);
  const PackReport report = pack_to(old, folder / "new.h5");
  REQUIRE(report.lost.size() == 2);
  CHECK_THAT(report.lost[0], Contains("/notes: the attribute NAMES: it"));
  CHECK_THAT(report.lost[1], Contains("/notes: the attribute nested: its references"));
  change("check_foreign", folder / "new.h5");
  check_same(old, folder / "new.h5");
}

TEST_CASE("References to rows that moved are told and become null", "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  change("foreign", old);
  change("shuffle_rows", old);
  const PackReport report = pack_to(old, folder / "new.h5");
  REQUIRE(report.lost.size() == 3);
  CHECK_THAT(report.lost[2], Contains("/notes/regions: 1 of its references"));
  change("check_moved", folder / "new.h5");
}

TEST_CASE("Arrays that only h5py makes keep their types, tiles and filters",
          "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  change("odd_arrays", old);
  const PackReport report = pack_to(old, folder / "new.h5");
  CHECK(report.rows_dropped == 7 * 2);
  change("check_odd", folder / "new.h5");
  check_same(old, folder / "new.h5");
  check_plain(folder / "new.h5");
}

TEST_CASE("Packing twice gives the same bytes, with any number of threads",
          "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  change("foreign", old);
  change("shuffle_rows", old);
  const PackOptions one{.storage = {.chunk_rows = 5, .compression = Compression::Zstd},
                        .threads = 1};
  PackOptions four = one;
  four.threads = 4;
  (void)pack_to(old, folder / "a.h5", one);
  (void)pack_to(old, folder / "b.h5", four);
  CHECK(read_file(folder / "a.h5") == read_file(folder / "b.h5"));
  (void)pack_to(folder / "a.h5", folder / "c.h5");
  (void)pack_to(folder / "c.h5", folder / "d.h5");
  CHECK(read_file(folder / "c.h5") == read_file(folder / "d.h5"));
}

TEST_CASE("Options change how arrays are stored, all or one feature", "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  PackOptions options;
  options.storage = {.compression = Compression::Zstd, .level = 5};
  options.by_feature["r"] = {.chunk_rows = 7, .shuffle = true, .fletcher32 = true};
  options.by_feature["t"] = {.chunk_rows = 2, .compression = Compression::Blosc};
  (void)pack_to(old, folder / "new.h5", options);
  const Reader reader = Reader::open(folder / "new.h5");
  using Filters = std::vector<std::string>;
  for (const OutputInfo& output : reader.outputs()) {
    if (output.path == "x") CHECK(output.filters == Filters{"zstd(5)"});
    if (output.path == "z") CHECK(output.filters == Filters{"shuffle", "zstd(5)", "fletcher32"});
    if (output.path == "r") CHECK(output.filters == Filters{"shuffle", "fletcher32"});
    if (output.path == "r") CHECK(output.chunks == Shape{7});
    if (output.path == "t") CHECK(output.filters == Filters{"blosc(5)"});
    if (output.path == "t") CHECK(output.chunks == Shape{2});
  }
  check_same(old, folder / "new.h5");
  check_plain(folder / "new.h5");
}

TEST_CASE("Options that make no sense are refused, and nothing is written",
          "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  PackOptions options;
  SECTION("a feature that isn't there") { options.by_feature["q"] = {.chunk_rows = 7}; }
  SECTION("a level the compression doesn't have") { options.storage.level = 77; }
  SECTION("no rows") { options.storage.chunk_rows = 0; }
  SECTION("chunks that are too large") { options.storage.chunk_rows = 1LL << 40; }
  CHECK_THROWS_AS(pack_to(old, folder / "new.h5", options), Error);
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("A file is replaced in its place, with its mode, also through a link",
          "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  change("shuffle_rows", old);
  fs::copy_file(old, folder / "copy.h5");
  fs::create_symlink("old.h5", folder / "link.h5");
  REQUIRE(::chmod(old.c_str(), 0640) == 0);
  (void)pack_it(folder / "link.h5");
  CHECK(fs::is_symlink(folder / "link.h5"));
  CHECK(fs::file_size(old) < fs::file_size(folder / "copy.h5"));
  CHECK((fs::status(old).permissions() & fs::perms::mask) == static_cast<fs::perms>(0640));
  check_same(folder / "copy.h5", old);
  CHECK_THROWS_AS(pack_to(old, folder / "copy.h5"), Error);  // exists, without overwrite
  (void)pack_to(old, folder / "copy.h5", {.overwrite = true});
  check_same(old, folder / "copy.h5");
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 3);
}

TEST_CASE("A damaged file is refused and stays as it was", "[core][layout][pack]") {
  const char* name = GENERATE("span_outside", "array_short", "text", "not_ours", "span_columns",
                              "array_scalar", "tree_signature", "size_text", "id_numbers");
  const TempDir folder;
  const fs::path old = sample_file(folder);
  run_case("h5py_damage.py", name, old.string());
  const std::string before = read_file(old);
  INFO(name);
  CHECK_THROWS_AS(pack_it(old), Error);
  CHECK(read_file(old) == before);
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("A file with a journal beside it isn't packed", "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  folder.write("old.h5-journal", "x");
  CHECK_THROWS_WITH(pack_it(old), Contains("old.h5-journal"));
}

TEST_CASE("A full disk leaves the old file as it was", "[core][layout][pack]") {
  const TempDir folder;
  const fs::path old = sample_file(folder);
  change("foreign", old);
  change("shuffle_rows", old);
  const std::string before = read_file(old);
  const auto packed = [&](rlim_t limit) {
    return run_forked([&] {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit most{limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &most);
      try {
        (void)pack_it(old);
      } catch (const Error& error) {
        return error.code() == ErrorCode::NoSpace ? 7 : 8;
      }
      return 0;
    });
  };
  for (rlim_t limit = 0; limit < before.size(); limit += before.size() / 30) {
    const ProcessResult result = packed(limit);
    INFO(limit << " of " << before.size() << " bytes " << result.err);
    CHECK(result.signal == 0);
    if (result.status == 0) break;  // the new one is smaller
    CHECK(result.status == 7);
    CHECK(read_file(old) == before);
    CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
  }
}
