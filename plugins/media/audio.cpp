// SPDX-License-Identifier: MIT
// sheaf.audio: the samples of a recording, or of a video's sound track.
//
//   recording  ── demux ─ decode ─ resample, mix ──►  rows: one a sample
//                                                     (samples,) mono, else (samples, channels)
//
// Model: all sources of a file share one rate and one number of channels: the parameters', else
// those of the file being resumed, else those of the first readable source.
// Values are FFmpeg's: float32 in [-1, 1) for integer samples (int16 / 32768), int16 unchanged.
// Source: a local file. Failure: sdk::Error, see media.hpp.
#include "media/audio.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

#include <sys/stat.h>

namespace sheaf::media {

std::string_view ShortFile::read(const char* path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return {};
  struct stat info {};
  const bool regular = fstat(file, &info) == 0 && S_ISREG(info.st_mode);
  const auto size = static_cast<std::size_t>(regular ? info.st_size : 0);
  const bool filled = size > 0 && size <= longest && fill(file, size);
  close(file);
  return filled ? std::string_view(buffer_.data(), size) : std::string_view{};
}

bool ShortFile::fill(int file, std::size_t size) {
  if (buffer_.size() < size + Engine::padding) buffer_.resize(size + Engine::padding);
  std::size_t have = 0;
  while (have < size) {
    const std::size_t part = have == 0 ? std::min(size, first_part) : size - have;
    const ssize_t got = ::read(file, buffer_.data() + have, part);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    const std::string_view start(buffer_.data(), have + static_cast<std::size_t>(got));
    if (have == 0 && !start.starts_with("RIFF") && !start.starts_with("fLaC")) return false;
    have += static_cast<std::size_t>(got);
  }
  std::memset(buffer_.data() + size, 0, Engine::padding);
  return true;
}

namespace {

std::optional<std::int64_t> stored_number(const sdk::Survey& survey, std::string_view name) {
  const std::optional<sdk::ArrayView> value = survey.stored(name);
  if (!value || value->dtype() != sdk::dtype_of<std::int64_t>() || value->size() != 1) {
    return std::nullopt;
  }
  return value->elements<std::int64_t>()[0];
}

}  // namespace

void Audio::declare(sdk::Declaration<Audio>& feature) {
  feature.name("sheaf.audio").ignore_case();
  feature.summary("Samples of recordings and of videos' sound tracks (all that FFmpeg decodes)");
  feature.pattern(
      R"(\.(8svx|aac|aa3|ac3|adts|adx|aea|aif|aifc|aiff|aiffc|amr|ape|aptx|aptxhd|ast|at3|au|avr)"
      R"(|awb|bwf|c2|caf|dsf|dss|dts|dtshd|eac3|ec3|flac|fla|g722|g729|gsm|hca|iff|ircam|latm|lbc)"
      R"(|loas|m1a|m2a|m4a|m4b|m4r|mka|mlp|mmf|mp1|mp2|mp3|mpa|mpc|mpp|nist|nsp|oga|ogg|oma|omg)"
      R"(|opus|paf|pvf|qcp|ra|rf64|rso|sbc|sds|sdx|sf|shn|snd|sox|sph|spx|svx|tak|thd|tta|vag|voc)"
      R"(|vqf|w64|wav|wave|weba|wma|wsd|wv|wve|xa|xwma)$)");
  feature.pattern(
      R"(\.(3g2|3ga|3gp|amv|asf|avi|dav|divx|dv|f4a|f4b|f4v|flv|gxf|ivr|m2p|m2t|m2ts|m4v|mk3d|mkv)"
      R"(|mov|mp4|mpe|mpeg|mpg|mts|mxf|nsv|nut|ogm|ogv|ogx|pva|qt|rm|rmvb|rpl|tod|trp|ts|ty|vob)"
      R"(|webm|wmv|wtv)$)");
  feature.parameter("rate", &Audio::rate_, "sample rate in Hz; unset: that of the first source")
      .range(1, 768000);
  feature
      .parameter("channels", &Audio::channels_,
                 "as-is (all sources have as many as the first), or mixed to mono or stereo")
      .choices({"as-is", "mono", "stereo"});
  feature.parameter("dtype", &Audio::dtype_, "of a sample: float32 (-1 to 1) or int16")
      .choices({"float32", "int16"});
  feature.parameter("track", &Audio::track_, "audio track, counted from 0; -1: the best one")
      .range(-1, 255);
}

void Audio::survey(const sdk::Survey& survey) {
  if (!survey.is_first()) return take_agreed(survey.agreed());
  if (!take_stored(survey) && !decided()) {
    bool found = false, some_are_away = false;
    for (std::size_t i = 0; i < survey.size() && !found; ++i) {
      survey.check_cancelled();
      found = look_at(survey[i]);
      some_are_away |= survey[i].path_bytes().empty();
    }
    if (!found && some_are_away) {
      throw sdk::PluginError(
          "none of the recordings is a local file, so there is none to take sample rate and "
          "channels from: set both, as in -f audio:rate=16000,channels=mono");
    }
  }
  apply_parameters();
  survey.agree(std::to_string(format_.rate) + ' ' + std::to_string(format_.channels) + ' ' +
               format_.layout);
}

// Whether the parameters leave nothing to the sources.
bool Audio::decided() const { return rate_ && channels_ != "as-is"; }

void Audio::apply_parameters() {
  if (rate_) format_.rate = *rate_;
  if (channels_ == "as-is") return;
  format_.channels = channels_ == "mono" ? 1 : 2;
  format_.layout = channels_;
}

// Takes the format of a source, or says that it can't be read: load will say why.
bool Audio::look_at(const sdk::Source& source) {
  try {
    const Place place = place_of(source);
    const std::optional<Wav> wav = plain_wav(short_file_.read(source.c_path()));
    if (wav && !wav->layout.empty() && track_ <= 0) {
      format_ = {wav->rate, wav->channels, std::string(wav->layout)};
      return true;
    }
    const std::optional<Format> found = engine().look_at(place, track_);
    if (found) format_ = *found;
    return found.has_value();
  } catch (const sdk::PluginError&) {  // no source's fault
    throw;
  } catch (const std::exception&) {  // out of memory, too: one source mustn't end the survey
    return false;
  }
}

bool Audio::take_stored(const sdk::Survey& survey) {
  const std::optional<std::int64_t> rate = stored_number(survey, "sample_rate");
  const std::optional<std::int64_t> channels = stored_number(survey, "channels");
  if (!rate || !channels || *rate < 1 || *channels < 1) return false;
  const std::optional<sdk::ArrayView> layout = survey.stored("channel_layout");
  const bool named = layout && layout->dtype() == sdk::utf8 && layout->size() == 1;
  format_ = {*rate, *channels,
             named ? std::string(layout->strings()[0]) : engine().usual_layout(*channels)};
  return true;
}

void Audio::take_agreed(std::string_view text) {
  const char* const end = text.data() + text.size();
  const auto rate = std::from_chars(text.data(), end, format_.rate);
  const char* const second = std::min(rate.ptr + 1, end);
  const auto channels = std::from_chars(second, end, format_.channels);
  if (rate.ec != std::errc{} || channels.ec != std::errc{} || channels.ptr == end) {
    throw sdk::PluginError("the instances don't agree on a format: '" + std::string(text) + "'");
  }
  format_.layout.assign(channels.ptr + 1, end);
}

void Audio::describe(sdk::Description& file) const {
  const sdk::Shape item = format_.channels > 1 ? sdk::Shape{format_.channels} : sdk::Shape{};
  file.add(dtype_ == "int16" ? sdk::Output::of<std::int16_t>("audio", item)
                             : sdk::Output::of<float>("audio", item));
  file.attr("sample_rate", format_.rate);  // Hz
  file.attr("channels", format_.channels);
  file.attr("channel_layout", format_.layout);
}

Wanted Audio::wanted() const { return {format_, channels_ == "as-is", dtype_ == "int16", track_}; }

Engine& Audio::engine() {
  if (!engine_) engine_ = make_engine();
  return *engine_;
}

sdk::Result Audio::load(const sdk::Source& source, sdk::Sink& sink) {
  const Place place = place_of(source);
  const std::string_view file = short_file_.read(source.c_path());
  const std::optional<Wav> wav = plain_wav(file);
  if (!wav || !can_load(*wav, wanted())) return engine().load(place, file, wanted(), sink);
  load_wav(*wav, wanted(), sink);
  return sdk::Result::Ok;
}

}  // namespace sheaf::media
