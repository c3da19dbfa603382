// SPDX-License-Identifier: MIT
// Short recordings, which sheaf.audio reads in ways of its own: a plain WAV without FFmpeg, a FLAC
// with one decoder for many. What is stored must be what the usual way stores.
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/plugins/audio_fixture.hpp"

namespace sheaf::test::audio {
namespace {

std::string chunk(const std::string& tag, const std::string& data) {
  return tag + bytes_of(static_cast<std::uint32_t>(data.size())) + data +
         std::string(data.size() % 2, '\0');
}
// A WAV of chunks, the header's size right.
std::string riff(const std::string& chunks) { return chunk("RIFF", "WAVE" + chunks); }

std::string format_chunk(const Wav& wav, const std::string& extension = "") {
  return chunk("fmt ", wav_header(wav, 0).substr(20, 16) + extension);
}
std::string extension(std::uint16_t tag, std::uint16_t bits, std::uint32_t speakers) {
  return bytes_of<std::uint16_t>(22) + bytes_of(bits) + bytes_of(speakers) + bytes_of(tag) +
         std::string("\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71", 14);
}
std::string noise(std::size_t size) { return bytes_of(some_samples(size / 2)); }

// Rows as bytes, so that NaNs compare.
std::string rows(const Loaded& loaded) {
  INFO(loaded.message);
  REQUIRE(loaded.ok());
  const auto& bytes = loaded.outputs.at(0).bytes;
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// With a chunk that the plugin doesn't know it leaves a file to FFmpeg.
void check_same_way(const TempDir& folder, const std::string& chunks, const Params& params = {}) {
  const std::string plain = riff(chunks);
  const Loaded own = load(folder.write("own.wav", plain), params);
  const Loaded theirs =
      load(folder.write("theirs.wav", riff(chunks + chunk("what", "is this"))), params);
  CHECK(own.status == theirs.status);
  CHECK(own.message == theirs.message);
  CHECK(own.slots == theirs.slots);
  if (theirs.ok()) CHECK((rows(own) == rows(theirs)));
}

TEST_CASE("a plain WAV has the rows that FFmpeg makes of it", "[plugins][media]") {
  const TempDir folder;
  using Format = std::pair<std::uint16_t, std::uint16_t>;  // tag and bits
  const auto [tag, bits] =
      GENERATE(values<Format>({{1, 8}, {1, 16}, {1, 24}, {1, 32}, {3, 32}, {3, 64}}));
  const std::uint16_t channels = GENERATE(1, 2, 6);
  CAPTURE(tag, bits, channels);
  const Wav wav{tag, channels, 8000, bits};
  const std::string data = chunk("data", noise(std::size_t{7200} * channels));
  for (const Params& params : {Params{}, Params{{"dtype", "int16"}}, Params{{"rate", 12000}}}) {
    check_same_way(folder, format_chunk(wav) + data, params);
    check_same_way(folder, format_chunk(wav, std::string(2, '\0')) + data, params);
    const Wav extensible{0xFFFE, channels, 8000, bits};
    check_same_way(folder, format_chunk(extensible, extension(tag, bits, 0)) + data, params);
    check_same_way(folder, format_chunk(extensible, extension(tag, bits, 3)) + data, params);
  }
  check_same_way(folder, format_chunk(wav) + data, {{"channels", "mono"}});
  check_same_way(folder, format_chunk(wav) + data, {{"channels", "stereo"}});
}

TEST_CASE("a plain WAV has the samples that the ffmpeg command has", "[plugins][media]") {
  const TempDir folder;
  const std::string codec = GENERATE(as<std::string>{}, "pcm_u8", "pcm_s16le", "pcm_s24le",
                                     "pcm_s32le", "pcm_f32le", "pcm_f64le");
  const std::string channels = GENERATE(as<std::string>{}, "1", "2", "6");
  CAPTURE(codec, channels);
  const fs::path file = make(folder, "a.wav", {"-t", "0.5", "-c:a", codec, "-ac", channels});
  CHECK(same(floats(load(file)), reference(folder, file)));
}

TEST_CASE("floats that are no numbers are stored as FFmpeg stores them", "[plugins][media]") {
  const TempDir folder;
  using Limits = std::numeric_limits<float>;
  const std::vector<float> odd{Limits::quiet_NaN(),
                               Limits::infinity(),
                               -Limits::infinity(),
                               Limits::denorm_min(),
                               -0.0F,
                               1e30F};
  check_same_way(folder, format_chunk({3, 1, 8000, 32}) + chunk("data", bytes_of(odd)));
  const std::vector<double> wide(odd.begin(), odd.end());
  check_same_way(folder, format_chunk({3, 1, 8000, 64}) + chunk("data", bytes_of(wide)));
}

TEST_CASE("chunks around the samples change nothing", "[plugins][media]") {
  const TempDir folder;
  const std::string info = chunk("LIST", "INFO" + chunk("ISFT", "a program"));
  const std::string other = GENERATE_COPY(values<std::string>(
      {info, info + info, chunk("fact", std::string(4, '\1')), chunk("JUNK", std::string(27, 'x')),
       chunk("PEAK", "12345678"), chunk("bext", std::string(700, 'x'))}));
  const std::string format = format_chunk({});
  for (const std::size_t size : {6000, 6001}) {
    const std::string samples = noise(6000) + std::string(size - 6000, 'x');
    const std::string data = chunk("data", samples);
    for (const std::string& chunks :
         {other + format + data, format + other + data, format + data + other}) {
      CHECK((rows(load(folder.write("a.wav", riff(chunks)))) ==
             bytes_of(to_float(some_samples(3000)))));
    }
  }
}

TEST_CASE("a header that isn't plain is left to FFmpeg", "[plugins][media]") {
  const TempDir folder;
  const std::string data = chunk("data", noise(6000));
  SECTION("bits that don't fill their bytes") {
    const auto bits = static_cast<std::uint16_t>(GENERATE(4, 12, 20, 33));
    check_same_way(folder, format_chunk({1, 1, 8000, bits}) + data);
  }
  SECTION("channels and rates that there aren't") {
    check_same_way(folder, format_chunk({1, 0, 8000, 16}) + data);
    check_same_way(folder, format_chunk({1, 9, 8000, 16}) + data);
    check_same_way(folder, format_chunk({1, 1, 0, 16}) + data);
  }
  SECTION("half floats, and a block that isn't a row") {
    check_same_way(folder, format_chunk({1, 1, 8000, 32}, {"\2\0\1\0", 4}) + data);
    std::string format = format_chunk({});
    format[8 + 12] = 4;
    check_same_way(folder, format + data);
  }
  SECTION("two formats, two blocks of samples, none at all") {
    check_same_way(folder, format_chunk({}) + format_chunk({1, 2}) + data);
    check_same_way(folder, format_chunk({}) + data + data);
    check_same_way(folder, data + format_chunk({}));
    check_same_way(folder, format_chunk({}) + chunk("data", ""));
    check_same_way(folder, format_chunk({}) + chunk("data", "x"));
  }
}

TEST_CASE("a stream wrapped into a WAV is decoded as FFmpeg decodes it", "[plugins][media]") {
  const TempDir folder;
  const fs::path wrapped = folder / "a.spdif";
  ffmpeg({"-i", make(folder, "a.ac3", {"-ar", "48000"}).string(), "-c", "copy", "-f", "spdif",
          wrapped.string()});
  const fs::path file = folder.write("a.wav", wav_file({1, 2, 48000, 16}, read_file(wrapped)));
  CHECK(same(floats(load(file)), reference(folder, file)));
}

TEST_CASE("plain WAVs are all that can be loaded where FFmpeg's module is missing",
          "[plugins][media]") {
  const TempDir folder;
  const fs::path wav = folder.write("a.wav", wav_file({}, noise(6000)));
  const fs::path flac = make(folder, "a.flac", {"-ac", "1"});
  const fs::path alone = folder / "alone.so";
  fs::copy_file(SHEAF_TEST_PLUGIN, alone);
  Instance audio(Plugin::load(alone), "sheaf.audio");
  REQUIRE(audio.survey({source(wav)}).ok());
  audio.describe();
  CHECK(audio.load(source(wav)).ok());
  const Loaded refused = audio.load(source(flac));
  CHECK(refused.status == SHEAF_ERR_PLUGIN);
  CHECK(contains(refused.message, "media/ffmpeg.so"));
  CHECK(contains(refused.message, "install"));
}

TEST_CASE("a FLAC has the same rows whatever was loaded before it", "[plugins][media]") {
  const TempDir folder;
  const fs::path good = make(folder, "good.flac", {"-t", "0.4", "-ac", "1"});
  const fs::path wide = make(folder, "24.flac", {"-t", "0.4", "-ac", "1", "-sample_fmt", "s32"});
  const fs::path other = make(folder, "other.flac", {"-t", "0.4", "-ar", "8000", "-ac", "1"});
  std::string bytes = read_file(good);
  const fs::path cut = folder.write("cut.flac", bytes.substr(0, bytes.size() / 2));
  const fs::path tagged = folder.write("tagged.flac", bytes + "TAG" + std::string(125, ' '));
  const fs::path twice = folder.write("twice.flac", bytes + read_file(wide));
  bytes[bytes.size() / 2] ^= 1;
  const fs::path damaged = folder.write("damaged.flac", bytes);

  const std::vector<fs::path> files{good, wide, other, cut, tagged, twice, damaged};
  const Params params =
      GENERATE(Params{{"rate", 44100}}, Params{{"rate", 44100}, {"dtype", "int16"}},
               Params{{"rate", 16000}, {"channels", "stereo"}});
  Instance kept(media(), "sheaf.audio", params);
  kept.survey({source(good)});
  kept.describe();
  for (const fs::path& file : files) {
    for (const fs::path& before : files) {
      CAPTURE(file, before);
      kept.load(source(before));
      const Loaded loaded = kept.load(source(file));
      const Loaded fresh = load(file, params);
      CHECK(loaded.status == fresh.status);
      CHECK(loaded.message == fresh.message);
      if (fresh.ok()) CHECK((rows(loaded) == rows(fresh)));
    }
  }
}

TEST_CASE("a short FLAC has the samples that the ffmpeg command has", "[plugins][media]") {
  const TempDir folder;
  const std::string format = GENERATE(as<std::string>{}, "s16", "s32");
  const std::string channels = GENERATE(as<std::string>{}, "1", "2", "6");
  const std::string size = GENERATE(as<std::string>{}, "64", "1152", "4608");  // of a frame
  CAPTURE(format, channels, size);
  const fs::path file = make(
      folder, "a.flac", {"-t", "0.2", "-sample_fmt", format, "-ac", channels, "-frame_size", size});
  CHECK(same(floats(load(file)), reference(folder, file)));
}

TEST_CASE("a FLAC whose header doesn't know its length is read to its end", "[plugins][media]") {
  const TempDir folder;
  const fs::path file = make(folder, "a.flac", {"-t", "0.4"});
  const std::vector<float> samples = floats(load(file));
  std::string bytes = read_file(file);
  bytes[21] = static_cast<char>(static_cast<unsigned char>(bytes[21]) & 0xF0U);
  folder.write("a.flac", bytes.replace(22, 4, 4, '\0'));
  CHECK(same(floats(load(file)), samples));
}

}  // namespace
}  // namespace sheaf::test::audio
