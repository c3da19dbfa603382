// SPDX-License-Identifier: MIT
#include "core/array/script/lexer.hpp"

#include <algorithm>
#include <array>

namespace sheaf::np::script {
namespace {

bool is_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_' ||
         static_cast<unsigned char>(letter) >= 0x80;
}
bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

bool is_in_path(char letter) {
  return is_letter(letter) || is_digit(letter) || letter == '/' || letter == '.' || letter == '-';
}

// The line with the place, and a mark below it.
std::string shown(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  const std::size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  const std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  std::string mark;
  for (const char letter : line.substr(0, at - begin)) {
    const bool goes_on = (static_cast<unsigned char>(letter) & 0xC0U) == 0x80U;
    if (!goes_on) mark += letter == '\t' ? '\t' : ' ';
  }
  return ":\n  " + std::string(line) + "\n  " + mark + "^";
}

}  // namespace

PlacedError::PlacedError(const Error& why, std::string_view text, std::size_t at)
    : Error(why.code(), why.object(), why.message() + shown(text, at), why.hdf5_stack()),
      sentence_(why.what()),
      at_(at) {}

void Lexer::fail(std::size_t at, const std::string& why) const {
  throw placed(at, Error(ErrorCode::Invalid, "expression", why));
}

Token Lexer::next() {
  Token before = std::move(token_);
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) {
    ++at_;
  }
  token_ = {Word::End, "", at_};
  if (at_ == text_.size()) return before;
  const char first = text_[at_];
  const bool follows_value = before.word == Word::Sign ? before.text == ")" || before.text == "]"
                                                       : before.word != Word::End;
  const bool is_member = before.word == Word::Sign && before.text == ".";
  if (is_letter(first) || (first == '/' && !follows_value && !is_member)) {
    is_member ? read_word() : read_name();
  } else if (is_digit(first) ||
             (first == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
    read_number();
  } else if (first == '\'' || first == '"') {
    read_text(first);
  } else if (first == '`') {
    read_quoted_path();
  } else {
    read_sign();
  }
  return before;
}

void Lexer::read_sign() {
  constexpr std::array<std::string_view, 9> signs = {"...", "**", "//", "<<", ">>",
                                                     "<=",  ">=", "==", "!="};
  const std::string_view rest = text_.substr(at_);
  const auto* const found =
      std::ranges::find_if(signs, [&](std::string_view sign) { return rest.starts_with(sign); });
  token_.word = Word::Sign;
  token_.text = found == signs.end() ? rest.substr(0, 1) : *found;
  at_ += token_.text.size();
}

void Lexer::read_word() {
  token_.word = Word::Name;
  while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) {
    token_.text += text_[at_++];
  }
}

// Whether a name does that no path takes the place of: np.char.upper(, np.pi.
bool Lexer::begins_fixed() const {
  if (!is_fixed_) return false;
  std::size_t end = at_;
  while (end < text_.size() &&
         (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '.')) {
    ++end;
  }
  const std::string run(text_.substr(at_, end - at_));
  const std::size_t after = text_.find_first_not_of(" \t\n", end);
  const bool is_called = after != std::string_view::npos && text_[after] == '(';
  if (is_called && is_fixed_(run, true)) return true;
  const std::size_t point = run.find('.');
  return point != std::string::npos && is_fixed_(run.substr(0, run.find('.', point + 1)), false);
}

void Lexer::read_name() {
  if (begins_fixed()) return read_word();
  std::size_t end = at_;
  while (end < text_.size() && is_in_path(text_[end])) ++end;
  std::string_view run = text_.substr(at_, end - at_);
  run = run.substr(0, run.find("//"));
  if (const std::size_t count = known_path(run); count > 0) {
    token_.word = Word::Path;
    token_.text = run.substr(0, count);
    at_ += count;
    return;
  }
  const bool is_called = at_ + run.size() < text_.size() && text_[at_ + run.size()] == '(';
  if (is_called) run = run.substr(0, run.rfind('.'));
  while (run.size() > 1 && !is_letter(run.back()) && !is_digit(run.back())) run.remove_suffix(1);
  if (run.find('/') != std::string_view::npos) token_.run = run;
  read_word();
  if (!token_.text.empty()) return;
  if (run.size() < 2) return read_sign();  // a '/' that divides nothing
  token_.word = Word::Path;                // one from the root, which isn't there
  token_.text = run;
  at_ += run.size();
}

// How much of it is one; 0 where nothing is.
std::size_t Lexer::known_path(std::string_view run) const {
  if (!is_known_) return 0;
  for (std::size_t count = run.size(); count > 0; --count) {
    const bool is_end =
        count == run.size() || run[count] == '/' || run[count] == '.' || run[count] == '-';
    if (!is_end || run[count - 1] == '/' || run[count - 1] == '.') continue;
    std::string_view rest = text_.substr(at_ + count);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\n"), rest.size()));
    if (rest.starts_with('(') || (rest.starts_with('=') && !rest.starts_with("=="))) continue;
    const std::string path(run.substr(0, count));
    if (path != "True" && path != "False" && path != "None" && is_known_(path)) return count;
  }
  return 0;
}

void Lexer::read_quoted_path() {
  const std::size_t end = text_.find('`', at_ + 1);
  if (end == std::string_view::npos) fail(at_, "the path has no end, another `");
  token_.word = Word::Path;
  token_.text = text_.substr(at_ + 1, end - at_ - 1);
  if (token_.text.empty()) fail(at_, "between the ` there is no path");
  at_ = end + 1;
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
