// SPDX-License-Identifier: MIT
// sheaf.text: files of UTF-8 text, as one string or a string a line. sheaf.bytes: any file as it
// is.
//
// Model: text is stored as it stands in the file, less a byte order mark at its start; of lines,
// the line ends go too ("\n" and "\r\n"), and what follows the last one counts where it isn't
// empty.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "text/preview.hpp"
#include <sheaf/sdk.hpp>

namespace sheaf::text {
namespace {

constexpr std::size_t part_size = std::size_t{1} << 20U;

class Text {
 public:
  using Preview = TextPreview;
  static void declare(sdk::Declaration<Text>& feature) {
    feature.name("sheaf.text")
        .summary("UTF-8 text files: one string each, or a string a line")
        .pattern(R"(\.(txt|text|md|markdown|rst|tex|log|asc|json|jsonl|ndjson|xml|html?|ya?ml|toml)"
                 R"(|ini|cfg|conf|csv|tsv|srt|vtt|cls|caption)$)")
        .ignore_case()
        .opt_in();
    feature.parameter("rows", &Text::rows_, "files: a row is a whole file; lines: a row is a line")
        .choices({"files", "lines"});
    feature
        .parameter("errors", &Text::errors_,
                   "bytes that aren't UTF-8 text: strict refuses the file and says where the first "
                   "is, replace puts U+FFFD in their place")
        .choices({"strict", "replace"});
  }

  static void describe(sdk::Description& file) { file.add(sdk::Output::strings("text")); }

  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) const {
    const sdk::File file(source);
    return rows_ == "lines" ? load_lines(file, sink) : load_whole(file, sink);
  }

 private:
  sdk::Result load_whole(const sdk::File& file, sdk::Sink& sink) const {
    std::string all;
    while (read_part(file, all)) sink.check_cancelled();
    const std::size_t start = start_of(all);
    sink.write_string(0, checked(std::string_view(all).substr(start), start));
    return sdk::Result::Ok;
  }

  // In bounded memory, unless a line is longer than that.
  sdk::Result load_lines(const sdk::File& file, sdk::Sink& sink) const {
    std::string text;
    std::uint64_t offset = 0;  // of `text` in the file
    std::size_t searched = 0;  // bytes of it that hold no line end
    bool more = true, any = false;
    while (more) {
      sink.check_cancelled();
      more = read_part(file, text, offset);
      if (offset == 0 && searched == 0) {
        const std::size_t start = start_of(text);
        text.erase(0, start);
        offset += start;
      }
      const std::size_t last = std::string_view(text).substr(searched).rfind('\n');
      if (more && last == std::string_view::npos) {
        searched = text.size();
        continue;
      }
      const std::size_t size = more ? searched + last + 1 : text.size();
      any |= put_lines(std::string_view(text).substr(0, size), offset, sink);
      text.erase(0, size);
      offset += size;
      searched = 0;
    }
    return any ? sdk::Result::Ok : sdk::Result::Empty;
  }

  // Appends the next part; whether there was any. `text` begins at `offset` of the file.
  static bool read_part(const sdk::File& file, std::string& text, std::uint64_t offset = 0) {
    const std::size_t have = text.size();
    const std::uint64_t at = offset + have;
    const std::uint64_t left = file.size() - std::min(at, file.size());
    // One byte more tells whether a file has grown since; a whole file is read at once otherwise.
    text.resize(have + static_cast<std::size_t>(std::min<std::uint64_t>(left + 1, part_size)));
    const std::size_t got = file.read_at(at, std::as_writable_bytes(std::span(text).subspan(have)));
    text.resize(have + got);
    return got > 0;
  }

  // Where the text begins: behind a byte order mark of UTF-8.
  static std::size_t start_of(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) return 3;
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
      throw sdk::Error(
          "is UTF-16 text by its first two bytes: convert it, as in iconv -f UTF-16 "
          "-t UTF-8");
    }
    return 0;
  }

  bool put_lines(std::string_view lines, std::uint64_t offset, sdk::Sink& sink) const {
    const std::string text = checked(lines, offset);
    std::vector<std::string_view> rows;
    std::size_t bytes = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      std::string_view row = std::string_view(text).substr(at, end - at);
      if (end < text.size() && row.ends_with('\r')) row.remove_suffix(1);
      rows.push_back(row);
      bytes += row.size();
      at = end + 1;
    }
    if (rows.empty()) return false;
    const auto count = static_cast<std::int64_t>(rows.size());
    const sheaf_slot slot = sink.reserve_slot(0, count, {}, bytes);
    std::int64_t end = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      slot.offsets[i] = end;
      if (!rows[i].empty()) {
        std::memcpy(static_cast<char*>(slot.data) + end, rows[i].data(), rows[i].size());
      }
      end += static_cast<std::int64_t>(rows[i].size());
    }
    slot.offsets[rows.size()] = end;
    sink.commit(0, count);
    return true;
  }

  [[nodiscard]] std::string checked(std::string_view text, std::uint64_t offset) const {
    const std::size_t bad = sdk::find_invalid_utf8(text);
    if (bad == std::string_view::npos) return std::string(text);
    if (errors_ == "replace") return sdk::replace_invalid_utf8(text);
    const bool zero = text[bad] == '\0';
    throw sdk::Error(std::string(zero ? "has a zero byte" : "isn't UTF-8 text") + " at offset " +
                     std::to_string(offset + bad) + (zero ? ", which text has none of" : "") +
                     ": convert it, or give errors=replace");
  }

  std::string rows_ = "files", errors_ = "strict";
};

class Bytes {
 public:
  static void declare(sdk::Declaration<Bytes>& feature) {
    feature.name("sheaf.bytes").summary("Any file as it is: a row a byte").pattern(".").opt_in();
  }
  static void describe(sdk::Description& file) {
    file.add(sdk::Output::of<std::uint8_t>("bytes", {}));
  }
  static sdk::Result load(const sdk::Source& source, sdk::Sink& sink) {
    const sdk::File file(source);
    std::uint64_t at = 0;
    for (bool more = true; more;) {
      sink.check_cancelled();
      const std::uint64_t left = file.size() - std::min(at, file.size());
      const auto rows = static_cast<std::int64_t>(std::min<std::uint64_t>(left, part_size));
      if (rows == 0) break;
      const std::size_t got =
          file.read_at(at, std::as_writable_bytes(sink.reserve<std::uint8_t>(0, rows)));
      sink.commit(0, static_cast<std::int64_t>(got));
      at += got;
      more = got == static_cast<std::size_t>(rows);
    }
    return at == 0 ? sdk::Result::Empty : sdk::Result::Ok;
  }
};

}  // namespace
}  // namespace sheaf::text

SHEAF_PLUGIN("sheaf.text", "0.1.0", "MIT", "Text files, and files as they are", sheaf::text::Text,
             sheaf::text::Bytes);
