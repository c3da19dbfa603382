// SPDX-License-Identifier: MIT
#include "core/array/script/lexer.hpp"

#include <array>
#include <utility>

#include "core/error.hpp"

namespace sheaf::np::script {
namespace {

bool is_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_' ||
         static_cast<unsigned char>(letter) >= 0x80;
}
bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

}  // namespace

void Lexer::fail(std::size_t at, const std::string& why) const {
  throw Error(ErrorCode::Invalid, "expression",
              why + ":\n  " + std::string(text_) + "\n  " + std::string(at, ' ') + "^");
}

Token Lexer::next() {
  Token before = std::move(token_);
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) {
    ++at_;
  }
  token_ = {Word::End, "", at_};
  if (at_ == text_.size()) return before;
  const char first = text_[at_];
  if (is_letter(first)) {
    token_.word = Word::Name;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) {
      token_.text += text_[at_++];
    }
  } else if (is_digit(first) ||
             (first == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
    read_number();
  } else if (first == '\'' || first == '"') {
    read_text(first);
  } else {
    constexpr std::array<std::string_view, 10> signs = {"...", "**", "//", "<<", ">>",
                                                        "<=",  ">=", "==", "!=", ""};
    token_.word = Word::Sign;
    for (const std::string_view sign : signs) {
      if (!text_.substr(at_).starts_with(sign)) continue;
      token_.text = sign.empty() ? std::string(1, first) : std::string(sign);
      break;
    }
    at_ += token_.text.size();
  }
  return before;
}

void Lexer::read_number() {
  token_.word = Word::Number;
  while (at_ < text_.size()) {
    const char letter = text_[at_];
    const char last = token_.text.empty() ? '\0' : token_.text.back();
    const bool is_exponent_sign = (letter == '-' || letter == '+') && (last == 'e' || last == 'E');
    if (!is_digit(letter) && letter != '.' && letter != 'e' && letter != 'E' && letter != '_' &&
        !is_exponent_sign) {
      break;
    }
    ++at_;
    if (letter != '_') token_.text += letter;
  }
  if (at_ < text_.size() && (text_[at_] == 'j' || text_[at_] == 'J')) {
    token_.word = Word::Imaginary;
    ++at_;
  }
}

void Lexer::read_text(char quote) {
  token_.word = Word::Text;
  for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
    if (text_[at_] != '\\' || at_ + 1 == text_.size()) {
      token_.text += text_[at_];
      continue;
    }
    const char escaped = text_[++at_];
    token_.text += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
  }
  if (at_ == text_.size()) fail(token_.at, "the text has no end");
  ++at_;
}

bool Lexer::skip(std::string_view sign) {
  if (!is(sign)) return false;
  next();
  return true;
}

void Lexer::expect(std::string_view sign) {
  if (!skip(sign)) fail(token_.at, "'" + std::string(sign) + "' was expected");
}

std::string Lexer::keyword() {
  if (token_.word != Word::Name) return {};
  std::size_t after = at_;
  while (after < text_.size() && text_[after] == ' ') ++after;
  const std::string_view rest = text_.substr(after);
  if (!rest.starts_with('=') || rest.starts_with("==")) return {};
  std::string name = next().text;
  next();
  return name;
}

}  // namespace sheaf::np::script
