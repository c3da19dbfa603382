// SPDX-License-Identifier: MIT
// Image headers. Formats, one function each:
//   JPEG   ITU T.81, Annex B; EXIF 2.3, 4.6     PNG   W3C PNG (Third Edition), 5 and 11
//   TIFF   TIFF 6.0, Section 2 and 8            BMP   BITMAPFILEHEADER, BITMAPINFOHEADER
//   WebP   RFC 9649                             PNM   netpbm's pbm(5), pgm(5), ppm(5)
//   JPEG 2000   ITU T.800, A.5.1                Sun raster   rasterfile(5)
// The rest (PAM, PFM, Radiance HDR, OpenEXR) is rare or small; OpenCV looks at its extents alone.
#include <algorithm>
#include <cstring>
#include <string>

#include "image/image.hpp"

namespace sheaf::image {
namespace {

using Bytes = std::span<const std::uint8_t>;
using namespace std::string_view_literals;

constexpr int most_segments = 4096;   // of a JPEG before its frame: more is an attack
constexpr int most_chunks = 1 << 20;  // of a PNG
constexpr int most_tiff_tags = 1 << 12;

// Random access to the bytes of an image.
class Window {
 public:
  explicit Window(Bytes memory) noexcept : memory_(memory) {}
  // Up to `size` bytes from `offset`: fewer at the end.
  [[nodiscard]] Bytes at(std::uint64_t offset, std::size_t size) const noexcept {
    if (offset >= memory_.size()) return {};
    return memory_.subspan(offset, std::min<std::uint64_t>(size, memory_.size() - offset));
  }

 private:
  Bytes memory_;
};

std::uint64_t number(Bytes bytes, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value = value << 8U | bytes[big_endian ? i : bytes.size() - 1 - i];
  }
  return value;
}

// Numbers at an offset of a window; 0 behind its end, which no extent may be.
class Reader {
 public:
  Reader(Window& window, bool big_endian) : window_(&window), big_endian_(big_endian) {}
  [[nodiscard]] std::uint64_t operator()(std::uint64_t offset, std::size_t size) const {
    const Bytes bytes = window_->at(offset, size);
    return bytes.size() == size ? number(bytes, big_endian_) : 0;
  }
  [[nodiscard]] bool big_endian() const { return big_endian_; }

