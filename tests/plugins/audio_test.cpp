// SPDX-License-Identifier: MIT
// The values of sheaf.audio, against WAVs made here, the ffmpeg command and libsndfile.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/plugins/audio_fixture.hpp"

namespace sheaf::test::audio {
namespace {

std::vector<std::int16_t> sine(double frequency, double rate, double duration) {
  std::vector<std::int16_t> samples(static_cast<std::size_t>(rate * duration));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double phase = 2 * std::numbers::pi * frequency * static_cast<double>(i) / rate;
    samples[i] = static_cast<std::int16_t>(std::lround(16384 * std::sin(phase)));
  }
  return samples;
}

TEST_CASE("a mono WAV is a row a sample, an int16 divided by 32768", "[plugins][media]") {
  const TempDir folder;
  const std::vector<std::int16_t> samples = some_samples(50000);
  const fs::path file = folder.write("a.wav", wav_file({}, bytes_of(samples)));
  const Loaded loaded = load(file);
  CHECK(same(floats(loaded), to_float(samples)));
  CHECK(shape(loaded) == std::vector<std::int64_t>{50000});
  const Loaded integers = load(file, {{"dtype", "int16"}});
  REQUIRE(integers.ok());
  CHECK(same(integers.outputs[0].elements<std::int16_t>(), samples));
}

TEST_CASE("several channels are the columns of a row, in the order of the file",
          "[plugins][media]") {
  const TempDir folder;
  const std::vector<std::int16_t> samples = some_samples(6000);
  const int channels = GENERATE(2, 3, 6);
  const fs::path file =
      folder.write("a.wav", wav_file({1, static_cast<std::uint16_t>(channels)}, bytes_of(samples)));
  const Loaded loaded = load(file);
  CHECK(same(floats(loaded), to_float(samples)));
  CHECK(shape(loaded) == std::vector<std::int64_t>{6000 / channels, channels});
}

TEST_CASE("samples of any width become the exact float", "[plugins][media]") {
  const TempDir folder;
  SECTION("8 bits, unsigned") {
    const fs::path file = folder.write("a.wav", wav_file({1, 1, 8000, 8}, {"\x00\x80\xff\x01", 4}));
    CHECK(floats(load(file)) == std::vector<float>{-1, 0, 127.0F / 128, -127.0F / 128});
  }
  SECTION("24 bits") {
    const std::string data{"\x00\x00\x80\xff\xff\x7f\x01\x00\x00", 9};
    const fs::path file = folder.write("a.wav", wav_file({1, 1, 8000, 24}, data));
    CHECK(floats(load(file)) == std::vector<float>{-1, 8388607.0F / 8388608, 1.0F / 8388608});
  }
  SECTION("floats, also beyond 1") {
    const std::vector<float> samples{0.1F, -1.5F, 3.25F, 1e-30F};
    const fs::path file = folder.write("a.wav", wav_file({3, 1, 8000, 32}, bytes_of(samples)));
    CHECK(floats(load(file)) == samples);
  }
  SECTION("doubles") {
    const std::vector<double> samples{0.1, -0.75};
    const fs::path file = folder.write("a.wav", wav_file({3, 1, 8000, 64}, bytes_of(samples)));
    CHECK(floats(load(file)) == std::vector<float>{0.1F, -0.75F});
  }
}

TEST_CASE("every format has the samples that the ffmpeg command has", "[plugins][media]") {
  const TempDir folder;
  using Format = std::pair<std::string, Strings>;
  const auto [name, options] = GENERATE(values<Format>({
      {"a.flac", {}},
      {"a24.flac", {"-sample_fmt", "s32"}},
      {"a.mp3", {}},
      {"headerless.mp3", {"-write_xing", "0"}},
      {"a.ogg", {"-c:a", "libvorbis"}},
      {"a.opus", {"-ar", "48000"}},
      {"a.aac", {}},
      {"a.m4a", {}},
      {"alac.m4a", {"-c:a", "alac"}},
      {"fragments.mp4", {"-movflags", "frag_keyframe+empty_moov"}},
      {"a.mka", {"-c:a", "aac"}},
      {"a.webm", {"-c:a", "libopus"}},
      {"a.wma", {"-c:a", "wmav2"}},
      {"a.aiff", {}},
      {"a.caf", {}},
      {"a.au", {}},
      {"a.w64", {}},
      {"large.wav", {"-rf64", "always"}},
      {"adpcm.wav", {"-c:a", "adpcm_ms"}},
      {"law.wav", {"-c:a", "pcm_mulaw"}},
      {"a.wv", {}},
      {"a.ac3", {}},
  }));
  CAPTURE(name);
  const fs::path file = make(folder, name, options);
  CHECK(same(floats(load(file)), reference(folder, file)));
}

TEST_CASE("WAV and FLAC have the samples that libsndfile has", "[plugins][media]") {
  const TempDir folder;
  const fs::path script = folder.write("read.py",
                                       "import sys\n"
                                       "try:\n"
                                       "    import soundfile\n"
                                       "except ImportError:\n"
                                       "    sys.exit(77)\n"
                                       "data, _ = soundfile.read(sys.argv[1], dtype='float32')\n"
                                       "data.tofile(sys.argv[2])\n");
  const auto [name, codec] = GENERATE(table<std::string, std::string>({{"a.wav", "pcm_s16le"},
                                                                       {"24.wav", "pcm_s24le"},
                                                                       {"32.wav", "pcm_s32le"},
                                                                       {"8.wav", "pcm_u8"},
                                                                       {"float.wav", "pcm_f32le"},
                                                                       {"law.wav", "pcm_alaw"},
                                                                       {"a.flac", "flac"}}));
  CAPTURE(name);
  const fs::path file = make(folder, name, {"-c:a", codec});
  const ProcessResult read = run_python(script, {file.string(), (folder / "raw").string()});
  if (read.status == 77) {
    WARN("python3-soundfile isn't installed: not compared");
    return;
  }
  REQUIRE(read.ok());
  const std::vector<float> samples = floats(load(file));
  CHECK((bytes_of(samples) == read_file(folder / "raw")));
}

TEST_CASE("another rate is resampled as the ffmpeg command does it, to the last sample",
          "[plugins][media]") {
  const TempDir folder;
  const int rate = GENERATE(8000, 11025, 16000, 48000, 192000);
  CAPTURE(rate);
  for (const char* name : {"a.wav", "a.mp3"}) {
    const fs::path file = make(folder, name);
    const Strings options{"-ar", std::to_string(rate)};
    CHECK(same(floats(load(file, {{"rate", rate}})), reference(folder, file, options)));
    const Loaded integers = load(file, {{"rate", rate}, {"dtype", "int16"}});
    REQUIRE(integers.ok());
    CHECK(same(integers.outputs[0].elements<std::int16_t>(),
               reference<std::int16_t>(folder, file, options)));
  }
}

TEST_CASE("a resampled sine keeps its length and frequency", "[plugins][media]") {
  const TempDir folder;
  const fs::path file =
      folder.write("a.wav", wav_file({1, 1, 44100, 16}, bytes_of(sine(1000, 44100, 3))));
  const std::vector<float> samples = floats(load(file, {{"rate", 16000}}));
  CHECK(samples.size() == 48000);
  int crossings = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    crossings += samples[i - 1] < 0 && samples[i] >= 0 ? 1 : 0;
  }
  CHECK(std::abs(crossings - 3000) <= 1);
  const float peak = *std::max_element(samples.begin() + 1000, samples.end() - 1000);
  CHECK(peak == Approx(0.5).margin(0.002));
}

