// SPDX-License-Identifier: MIT
// The module: pixels decoded, turned, resized and reordered by OpenCV.
//
// OpenCV decodes to BGR into a matrix of its own, and the last step, BGR to RGB, writes to the
// slot. Decoding into the slot and swapping there is no faster for 32 × 32 and 3 % faster for 12
// megapixels, but needs the extents before, and imdecode, given a matrix, says nothing when it
// couldn't decode: it hands back what was there.
#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <utility>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "image/image.hpp"

namespace sheaf::image {

struct OpenCv::Image {
  cv::Mat pixels;
};

namespace {

static_assert(static_cast<int>(Depth::U8) == CV_8U && static_cast<int>(Depth::I8) == CV_8S &&
              static_cast<int>(Depth::U16) == CV_16U && static_cast<int>(Depth::I16) == CV_16S &&
              static_cast<int>(Depth::I32) == CV_32S && static_cast<int>(Depth::F32) == CV_32F &&
              static_cast<int>(Depth::F64) == CV_64F);

// OpenCV's settings hold for the process. A worker's threads are the host's to give out, and an
// error is told by an exception, not on stderr.
void quieten_opencv() {
  static std::once_flag once;
  std::call_once(once, [] {
    cv::setNumThreads(0);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  });
}

int read_flags(Color color) {
  if (color == Color::AsIs) return cv::IMREAD_UNCHANGED;
  return color == Color::Grey ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR;
}

[[noreturn]] void refuse(std::string_view format, std::size_t size, const std::string& reason) {
  if (reason.find("OpenEXR codec is disabled") != std::string::npos) {
    throw sdk::Error(
        "is an OpenEXR image, which OpenCV decodes only where the environment variable "
        "OPENCV_IO_ENABLE_OPENEXR is 1: set it before Sheaf starts");
  }
  std::string message = "is no image that OpenCV can decode: ";
  if (format.empty()) {
    message += "its first bytes are those of no format known";
  } else {
    message += "a " + std::string(format) + " of " + std::to_string(size) +
               " bytes that is damaged, truncated or of a kind not supported";
  }
  throw sdk::Error(reason.empty() ? message : message + " (" + reason + ")");
}

// As OpenCV's own readers do it for EXIF, for the one mode in which they don't.
void turn(cv::Mat& image, int orientation) {
  if (orientation >= 5) cv::transpose(image, image);
  if (orientation == 2 || orientation == 6) cv::flip(image, image, 1);
  if (orientation == 4 || orientation == 8) cv::flip(image, image, 0);
  if (orientation == 3 || orientation == 7) cv::flip(image, image, -1);
}

// A few of OpenCV's readers give grey for IMREAD_COLOR.
void make_channels(cv::Mat& image, Color color) {
  if (color == Color::Color && image.channels() == 1) {
    cv::cvtColor(image, image, cv::COLOR_GRAY2BGR);
  } else if (color == Color::Grey && image.channels() == 3) {
    cv::cvtColor(image, image, cv::COLOR_BGR2GRAY);
  }
}

int cv_interpolation(Interpolation wanted, cv::Size from, cv::Size to) {
  switch (wanted) {
    case Interpolation::Area:
      return cv::INTER_AREA;
    case Interpolation::Linear:
      return cv::INTER_LINEAR;
    case Interpolation::Cubic:
      return cv::INTER_CUBIC;
    case Interpolation::Nearest:
      return cv::INTER_NEAREST;
    case Interpolation::Auto:
      break;
  }
  const bool shrinks = to.width <= from.width && to.height <= from.height;
  return shrinks ? cv::INTER_AREA : cv::INTER_LINEAR;
}

int scaled(int extent, double factor) {
  return std::max(1, static_cast<int>(std::lround(extent * factor)));
}

// The middle of `image` that has the proportions of `size`.
cv::Mat middle(const cv::Mat& image, cv::Size size) {
  const double factor = std::max(double(size.width) / image.cols, double(size.height) / image.rows);
  const int width = std::min(image.cols, scaled(size.width, 1 / factor));
  const int height = std::min(image.rows, scaled(size.height, 1 / factor));
  return image(cv::Rect((image.cols - width) / 2, (image.rows - height) / 2, width, height));
}

cv::Mat resize(const cv::Mat& image, const Conversion& conversion) {
  const cv::Size size(static_cast<int>(conversion.size->width),
                      static_cast<int>(conversion.size->height));
  if (image.size() == size) return image;
  const cv::Mat from = conversion.fit == Fit::Crop ? middle(image, size) : image;
  cv::Size inner = size;
  if (conversion.fit == Fit::Pad) {
    const double factor = std::min(double(size.width) / from.cols, double(size.height) / from.rows);
    inner = {std::min(size.width, scaled(from.cols, factor)),
             std::min(size.height, scaled(from.rows, factor))};
  }
  cv::Mat to;
  cv::resize(from, to, inner, 0, 0, cv_interpolation(conversion.interpolation, from.size(), inner));
  if (inner == size) return to;
  cv::Mat padded;
  const int top = (size.height - inner.height) / 2;
  const int left = (size.width - inner.width) / 2;
  cv::copyMakeBorder(to, padded, top, size.height - inner.height - top, left,
                     size.width - inner.width - left, cv::BORDER_CONSTANT);
  return padded;
}

OpenCv::Image* make_image() {
  quieten_opencv();
  return new OpenCv::Image();
}

void free_image(OpenCv::Image* image) { delete image; }

// OpenCV reads these from files only, and would write a temporary one; a matrix is too small for
// the bytes of others.
bool wants_file(std::string_view format, std::size_t size) {
  return format == "PFM" || format == "Radiance HDR" || format == "OpenEXR" ||
         size > std::numeric_limits<int>::max();
}

Form decode(OpenCv::Image& image, const Conversion& conversion, std::span<const std::byte> bytes,
            const Header& header, std::string_view path) {
  cv::Mat& pixels = image.pixels;
  try {
    const int flags = read_flags(conversion.color);
    if (wants_file(header.format, bytes.size()) && !path.empty()) {
      pixels = cv::imread(std::string(path), flags);
    } else {
      const cv::Mat source(1, static_cast<int>(bytes.size()), CV_8U,
                           const_cast<std::byte*>(bytes.data()));
      pixels = cv::imdecode(source, flags);
    }
    if (pixels.empty()) refuse(header.format, bytes.size(), {});
    make_channels(pixels, conversion.color);
    if (conversion.color == Color::AsIs && header.form) turn(pixels, header.orientation);
    if (conversion.size) pixels = resize(pixels, conversion);
  } catch (const cv::Exception& error) {
    refuse(header.format, bytes.size(), error.err);
  }
  return {pixels.rows, pixels.cols, pixels.channels(), static_cast<Depth>(pixels.depth())};
}

Form take(OpenCv::Image& image, const Conversion& conversion, std::span<const std::uint8_t> pixels,
          const Form& form) {
  try {
    const cv::Mat from(static_cast<int>(form.height), static_cast<int>(form.width),
                       CV_8UC(static_cast<int>(form.channels)),
                       const_cast<std::uint8_t*>(pixels.data()));
    // As OpenCV's readers would have given it.
    if (form.channels == 1) {
      image.pixels = from.clone();
    } else {
      cv::cvtColor(from, image.pixels, form.channels == 4 ? cv::COLOR_RGBA2BGR : cv::COLOR_RGB2BGR);
    }
    make_channels(image.pixels, conversion.color);
    if (conversion.size) image.pixels = resize(image.pixels, conversion);
  } catch (const cv::Exception& error) {
    throw sdk::Error("OpenCV can't convert it: " + error.err);
  }
  return {image.pixels.rows, image.pixels.cols, image.pixels.channels(), Depth::U8};
}

void store(const OpenCv::Image& image, std::span<std::byte> slot) {
  const cv::Mat& from = image.pixels;
  if (slot.size() != from.total() * from.elemSize()) {
    throw sdk::PluginError("the slot doesn't have the size of the image");
  }
  cv::Mat to(from.rows, from.cols, from.type(), slot.data());
  const bool convertible =
      from.depth() == CV_8U || from.depth() == CV_16U || from.depth() == CV_32F;
  if (from.channels() < 3) {
    from.copyTo(to);
  } else if (convertible) {
    cv::cvtColor(from, to, from.channels() == 4 ? cv::COLOR_BGRA2RGBA : cv::COLOR_BGR2RGB);
  } else {
    const int order[] = {0, 2, 1, 1, 2, 0, 3, 3};
    cv::mixChannels(&from, 1, &to, 1, order, static_cast<std::size_t>(from.channels()));
  }
}

}  // namespace
}  // namespace sheaf::image

// The one symbol that the module exports.
extern "C" SHEAF_EXPORT const sheaf::image::OpenCv* SHEAF_IMAGE_OPENCV_ENTRY() {
  using namespace sheaf::image;
  static constexpr OpenCv functions{&make_image, &free_image, &decode, &take, &store};
  return &functions;
}
