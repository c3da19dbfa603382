// SPDX-License-Identifier: MIT
// sheaf.exif, against Pillow.
#include <cmath>
#include <sstream>
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

Loaded load(const fs::path& path) {
  Instance instance(Plugin::load(SHEAF_TEST_PLUGIN), "sheaf.exif");
  instance.describe();
  return instance.load({path.filename().string(), path});
}

// All values of a row as Python prints them.
std::string row_of(const fs::path& path) {
  const Loaded loaded = load(path);
  INFO(loaded.message);
  REQUIRE(loaded.ok());
  std::ostringstream text;
  text.precision(12);
  for (const Array& array : loaded.outputs) {
    if (!array.strings.empty()) text << array.strings[0];
    if (array.dtype.code == SHEAF_INT) text << array.elements<std::int64_t>().at(0);
    if (array.dtype.code == SHEAF_FLOAT) text << array.elements<double>().at(0);
    text << '|';
  }
  return text.str();
}

// Writes images with EXIF and prints what Pillow finds in them.
const char* const script = R"(
import sys
from PIL import Image
from PIL.TiffImagePlugin import IFDRational as R

def make(name, where):
    exif = Image.Exif()
    exif[0x010f] = "Acme "
    exif[0x0110] = "One"
    exif[0x0112] = 6
    exif._ifds[0x8769] = {0x9003: "2024:03:01 12:30:45", 0x9011: "+02:00", 0x829a: R(1, 320),
                          0x829d: R(28, 10), 0x8827: 400, 0x920a: R(50, 1)}
    exif._ifds[0x8825] = {1: where[0], 2: (R(33), R(30), R(36, 1)), 3: where[1],
                          4: (R(70), R(15), R(9, 2))}
    exif[0x8769] = exif._ifds[0x8769]
    exif[0x8825] = exif._ifds[0x8825]
    Image.new("RGB", (4, 3)).save(name, exif=exif.tobytes())

def angle(parts, sign):
    return sign * float(parts[0] + parts[1] / 60 + parts[2] / 3600)

def show(name):
    exif = Image.open(name).getexif()
    ifd, gps = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
    when = ifd[0x9003].replace(":", "-", 2).replace(" ", "T") + ifd[0x9011]
    floats = [ifd[0x829a], ifd[0x829d], ifd[0x920a],
              angle(gps[2], -1 if gps[1] == "S" else 1), angle(gps[4], -1 if gps[3] == "W" else 1)]
    print(exif[0x010f].strip(), exif[0x0110], when, exif[0x0112], ifd[0x8827],
          *("%.12g" % float(x) for x in floats), "", sep="|")

for name, where in ("a.jpg", "NE"), ("b.png", "SW"), ("c.webp", "SE"):
    path = sys.argv[1] + "/" + name
    make(path, where)
    show(path)
Image.new("RGB", (4, 3)).save(sys.argv[1] + "/plain.jpg")
Image.new("RGB", (4, 3)).save(sys.argv[1] + "/plain.png")
Image.new("RGB", (4, 3)).save(sys.argv[1] + "/plain.webp")
)";

// False where there is no Pillow.
bool make_images(const TempDir& folder, std::string& printed) {
  const auto done = run_python(folder.write("make.py", script), {folder.path().string()});
  if (!done.ok() && done.err.find("No module named 'PIL'") != std::string::npos) {
    WARN("skipped: there is no python3-pil here");
    return false;
  }
  INFO(done.err);
  REQUIRE(done.ok());
  printed = done.out;
  return true;
}

TEST_CASE("Pillow finds the same in JPEG, PNG and WebP", "[plugins][exif]") {
  const TempDir folder;
  std::string printed;
  if (!make_images(folder, printed)) return;
  std::string found;
  for (const char* name : {"a.jpg", "b.png", "c.webp"}) found += row_of(folder / name) + "\n";
  CHECK(found == printed);
  CHECK_THAT(found, Contains("Acme|One|2024-03-01T12:30:45+02:00|6|400|0.003125|2.8|50|"));
}

TEST_CASE("what isn't in a file is empty, 0 or NaN", "[plugins][exif]") {
  const TempDir folder;
  std::string printed;
  if (!make_images(folder, printed)) return;
  for (const char* name : {"plain.jpg", "plain.png", "plain.webp"}) {
    CHECK(row_of(folder / name) == "|||0|0|nan|nan|nan|nan|nan|");
  }
}

TEST_CASE("what is no image is refused, and damage does no harm", "[plugins][exif]") {
  const TempDir folder;
  CHECK_THAT(load(folder.write("a.jpg", "GIF89a")).message, Contains("is no JPEG, PNG or WebP"));
  std::string printed;
  if (!make_images(folder, printed)) return;
  for (const char* name : {"a.jpg", "b.png", "c.webp"}) {
    for (const std::string& content : hostile_files(read_file(folder / name))) {
      check_civil(load(folder.write("h.jpg", content)));
    }
  }
}

TEST_CASE("exif takes part only when it is named, beside others", "[plugins][exif]") {
  const Plugin plugin = Plugin::load(SHEAF_TEST_PLUGIN);
  const std::uint32_t flags = plugin.feature("sheaf.exif").flags;
  CHECK((flags & SHEAF_FEATURE_OPT_IN) != 0);
  CHECK((flags & SHEAF_FEATURE_COMPANION) != 0);
}

}  // namespace
}  // namespace sheaf::test
