// SPDX-License-Identifier: MIT
// sheaf.image: still images, one row each.
//
// Model: no file is opened before it is loaded, but the first one when elements are to have the
// files' own type. The host makes one array (N, height, width, channels) of images that are all
// alike, and a ragged one of others.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "image/image.hpp"
#include "image/methods.hpp"
#include "image/preview.hpp"
#include "image/thumbnail.hpp"
#include <sheaf/sdk.hpp>

namespace sheaf::image {
namespace {

// The choices of the parameters, in the order of the enums.
constexpr std::initializer_list<const char*> colors = {"color", "grey", "as-is"};
constexpr std::initializer_list<const char*> fits = {"stretch", "crop", "pad"};
constexpr std::initializer_list<const char*> interpolations = {"auto", "area", "linear", "cubic",
                                                               "nearest"};
template <class Enum>
Enum choice(const std::string& text, std::initializer_list<const char*> choices) {
  return static_cast<Enum>(std::ranges::find(choices, text) - choices.begin());
}

// A file for the survey; empty when it is larger than an image that is decoded twice should be.
std::string read_whole(const char* path) {
  constexpr std::uintmax_t limit = std::uintmax_t{256} << 20U;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size > limit) return {};
  std::string content(static_cast<std::size_t>(size), '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(file.gcount()));
  return content;
}

class Image {
 public:
  using Preview = ImagePreview;
  static void declare(sdk::Declaration<Image>& feature) {
    feature.name("sheaf.image")
        .summary("Still images of all common formats: one row (height, width, channels) each")
        .pattern(R"(\.(jpe?g|jpe|jfif|png|bmp|dib|tiff?|webp|jp2|j2k|j2c|jpc|p[abgnp]m|pxm|pfm)"
                 R"(|sr|ras|hdr|pic|exr)$)")
        .ignore_case()
        .wants_bytes();
    feature
        .parameter("color", &Image::color_,
                   "color: RGB, uint8; grey: one channel, uint8; as-is: channels and element "
                   "type as in the file")
        .choices(colors);
    feature.parameter("size", &Image::size_,
                      "pixels to resize to: WIDTHxHEIGHT, or one number for a square");
    feature
        .parameter("fit", &Image::fit_,
                   "how size is reached: stretch, crop the middle, or pad with black")
        .choices(fits);
    feature
        .parameter("interpolation", &Image::interpolation_,
                   "how to resize; auto: area when both sides shrink, else linear")
        .choices(interpolations);
    feature
        .parameter("layout", &Image::layout_,
                   "fixed: one array, all images alike; ragged: each its own shape; auto: fixed "
                   "until an image differs, then ragged")
        .choices({"auto", "fixed", "ragged"});
  }

  static void methods(sdk::Methods& list) { add_image_methods(list); }

  void open() {
    conversion_.color = choice<Color>(color_, colors);
    conversion_.fit = choice<Fit>(fit_, fits);
    conversion_.interpolation = choice<Interpolation>(interpolation_, interpolations);
    if (size_) conversion_.size = parse_size(*size_);
  }

  // Only what can't be known without a look: the element type, when it is to be the files' own.
  void survey(const sdk::Survey& survey) {
    if (conversion_.color != Color::AsIs) return;
    if (!survey.is_first()) return set_depth(survey.agreed());
    if (const auto stored = survey.stored("element_type")) {
      set_depth(stored->strings().at(0));
    } else {
      find_depth(survey);
    }
    survey.agree(std::string(name(depth_)) + ' ' + first_);
  }

  void describe(sdk::Description& file) const {
    const Form form = conversion_.apply({-1, -1, -1, depth_});
    sdk::Output output("image", dtype(depth_), {form.height, form.width, form.channels});
    if (layout_ == "ragged") output.ragged();
    if (layout_ == "auto") output.ragged_if_needed();
    file.add(output);
    file.attr("channels", form.channels == 1   ? "grey"
                          : form.channels == 3 ? "RGB"
                                               : "grey, RGB or RGBA");
    if (conversion_.color == Color::AsIs) file.attr("element_type", std::string(name(depth_)));
    file.attr("orientation", "upright: EXIF orientation applied");
  }

  void load(const sdk::Source& source, sdk::Sink& sink) {
    if (!decoder_) decoder_.emplace(conversion_);
    const std::span<const std::byte> bytes = source.bytes();
    const Header header = Decoder::check(bytes);
    const std::optional<Form> jpeg = decoder_->jpeg_form(header);
    if (!jpeg || jpeg->depth != depth_ ||
        !Decoder::decode_jpeg(bytes, *jpeg, reserve(sink, *jpeg))) {
      const Form form = decoder_->decode(bytes, header, source.path_bytes());
      check_depth(form);
      decoder_->store(reserve(sink, form));
    }
    sink.commit(0, 1);
  }

 private:
  static std::span<std::byte> reserve(sdk::Sink& sink, const Form& form) {
    const std::int64_t shape[] = {form.height, form.width, form.channels};
    const sheaf_slot slot = sink.reserve_slot(0, 1, shape, 0);
    return {static_cast<std::byte*>(slot.data), slot.size};
  }

  // What an agreement or an attribute says: a depth's name, and who set it.
  void set_depth(std::string_view text) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    for (int i = 0; i <= static_cast<int>(Depth::F64); ++i) {
      if (name(static_cast<Depth>(i)) == text.substr(0, blank)) depth_ = static_cast<Depth>(i);
    }
    first_ = text.substr(std::min(blank + 1, text.size()));
  }

  // That of the first source that can be looked at.
  void find_depth(const sdk::Survey& survey) {
    for (std::size_t i = 0; i < survey.size(); ++i) {
      survey.check_cancelled();
      if (survey[i].path_bytes().empty()) continue;
      const std::optional<Depth> depth = depth_of(survey[i]);
      if (!depth) continue;
      depth_ = *depth;
      first_ = survey[i].id();
      return;
    }
  }

  // Nothing for what can't be read, which load will report.
  [[nodiscard]] std::optional<Depth> depth_of(const sdk::Source& source) const {
    try {
      const std::string content = read_whole(source.c_path());
      const auto bytes = std::as_bytes(std::span(content));
      const Header header = Decoder::check(bytes);
      if (header.form && header.form->channels != 0) return header.form->depth;
      return Decoder(conversion_).decode(bytes, header, source.path_bytes()).depth;
    } catch (const sdk::PluginError&) {
      throw;
    } catch (const std::exception&) {  // out of memory, too: one source mustn't end the survey
      return std::nullopt;
    }
  }

  void check_depth(const Form& form) const {
    if (form.depth == depth_) return;
    throw sdk::Error("holds " + std::string(name(form.depth)) + " while " +
                     (first_.empty() ? "the first image" : "'" + first_ + "'") + " holds " +
                     std::string(name(depth_)) +
                     ": give color=color (or grey), which makes all of them uint8");
  }

  std::string color_ = "color", fit_ = "stretch", interpolation_ = "auto", layout_ = "auto";
  std::optional<std::string> size_;
  Conversion conversion_;
  Depth depth_ = Depth::U8;
  std::string first_;  // id of the source that set it; may be empty
  std::optional<Decoder> decoder_;
};

}  // namespace
}  // namespace sheaf::image

SHEAF_PLUGIN("sheaf.image", "0.2.0", "MIT", "Still images through libjpeg-turbo and OpenCV",
             sheaf::image::Image, sheaf::image::Thumbnail);
