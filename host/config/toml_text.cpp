// SPDX-License-Identifier: MIT
#include "host/config/toml_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/utf8.hpp"
#include "host/source/source.hpp"

namespace sheaf::host {
namespace {

bool is_control(char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f; }

}  // namespace

std::string toml_text(std::string_view text) {
  if (!is_utf8(text)) {
    throw Error(ErrorCode::Invalid, printable(text),
                "isn't UTF-8, which is all that a configuration can hold");
  }
  const bool is_plain = std::ranges::none_of(text, is_control);
  if (is_plain && text.find('\\') != std::string_view::npos &&
      text.find('\'') == std::string_view::npos) {
    return fmt::format("'{}'", text);
  }
  std::string quoted = "\"";
  for (const char letter : text) {
    if (is_control(letter)) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(letter));
    } else {
      if (letter == '"' || letter == '\\') quoted += '\\';
      quoted += letter;
    }
  }
  return quoted + '"';
}

std::string toml_number(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace sheaf::host
