// SPDX-License-Identifier: MIT
// sheaf.video and sheaf.media_info, against the ffmpeg and ffprobe commands and OpenCV in Python.
#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/plugins/audio_fixture.hpp"
#include "tests/plugins/hostile.hpp"

namespace sheaf::test::video {
namespace {

namespace fs = std::filesystem;
using audio::ffmpeg;
using audio::Params;
using audio::source;
using audio::Strings;
using Catch::Contains;
using Extents = std::vector<std::int64_t>;

// A moving picture of 2 s at 10 frames a second, 66 × 34 pixels: neither side is a multiple of 4.
fs::path make(const TempDir& folder, const std::string& name, const Strings& options = {}) {
  Strings arguments{"-f", "lavfi", "-i", "testsrc2=size=66x34:rate=10:duration=2"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.push_back((folder / name).string());
  ffmpeg(arguments);
  return folder / name;
}

Loaded load(const fs::path& path, const Params& params = {}) {
  Instance video(audio::media(), "sheaf.video", params);
  Loaded loaded;
  static_cast<Outcome&>(loaded) = video.opened();
  if (!loaded.ok()) return loaded;
  video.survey({source(path)});
  video.describe();
  return video.load(source(path));
}
std::string pixels(const Loaded& loaded) {
  INFO(loaded.message);
  REQUIRE(loaded.ok());
  const auto& bytes = loaded.outputs.at(0).bytes;
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::vector<double> times(const Loaded& loaded) { return loaded.outputs.at(1).elements<double>(); }

// The pixels that the ffmpeg command makes of it.
std::string reference(const TempDir& folder, const fs::path& file, const Strings& options = {},
                      const std::string& format = "rgb24") {
  Strings arguments{"-i",         "file:" + file.string(),
                    "-map",       "0:v:0",
                    "-vsync",     "passthrough",
                    "-sws_flags", "bicubic+accurate_rnd+full_chroma_int+bitexact"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  for (const std::string& last :
       {std::string("-f"), std::string("rawvideo"), std::string("-pix_fmt"), format}) {
    arguments.push_back(last);
  }
  arguments.push_back((folder / "reference.raw").string());
  ffmpeg(arguments);
  return read_file(folder / "reference.raw");
}
std::vector<double> reference_times(const fs::path& file) {
  const ProcessResult result =
      run({"ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries",
           "frame=best_effort_timestamp_time", "-of", "csv=p=0", "file:" + file.string()});
  REQUIRE(result.ok());
  std::istringstream lines(result.out);
  std::vector<double> found;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) found.push_back(std::stod(line));
  }
  return found;
}
// Whether two pictures differ by no more than a rounding.
double largest_difference(const std::string& a, const std::string& b) {
  REQUIRE(a.size() == b.size());
  int most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const int difference = static_cast<unsigned char>(a[i]) - static_cast<unsigned char>(b[i]);
    most = std::max(most, std::abs(difference));
  }
  return most;
}

TEST_CASE("every format has the frames and times that the ffmpeg command has", "[plugins][video]") {
  const TempDir folder;
  using Format = std::pair<std::string, Strings>;
  const auto [name, options] = GENERATE(values<Format>({
      {"a.mp4", {"-pix_fmt", "yuv420p"}},
      {"frames.mp4", {"-c:v", "mpeg4", "-bf", "2"}},
      {"a.mkv", {"-c:v", "ffv1"}},
      {"deep.mkv", {"-c:v", "ffv1", "-pix_fmt", "yuv420p10le"}},
      {"a.webm", {"-c:v", "libvpx", "-b:v", "300k"}},
      {"nine.webm", {"-c:v", "libvpx-vp9", "-cpu-used", "8", "-b:v", "300k"}},
      {"a.avi", {"-c:v", "mjpeg"}},
      {"a.mov", {"-c:v", "prores"}},
      {"a.ts", {"-c:v", "mpeg2video"}},
      {"a.gif", {}},
      {"a.y4m", {"-pix_fmt", "yuv444p"}},
      {"a.apng", {}},
      {"a.wmv", {}},
      {"bt709.mp4",
       {"-vf", "scale=out_color_matrix=bt709", "-colorspace", "bt709", "-pix_fmt", "yuv420p"}},
  }));
  CAPTURE(name);
  const fs::path file = make(folder, name, options);
  const Loaded loaded = load(file);
  const std::string expected = reference(folder, file);
  CHECK(loaded.outputs.at(0).shape ==
        Extents{static_cast<std::int64_t>(expected.size() / (66 * 34 * 3)), 34, 66, 3});
  CHECK(largest_difference(pixels(loaded), expected) <= 1);
  const std::vector<double> shown = reference_times(file);
  REQUIRE(times(loaded).size() == shown.size());
  for (std::size_t i = 0; i < shown.size(); ++i) {
    CHECK(times(loaded)[i] == Approx(shown[i]).margin(1e-5));
  }
}

TEST_CASE("frames are about those that OpenCV reads", "[plugins][video]") {
  const TempDir folder;
  const fs::path script = folder.write(
      "read.py",
      "import sys\n"
      "try:\n  import cv2, numpy as np\nexcept ImportError:\n  sys.exit(77)\n"
      "v = cv2.VideoCapture(sys.argv[1]); out = []\n"
      "while True:\n  ok, f = v.read()\n  if not ok: break\n  out.append(f[:, :, ::-1])\n"
      "np.array(out).tofile(sys.argv[2])\n");
  Strings options{"-vf", "gblur=sigma=4", "-pix_fmt", "yuv420p"};
  if (GENERATE(false, true)) options.insert(options.end(), {"-metadata:s:v", "rotate=90"});
  const fs::path file = make(folder, "a.mp4", options);
  const ProcessResult read = run_python(script, {file.string(), (folder / "raw").string()});
  if (read.status == 77) {
    WARN("python3-opencv isn't installed: not compared");
    return;
  }
  REQUIRE(read.ok());
  const std::string a = pixels(load(file)), b = read_file(folder / "raw");
  REQUIRE(a.size() == b.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += std::abs(static_cast<unsigned char>(a[i]) - static_cast<unsigned char>(b[i]));
  }
  CHECK(sum / static_cast<double>(a.size()) < 3);  // it interpolates colours with less care
}

TEST_CASE("a video that lies on its side is turned upright", "[plugins][video]") {
  const TempDir folder;
  const std::string angle = GENERATE(as<std::string>{}, "90", "180", "270");
  CAPTURE(angle);
  const fs::path plain = make(folder, "plain.mp4", {"-pix_fmt", "yuv444p"});
  const fs::path turned = folder / "turned.mp4";
  ffmpeg({"-i", plain.string(), "-c", "copy", "-metadata:s:v", "rotate=" + angle, turned.string()});
  const Loaded loaded = load(turned);
  CHECK(largest_difference(pixels(loaded), reference(folder, turned)) <= 1);
  CHECK(loaded.outputs[0].shape.at(1) == (angle == "180" ? 34 : 66));
  CHECK(pixels(loaded) != pixels(load(plain)));
}

TEST_CASE("frames may be scaled, grey, and fewer", "[plugins][video]") {
  const TempDir folder;
  const fs::path file = make(folder, "a.mkv", {"-c:v", "ffv1"});
  const Loaded small = load(file, {{"size", "20x30"}});
  CHECK(small.outputs.at(0).shape == Extents{20, 30, 20, 3});
  CHECK(largest_difference(pixels(small), reference(folder, file, {"-s", "20x30"})) <= 1);
  const Loaded grey = load(file, {{"color", "grey"}});
  CHECK(grey.outputs.at(0).shape == Extents{20, 34, 66, 1});
  const std::string all = pixels(load(file));
  const std::size_t frame = 66 * 34 * 3;
  const Loaded third = load(file, {{"stride", 3}});
  CHECK(third.outputs.at(0).shape.at(0) == 7);
  CHECK((pixels(third).substr(frame, frame) == all.substr(3 * frame, frame)));
  CHECK(times(third).at(1) == Approx(0.3));
  const Loaded four = load(file, {{"count", 4}});
  CHECK(four.outputs.at(0).shape.at(0) == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(times(four).at(i) == Approx(0.2 + 0.5 * static_cast<double>(i)));
  }
  CHECK((pixels(four).substr(frame, frame) == all.substr(7 * frame, frame)));
  const Loaded many = load(file, {{"count", 45}});
  CHECK(many.outputs.at(0).shape.at(0) == 45);
  CHECK(times(many).back() == Approx(1.9));
  CHECK_THAT(load(file, {{"count", 4}, {"stride", 2}}).message, Contains("together"));
  CHECK_THAT(load(file, {{"size", "20"}}).message, Contains("WIDTHxHEIGHT"));
}

TEST_CASE("a long video is streamed in slots of a few MiB", "[plugins][video]") {
  const TempDir folder;
  const fs::path file = folder / "a.avi";
  ffmpeg({"-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=3", "-c:v", "mjpeg",
          file.string()});
  const Loaded loaded = load(file);
  CHECK(loaded.ok());
  CHECK(loaded.outputs.at(0).shape == Extents{75, 360, 640, 3});
  CHECK(loaded.largest_slot <= std::size_t{4} << 20U);
  CHECK(loaded.slots > 10);
}

TEST_CASE("sound and picture of one file are two features that don't meet", "[plugins][video]") {
  const TempDir folder;
  const fs::path both = make(folder, "a.mp4", {"-f", "lavfi", "-i", "sine=d=2", "-shortest"});
  CHECK(load(both).ok());
  CHECK(audio::load(both).ok());
  const fs::path silent = make(folder, "silent.mp4");
  CHECK(audio::load(silent).status == SHEAF_SKIP);
  const fs::path sound = folder / "sound.mkv";
  ffmpeg({"-f", "lavfi", "-i", "sine=d=1", sound.string()});
  CHECK(load(sound).status == SHEAF_SKIP);
  CHECK((audio::media().feature("sheaf.video").flags & SHEAF_FEATURE_OPT_IN) != 0);
  CHECK_THAT(load(both, {{"track", 1}}).message, Contains("1 video tracks"));
}

TEST_CASE("a video that was cut or damaged is refused", "[plugins][video]") {
  const TempDir folder;
  const std::string name =
      GENERATE(as<std::string>{}, "a.mp4", "fast.mp4", "a.mkv", "a.webm", "a.avi", "a.gif");
  CAPTURE(name);
  const Strings options{"-movflags", "+faststart"};
  const std::string whole = read_file(make(folder, name, name == "fast.mp4" ? options : Strings{}));
  const std::string ending = fs::path(name).extension().string();
  const Loaded cut = load(folder.write("cut" + ending, whole.substr(0, whole.size() * 6 / 10)));
  CHECK(cut.status == SHEAF_ERR_SOURCE);
  CHECK(!cut.message.empty());
  for (const std::string& content : hostile_files(whole)) {
    check_civil(load(folder.write("hostile" + ending, content)));
  }
}

TEST_CASE("media_info says what ffprobe says", "[plugins][video]") {
  const TempDir folder;
  const fs::path file = make(folder, "a.mp4",
                             {"-f", "lavfi", "-i", "sine=d=2:r=22050", "-ac", "2", "-metadata",
                              "creation_time=2024-05-06T07:08:09Z"});
  Instance info(audio::media(), "sheaf.media_info");
  const Description described = info.describe();
  const Loaded loaded = info.load(source(file));
  INFO(loaded.message);
  REQUIRE(loaded.ok());
  const auto at = [&](const std::string& name) -> const Array& {
    for (std::size_t i = 0; i < described.outputs.size(); ++i) {
      if (described.outputs[i].name == name) return loaded.outputs.at(i);
    }
    throw std::logic_error("no output " + name);
  };
  CHECK_THAT(at("container").text(), Contains("mp4"));
  CHECK(at("video_codec").text() == "h264");
  CHECK(at("audio_codec").text() == "aac");
  CHECK_THAT(at("created").text(), Contains("2024-05-06T07:08:09"));
  CHECK(at("duration").elements<double>().at(0) == Approx(2).margin(0.1));
  CHECK(at("frame_rate").elements<double>().at(0) == Approx(10));
  CHECK(at("width").elements<std::int64_t>().at(0) == 66);
  CHECK(at("height").elements<std::int64_t>().at(0) == 34);
  CHECK(at("sample_rate").elements<std::int64_t>().at(0) == 22050);
  CHECK(at("channels").elements<std::int64_t>().at(0) == 2);
  CHECK(info.load(source(folder.write("b.mp4", "text"))).status == SHEAF_ERR_SOURCE);
}

}  // namespace
}  // namespace sheaf::test::video
