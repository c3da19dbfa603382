// SPDX-License-Identifier: MIT
// sheaf.npy, against files that NumPy wrote.
#include <cstdint>
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
using Extents = std::vector<std::int64_t>;

Plugin npy() { return Plugin::load(SHEAF_TEST_PLUGIN); }
Source source(const fs::path& path) { return {path.filename().string(), path}; }

// Runs NumPy in the folder.
void numpy(const TempDir& folder, const std::string& code) {
  const fs::path script = folder.write(
      "make.py", "import io, os, sys, zipfile\nimport numpy as np\nos.chdir(sys.argv[1])\n" + code);
  const ProcessResult result = run_python(script, {folder.path().string()});
  INFO(result.err);
  REQUIRE(result.ok());
}

Loaded load(const fs::path& path, const Params& params = {}) {
  Instance instance(npy(), "sheaf.npy", params);
  instance.survey({source(path)});
  instance.describe();
  return instance.load(source(path));
}
std::string bytes(const Loaded& loaded) {
  INFO(loaded.message);
  REQUIRE(loaded.ok());
  const auto& raw = loaded.outputs.at(0).bytes;
  return {reinterpret_cast<const char*>(raw.data()), raw.size()};
}

// A header of version 1 with this dictionary.
std::string header(std::string dictionary) {
  dictionary += '\n';
  std::string magic("\x93NUMPY\x01\x00", 8);
  magic += static_cast<char>(dictionary.size() & 0xffU);
  magic += static_cast<char>(dictionary.size() >> 8U);
  return magic + dictionary;
}
std::string dictionary(const std::string& descr, const std::string& shape) {
  return "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }";
}

TEST_CASE("arrays of every type, order and byte order have NumPy's values", "[plugins][npy]") {
  const TempDir folder;
  numpy(folder,
        "for s in (4, 3), (7, 2, 3, 5):\n"
        "  for type in 'b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16'.split():\n"
        "    for first in '<>':\n"
        "      t = np.dtype(first + type)\n"
        "      a = (np.random.RandomState(3).standard_normal(s) * 50).astype(t)\n"
        "      if t.kind == 'c': a = (a + 1j * a[::-1]).astype(t)\n"
        "      for order in 'CF':\n"
        "        name = f'{len(s)}{order}{first}{type}'\n"
        "        np.save(name + '.npy', np.asarray(a, order=order))\n"
        "        a.astype(t.newbyteorder('<')).tofile(name + '.raw')\n");
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    if (entry.path().extension() != ".npy") continue;
    ++count;
    CAPTURE(entry.path().filename());
    const Loaded loaded = load(entry.path());
    CHECK((bytes(loaded) == read_file(fs::path(entry.path()).replace_extension(".raw"))));
    const bool is_small = entry.path().filename().string().starts_with('2');
    CHECK(loaded.outputs[0].shape == (is_small ? Extents{4, 3} : Extents{7, 2, 3, 5}));
  }
  CHECK(count == 2 * 14 * 2 * 2);
}

TEST_CASE("an array larger than a slot is streamed, in either order", "[plugins][npy]") {
  const TempDir folder;
  numpy(folder,
        "a = np.random.RandomState(4).standard_normal((100000, 7)).astype('>f4')\n"
        "np.save('c.npy', a); np.save('f.npy', np.asfortranarray(a))\n"
        "np.savez('c.npz', a=a); np.savez_compressed('f.npz', a=np.asfortranarray(a))\n"
        "a.astype('<f4').tofile('raw')\n");
  const std::string name = GENERATE(as<std::string>{}, "c.npy", "f.npy", "c.npz", "f.npz");
  CAPTURE(name);
  const Loaded loaded = load(folder / name);
  CHECK((bytes(loaded) == read_file(folder / "raw")));
  CHECK(loaded.slots == 3);
  CHECK(loaded.largest_slot <= std::size_t{1} << 20U);
}

