// SPDX-License-Identifier: MIT
#include "core/layout/reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/layout/writer.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::layout;
using namespace sheaf::test;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

const fs::path maker = fs::path(__FILE__).parent_path() / "h5py_make.py";

ErrorCode code_of_open(const fs::path& file) {
  try {
    (void)Reader::open(file);
  } catch (const Error& error) {
    CHECK(error.object().find(file.filename().string()) != std::string::npos);
    return error.code();
  }
  FAIL("no error");
  return ErrorCode::Io;
}

// Everything a reader can be asked. Throws Error or gives answers; nothing else may happen.
void read_everything(const fs::path& file) {
  const Reader reader = Reader::open(file);
  (void)reader.sources();
  (void)reader.failures();
  (void)reader.complete();
  (void)reader.attrs("");
  for (const OutputInfo& output : reader.outputs()) {
    for (std::size_t source = 0; source < reader.ids().size(); ++source) {
      (void)reader.get(output.path, source);
    }
  }
}

fs::path sample_file(const TempDir& folder) {
  Writer writer = Writer::create(folder / "sample.h5");
  writer.add_feature(feature("x", int32, {2}, {.chunk_rows = 8}));
  writer.add_feature(ragged_feature("r", float32, {-1}, {.compression = Compression::Deflate}));
  writer.add_feature(feature("t", utf8, {}));
  for (int source = 0; source < 10; ++source) {
    writer.begin_source({"source-" + std::to_string(source)});
    (void)writer.append(0, 0, counting<std::int32_t>(3, {2}, source));
    (void)writer.append(1, 0, counting<float>(1, {source + 1}));
    (void)writer.append(2, 0, Texts(1, {}, {"text"}));
    writer.end_source();
  }
  writer.add_failure({"bad", "x", "source", "m", "p"});
  writer.finish();
  return folder / "sample.h5";
}

}  // namespace

TEST_CASE("Ranges of rows are cut as NumPy's slices", "[core][layout]") {
  const TempDir folder;
  const Reader reader = Reader::open(sample_file(folder));
  const auto row_count = [&](std::int64_t start, std::int64_t stop) {
    return reader.rows("x", start, stop).shape[0];
  };
  CHECK(row_count(0, 30) == 30);
  CHECK(row_count(0, 1000) == 30);
  CHECK(row_count(-5, 1000) == 5);
  CHECK(row_count(-1000, -28) == 2);
  CHECK(row_count(10, 5) == 0);
  CHECK(row_count(-1, 0) == 0);
  CHECK(elements<std::int32_t>(reader.rows("x", -1, 30)) == std::vector<std::int32_t>{13, 14});
  CHECK(reader.rows("r", 0, 3).shape == Shape{3});
  CHECK(reader.rows("x", 5, 5).shape == Shape{0, 2});
}

TEST_CASE("What isn't there is named, with what is", "[core][layout]") {
  const TempDir folder;
  const Reader reader = Reader::open(sample_file(folder));
  CHECK_THROWS_WITH(reader.get("y", 0), Contains("'y'") && Contains("x, r, t"));
  CHECK_THROWS_WITH(reader.get("r/arr", 0), Contains("'r/arr'"));
  CHECK_THROWS_WITH(reader.attrs("y/z"), Contains("'y/z'"));
  CHECK_FALSE(reader.find("source-10"));
}

TEST_CASE("Files that can't be opened are refused with the reason", "[core][layout]") {
  const TempDir folder;
  CHECK(code_of_open(folder / "missing.h5") == ErrorCode::NotFound);
  CHECK(code_of_open(folder.path()) == ErrorCode::Invalid);
  CHECK(code_of_open(folder.write("empty.h5", "")) == ErrorCode::Corrupt);
  CHECK(code_of_open(folder.write("text.h5", "not HDF5 at all")) == ErrorCode::Corrupt);
  if (::geteuid() != 0) {
    const fs::path locked = folder.write("locked.h5", "x");
    ::chmod(locked.c_str(), 0);
    CHECK(code_of_open(locked) == ErrorCode::Permission);
  }
  REQUIRE(run_python(maker, {"other", (folder / "other.h5").string()}).ok());
  CHECK(code_of_open(folder / "other.h5") == ErrorCode::Corrupt);
  CHECK_THROWS_WITH(Reader::open(folder / "other.h5"), Contains("h5mapper"));
}

TEST_CASE("A file that is open for writing elsewhere is refused", "[core][layout]") {
  const TempDir folder;
  const fs::path file = sample_file(folder);
  // What HDF5 does in the process that writes.
  const int writer = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(::flock(writer, LOCK_EX | LOCK_NB) == 0);
  CHECK(code_of_open(file) == ErrorCode::Permission);
  CHECK_THROWS_WITH(Reader::open(file), Contains("open for writing in another process"));
  ::close(writer);
  CHECK(Reader::open(file).ids().size() == 10);
}

TEST_CASE("A file whose writer was killed is refused with the remedy", "[core][layout]") {
  const TempDir folder;
  REQUIRE(run_python(maker, {"left_open", (folder / "left.h5").string()}).ok());
  CHECK(code_of_open(folder / "left.h5") == ErrorCode::Permission);
  CHECK_THROWS_WITH(Reader::open(folder / "left.h5"), Contains("h5clear"));
}

TEST_CASE("A file that breaks the format is refused, and the object named", "[core][layout]") {
  const TempDir folder;
  REQUIRE(run_python(maker, {"odd", folder.path().string()}).ok());
  const auto failure_of = [&](const char* name) {
    try {
      read_everything(folder / (std::string(name) + ".h5"));
    } catch (const Error& error) {
      return error;
    }
    FAIL(name);
    return Error(ErrorCode::Io, "", "");
  };
  for (const char* name : {"span_range", "span_order", "span_shape", "ref_type", "ref_columns",
                           "ids_numbers", "scalar", "ragged", "negative"}) {
    INFO(name);
    const Error error = failure_of(name);
    CHECK(error.code() == ErrorCode::Corrupt);
    CHECK_THAT(error.what(), Contains(std::string(name) + ".h5:/"));
  }
  failure_of("span_strings");
  CHECK_THAT(failure_of("huge_ids").what(), Contains("/__src__/id: no memory"));
  CHECK_THAT(failure_of("huge_rows").what(), Contains("/x/__arr__: no memory"));
  CHECK(failure_of("newer").code() == ErrorCode::Unsupported);
}

TEST_CASE("A file cut off anywhere is refused", "[core][layout]") {
  const TempDir folder;
  const std::string whole = read_file(sample_file(folder));
  for (std::size_t size = 0; size < whole.size(); size += whole.size() / 40) {
    const fs::path cut = folder.write("cut.h5", std::string_view(whole).substr(0, size));
    INFO(size);
    CHECK(code_of_open(cut) == ErrorCode::Corrupt);
  }
}
