// SPDX-License-Identifier: MIT
#pragma once
// sheaf.audio: the samples of a recording, or of a video's sound track (audio.cpp).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/audio_methods.hpp"
#include "media/audio_preview.hpp"
#include "media/media.hpp"

namespace sheaf::media {

// Files that are read as a whole, into memory that the next one uses again.
class ShortFile {
 public:
  // Empty where the file isn't short, isn't a kind that gains by it, or can't be read: FFmpeg then
  // opens it, and says why it can't.
  [[nodiscard]] std::string_view read(const char* path);

 private:
  static constexpr std::size_t longest = std::size_t{1} << 20U;
  static constexpr std::size_t first_part = std::size_t{16} << 10U;
  [[nodiscard]] bool fill(int file, std::size_t size);

  std::vector<char> buffer_;
};

class Audio {
 public:
  using Preview = AudioPreview;
  static void declare(sdk::Declaration<Audio>& feature);
  static void methods(sdk::Methods& list) { add_audio_methods(list); }
  void survey(const sdk::Survey& survey);
  void describe(sdk::Description& file) const;
  sdk::Result load(const sdk::Source& source, sdk::Sink& sink);

 private:
  [[nodiscard]] bool decided() const;
  [[nodiscard]] bool look_at(const sdk::Source& source);
  [[nodiscard]] bool take_stored(const sdk::Survey& survey);
  void take_agreed(std::string_view text);
  void apply_parameters();
  [[nodiscard]] Wanted wanted() const;
  [[nodiscard]] Engine& engine();

  std::optional<std::int64_t> rate_;
  std::string channels_ = "as-is";
  std::string dtype_ = "float32";
  std::int64_t track_ = -1;
  Format format_;
  ShortFile short_file_;
  std::unique_ptr<Engine> engine_;  // made when it is first needed
};

}  // namespace sheaf::media
