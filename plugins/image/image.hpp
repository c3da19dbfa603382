// SPDX-License-Identifier: MIT
#pragma once
// The image plugin's parts: headers, read by ourselves; plain JPEGs, decoded by libjpeg-turbo; all
// other pixels, decoded by OpenCV.
//
// Model: a header tells the extents of an image, and of a JPEG its form, so that nothing is decoded
// that is too large or cut off. A header must say what OpenCV will decode, not what a specification
// says: where that isn't certain a field stays unknown.
// OpenCV draws in some 140 libraries, which take longer to load than thousands of images. It lives
// in a module of its own, which a Decoder loads when the first image needs it.
// Threads: all free functions may be called from any; one Decoder is used by one thread at a time.
// Failure: a header that can't be read has no form; pixels that can't be decoded throw sdk::Error.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sheaf/sdk.hpp>

namespace sheaf::image {

// Element types under OpenCV's numbers for them.
enum class Depth : int { U8, I8, U16, I16, I32, F32, F64 };
[[nodiscard]] std::string_view name(Depth depth) noexcept;  // "uint8" …
[[nodiscard]] sheaf_dtype dtype(Depth depth) noexcept;

struct Form {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t channels = 0;  // 0: unknown, and so is the depth (in headers of all but JPEG)
  Depth depth = Depth::U8;
  friend bool operator==(const Form&, const Form&) = default;
};

struct Header {
  std::string_view format;   // "JPEG" …; empty: the first bytes are those of none
  std::optional<Form> form;  // as OpenCV decodes it unconverted, orientation applied
  int orientation = 1;       // EXIF's, 1 to 8, where OpenCV heeds it: JPEG and PNG
  bool plain_jpeg = false;   // 8 bits, grey or three components
};

[[nodiscard]] Header read_header(std::span<const std::byte> bytes) noexcept;
// What says that the end of the image is missing, or empty. Decoders fill up a JPEG that was cut.
[[nodiscard]] std::string missing_end(std::span<const std::byte> bytes, std::string_view format);

enum class Color { Color, Grey, AsIs };
enum class Fit { Stretch, Crop, Pad };
enum class Interpolation { Auto, Area, Linear, Cubic, Nearest };

struct Extent {
  std::int64_t width = 0;
  std::int64_t height = 0;
};
// "32" or "64x48": width first, as people say it. Throws sdk::PluginError.
[[nodiscard]] Extent parse_size(const std::string& text);

struct Conversion {
  Color color = Color::Color;
  std::optional<Extent> size;
  Interpolation interpolation = Interpolation::Auto;
  Fit fit = Fit::Stretch;

  // What becomes of an image of this form.
  [[nodiscard]] Form apply(Form form) const noexcept;
};

// What the module gives to the plugin it was built with: sdk::Error passes between the two.
struct OpenCv {
  struct Image;  // the one decoded last
  Image* (*make)();
  void (*free)(Image* image);
  // Decodes and converts; the pixels stay until the next call. `path` may be empty.
  Form (*decode)(Image& image, const Conversion& conversion, std::span<const std::byte> bytes,
                 const Header& header, std::string_view path);
  // Takes pixels of uint8 that an image was stored as (see store), and converts those.
  Form (*take)(Image& image, const Conversion& conversion, std::span<const std::uint8_t> pixels,
               const Form& form);
  // Copies the pixels to `slot`, which has just their size, in the order RGB or RGBA.
  void (*store)(const Image& image, std::span<std::byte> slot);
};
// Renamed when OpenCv or a struct it takes changes, so that a module of another build is refused.
#define SHEAF_IMAGE_OPENCV_ENTRY sheaf_image_opencv_v2
using OpenCvEntry = const OpenCv* (*)();
// Loaded by the first call; throws sdk::PluginError where that fails.
[[nodiscard]] const OpenCv* opencv();

class Decoder {
 public:
  explicit Decoder(const Conversion& conversion) : conversion_(conversion) {}
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // The header of an image that is whole and not too large, as far as that shows; else throws.
  [[nodiscard]] static Header check(std::span<const std::byte> bytes);
  // The form in which decode_jpeg may write the image, if it may.
  [[nodiscard]] std::optional<Form> jpeg_form(const Header& header) const noexcept;
  // Decodes into `slot`, which has room for `form`. False: OpenCV is to decode it, or to say why
  // not.
  [[nodiscard]] static bool decode_jpeg(std::span<const std::byte> bytes, const Form& form,
                                        std::span<std::byte> slot) noexcept;
  // By OpenCV, in two steps (see there).
  Form decode(std::span<const std::byte> bytes, const Header& header, std::string_view path);
  void store(std::span<std::byte> slot) const;

 private:
  Conversion conversion_;
  const OpenCv* opencv_ = nullptr;
  OpenCv::Image* image_ = nullptr;
};

}  // namespace sheaf::image
