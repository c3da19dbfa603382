// SPDX-License-Identifier: MIT
#include "host/preview/png.hpp"

#include <cstring>
#include <png.h>

#include "core/error.hpp"

namespace sheaf::host::preview {
namespace {

bool is_opaque(const Image& image) {
  for (std::size_t i = 3; i < image.rgba.size(); i += 4) {
    if (image.rgba[i] != 255) return false;
  }
  return true;
}

std::vector<std::uint8_t> without_alpha(const Image& image) {
  std::vector<std::uint8_t> rgb;
  rgb.reserve(image.rgba.size() / 4 * 3);
  for (std::size_t i = 0; i < image.rgba.size(); i += 4) {
    rgb.insert(rgb.end(), &image.rgba[i], &image.rgba[i] + 3);
  }
  return rgb;
}

}  // namespace

std::string encode_png(const Image& image, const std::string& object) {
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = image.size.width;
  header.height = image.size.height;
  const bool opaque = is_opaque(image);
  header.format = opaque ? PNG_FORMAT_RGB : PNG_FORMAT_RGBA;
  const std::vector<std::uint8_t> rgb = opaque ? without_alpha(image) : std::vector<std::uint8_t>();
  const void* const pixels = opaque ? rgb.data() : image.rgba.data();
  const auto fail = [&] {
    return Error(ErrorCode::Invalid, object,
                 "can't be made a PNG of " + std::to_string(header.width) + " × " +
                     std::to_string(header.height) + " pixels: " + header.message);
  };
  std::string file(PNG_IMAGE_PNG_SIZE_MAX(header), '\0');
  png_alloc_size_t size = file.size();
  if (png_image_write_to_memory(&header, file.data(), &size, 0, pixels, 0, nullptr) == 0) {
    throw fail();
  }
  file.resize(size);
  return file;
}

}  // namespace sheaf::host::preview
