// SPDX-License-Identifier: MIT
// `sheaf preview`, its pictures read back by OpenCV.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::Workplace;

namespace {

// A 16-bit mono WAV of a square wave, 8 kHz.
void sound(const Workplace& here, const std::string& name, std::uint32_t samples) {
  const auto number = [](std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 255U);
    return text;
  };
  std::string data;
  for (std::uint32_t i = 0; i < samples; ++i) data += number(i / 8 % 2 == 0 ? 16384 : 49152, 2);
  const auto size = static_cast<std::uint32_t>(data.size());
  here.write(name, "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) +
                       number(1, 2) + number(8000, 4) + number(16000, 4) + number(2, 2) +
                       number(16, 2) + "data" + number(size, 4) + data);
}

void make_file(const Workplace& here) {
  for (unsigned char i = 1; i <= 5; ++i) {
    here.picture("p/cat/" + std::to_string(i) + ".ppm", 40, 30, static_cast<unsigned char>(i * 40));
  }
  sound(here, "s/a.wav", 16000);
  here.write("t/b.csv", "x,name\n1,one\n2.5,two\n");
  const auto done = here.sheaf({"ingest", "p", "s", "t", "-o", "x.h5", "-f", "image=data/image",
                                "-f", "dirlabel", "-f", "audio", "-f", "table"});
  INFO(done.err);
  REQUIRE(done.status == 0);
}

void check_in_python(const Workplace& here, const std::string& statements) {
  const auto script = here.write("check.py",
                                 "import sys, cv2, numpy as np\n"
                                 "def read(name):\n"
                                 "    return cv2.imread(sys.argv[1] + '/' + name, "
                                 "cv2.IMREAD_UNCHANGED)\n" +
                                     statements);
  const auto done = sheaf::test::run_python(script, {here.path().string()});
  INFO(done.err);
  CHECK(done.status == 0);
}

}  // namespace

TEST_CASE("preview writes a picture of one source, and a sheet of several",
          "[host][cli][preview]") {
  const Workplace here;
  make_file(here);
  const auto one = here.sheaf({"preview", "x.h5", "data/image", "p/cat/2.ppm", "-o", "one.png"});
  INFO(one.err);
  CHECK(one.status == 0);
  CHECK(one.out == "one.png: 40 × 30 pixels\n");
  const auto all = here.sheaf({"preview", "x.h5", "data/image", "-o", "all.png", "--width", "100"});
  CHECK_THAT(all.out, Contains("5 sources"));
  CHECK(here.sheaf({"preview", "x.h5", "data/image", "-o", "two.png", "--count", "2"}).status == 0);
  CHECK(here.sheaf({"preview", "x.h5", "audio", "s/a.wav", "style=spectrogram", "-o", "s.png",
                    "--width", "300", "--height", "200"})
            .status == 0);
  check_in_python(here, R"(
one = read('one.png')
assert one.shape == (30, 40, 3) and (one == (30, 20, 80)).all(), one[0, 0]
sheet = read('all.png')
assert sheet.shape[1] <= 100 and sheet.shape[2] == 4
reds = {int(r) for r in sheet[..., 2][sheet[..., 3] == 255]}
assert reds == {40, 80, 120, 160, 200}, reds
assert (sheet[..., 3] == 0).any()
assert read('two.png').shape[1] > 80
assert read('s.png').shape[:2] <= (200, 300)
)");
  CHECK(here.names("one.png") == std::vector<std::string>{"one.png"});
}

TEST_CASE("preview prints text where there is no terminal, and always shows something",
          "[host][cli][preview]") {
  const Workplace here;
  make_file(here);
  const auto audio = here.sheaf({"preview", "x.h5", "audio", "s/a.wav"});
  CHECK(audio.status == 0);
  CHECK_THAT(audio.out, Contains("2 s, 8 kHz, mono") && Contains("-6.0 dBFS"));
  const auto table = here.sheaf({"preview", "x.h5", "table"});
  CHECK(table.out == "  x  name\n  1  one\n2.5  two\n");
  const auto image = here.sheaf({"preview", "x.h5", "data/image", "p/cat/1.ppm"});
  CHECK(image.status == 0);
  CHECK_THAT(image.out, Contains("(1, 30, 40, 3) uint8") && Contains("min"));
  CHECK_THAT(image.err, Contains("-o x.png"));
  const auto label = here.sheaf({"preview", "x.h5", "dirlabel", "p/cat/1.ppm", "t/b.csv"});
  CHECK(label.status == 0);
  CHECK_THAT(label.out, Contains("p/cat/1.ppm\n") && Contains("t/b.csv\n") && Contains("int64"));
  CHECK_THAT(label.err, Contains("no preview"));
  CHECK(here.sheaf({"preview", "x.h5", "audio", "-o", "a.svg"}).status == 0);
  CHECK_THAT(sheaf::test::read_file(here / "a.svg"), Contains("<svg") && Contains("</svg>"));
  CHECK(here.sheaf({"preview", "x.h5", "audio", "-o", "a.txt"}).status == 0);
  CHECK_THAT(sheaf::test::read_file(here / "a.txt"), Contains("dBFS"));
}

TEST_CASE("preview says what is wrong and what would be right", "[host][cli][preview]") {
  const Workplace here;
  make_file(here);
  using Command = std::vector<std::string>;
  const auto refused = [&](Command command, int status, const std::string& why) {
    command.insert(command.begin(), {"preview", "x.h5"});
    const auto done = here.sheaf(command);
    INFO(done.err);
    CHECK(done.status == status);
    CHECK(sheaf::test::is_one_error_line(done.err));
    CHECK_THAT(done.err, Contains(why));
  };
  refused({"data/image", "p/cat/9.ppm"}, 1, "did you mean 'p/cat/1.ppm'?");
  refused({"data/image", "3.ppm"}, 1, "did you mean 'p/cat/3.ppm'?");
  refused({"data/imag"}, 1, "data/image");
  refused({"data/image", "s/a.wav"}, 1, "has no 'data/image'");
  refused({"dirlabel", "p/cat/1.ppm", "-o", "x.png"}, 1, "-o x.txt");
  refused({"data/image", "p/cat/1.ppm", "-o", "x.svg"}, 1, "-o x.png");
  refused({"data/image", "-o", "x.gif"}, 2, ".png, .svg or .txt");
  refused({"audio", "--kind", "svg", "-o", "x.png"}, 2, "leave one of them out");
  refused({"audio", "s/a.wav", "loudness=1", "-o", "x.png"}, 1, "loudness");
  refused({"audio", "s/a.wav", "style=a", "style=b"}, 2, "twice");
  refused({"audio", "s/a.wav", "--width", "0"}, 2, "--width");
  CHECK(here.names("x.").size() == 1);  // x.h5
}
