// SPDX-License-Identifier: MIT
#pragma once
// What the tests of sheaf.image share: pictures, files of them, and the plugin opened on them.

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "tests/support/plugin_harness.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::test {

using Params = std::vector<Param>;
using Shape = std::vector<std::int64_t>;

// Smooth, without symmetry, every channel its own. BGR or BGRA, as OpenCV has it.
inline cv::Mat picture(int height, int width, int type = CV_8UC3) {
  cv::Mat image(height, width, CV_MAKETYPE(CV_32F, CV_MAT_CN(type)));
  for (int y = 0; y < height; ++y) {
    auto* row = image.ptr<float>(y);
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < image.channels(); ++c) {
        *row++ = static_cast<float>(0.1 + 0.2 * c + 0.3 * y / height + 0.1 * x / width);
      }
    }
  }
  const double scale = CV_MAT_DEPTH(type) == CV_8U ? 255 : CV_MAT_DEPTH(type) == CV_16U ? 65535 : 1;
  image.convertTo(image, type, scale);
  return image;
}

inline std::string encode(const std::string& extension, const cv::Mat& image) {
  std::vector<std::uint8_t> bytes;
  if (!cv::imencode(extension, image, bytes)) throw std::runtime_error("no " + extension);
  return {bytes.begin(), bytes.end()};
}

inline std::string big_endian(std::uint32_t value, int size = 4) {
  std::string bytes;
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
    bytes += static_cast<char>(value >> shift & 0xFFU);
  }
  return bytes;
}

// A TIFF structure with nothing but the orientation, as EXIF has it.
inline std::string exif(int orientation) {
  return std::string("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01", 18) +
         big_endian(static_cast<std::uint32_t>(orientation), 2) + std::string(6, '\0');
}

inline std::string jpeg_with_orientation(const cv::Mat& image, int orientation) {
  std::string jpeg = encode(".jpg", image);
  const std::string payload = std::string("Exif\0\0", 6) + exif(orientation);
  const auto length = static_cast<std::uint32_t>(payload.size() + 2);
  return jpeg.insert(2, "\xFF\xE1" + big_endian(length, 2) + payload);
}

// A PNG chunk whose checksum is right.
inline std::string png_chunk(const std::string& type, const std::string& data) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : type + data) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ (0xEDB88320U & (0U - (crc & 1U)));
  }
  return big_endian(static_cast<std::uint32_t>(data.size())) + type + data + big_endian(~crc);
}

inline std::string png_with_orientation(const cv::Mat& image, int orientation) {
  constexpr std::size_t behind_header = 8 + 12 + 13;
  return encode(".png", image).insert(behind_header, png_chunk("eXIf", exif(orientation)));
}

// A header without pixels.
inline std::string png_claiming(std::uint32_t width, std::uint32_t height) {
  return "\x89PNG\r\n\x1A\n" +
         png_chunk("IHDR",
                   big_endian(width) + big_endian(height) + std::string("\x08\x02\0\0\0", 5)) +
         png_chunk("IDAT", "x") + png_chunk("IEND", "");
}

class ImageFolder {
 public:
  Source add(const std::string& name, std::string_view bytes) const {
    return {name, folder_.write(name, bytes)};
  }
  Source add(const std::string& name, const cv::Mat& image) const {
    return add(name, encode(std::filesystem::path(name).extension(), image));
  }
  [[nodiscard]] const TempDir& dir() const noexcept { return folder_; }

 private:
  TempDir folder_;
};

inline Plugin image_plugin() { return Plugin::load(SHEAF_TEST_PLUGIN); }

struct LoadedImage {
  Description described;
  Loaded loaded;
  [[nodiscard]] const Array& rows() const { return loaded.outputs.at(0); }
};

// One image through the whole life of an instance.
inline LoadedImage load_image(const Source& source, const Params& params = {}) {
  Instance image(image_plugin(), "sheaf.image", params);
  image.survey({source});
  LoadedImage result;
  result.described = image.describe();
  result.loaded = image.load(source);
  return result;
}

// The bytes of `image` in the order that a Sheaf file has them.
inline std::vector<std::byte> as_stored(cv::Mat image) {
  if (image.channels() == 3) cv::cvtColor(image, image, cv::COLOR_BGR2RGB);
  if (image.channels() == 4) cv::cvtColor(image, image, cv::COLOR_BGRA2RGBA);
  image = image.clone();  // without gaps
  const auto* first = reinterpret_cast<const std::byte*>(image.data);
  return {first, first + image.total() * image.elemSize()};
}

}  // namespace sheaf::test