 private:
  Window* window_;
  bool big_endian_;
};

bool starts_with(Window& window, std::uint64_t offset, std::string_view text) {
  const Bytes bytes = window.at(offset, text.size());
  return bytes.size() == text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

Header make(std::uint64_t height, std::uint64_t width, std::int64_t channels = 0) {
  constexpr std::uint64_t most = 0xFFFFFFFFU;
  Header header;
  if (height == 0 || width == 0 || height > most || width > most) return header;
  header.form = {static_cast<std::int64_t>(height), static_cast<std::int64_t>(width), channels,
                 Depth::U8};
  return header;
}

void turn(Header& header, int orientation) {
  header.orientation = orientation;
  if (header.form && orientation >= 5) std::swap(header.form->height, header.form->width);
}

// The byte order of the TIFF structure at `start`, which EXIF uses too.
std::optional<Reader> tiff_reader(Window& window, std::uint64_t start) {
  const bool little = starts_with(window, start, "II*\0"sv);
  if (!little && !starts_with(window, start, "MM\0*"sv)) return std::nullopt;
  return Reader(window, !little);
}

// Calls visit(tag, type, offset of the value) for the entries of the first directory.
template <class Visit>
void each_tiff_tag(const Reader& read, std::uint64_t start, Visit&& visit) {
  const std::uint64_t directory = start + read(start + 4, 4);
  const int count = std::min(static_cast<int>(read(directory, 2)), most_tiff_tags);
  for (int i = 0; i < count; ++i) {
    const std::uint64_t entry = directory + 2 + 12U * static_cast<std::uint64_t>(i);
    visit(read(entry, 2), read(entry + 2, 2), entry + 8);
  }
}

int exif_orientation(Window& window, std::uint64_t start) {
  const std::optional<Reader> read = tiff_reader(window, start);
  std::uint64_t orientation = 1;
  if (!read) return 1;
  each_tiff_tag(*read, start, [&](std::uint64_t tag, std::uint64_t, std::uint64_t value) {
    if (tag == 0x0112) orientation = (*read)(value, 2);
  });
  return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
}

// Calls visit(marker, offset behind the length) for each segment up to the first scan, until it
// returns true. Returns the offset of the scan, or 0.
template <class Visit>
std::uint64_t each_jpeg_segment(Window& window, Visit&& visit) {
  const Reader read(window, true);
  std::uint64_t offset = 2;
  for (int i = 0; i < most_segments; ++i) {
    const Bytes head = window.at(offset, 4);
    if (head.size() < 4 || head[0] != 0xFF) return 0;
    const std::uint8_t marker = head[1];
    const bool bare = marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
    if (marker == 0xFF || bare) {  // fill byte, or a marker without a length
      offset += marker == 0xFF ? 1 : 2;
      continue;
    }
    if (marker == 0xD9) return 0;
    if (marker == 0xDA) return offset;
    const std::uint64_t length = number(head.subspan(2), true);
    if (visit(marker, offset + 4)) return 0;
    offset += 2 + length;
  }
  return 0;
}

bool is_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

Header jpeg(Window& window) {
  const Reader read(window, true);
  Header header;
  // OpenCV takes the first APP1 for EXIF, whatever it is, and one behind the frame as well.
  std::optional<int> orientation;
  each_jpeg_segment(window, [&](std::uint8_t marker, std::uint64_t at) {
    if (marker == 0xE1 && !orientation) orientation = exif_orientation(window, at + 6);
    if (is_frame(marker)) {
      const std::uint64_t components = read(at + 5, 1);
      header = make(read(at + 1, 2), read(at + 3, 2), components == 1 ? 1 : 3);
      header.plain_jpeg = read(at, 1) == 8 && (components == 1 || components == 3);
    }
    return header.form && orientation;
  });
  turn(header, orientation.value_or(1));
  return header;
}

// Calls visit(type, offset of the data) for each chunk; whether IEND was reached.
template <class Visit>
bool each_png_chunk(Window& window, Visit&& visit) {
  std::uint64_t offset = 8;
  for (int i = 0; i < most_chunks; ++i) {
    const Bytes head = window.at(offset, 8);
    if (head.size() < 8) return false;
    const std::uint64_t length = number(head.first(4), true);
    const std::string type(reinterpret_cast<const char*>(head.data()) + 4, 4);
    if (type == "IEND") return true;
    visit(type, offset + 8);
    offset += 12 + length;
  }
  return false;
}

Header png(Window& window) {
  const Reader read(window, true);
  int orientation = 1;
  each_png_chunk(window, [&](const std::string& type, std::uint64_t at) {
    if (type == "eXIf") orientation = exif_orientation(window, at);
  });
  Header header = make(read(20, 4), read(16, 4));
  turn(header, orientation);
  return header;
}

Header bmp(Window& window) {
  const Reader read(window, false);
  if (read(14, 4) == 12) return make(read(20, 2), read(18, 2));
  const auto height = static_cast<std::int32_t>(read(22, 4));
  // Rows from the top have a negative height.
  return make(static_cast<std::uint64_t>(std::abs(std::int64_t{height})), read(18, 4));
}

Header webp(Window& window) {
  const Reader read(window, false);
  if (starts_with(window, 12, "VP8X")) {
    return make(read(27, 3) + 1, read(24, 3) + 1);
  }
  if (starts_with(window, 12, "VP8L")) {
    const std::uint64_t bits = read(21, 4);
    return make((bits >> 14U & 0x3FFFU) + 1, (bits & 0x3FFFU) + 1);
  }
  if (!starts_with(window, 12, "VP8 ")) return {};
  return make(read(28, 2) & 0x3FFFU, read(26, 2) & 0x3FFFU);
}

Header tiff(Window& window) {
  const std::optional<Reader> read = tiff_reader(window, 0);
  if (!read) return {};
  std::uint64_t width = 0, height = 0;
  each_tiff_tag(*read, 0, [&](std::uint64_t tag, std::uint64_t type, std::uint64_t at) {
    const std::uint64_t value = (*read)(at, type == 4 ? 4 : 2);
    if (tag == 256) width = value;
    if (tag == 257) height = value;
  });
  return make(height, width);
}

// The next number of a PNM header, behind blanks and comments.
std::uint64_t pnm_number(Window& window, std::uint64_t& offset) {
  bool comment = false;
  std::uint64_t value = 0;
  for (const std::uint64_t end = offset + 4096; offset < end; ++offset) {
    const Bytes byte = window.at(offset, 1);
    if (byte.empty()) return 0;
    if (byte[0] == '#') comment = true;
    if (byte[0] == '\n') comment = false;
    if (!comment && byte[0] >= '0' && byte[0] <= '9') break;
  }
  for (int digits = 0; digits < 10; ++digits, ++offset) {
    const Bytes byte = window.at(offset, 1);
    if (byte.empty() || byte[0] < '0' || byte[0] > '9') break;
    value = value * 10 + (byte[0] - '0');
  }
  return value;
}

Header pnm(Window& window) {
  std::uint64_t offset = 2;
  const std::uint64_t width = pnm_number(window, offset);
  return make(pnm_number(window, offset), width);
}

// The SIZ segment opens the codestream, in a .jp2 behind some boxes.
Header jpeg2000(Window& window) {
  const Reader read(window, true);
  for (std::uint64_t offset = 0; offset < 65536; ++offset) {
    if (window.at(offset, 1).empty()) break;
    if (!starts_with(window, offset, "\xFF\x4F\xFF\x51"sv)) continue;
    const std::uint64_t siz = offset + 4;
    const std::uint64_t width = read(siz + 4, 4) - read(siz + 12, 4);
    const std::uint64_t height = read(siz + 8, 4) - read(siz + 16, 4);
    return make(height, width);
  }
  return {};
}

Header sun_raster(Window& window) {
  const Reader read(window, true);
  return make(read(8, 4), read(4, 4));
}

Header unknown(Window& /*window*/) { return {}; }

struct Format {
  std::string_view name;
  std::string_view magic;
  Header (*read)(Window&);
};
constexpr Format formats[] = {
    {"JPEG", "\xFF\xD8\xFF"sv, jpeg},
    {"PNG", "\x89PNG\r\n\x1A\n"sv, png},
    {"BMP", "BM"sv, bmp},
    {"WebP", "RIFF"sv, webp},
    {"TIFF", "II*\0"sv, tiff},
    {"TIFF", "MM\0*"sv, tiff},
    {"TIFF", "II+\0"sv, unknown},  // BigTIFF
    {"TIFF", "MM\0+"sv, unknown},
    {"JPEG 2000", "\0\0\0\x0CjP  "sv, jpeg2000},
    {"JPEG 2000", "\xFF\x4F\xFF\x51"sv, jpeg2000},
    {"PBM", "P1"sv, pnm},
    {"PGM", "P2"sv, pnm},
    {"PPM", "P3"sv, pnm},
    {"PBM", "P4"sv, pnm},
    {"PGM", "P5"sv, pnm},
    {"PPM", "P6"sv, pnm},
    {"PAM", "P7"sv, unknown},
    {"PFM", "PF"sv, unknown},
    {"PFM", "Pf"sv, unknown},
    {"Sun raster", "\x59\xA6\x6A\x95"sv, sun_raster},
    {"Radiance HDR", "#?"sv, unknown},
    {"OpenEXR", "\x76\x2F\x31\x01"sv, unknown},
};

const Format* find_format(Window& window) {
  for (const Format& format : formats) {
    if (!starts_with(window, 0, format.magic)) continue;
    if (format.name == "WebP" && !starts_with(window, 8, "WEBP")) continue;
    return &format;
  }
  return nullptr;
}

Header read(Window& window) {
  const Format* format = find_format(window);
  if (format == nullptr) return {};
  Header header = format->read(window);
  header.format = format->name;
  return header;
}

Bytes as_bytes(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace

Header read_header(std::span<const std::byte> bytes) noexcept {
  Window window(as_bytes(bytes));
  return read(window);
}

std::string missing_end(std::span<const std::byte> bytes, std::string_view format) {
  Window window(as_bytes(bytes));
  if (format == "PNG" && !each_png_chunk(window, [](const std::string&, std::uint64_t) {})) {
    return "the PNG has no end chunk (IEND)";
  }
  if (format == "JPEG") {
    // In a scan 0xFF is followed by 0 or a restart marker; thumbnails end before it.
    const std::uint64_t scan =
        each_jpeg_segment(window, [](std::uint8_t, std::uint64_t) { return false; });
    const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (scan == 0 || all.substr(scan).rfind("\xFF\xD9") == std::string_view::npos) {
      return "the JPEG has no end marker (EOI)";
    }
  }
  if (format == "WebP" && Reader(window, false)(4, 4) + 8 > bytes.size()) {
    return "the WebP is shorter than its header says";
  }
  return {};
}

}  // namespace sheaf::image
