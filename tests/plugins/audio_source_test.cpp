// SPDX-License-Identifier: MIT
// Sources that sheaf.audio refuses, or takes for empty, and what it says about them.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/plugins/audio_fixture.hpp"

namespace sheaf::test::audio {
namespace {

TEST_CASE("a WAV that holds less than its header promises was cut", "[plugins][media]") {
  const TempDir folder;
  const std::string data = bytes_of(some_samples(8000));
  // The last but one is FFmpeg's packet size, the others are the end and the middle of a sample.
  const std::size_t left = GENERATE(as<std::size_t>{}, 0, 8001, 4096, 15998);
  const fs::path file = folder.write("a.wav", wav_header({}, 16000) + data.substr(0, left));
  const Loaded loaded = load(file);
  CHECK(loaded.status == SHEAF_ERR_SOURCE);
  CHECK(contains(loaded.message, "promises 16000 bytes"));
  CHECK(contains(loaded.message, std::to_string(left) + " are there"));
  CHECK(contains(loaded.message, "of 1.00 s"));
}

TEST_CASE("a WAV written to a pipe or by a killed recorder is read to its end",
          "[plugins][media]") {
  const TempDir folder;
  const std::vector<std::int16_t> samples = some_samples(5000);
  const std::uint32_t size = GENERATE(0U, 0xFFFFFFFFU, 0x7FFFF000U, 0x80000000U);
  CAPTURE(size);
  const fs::path file = folder.write("a.wav", wav_header({}, size) + bytes_of(samples));
  CHECK(same(floats(load(file)), to_float(samples)));
}

TEST_CASE("a file without samples is empty", "[plugins][media]") {
  const TempDir folder;
  const fs::path wav = folder.write("a.wav", wav_file({}, ""));
  CHECK(load(wav).status == SHEAF_EMPTY);
  const fs::path tagged = folder.write("tagged.wav", [] {
    std::string file = wav_file({}, "") + "LIST" + bytes_of<std::uint32_t>(4) + "INFO";
    return file.replace(4, 4, bytes_of(static_cast<std::uint32_t>(file.size() - 8)));
  }());
  CHECK(load(tagged).status == SHEAF_EMPTY);
  const fs::path flac = folder / "a.flac";
  ffmpeg({"-i", wav.string(), flac.string()});
  CHECK(load(flac).status == SHEAF_EMPTY);
}

TEST_CASE("a recording that was cut is refused", "[plugins][media]") {
  const TempDir folder;
  const std::string name =
      GENERATE(as<std::string>{}, "a.flac", "a.mp3", "a.ogg", "a.opus", "a.m4a", "a.mkv", "a.wma",
               "a.wv", "a.aiff", "a.au", "a.caf", "a.w64", "a.avi");
  const std::string whole = read_file(make(folder, name));
  const fs::path file = folder.write("cut" + fs::path(name).extension().string(),
                                     whole.substr(0, whole.size() * 6 / 10 + 1));
  const Loaded loaded = load(file);
  CAPTURE(name, loaded.message);
  CHECK(loaded.status == SHEAF_ERR_SOURCE);
  CHECK(contains(loaded.message, "cut"));
}

TEST_CASE("damage in the middle is an error that says where", "[plugins][media]") {
  const TempDir folder;
  const std::string name =
      GENERATE(as<std::string>{}, "a.flac", "a.mp3", "a.m4a", "a.ogg", "a.mkv");
  const fs::path file = make(folder, name, {"-b:a", "128k"});
  std::string bytes = read_file(file);
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 400; ++i) bytes[i] ^= 0x5a;
  folder.write(name, bytes);
  const Loaded loaded = load(file);
  CAPTURE(name, loaded.message);
  CHECK(loaded.status == SHEAF_ERR_SOURCE);
  CHECK(contains(loaded.message, "damaged"));
  CHECK(contains(loaded.message, " s: "));
  if (name != "a.mkv") CHECK(contains(loaded.message, "damaged at "));
}

TEST_CASE("one wrong bit in a FLAC is an error", "[plugins][media]") {
  const TempDir folder;
  const fs::path file = make(folder, "a.flac");
  const std::string whole = read_file(file);
  for (std::size_t part = 4; part < 10; ++part) {
    std::string bytes = whole;
    bytes[bytes.size() * part / 10] ^= 1;
    folder.write("a.flac", bytes);
    CHECK(load(file).status == SHEAF_ERR_SOURCE);
  }
}

TEST_CASE("a stream that may be cut anywhere ends with its last whole packet", "[plugins][media]") {
  const TempDir folder;
  const std::string name = GENERATE(as<std::string>{}, "a.aac", "a.ts", "a.ac3", "a.mp2");
  CAPTURE(name);
  const fs::path file = make(folder, name);
  const std::vector<float> all = floats(load(file));
  const std::string whole = read_file(file);
  folder.write(name, whole.substr(0, whole.size() * 6 / 10 + 1));
  const std::vector<float> some = floats(load(file));
  CHECK(some.size() > all.size() / 2);
  CHECK(std::equal(some.begin(), some.begin() + static_cast<long>(all.size() / 2), all.begin()));
}

TEST_CASE("what follows the last frame of an MP3 is no damage", "[plugins][media]") {
  const TempDir folder;
  const fs::path file = make(folder, "a.mp3");
  const std::vector<float> samples = floats(load(file));
  folder.write("a.mp3", read_file(file) + "TAG" + std::string(125, ' '));
  CHECK(same(floats(load(file)), samples));
}

TEST_CASE("what is no recording is refused in words", "[plugins][media]") {
  const TempDir folder;
  SECTION("an empty file") {
    CHECK(contains(load(folder.write("a.wav", "")).message, "empty (0 bytes)"));
  }
  SECTION("text") {
    const std::string name =
        GENERATE(as<std::string>{}, "a.wav", "a.mp3", "a.flac", "a.ogg", "a.mp4", "a.aac");
    const Loaded loaded = load(folder.write(name, "this is text and has no sound in it\n"));
    CAPTURE(name, loaded.message);
    CHECK(loaded.status == SHEAF_ERR_SOURCE);
    CHECK(contains(loaded.message, "FFmpeg"));
    CHECK(contains(loaded.message, "recording"));
  }
  SECTION("a file that isn't there") {
    CHECK(contains(load(folder / "a.wav").message, "No such file"));
  }
  SECTION("a source that is no file") { CHECK(load({}).status == SHEAF_ERR_SOURCE); }
}

TEST_CASE("a source never makes the plugin open another file", "[plugins][media]") {
  const TempDir folder;
  const std::string secret = make(folder, "secret.ts").string();
  const auto [name, text] = GENERATE_COPY(table<std::string, std::string>({
      {"hls.mp3",
       "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:3,\nfile:" + secret + "\n#EXT-X-ENDLIST\n"},
      {"concat.wav", "ffconcat version 1.0\nfile '" + secret + "'\n"},
      {"sdp.aac",
       "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
       "m=audio 5004 RTP/AVP 96\na=rtpmap:96 opus/48000/2\n"},
      {"dash.mp4",
       "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" "
       "profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\"><Period><AdaptationSet>"
       "<Representation id=\"0\" mimeType=\"audio/mp4\"><BaseURL>" +
           secret + "</BaseURL></Representation></AdaptationSet></Period></MPD>"},
  }));
  const Loaded loaded = load(folder.write(name, text));
  CAPTURE(name, loaded.message);
  CHECK(loaded.status == SHEAF_ERR_SOURCE);
  CHECK(loaded.slots == 0);
}

TEST_CASE("FFmpeg writes nothing to stderr", "[plugins][media]") {
  const TempDir folder;
  const fs::path bad = folder.write("bad.mp4", "text");
  const ProcessResult result = run_forked([&] {
    load(bad);
    return 0;
  });
  CHECK(result.ok());
  CHECK(result.out.empty());
  CHECK(result.err.empty());
}

}  // namespace
}  // namespace sheaf::test::audio
