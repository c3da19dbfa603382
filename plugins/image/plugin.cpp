// SPDX-License-Identifier: MIT
// sheaf.image: still images, one row each.
//
// Model: the survey looks at all headers and settles the layout: fixed, when all images have one
// form, so that the file holds one array (N, height, width, channels); else ragged. Later, load
// holds every image against that.
#include <algorithm>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <future>
#include <initializer_list>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "image/image.hpp"
#include <sheaf/sdk.hpp>

namespace sheaf::image {
namespace {

// What all instances agree on, and a resumed file goes on with.
struct Layout {
  bool ragged = true;
  Form form{-1, -1, -1, Depth::U8};  // -1: each image its own
  std::string first;                 // id of the source that set the form; may be empty

  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out << (ragged ? "ragged " : "fixed ") << form.height << ' ' << form.width << ' '
        << form.channels << ' ' << name(form.depth);
    return out.str();
  }
  [[nodiscard]] static std::optional<Layout> parse(std::string_view text) {
    std::istringstream in{std::string(text)};
    std::string kind, depth;
    Layout layout;
    in >> kind >> layout.form.height >> layout.form.width >> layout.form.channels >> depth;
    layout.ragged = kind == "ragged";
    for (int i = 0; in && i <= static_cast<int>(Depth::F64); ++i) {
      layout.form.depth = static_cast<Depth>(i);
      if (name(layout.form.depth) != depth) continue;
      std::getline(in.ignore(), layout.first, '\0');
      return layout;
    }
    return std::nullopt;
  }
};

std::string describe_form(const Form& form) {
  const auto extent = [](std::int64_t n) { return n < 0 ? std::string("any") : std::to_string(n); };
  return extent(form.height) + " × " + extent(form.width) + " × " + extent(form.channels) + " " +
         std::string(name(form.depth));
}

// "32" or "64x48": width first, as people say it.
Extent parse_size(const std::string& text) {
  const auto side = [&](std::string_view digits) {
    std::int64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc() || stop != end || value < 1 || value > 1 << 20) {
      throw sdk::PluginError("size is '" + text +
                             "': give WIDTHxHEIGHT or one number, each from 1 "
                             "to 1048576");
    }
    return value;
  };
  const std::size_t x = text.find('x');
  if (x == std::string::npos) return {side(text), side(text)};
  return {side(std::string_view(text).substr(0, x)), side(std::string_view(text).substr(x + 1))};
}

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
                   "with size, or when all sources are alike")
        .choices({"auto", "fixed", "ragged"});
  }

  void open() {
    conversion_.color = choice<Color>(color_, colors);
    conversion_.fit = choice<Fit>(fit_, fits);
    conversion_.interpolation = choice<Interpolation>(interpolation_, interpolations);
    if (size_) conversion_.size = parse_size(*size_);
  }

  void survey(const sdk::Survey& survey) {
    if (!survey.is_first()) {
      const std::optional<Layout> agreed = Layout::parse(survey.agreed());
      if (!agreed) throw sdk::PluginError("the first instance agreed on no layout");
      agreed_ = *agreed;
      return;
    }
    std::optional<Layout> stored;
    if (const auto attr = survey.stored("layout"); attr && layout_ == "auto") {
      stored = Layout::parse(attr->strings().at(0));
    }
    agreed_ = stored ? *stored : settle(survey);
    survey.agree(agreed_.text() + '\n' + agreed_.first);
  }

  void describe(sdk::Description& file) const {
    const Form& form = agreed_.form;
    file.add(sdk::Output("image", dtype(form.depth), {form.height, form.width, form.channels})
                 .ragged(agreed_.ragged));
    file.attr("channels", form.channels == 1   ? "grey"
                          : form.channels == 3 ? "RGB"
                          : form.channels == 4 ? "RGBA"
                                               : "grey, RGB or RGBA");
    file.attr("layout", agreed_.text());
    file.attr("orientation", "upright: EXIF orientation applied");
  }

  void load(const sdk::Source& source, sdk::Sink& sink) {
    if (!decoder_) decoder_.emplace(conversion_);
    const std::span<const std::byte> bytes = source.bytes();
    const Header header = Decoder::check(bytes);
    const std::optional<Form> jpeg = decoder_->jpeg_form(header);
    if (!jpeg || !is_wanted(*jpeg) || !Decoder::decode_jpeg(bytes, *jpeg, reserve(sink, *jpeg))) {
      const Form form = decoder_->decode(bytes, header, source.path_bytes());
      check(form);
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

  // The form of a source; decodes it where no header tells. Nothing for what can't be read, which
  // load will report.
  [[nodiscard]] std::optional<Form> form_of(const sdk::Source& source,
                                            std::optional<Decoder>& decoder) const {
    if (source.path_bytes().empty()) return std::nullopt;
    const Header header = read_header(source.c_path());
    if (header.form && (header.form->channels != 0 || conversion_.color != Color::AsIs)) {
      return conversion_.apply(*header.form);
    }
    if (header.format.empty()) return std::nullopt;  // whatever its name says
    try {
      if (!decoder) decoder.emplace(conversion_);
      const std::string content = read_whole(source.c_path());
      const auto bytes = std::as_bytes(std::span(content));
      return decoder->decode(bytes, Decoder::check(bytes), source.path_bytes());
    } catch (const sdk::PluginError&) {
      throw;
    } catch (const std::exception&) {  // out of memory, too: one source mustn't end the survey
      return std::nullopt;
    }
  }

  [[nodiscard]] Layout settle(const sdk::Survey& survey) const {
    Layout layout;
    layout.form = conversion_.apply(layout.form);
    layout.ragged = layout_ == "ragged" || (layout_ == "auto" && !conversion_.size);
    const bool settled =
        conversion_.color != Color::AsIs && (layout_ == "ragged" || conversion_.size.has_value());
    std::optional<Decoder> decoder;
    std::optional<Form> first;
    std::size_t next = 0;
    while (!settled && !first && next < survey.size()) {
      survey.check_cancelled();
      first = form_of(survey[next++], decoder);
    }
    if (!first) return layout;
    layout.first = survey[next - 1].id();
    layout.form.depth = first->depth;
    const bool fixed = layout_ == "fixed" || (layout_ == "auto" && all_like(*first, survey, next));
    layout.ragged = !fixed;
    if (fixed && layout_ == "auto") layout.form = *first;
    // Asked for, the shape is that of the first image that is stored: a header alone may belong to
    // one that isn't.
    if (fixed && layout_ == "fixed") layout.form.channels = first->channels;
    return layout;
  }

  // Whether all sources from `next` on have the form; in as many threads as there may be.
  [[nodiscard]] bool all_like(const Form& form, const sdk::Survey& survey, std::size_t next) const {
    for (std::size_t i = 0; i < survey.size(); ++i) {
      if (survey[i].path_bytes().empty()) return false;  // can't be looked at before it is loaded
    }
    constexpr std::size_t batch = 64;
    std::atomic<std::size_t> position = next;
    std::atomic<bool> alike = true;
    const auto compare = [&](const sdk::Survey* caller) {  // only the caller may ask the host
      std::optional<Decoder> decoder;
      for (std::size_t start; alike && (start = position.fetch_add(batch)) < survey.size();) {
        if (caller != nullptr && caller->cancelled()) alike = false;
        for (std::size_t i = start; alike && i < std::min(start + batch, survey.size()); ++i) {
          const std::optional<Form> other = form_of(survey[i], decoder);
          if (other && *other != form) alike = false;
        }
      }
    };
    const std::size_t useful = (survey.size() - next) / batch;
    std::vector<std::future<void>> helpers;
    for (std::size_t i = 1; i < std::min<std::size_t>(survey.thread_budget(), useful); ++i) {
      helpers.push_back(std::async(std::launch::async, compare, nullptr));
    }
    compare(&survey);
    for (std::future<void>& helper : helpers) helper.get();
    survey.check_cancelled();
    return alike;
  }

  [[nodiscard]] bool is_wanted(const Form& form) const {
    const Form& wanted = agreed_.form;
    const auto agree = [](std::int64_t n, std::int64_t want) { return want < 0 || n == want; };
    return form.depth == wanted.depth && agree(form.height, wanted.height) &&
           agree(form.width, wanted.width) && agree(form.channels, wanted.channels);
  }

  void check(const Form& form) const {
    const Form& wanted = agreed_.form;
    if (form.depth != wanted.depth) {
      throw sdk::Error("holds " + std::string(name(form.depth)) + " while " + first_image() +
                       " holds " + std::string(name(wanted.depth)) +
                       ": give color=color (or grey), which makes all of them uint8");
    }
    if (is_wanted(form)) return;
    throw sdk::Error("is " + describe_form(form) + " (height × width × channels) while " +
                     first_image() + " is " + describe_form(wanted) +
                     ": give size=WIDTHxHEIGHT, or layout=ragged");
  }
  [[nodiscard]] std::string first_image() const {
    return agreed_.first.empty() ? "the first image" : "the first image, '" + agreed_.first + "',";
  }

  std::string color_ = "color", fit_ = "stretch", interpolation_ = "auto", layout_ = "auto";
  std::optional<std::string> size_;
  Conversion conversion_;
  Layout agreed_;
  std::optional<Decoder> decoder_;
};

}  // namespace
}  // namespace sheaf::image

SHEAF_PLUGIN("sheaf.image", "0.1.0", "MIT", "Still images through libjpeg-turbo and OpenCV",
             sheaf::image::Image);
