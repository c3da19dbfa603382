// SPDX-License-Identifier: MIT
// sheaf.exif: what cameras write into images: a row a file, whatever of it is there.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>

#include <libexif/exif-data.h>

#include "exif/block.hpp"

namespace sheaf::exif {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

struct Unref {
  void operator()(ExifData* data) const noexcept { exif_data_unref(data); }
};

// An entry of the block; its bytes are as the file has them.
class Tags {
 public:
  explicit Tags(const std::vector<std::byte>& block) : data_(exif_data_new()) {
    if (!data_) throw sdk::PluginError("libexif has no memory");
    // Nothing is to be put in that the file doesn't say.
    exif_data_unset_option(data_.get(), EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_unset_option(data_.get(), EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS);
    if (block.empty()) return;
    exif_data_load_data(data_.get(), reinterpret_cast<const unsigned char*>(block.data()),
                        static_cast<unsigned>(block.size()));
  }
  // Up to the first zero, without blanks around it.
  [[nodiscard]] std::string text(ExifIfd ifd, int tag) const {
    const ExifEntry* entry = find(ifd, tag);
    if (entry == nullptr || entry->format != EXIF_FORMAT_ASCII) return {};
    std::string found(reinterpret_cast<const char*>(entry->data), entry->size);
    found.resize(std::min(found.find('\0'), found.size()));
    const std::size_t first = found.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return found.substr(first, found.find_last_not_of(' ') + 1 - first);
  }
  // Component number `index` of a number, or NaN.
  [[nodiscard]] double number(ExifIfd ifd, int tag, unsigned index = 0) const {
    const ExifEntry* entry = find(ifd, tag);
    if (entry == nullptr || index >= entry->components) return none;
    const std::size_t size = exif_format_get_size(entry->format);
    if (size == 0 || (index + 1) * size > entry->size) return none;
    const unsigned char* at = entry->data + index * size;
    const ExifByteOrder order = exif_data_get_byte_order(data_.get());
    switch (entry->format) {
      case EXIF_FORMAT_SHORT:
        return exif_get_short(at, order);
      case EXIF_FORMAT_LONG:
        return exif_get_long(at, order);
      case EXIF_FORMAT_RATIONAL: {
        const ExifRational ratio = exif_get_rational(at, order);
        return ratio.denominator == 0 ? none : double(ratio.numerator) / ratio.denominator;
      }
      case EXIF_FORMAT_SRATIONAL: {
        const ExifSRational ratio = exif_get_srational(at, order);
        return ratio.denominator == 0 ? none : double(ratio.numerator) / ratio.denominator;
      }
      default:
        return none;
    }
  }

 private:
  [[nodiscard]] const ExifEntry* find(ExifIfd ifd, int tag) const {
    const ExifEntry* entry = exif_content_get_entry(data_->ifd[ifd], static_cast<ExifTag>(tag));
    return entry == nullptr || entry->data == nullptr ? nullptr : entry;
  }
  std::unique_ptr<ExifData, Unref> data_;
};

bool is_digits(const std::string& text, std::initializer_list<std::size_t> places) {
  return std::all_of(places.begin(), places.end(),
                     [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; });
}

// "2024:03:01 12:30:45" as ISO 8601, with the offset from UTC where that is known; else empty.
std::string taken(const Tags& tags) {
  std::string time = tags.text(EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL);
  if (time.size() != 19) return {};
  const bool is_time = is_digits(time, {0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18}) &&
                       time[13] == ':' && time[16] == ':';
  if (!is_time) return {};
  time[4] = time[7] = '-';
  time[10] = 'T';
  const std::string offset = tags.text(EXIF_IFD_EXIF, 0x9011);  // OffsetTimeOriginal
  const bool is_offset = offset.size() == 6 && is_digits(offset, {1, 2, 4, 5}) &&
                         (offset[0] == '+' || offset[0] == '-') && offset[3] == ':';
  return is_offset ? time + offset : time;
}

// Degrees, negative in the south and the west.
double degrees(const Tags& tags, int tag, int direction_tag, char negative, double limit) {
  double sum = tags.number(EXIF_IFD_GPS, tag, 0);
  for (const unsigned part : {1U, 2U}) {
    const double number = tags.number(EXIF_IFD_GPS, tag, part);
    if (!std::isnan(number)) sum += number / (part == 1 ? 60 : 3600);
  }
  const std::string direction = tags.text(EXIF_IFD_GPS, direction_tag);
  if (direction.empty() || !(sum <= limit)) return none;
  return direction[0] == negative ? -sum : sum;
}

std::int64_t whole(double number) {
  return std::isnan(number) ? 0 : static_cast<std::int64_t>(number);
}

class Exif {
 public:
  static void declare(sdk::Declaration<Exif>& feature) {
    feature.name("sheaf.exif")
        .summary("What cameras write into JPEG, PNG and WebP: when, where, with what and how")
        .pattern(R"(\.(jpe?g|jpe|jfif|png|webp)$)")
        .ignore_case()
        .companion()
        .opt_in();
  }

  static void describe(sdk::Description& file) {
    for (const char* name : {"make", "model", "taken"}) file.add(sdk::Output::strings(name));
    for (const char* name : {"orientation", "iso"}) {
      file.add(sdk::Output::of<std::int64_t>(name, {}));
    }
    for (const char* name :
         {"exposure_time", "f_number", "focal_length", "latitude", "longitude"}) {
      file.add(sdk::Output::of<double>(name, {}));
    }
    file.attr("exposure_time_unit", "s");
    file.attr("focal_length_unit", "mm");
    file.attr("position_unit", "degrees north and east");
  }

  static void load(const sdk::Source& source, sdk::Sink& sink) {
    const Tags tags(read_block(sdk::File(source)));
    std::uint32_t output = 0;
    for (const std::string& text : {tags.text(EXIF_IFD_0, EXIF_TAG_MAKE),
                                    tags.text(EXIF_IFD_0, EXIF_TAG_MODEL), taken(tags)}) {
      sink.write_string(output++, sdk::replace_invalid_utf8(text));
    }
    for (const double number : {tags.number(EXIF_IFD_0, EXIF_TAG_ORIENTATION),
                                tags.number(EXIF_IFD_EXIF, EXIF_TAG_ISO_SPEED_RATINGS)}) {
      sink.write_scalar(output++, whole(number));
    }
    for (const int tag : {EXIF_TAG_EXPOSURE_TIME, EXIF_TAG_FNUMBER, EXIF_TAG_FOCAL_LENGTH}) {
      sink.write_scalar(output++, tags.number(EXIF_IFD_EXIF, tag));
    }
    sink.write_scalar(output++,
                      degrees(tags, EXIF_TAG_GPS_LATITUDE, EXIF_TAG_GPS_LATITUDE_REF, 'S', 90));
    sink.write_scalar(output,
                      degrees(tags, EXIF_TAG_GPS_LONGITUDE, EXIF_TAG_GPS_LONGITUDE_REF, 'W', 180));
  }
};

}  // namespace
}  // namespace sheaf::exif

SHEAF_PLUGIN("sheaf.exif", "0.1.0", "MIT", "EXIF of images", sheaf::exif::Exif);
