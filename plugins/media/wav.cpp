// SPDX-License-Identifier: MIT
// Plain WAVs that are in memory: a header without surprises, and samples to rows.
//
// http://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
//
// Only what FFmpeg is known to read in the same way is taken, which is the bulk of all short
// recordings: opening one takes FFmpeg five times as long as all that is done here. The values are
// those that FFmpeg computes, bit by bit.
#include <algorithm>
#include <bit>
#include <cstring>

#include "media/media.hpp"

namespace sheaf::media {
namespace {

template <class T>
T number_at(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}
template <class T>
T number_at(std::string_view bytes, std::size_t at) {
  return number_at<T>(bytes.data() + at);
}

constexpr std::size_t tag_and_size = 8;

// Samples as the chunk "fmt " describes them; nothing where it says something unusual.
std::optional<Wav> parse_format(std::string_view chunk) {
  constexpr std::uint16_t integers = 1, floats = 3, extensible = 0xFFFE;
  // Of an extensible header: the rest of the GUID, of which the first two bytes are a tag.
  constexpr std::string_view guid("\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71", 14);
  if (chunk.size() != 16 && chunk.size() != 18 && chunk.size() != 40) return std::nullopt;
  auto tag = number_at<std::uint16_t>(chunk, 0);
  const auto channels = number_at<std::uint16_t>(chunk, 2);
  const auto rate = number_at<std::uint32_t>(chunk, 4);
  const auto block = number_at<std::uint16_t>(chunk, 12);
  const auto bits = number_at<std::uint16_t>(chunk, 14);
  std::uint32_t speakers = 0;
  if (chunk.size() > 16 && number_at<std::uint16_t>(chunk, 16) != chunk.size() - 18) {
    return std::nullopt;
  }
  if ((tag == extensible) != (chunk.size() == 40)) return std::nullopt;
  if (tag == extensible) {
    if (number_at<std::uint16_t>(chunk, 18) != bits || !chunk.ends_with(guid)) return std::nullopt;
    speakers = number_at<std::uint32_t>(chunk, 20);
    tag = number_at<std::uint16_t>(chunk, 24);
    if (speakers != 0 && std::popcount(speakers) != channels) return std::nullopt;
  }
  if (channels < 1 || channels > 8 || rate < 1 || rate > 768000) return std::nullopt;
  if (block != channels * bits / 8) return std::nullopt;
  Wav wav{rate, channels, "", Wav::Sample::U8, {}};
  if (channels == 1 && (speakers == 0 || speakers == 4)) wav.layout = "mono";
  if (channels == 2 && (speakers == 0 || speakers == 3)) wav.layout = "stereo";
  using enum Wav::Sample;
  if (tag == integers && bits >= 8 && bits <= 32 && bits % 8 == 0) {
    constexpr Wav::Sample samples[] = {U8, S16, S24, S32};
    wav.sample = samples[bits / 8 - 1];
  } else if (tag == floats && (bits == 32 || bits == 64)) {
    wav.sample = bits == 32 ? F32 : F64;
  } else {
    return std::nullopt;
  }
  return wav;
}

// Chunks that change nothing in the samples.
bool is_harmless(std::string_view tag, std::string_view chunk) {
  if (tag == "LIST") return chunk.starts_with("INFO");
  return tag == "fact" || tag == "PEAK" || tag == "JUNK" || tag == "junk";
}

// FFmpeg decodes an AC-3 or DTS stream that is wrapped into the samples for a digital output.
bool may_be_wrapped(std::string_view data) {
  return data.find("\x72\xF8\x1F\x4E") != std::string_view::npos;
}

template <Wav::Sample sample>
float value_at(const char* at) {
  if constexpr (sample == Wav::Sample::U8) {
    return static_cast<float>(static_cast<unsigned char>(*at) - 128) * 0x1p-7F;
  } else if constexpr (sample == Wav::Sample::S16) {
    return static_cast<float>(number_at<std::int16_t>(at)) * 0x1p-15F;
  } else if constexpr (sample == Wav::Sample::S24) {
    const std::uint32_t low = number_at<std::uint16_t>(at);
    const std::uint32_t high = static_cast<unsigned char>(at[2]);
    return static_cast<float>(static_cast<std::int32_t>(high << 24U | low << 8U)) * 0x1p-31F;
  } else if constexpr (sample == Wav::Sample::S32) {
    return static_cast<float>(number_at<std::int32_t>(at)) * 0x1p-31F;
  } else {
    return static_cast<float>(number_at<double>(at));
  }
}

template <Wav::Sample sample>
void to_float(std::string_view from, float* to) {
  constexpr std::size_t size = sample_size(sample);
  const std::size_t count = from.size() / size;
  for (std::size_t i = 0; i < count; ++i) to[i] = value_at<sample>(from.data() + i * size);
}

void convert(Wav::Sample sample, std::string_view from, const sheaf_slot& slot, bool integer) {
  auto* const to = static_cast<float*>(slot.data);
  switch (sample) {
    case Wav::Sample::U8:
      return to_float<Wav::Sample::U8>(from, to);
    case Wav::Sample::S24:
      return to_float<Wav::Sample::S24>(from, to);
    case Wav::Sample::S32:
      return to_float<Wav::Sample::S32>(from, to);
    case Wav::Sample::F64:
      return to_float<Wav::Sample::F64>(from, to);
    case Wav::Sample::S16:
      if (!integer) return to_float<Wav::Sample::S16>(from, to);
      break;
    case Wav::Sample::F32:
      break;
  }
  std::memcpy(slot.data, from.data(), from.size());
}

}  // namespace

std::optional<Wav> plain_wav(std::string_view file) {
  if constexpr (std::endian::native != std::endian::little) return std::nullopt;
  if (file.size() < 12 || !file.starts_with("RIFF") || !file.substr(8).starts_with("WAVE")) {
    return std::nullopt;
  }
  std::optional<Wav> wav;
  for (std::size_t at = 12; at < file.size();) {
    if (file.size() - at < tag_and_size) return std::nullopt;
    const std::string_view tag = file.substr(at, 4);
    const std::size_t size = number_at<std::uint32_t>(file, at + 4);
    at += tag_and_size;
    if (size > file.size() - at) return std::nullopt;  // it was cut, or its end is open
    const std::string_view chunk = file.substr(at, size);
    if (tag == "fmt " && !wav) {
      wav = parse_format(chunk);
      if (!wav) return std::nullopt;
    } else if (tag == "data" && wav && wav->data.empty()) {
      const std::size_t row = sample_size(wav->sample) * static_cast<std::size_t>(wav->channels);
      wav->data = chunk.substr(0, size / row * row);
      if (wav->data.empty() || may_be_wrapped(chunk)) return std::nullopt;
    } else if (!is_harmless(tag, chunk)) {
      return std::nullopt;
    }
    at += size + size % 2;
  }
  return wav && !wav->data.empty() ? wav : std::nullopt;
}

bool can_load(const Wav& wav, const Wanted& wanted) {
  return wanted.track <= 0 && wav.rate == wanted.format.rate &&
         wav.channels == wanted.format.channels &&
         (!wanted.integer || wav.sample == Wav::Sample::S16);
}

void load_wav(const Wav& wav, const Wanted& wanted, sdk::Sink& sink) {
  const std::size_t row = sample_size(wav.sample) * static_cast<std::size_t>(wav.channels);
  const std::size_t most = static_cast<std::size_t>(slot_elements / wav.channels) * row;
  const sdk::Shape item = wav.channels > 1 ? sdk::Shape{wav.channels} : sdk::Shape{};
  for (std::string_view left = wav.data; !left.empty();) {
    sink.check_cancelled();
    const std::string_view part = left.substr(0, most);
    const auto rows = static_cast<std::int64_t>(part.size() / row);
    convert(wav.sample, part, sink.reserve_slot(0, rows, item, 0), wanted.integer);
    sink.commit(0, rows);
    left.remove_prefix(part.size());
  }
}

}  // namespace sheaf::media
