// SPDX-License-Identifier: MIT
// sheaf.hdf5, against files that h5py wrote.
#include <dlfcn.h>
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
using Extents = std::vector<std::int64_t>;

void h5py(const TempDir& folder, const std::string& code) {
  const fs::path script =
      folder.write("make.py",
                   "import os, sys, h5py, numpy as np\nos.chdir(sys.argv[1])\n"
                   "r = np.random.RandomState(2)\nwith h5py.File('a.h5', 'w') as f:\n" +
                       code);
  const ProcessResult result = run_python(script, {folder.path().string()});
  INFO(result.err);
  REQUIRE(result.ok());
}

Source source(const fs::path& path) { return {path.filename().string(), path}; }
Loaded load(const fs::path& path, const std::string& dataset) {
  Instance instance(Plugin::load(SHEAF_TEST_PLUGIN), "sheaf.hdf5", {{"dataset", dataset}});
  Loaded loaded;
  static_cast<Outcome&>(loaded) = instance.survey({source(path)});
  if (!loaded.ok()) return loaded;
  instance.describe();
  return instance.load(source(path));
}
std::string bytes(const Loaded& loaded) {
  INFO(loaded.message);
  REQUIRE(loaded.ok());
  const auto& raw = loaded.outputs.at(0).bytes;
  return {reinterpret_cast<const char*>(raw.data()), raw.size()};
}

// The first test: once the module is there nothing is asked.
TEST_CASE("where the process has HDF5 already it refuses to run", "[plugins][hdf5]") {
  const TempDir folder;
  h5py(folder, "  f['x'] = np.ones(3)\n");
  const ProcessResult result = run_forked([&] {
    if (dlopen("libhdf5_serial.so.103", RTLD_NOW | RTLD_LOCAL) == nullptr) return 77;
    const Loaded loaded = load(folder / "a.h5", "x");
    const bool refused = loaded.status == SHEAF_ERR_PLUGIN &&
                         loaded.message.find("--in-process") != std::string::npos;
    return refused ? 0 : 1;
  });
  if (result.status == 77) {
    WARN("no libhdf5_serial.so.103 here: not tried");
    return;
  }
  CHECK(result.ok());
}

TEST_CASE("datasets of every type and storage have h5py's values", "[plugins][hdf5]") {
  const TempDir folder;
  const std::vector<std::string> types = {"?",   "<i1", ">i2", "<i4", ">i8", "<u1",
                                          "<u2", ">u4", "<u8", "<f2", ">f4", "<f8"};
  h5py(folder,
       "  for t in '? <i1 >i2 <i4 >i8 <u1 <u2 >u4 <u8 <f2 >f4 <f8'.split():\n"
       "    a = (r.standard_normal((50, 5)) * 40).astype(t)\n"
       "    f['plain/' + t] = a\n"
       "    f.create_dataset('packed/' + t, data=a, chunks=(7, 2), compression='gzip')\n"
       "    a.astype(a.dtype.newbyteorder('<')).tofile(t)\n");
  for (const std::string& type : types) {
    for (const char* const group : {"plain/", "packed/"}) {
      CAPTURE(type, group);
      const Loaded loaded = load(folder / "a.h5", group + type);
      CHECK((bytes(loaded) == read_file(folder / type)));
      CHECK(loaded.outputs[0].shape == Extents{50, 5});
    }
  }
}

TEST_CASE("a large dataset is streamed in whole chunks", "[plugins][hdf5]") {
  const TempDir folder;
  h5py(folder,
       "  a = r.standard_normal((5000, 100)).astype('f4'); a.tofile('raw')\n"
       "  f.create_dataset('x', data=a, chunks=(300, 50), compression='gzip')\n");
  const Loaded loaded = load(folder / "a.h5", "x");
  CHECK((bytes(loaded) == read_file(folder / "raw")));
  CHECK(loaded.slots == 3);
}

TEST_CASE("strings, scalars and enumerations", "[plugins][hdf5]") {
  const TempDir folder;
  h5py(folder,
       "  f['v'] = ['a', '', 'größe']\n  f['s'] = np.array([b'ab', b'', b'c'])\n"
       "  f['one'] = 2.5\n  f['none'] = np.zeros((0, 3))\n  f['null'] = h5py.Empty('f4')\n"
       "  f.create_dataset('e', data=[0, 7], dtype=h5py.enum_dtype({'A': 0, 'B': 7}, 'i2'))\n"
       "  f['bad'] = np.array([b'\\xff'])\n");
  const fs::path file = folder / "a.h5";
  CHECK(load(file, "v").outputs.at(0).strings == std::vector<std::string>{"a", "", "größe"});
  CHECK(load(file, "s").outputs.at(0).strings == std::vector<std::string>{"ab", "", "c"});
  CHECK(load(file, "one").outputs.at(0).elements<double>() == std::vector<double>{2.5});
  CHECK(load(file, "e").outputs.at(0).elements<std::int16_t>() == std::vector<std::int16_t>{0, 7});
  CHECK(load(file, "none").status == SHEAF_EMPTY);
  CHECK(load(file, "null").status == SHEAF_EMPTY);
  CHECK_THAT(load(file, "bad").message, Contains("UTF-8"));
}

