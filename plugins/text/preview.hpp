// SPDX-License-Identifier: MIT
#pragma once
// What a text looks like: its first lines, each cut where it is too long.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "draw/lines.hpp"
#include <sheaf/sdk.hpp>

namespace sheaf::text {

class TextPreview {
 public:
  static void declare(sdk::Preview<TextPreview>& preview) { preview.makes(SHEAF_PREVIEW_TEXT); }

  // A row may be a whole file or a line; both end where a line does.
  void render(const sdk::Stored& stored, sdk::Canvas& canvas) const {
    const std::int64_t rows = stored.rows();
    const std::size_t most = std::max<std::size_t>(canvas.height(), 2) - 1;  // one for what is left
    std::size_t lines = 0;
    for (std::int64_t row = 0; row < rows; ++row) {
      if (lines == most) return more(canvas, rows - row, "row");
      const std::string whole = stored.text(0, row);
      const std::string_view text = whole;
      std::size_t at = 0;
      do {
        if (lines == most) return more(canvas, count_lines(text.substr(at)), "line");
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        if (line.ends_with('\r')) line.remove_suffix(1);
        canvas.text(draw::cut(line, canvas.width()) + '\n');
        ++lines;
        at = end + 1;
      } while (at < text.size());
    }
  }

 private:
  static std::int64_t count_lines(std::string_view text) {
    return std::ranges::count(text, '\n') + (text.ends_with('\n') ? 0 : 1);
  }
  static void more(sdk::Canvas& canvas, std::int64_t count, const char* what) {
    const std::string text =
        "… " + draw::grouped(count) + " more " + what + (count == 1 ? "" : "s");
    canvas.text(draw::cut(text, canvas.width()) + '\n');
  }
};

}  // namespace sheaf::text
