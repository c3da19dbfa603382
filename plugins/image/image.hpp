// SPDX-License-Identifier: MIT
#pragma once
// The image plugin's two halves: headers, read by ourselves, and pixels, decoded by OpenCV.
//
// Model: a header tells an image's form (extents and element type) from the first few hundred bytes
// of a file, so that a survey of many thousand files takes milliseconds; pixels are decoded only in
// load. A header must say what OpenCV will decode, not what a specification says: where that isn't
// certain a field stays unknown, and who needs it decodes the file.
// Threads: all free functions may be called from any; one Decoder is used by one thread at a time.
// Failure: a header that can't be read is nullopt; pixels that can't be decoded throw sdk::Error.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
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
  std::int64_t channels = 0;  // 0: unknown, and so is the depth
  Depth depth = Depth::U8;
  friend bool operator==(const Form&, const Form&) = default;
};

struct Header {
  Form form;            // as OpenCV decodes it unconverted, orientation applied
  int orientation = 1;  // EXIF's, 1 to 8, where OpenCV heeds it: JPEG and PNG
};

// Random access to the bytes of a file, or to bytes in memory, as if they were memory.
class Window {
 public:
  explicit Window(std::span<const std::byte> memory) noexcept;
  explicit Window(const char* path) noexcept;  // a file that can't be opened looks empty
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  // Up to 64 bytes from `offset`: fewer at the end. Valid until the next call.
  static constexpr std::size_t reach = 64;
  [[nodiscard]] std::span<const std::uint8_t> at(std::uint64_t offset, std::size_t size) noexcept;

 private:
  std::span<const std::uint8_t> memory_;
  int file_ = -1;
  std::uint64_t start_ = 0;  // of what `buffer_` holds
  std::size_t filled_ = 0;
  std::array<std::uint8_t, 4096> buffer_;
};

[[nodiscard]] std::optional<Header> read_header(Window& window) noexcept;
// "JPEG" … after the first bytes, or empty.
[[nodiscard]] std::string_view format_of(Window& window) noexcept;
// What says that the end of the image is missing, or empty. Decoders fill up a JPEG that was cut.
[[nodiscard]] std::string missing_end(std::span<const std::byte> bytes);

enum class Color { Color, Grey, AsIs };
enum class Fit { Stretch, Crop, Pad };
enum class Interpolation { Auto, Area, Linear, Cubic, Nearest };

struct Extent {
  std::int64_t width = 0;
  std::int64_t height = 0;
};
struct Conversion {
  Color color = Color::Color;
  std::optional<Extent> size;
  Interpolation interpolation = Interpolation::Auto;
  Fit fit = Fit::Stretch;
};

class Decoder {
 public:
  explicit Decoder(const Conversion& conversion);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // Decodes and converts; the pixels stay until the next call. `path` may be empty.
  Form decode(std::span<const std::byte> bytes, std::string_view path);
  // Copies the pixels last decoded to `slot`, which has just their size, in the order RGB or RGBA.
  void store(std::span<std::byte> slot) const;

 private:
  struct Pixels;
  Conversion conversion_;
  std::unique_ptr<Pixels> pixels_;
};

}  // namespace sheaf::image