TEST_CASE("channels are mixed on demand", "[plugins][media]") {
  const TempDir folder;
  const std::vector<std::int16_t> stereo{16384, 0, -8192, 8192, 32767, 32767};
  const fs::path two = folder.write("2.wav", wav_file({1, 2}, bytes_of(stereo)));
  const fs::path one = folder.write("1.wav", wav_file({}, bytes_of(stereo)));
  SECTION("stereo to mono is the mean") {
    const Loaded loaded = load(two, {{"channels", "mono"}});
    CHECK(shape(loaded) == std::vector<std::int64_t>{3});
    const std::vector<float> samples = floats(loaded);
    CHECK(samples[0] == Approx(0.25).margin(1e-6));
    CHECK(samples[1] == Approx(0).margin(1e-6));
    CHECK(samples[2] == Approx(32767.0 / 32768).margin(1e-6));
  }
  SECTION("mono stays mono, sample by sample") {
    CHECK(floats(load(one, {{"channels", "mono"}})) == to_float(stereo));
  }
  SECTION("mono to stereo has it twice") {
    const Loaded loaded = load(one, {{"channels", "stereo"}});
    CHECK(shape(loaded) == std::vector<std::int64_t>{6, 2});
    const std::vector<float> samples = floats(loaded);
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(samples[2 * i] == samples[2 * i + 1]);
      CHECK(samples[2 * i] == to_float(stereo)[i]);
    }
  }
  SECTION("surround as the ffmpeg command does it") {
    const fs::path file = make(folder, "a.flac", {"-af", "pan=5.1|c0=c0|c1=c1|c2=c0|c4=c1"});
    const Loaded mixed = load(file, {{"channels", "stereo"}, {"dtype", "int16"}});
    REQUIRE(mixed.ok());
    CHECK(same(mixed.outputs[0].elements<std::int16_t>(),
               reference<std::int16_t>(folder, file, {"-ac", "2"})));
    CHECK(shape(load(file)).at(1) == 6);
  }
}

