// SPDX-License-Identifier: MIT
// Decoder: what is checked before decoding, plain JPEGs, and the way to the module with OpenCV.
//
// libjpeg-turbo is what OpenCV decodes JPEGs with too, with the same settings, so pixels are the
// same; what is saved is OpenCV's way there, which takes longer than the decoding of a small image,
// and a copy.
#include <algorithm>
#include <dlfcn.h>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <system_error>
#include <turbojpeg.h>

#include "image/image.hpp"

namespace sheaf::image {
namespace {

// What OpenCV refuses in any format, unless its environment says otherwise.
constexpr std::int64_t longest_side = std::int64_t{1} << 20;
constexpr std::int64_t most_pixels = std::int64_t{1} << 30;

void check_extents(const Form& form) {
  if (std::max(form.height, form.width) <= longest_side &&
      form.height * form.width <= most_pixels) {
    return;
  }
  throw sdk::Error("claims to be " + std::to_string(form.width) + " × " +
                   std::to_string(form.height) +
                   " pixels; OpenCV decodes up to 2^20 a side and 2^30 in all");
}

// Below the folder of the plugin, where no search for plugins looks.
std::filesystem::path module_file() {
  static const char within = 0;  // has an address in this library
  Dl_info info{};
  if (dladdr(&within, &info) == 0 || info.dli_fname == nullptr) {
    throw sdk::PluginError("can't tell where it lies, and so not where its OpenCV does");
  }
  std::error_code error;
  std::filesystem::path plugin = std::filesystem::canonical(info.dli_fname, error);
  if (error) plugin = info.dli_fname;
  return plugin.parent_path() / "image" / "opencv.so";
}

#define SHEAF_IMAGE_TEXT_OF(name) #name
#define SHEAF_IMAGE_TEXT(name) SHEAF_IMAGE_TEXT_OF(name)

const OpenCv* load_module() {
  const std::filesystem::path file = module_file();
  const auto refuse = [&](const std::string& why) {
    throw sdk::PluginError("needs OpenCV for this image, whose module '" + file.string() + "' " +
                           why + "; install Sheaf's plugins again");
  };
  void* const module = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) {
    const char* why = dlerror();
    refuse("can't be loaded: " + std::string(why == nullptr ? "no reason given" : why));
  }
  void* const entry = dlsym(module, SHEAF_IMAGE_TEXT(SHEAF_IMAGE_OPENCV_ENTRY));
  if (entry == nullptr) refuse("belongs to another version of this plugin");
  return reinterpret_cast<OpenCvEntry>(entry)();
}

}  // namespace

const OpenCv* opencv() {
  static const OpenCv* const loaded = load_module();  // tried again if it throws
  return loaded;
}

std::string_view name(Depth depth) noexcept {
  constexpr std::string_view names[] = {"uint8", "int8",    "uint16", "int16",
                                        "int32", "float32", "float64"};
  return names[static_cast<int>(depth)];
}

sheaf_dtype dtype(Depth depth) noexcept {
  constexpr sheaf_dtype dtypes[] = {{SHEAF_UINT, 8, 1},  {SHEAF_INT, 8, 1},  {SHEAF_UINT, 16, 1},
                                    {SHEAF_INT, 16, 1},  {SHEAF_INT, 32, 1}, {SHEAF_FLOAT, 32, 1},
                                    {SHEAF_FLOAT, 64, 1}};
  return dtypes[static_cast<int>(depth)];
}

Form Conversion::apply(Form form) const noexcept {
  if (color != Color::AsIs) {
    form.channels = color == Color::Grey ? 1 : 3;
    form.depth = Depth::U8;
  }
  if (size) {
    form.height = size->height;
    form.width = size->width;
  }
  return form;
}

Decoder::~Decoder() {
  if (image_ != nullptr) opencv_->free(image_);
}

Header Decoder::check(std::span<const std::byte> bytes) {
  if (bytes.empty()) throw sdk::Error("is empty: 0 bytes");
  Header header = read_header(bytes);
  if (header.form) check_extents(*header.form);
  if (const std::string missing = missing_end(bytes, header.format); !missing.empty()) {
    throw sdk::Error("is truncated: " + missing + " in its " + std::to_string(bytes.size()) +
                     " bytes");
  }
  return header;
}

std::optional<Form> Decoder::jpeg_form(const Header& header) const noexcept {
  if (!header.plain_jpeg || !header.form || header.orientation != 1) return std::nullopt;
  const Form form = conversion_.apply(*header.form);
  const bool keeps_size = form.height == header.form->height && form.width == header.form->width;
  return keeps_size ? std::optional(form) : std::nullopt;
}

bool Decoder::decode_jpeg(std::span<const std::byte> bytes, const Form& form,
                          std::span<std::byte> slot) noexcept {
  // A handle keeps the tables of the image before, and a JPEG that lacks some would be decoded with
  // those. A new one costs 3 % of a JPEG of 32 × 32.
  const std::unique_ptr<void, int (*)(tjhandle)> turbo(tjInitDecompress(), &tjDestroy);
  if (!turbo || slot.size() != static_cast<std::uint64_t>(form.height * form.width * form.channels))
    return false;
  const auto width = static_cast<int>(form.width);
  return tjDecompress2(turbo.get(), reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size(), reinterpret_cast<unsigned char*>(slot.data()), width,
                       width * static_cast<int>(form.channels), static_cast<int>(form.height),
                       form.channels == 1 ? TJPF_GRAY : TJPF_RGB, TJFLAG_STOPONWARNING) == 0;
}

Form Decoder::decode(std::span<const std::byte> bytes, const Header& header,
                     std::string_view path) {
  if (image_ == nullptr) {
    opencv_ = opencv();
    image_ = opencv_->make();
  }
  return opencv_->decode(*image_, conversion_, bytes, header, path);
}

void Decoder::store(std::span<std::byte> slot) const { opencv_->store(*image_, slot); }

}  // namespace sheaf::image