TEST_CASE("a source never makes the plugin open another file", "[plugins][hdf5]") {
  const TempDir folder;
  h5py(folder,
       "  h5py.File('b.h5', 'w')['x'] = np.arange(4.)\n"
       "  f['link'] = h5py.ExternalLink('b.h5', 'x')\n  f['soft'] = h5py.SoftLink('/link')\n"
       "  l = h5py.VirtualLayout((4,), 'f8'); l[:] = h5py.VirtualSource('b.h5', 'x', (4,))\n"
       "  f.create_virtual_dataset('virtual', l)\n"
       "  f.create_dataset('out', (4,), 'f8', external=[('raw.bin', 0, 32)])\n"
       "  np.zeros(4).tofile('raw.bin')\n");
  const std::string name = GENERATE(as<std::string>{}, "link", "soft", "virtual", "out");
  const Loaded loaded = load(folder / "a.h5", name);
  CAPTURE(name, loaded.message);
  CHECK(loaded.status == SHEAF_ERR_SOURCE);
  CHECK(loaded.slots == 0);
}

TEST_CASE("what can't be stored is refused with its reason", "[plugins][hdf5]") {
  const TempDir folder;
  h5py(folder,
       "  f['c'] = np.zeros(2, 'c8')\n  f['r'] = np.zeros(2, [('a', 'i4'), ('b', 'f4')])\n"
       "  f['t'] = np.array([[b'a', b'b']])\n  f.create_group('g')\n");
  const fs::path file = folder / "a.h5";
  CHECK_THAT(load(file, "r").message, Contains("records"));
  CHECK_THAT(load(file, "g").message, Contains("no dataset 'g'"));
  CHECK_THAT(load(file, "nothing").message, Contains("no dataset 'nothing'"));
  CHECK(load(file, "t").status == SHEAF_ERR_SOURCE);
  CHECK_THAT(load(folder.write("b.h5", "text"), "x").message, Contains("can't be opened as HDF5"));
  CHECK(load(folder.write("e.h5", ""), "x").status == SHEAF_ERR_SOURCE);
}

TEST_CASE("files of another form than the first are refused", "[plugins][hdf5]") {
  const TempDir folder;
  h5py(folder,
       "  f['x'] = np.ones((3, 2), 'f4')\n"
       "  for n, v in (('b', np.ones(3, 'f4')), ('c', np.ones((3, 2))), ('d', np.ones((1, 9), "
       "'f4'))):\n    h5py.File(n + '.h5', 'w')['x'] = v\n");
  Instance instance(Plugin::load(SHEAF_TEST_PLUGIN), "sheaf.hdf5", {{"dataset", "x"}});
  CHECK(instance.survey({source(folder / "gone.h5"), source(folder / "a.h5")}).agreed == "2 32 2");
  CHECK(instance.describe().outputs.at(0).ragged_if_needed());
  CHECK(instance.load(source(folder / "a.h5")).ok());
  CHECK(instance.load(source(folder / "d.h5")).outputs.at(0).shape == Extents{1, 9});
  CHECK_THAT(instance.load(source(folder / "b.h5")).message, Contains("another element type"));
  CHECK_THAT(instance.load(source(folder / "c.h5")).message, Contains("another element type"));
}

// HDF5 1.10 isn't proof against every such file; a worker is what a crash costs. Here that it is no
// worse than that: an error, rows, or the end of a child.
TEST_CASE("hostile files are errors, and at worst the end of a worker", "[plugins][hdf5]") {
  const TempDir folder;
  h5py(folder,
       "  f.create_dataset('x', data=np.ones((20, 3)), chunks=(5, 3), compression='gzip')\n");
  int ended = 0;
  const std::vector<std::string> files = hostile_files(read_file(folder / "a.h5"));
  for (const std::string& content : files) {
    const fs::path file = folder.write("hostile.h5", content);
    ProcessOptions options;
    options.timeout = std::chrono::seconds(10);
    const ProcessResult result = run_forked(
        [&] {
          const Loaded loaded = load(file, "x");
          return loaded.status >= SHEAF_ERR_SOURCE &&
                         (loaded.ok() || loaded.status == SHEAF_EMPTY || !loaded.message.empty())
                     ? 0
                     : 1;
        },
        options);
    CHECK(result.status != 1);
    CHECK(!result.timed_out);
    ended += result.signal != 0 ? 1 : 0;
  }
  CHECK(ended <= static_cast<int>(files.size()) / 20);
}

}  // namespace
}  // namespace sheaf::test