TEST_CASE("the first readable source says what rows look like", "[plugins][media]") {
  const TempDir folder;
  const std::string samples = bytes_of(some_samples(4000));
  const fs::path text = folder.write("0.wav", "no recording");
  const fs::path one = folder.write("1.wav", wav_file({1, 1, 16000, 16}, samples));
  const fs::path two = folder.write("2.wav", wav_file({1, 2, 8000, 16}, samples));
  const std::vector<Source> sources{source(text), source(one), source(two)};

  Instance first(media(), "sheaf.audio");
  const Surveyed surveyed = first.survey(sources);
  CHECK(surveyed.agreed == "16000 1 mono");
  const Description described = first.describe();
  REQUIRE(described.outputs.size() == 1);
  CHECK(described.outputs[0].item_shape.empty());
  CHECK(described.outputs[0].dtype.code == SHEAF_FLOAT);
  CHECK(described.attrs.at("sample_rate").elements<std::int64_t>().at(0) == 16000);
  CHECK(described.attrs.at("channels").elements<std::int64_t>().at(0) == 1);
  CHECK(described.attrs.at("channel_layout").text() == "mono");

  SECTION("another number of channels is refused, with the remedy") {
    const Loaded loaded = first.load(source(two));
    CHECK(loaded.status == SHEAF_ERR_SOURCE);
    CHECK(contains(loaded.message, "it has 2 channels"));
    CHECK(contains(loaded.message, "have 1,"));
    CHECK(contains(loaded.message, "channels=mono or channels=stereo"));
  }
  SECTION("the other instances open nothing and say the same") {
    Instance second(media(), "sheaf.audio");
    REQUIRE(second.survey({source(folder / "gone.wav")}, {false, surveyed.agreed}).ok());
    CHECK(second.describe().attrs.at("sample_rate").elements<std::int64_t>().at(0) == 16000);
    CHECK(shape(second.load(source(one))).at(0) == 4000);
  }
  SECTION("a rate that is set wins") {
    Instance resampling(media(), "sheaf.audio", {{"rate", 4000}, {"channels", "stereo"}});
    CHECK(resampling.survey(sources).agreed == "4000 2 stereo");
    CHECK(resampling.describe().outputs[0].item_shape == std::vector<std::int64_t>{2});
    CHECK(shape(resampling.load(source(two))) == std::vector<std::int64_t>{1000, 2});
  }
  SECTION("a file that is resumed keeps its format") {
    const auto number = [](std::int64_t value) {
      Array array{{SHEAF_INT, 64, 1}, {}, {}, {}};
      array.bytes.resize(sizeof(value));
      std::memcpy(array.bytes.data(), &value, sizeof(value));
      return array;
    };
    SurveyOptions options;
    options.stored = {{"sample_rate", number(22050)},
                      {"channels", number(2)},
                      {"channel_layout", test::text("stereo")}};
    Instance resumed(media(), "sheaf.audio");
    CHECK(resumed.survey(sources, options).agreed == "22050 2 stereo");
  }
  SECTION("with nothing readable the feature can still be described") {
    Instance blind(media(), "sheaf.audio");
    REQUIRE(blind.survey({source(text)}).ok());
    const Description fallback = blind.describe();
    REQUIRE(fallback.ok());
    CHECK(fallback.attrs.at("sample_rate").elements<std::int64_t>().at(0) == 44100);
  }
}

TEST_CASE("a video's sound track is loaded, and a silent video is none of the feature's",
          "[plugins][media]") {
  const TempDir folder;
  const Strings picture{"-f", "lavfi", "-i", "testsrc=s=64x48:d=2.3"};
  const std::string name = GENERATE(as<std::string>{}, "a.mp4", "a.mkv", "a.webm", "a.avi", "a.ts");
  CAPTURE(name);
  const fs::path file = make(folder, name, picture);
  const std::vector<float> samples = floats(load(file));
  CHECK(samples.size() > 2 * 44100);
  CHECK(same(samples, reference(folder, file)));
  const fs::path silent = folder / ("silent" + file.extension().string());
  ffmpeg({"-i", file.string(), "-an", "-c", "copy", silent.string()});
  CHECK(load(silent).status == SHEAF_SKIP);
}