TEST_CASE("headers of versions 1, 2 and 3 are read", "[plugins][npy]") {
  const TempDir folder;
  const std::string version = GENERATE(as<std::string>{}, "(1, 0)", "(2, 0)", "(3, 0)");
  numpy(folder,
        "with open('a.npy', 'wb') as f:\n"
        "  np.lib.format.write_array(f, np.arange(6), version=" +
            version + ")\n");
  const Loaded loaded = load(folder / "a.npy");
  REQUIRE(loaded.ok());
  CHECK(loaded.outputs[0].elements<std::int64_t>() == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("a scalar is one row, an array without rows is empty", "[plugins][npy]") {
  const TempDir folder;
  numpy(folder, "np.save('s.npy', np.float32(2.5)); np.save('e.npy', np.zeros((0, 3)))\n");
  const Loaded scalar = load(folder / "s.npy");
  REQUIRE(scalar.ok());
  CHECK(scalar.outputs[0].shape == Extents{1});
  CHECK(scalar.outputs[0].elements<float>() == std::vector<float>{2.5F});
  CHECK(load(folder / "e.npy").status == SHEAF_EMPTY);
}

TEST_CASE("text becomes strings", "[plugins][npy]") {
  const TempDir folder;
  numpy(folder,
        "np.save('u.npy', np.array(['a', '', 'größe', '\\U0001f33e x']))\n"
        "np.save('b.npy', np.array(['a', '', 'größe', '\\U0001f33e x']).astype('>U10'))\n"
        "np.save('s.npy', np.array([b'a', b'', b'bc']))\n"
        "np.save('bad.npy', np.array([b'a', b'\\xff']))\n"
        "np.save('two.npy', np.array([['a', 'b']]))\n");
  for (const char* name : {"u.npy", "b.npy"}) {
    const Loaded loaded = load(folder / name);
    INFO(loaded.message);
    REQUIRE(loaded.ok());
    CHECK(loaded.outputs[0].strings == std::vector<std::string>{"a", "", "größe", "🌾 x"});
  }
  CHECK(load(folder / "s.npy").outputs.at(0).strings == std::vector<std::string>{"a", "", "bc"});
  CHECK_THAT(load(folder / "bad.npy").message, Contains("ASCII"));
  CHECK_THAT(load(folder / "two.npy", {{"dtype", "str"}}).message, Contains("2 axes"));
}

TEST_CASE("the member of an archive is named, unless there is but one", "[plugins][npy]") {
  const TempDir folder;
  numpy(folder,
        "np.savez('two.npz', x=np.arange(3.0), y=np.arange(4, dtype='i2'))\n"
        "np.savez_compressed('one.npz', only=np.arange(5, dtype='u1'))\n");
  CHECK(load(folder / "one.npz").outputs.at(0).elements<std::uint8_t>().size() == 5);
  CHECK(load(folder / "two.npz", {{"member", "y"}}).outputs.at(0).elements<std::int16_t>().size() ==
        4);
  const Loaded unnamed = load(folder / "two.npz");
  CHECK(unnamed.status == SHEAF_ERR_SOURCE);
  CHECK_THAT(unnamed.message, Contains("2 arrays (x, y)") && Contains("member=x"));
  CHECK_THAT(load(folder / "two.npz", {{"member", "z"}}).message, Contains("no array 'z'"));
}

TEST_CASE("the first readable source says what the arrays are", "[plugins][npy]") {
  const TempDir folder;
  folder.write("0.npy", "nothing");
  numpy(folder,
        "np.save('1.npy', np.ones((2, 3), 'f4')); np.save('2.npy', np.ones((2, 3), 'f8'))\n"
        "np.save('3.npy', np.ones(3, 'f4')); np.save('4.npy', np.ones((2, 9), 'f4'))\n");
  std::vector<Source> sources;
  for (const char* name : {"0.npy", "1.npy", "2.npy", "3.npy"}) {
    sources.push_back(source(folder / name));
  }
  Instance first(npy(), "sheaf.npy");
  CHECK(first.survey(sources).agreed == "float32 2");
  const Description described = first.describe();
  CHECK(described.outputs.at(0).item_shape == Extents{-1});
  CHECK(described.outputs[0].ragged_if_needed());
  CHECK(described.attrs.at("array_type").text() == "float32 2");
  CHECK(first.load(sources[1]).ok());
  CHECK(first.load(source(folder / "4.npy")).outputs.at(0).shape == Extents{2, 9});
  CHECK_THAT(first.load(sources[2]).message, Contains("float64") && Contains("dtype="));
  CHECK_THAT(first.load(sources[3]).message, Contains("1 axes"));

  Instance resumed(npy(), "sheaf.npy");
  SurveyOptions options;
  options.stored = {{"array_type", text("int16 3")}};
  CHECK(resumed.survey(sources, options).agreed == "int16 3");
  Instance away(npy(), "sheaf.npy");
  CHECK_THAT(away.survey({{"x.npy", {}}}).message, Contains("dtype=float32,axes=2"));
}

TEST_CASE("elements are converted on demand, and only where they fit", "[plugins][npy]") {
  const TempDir folder;
  numpy(folder,
        "np.save('i.npy', np.array([-3, 200], '>i4')); np.save('h.npy', np.array([.1, -7e4, 6e-8, "
        "np.inf], 'f2'))\n"
        "np.save('f.npy', np.array([.1, .2])); np.save('c.npy', np.array([1j]))\n"
        "np.save('big.npy', np.array([2**64 - 1], 'u8'))\n"
        "np.load('h.npy').astype('f4').tofile('h.raw')\n");
  CHECK(load(folder / "i.npy", {{"dtype", "float64"}}).outputs.at(0).elements<double>() ==
        std::vector<double>{-3, 200});
  CHECK(load(folder / "f.npy", {{"dtype", "float32"}}).outputs.at(0).elements<float>() ==
        std::vector<float>{0.1F, 0.2F});
  CHECK((bytes(load(folder / "h.npy", {{"dtype", "float32"}})) == read_file(folder / "h.raw")));
  CHECK(load(folder / "big.npy", {{"dtype", "uint64"}}).outputs.at(0).elements<std::uint64_t>() ==
        std::vector<std::uint64_t>{UINT64_MAX});
  CHECK_THAT(load(folder / "i.npy", {{"dtype", "int8"}}).message, Contains("200"));
  CHECK_THAT(load(folder / "i.npy", {{"dtype", "uint32"}}).message, Contains("-3"));
  CHECK_THAT(load(folder / "f.npy", {{"dtype", "int64"}}).message, Contains("int64"));
  CHECK_THAT(load(folder / "big.npy", {{"dtype", "int64"}}).message, Contains("int64"));
  CHECK_THAT(load(folder / "c.npy", {{"dtype", "float64"}}).message, Contains("complex64"));
}

TEST_CASE("what can't be an array is refused with its reason", "[plugins][npy]") {
  const TempDir folder;
  const auto [content, reason] = GENERATE(table<std::string, std::string>({
      {"", "0 bytes"},
      {"some text that is long enough", "no array file"},
      {header(dictionary("'|O'", "(1,)")), "Python objects"},
      {header(dictionary("[('a', '<f4')]", "(1,)")), "records"},
      {header(dictionary("'<M8[ns]'", "(1,)")), "view('int64')"},
      {header(dictionary("'<f16'", "(1,)")), "astype"},
      {header(dictionary("'<f8'", "(4611686018427387904, 4611686018427387904)")), "larger than"},
      {header(dictionary("'<f8'", "(99999999999999999999,)")), "extent"},
      {header(dictionary("'<f8'", "(-1,)")), "no extent"},
      {header(dictionary("'<f8'", "(1000000000000,)")), "8000000000000 bytes"},
      {header(dictionary("'<f8'", "(3, 0)")), "without elements"},
      {header("{'descr': '<f8', 'shape': (1,), }"), "key is missing"},
      {header("{'descr': '<f8', "), "quote"},
      {header("__import__('os').system('x')"), "'{'"},
      {std::string("\x93NUMPY\x02\x00\xff\xff\xff\x7f", 12), "2147483647 bytes long"},
      {std::string("\x93NUMPY\x09\x00\x10\x00", 10), "version 9"},
  }));
  const Loaded loaded = load(folder.write("a.npy", content));
  CHECK(loaded.status == SHEAF_ERR_SOURCE);
  CHECK_THAT(loaded.message, Contains(reason));
  CHECK(loaded.slots == 0);
}

TEST_CASE("a cut array and an archive with a wrong checksum are refused", "[plugins][npy]") {
  const TempDir folder;
  numpy(folder, "np.save('a.npy', np.arange(100)); np.savez('a.npz', a=np.arange(1000))\n");
  const std::string whole = read_file(folder / "a.npy");
  const Loaded cut = load(folder.write("cut.npy", whole.substr(0, whole.size() - 1)));
  CHECK_THAT(cut.message, Contains("800 bytes") && Contains("799"));
  std::string archive = read_file(folder / "a.npz");
  archive[archive.size() / 2] ^= 1;
  CHECK_THAT(load(folder.write("bad.npz", archive)).message, Contains("damaged archive"));
}

TEST_CASE("hostile array files are errors", "[plugins][npy]") {
  const TempDir folder;
  numpy(
      folder,
      "np.save('a.npy', np.ones((9, 4), '>f4')); np.save('f.npy', np.ones((9, 4), order='F'))\n"
      "np.save('u.npy', np.array(['abc', 'd'])); np.savez_compressed('z.npz', a=np.ones((9, 4)))\n"
      "np.savez('s.npz', a=np.ones((9, 4), order='F'))\n");
  const std::string name = GENERATE(as<std::string>{}, "a.npy", "f.npy", "u.npy", "z.npz", "s.npz");
  const std::string good = read_file(folder / name);
  for (const std::string& content : hostile_files(good)) {
    const fs::path file = folder.write("hostile" + name.substr(1), content);
    check_civil(load(file));
    check_civil(load(file, {{"dtype", "float32"}, {"axes", 2}}));
  }
}

}  // namespace
}  // namespace sheaf::test