TEST_CASE("one of several tracks can be chosen", "[plugins][media]") {
  const TempDir folder;
  const fs::path a = folder.write("a.wav", wav_file({}, bytes_of(some_samples(100))));
  const fs::path b = folder.write("b.wav", wav_file({}, bytes_of(some_samples(200))));
  const fs::path both = folder / "both.mka";
  ffmpeg(
      {"-i", a.string(), "-i", b.string(), "-map", "0", "-map", "1", "-c", "copy", both.string()});
  CHECK(floats(load(both, {{"track", 0}})).size() == 100);
  CHECK(floats(load(both, {{"track", 1}})).size() == 200);
  CHECK(load(both).ok());
  CHECK(contains(load(both, {{"track", 2}}).message, "it has 2 audio tracks"));
}

TEST_CASE("names are bytes, not addresses", "[plugins][media]") {
  const TempDir folder;
  const std::string name = GENERATE(as<std::string>{}, "http:x.wav", "50%20.wav", "a b\n.wav",
                                    "\xff\xfe.wav", "%03d.wav");
  const std::vector<std::int16_t> samples = some_samples(100);
  const fs::path file = folder.write(name, wav_file({}, bytes_of(samples)));
  CHECK(floats(load(file)) == to_float(samples));
  const ProcessResult relative = run_forked([&] {
    fs::current_path(folder.path());
    return load(name).ok() ? 0 : 1;
  });
  CHECK(relative.ok());
}

TEST_CASE("a long recording streams through small slots", "[plugins][media]") {
  const TempDir folder;
  const std::vector<std::int16_t> samples = some_samples(std::size_t{600} * 8000);
  const fs::path file = folder.write("a.wav", wav_file({}, bytes_of(samples)));
  const Loaded loaded = load(file);
  CHECK(same(floats(loaded), to_float(samples)));
  CHECK(loaded.largest_slot <= 256 * 1024);
  CHECK(loaded.slots >= samples.size() / 65536);
  const Loaded resampled = load(file, {{"rate", 48000}});
  CHECK(shape(resampled).at(0) == Approx(6 * samples.size()).margin(16));
  CHECK(resampled.largest_slot <= 256 * 1024);
}

TEST_CASE("a short recording reserves no more than it needs", "[plugins][media]") {
  const TempDir folder;
  const Loaded loaded = load(folder.write("a.wav", wav_file({}, bytes_of(some_samples(1000)))));
  CHECK(loaded.slots == 1);
  CHECK(loaded.largest_slot == 4000);
}

TEST_CASE("a load that is cancelled says so", "[plugins][media]") {
  const TempDir folder;
  const fs::path file = folder.write("a.wav", wav_file({}, bytes_of(some_samples(100000))));
  Instance audio(media(), "sheaf.audio");
  audio.survey({source(file)});
  audio.describe();
  audio.cancel();
  CHECK(audio.load(source(file)).status == SHEAF_CANCELLED);
}

TEST_CASE("instances work side by side, and errors stay with their source", "[plugins][media]") {
  const TempDir folder;
  const std::vector<std::int16_t> samples = some_samples(3000);
  const fs::path good = folder.write("good.wav", wav_file({}, bytes_of(samples)));
  const std::array<fs::path, 2> bad{folder.write("bad.mp4", "text"), folder.write("bad.ogg", "x")};
  const fs::path flac = make(folder, "a.flac", {"-ac", "1"});
  std::array<int, 4> right{};
  std::vector<std::thread> threads;
  for (int& count : right) {
    threads.emplace_back([&] {
      Instance audio(media(), "sheaf.audio", {{"rate", 8000}});
      audio.survey({source(good)});
      audio.describe();
      for (int i = 0; i < 20; ++i) {
        const Loaded loaded = audio.load(source(good));
        const bool exact = loaded.ok() && loaded.outputs[0].elements<float>() == to_float(samples);
        // The first is what FFmpeg logs of it; of the other it logs nothing.
        const bool why = contains(audio.load(source(bad[0])).message, "moov atom not found");
        const bool other = contains(audio.load(source(bad[1])).message, "atom");
        count += exact && why && !other && audio.load(source(flac)).ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == std::array<int, 4>{20, 20, 20, 20});
}

}  // namespace
}  // namespace sheaf::test::audio
