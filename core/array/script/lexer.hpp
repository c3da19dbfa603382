// SPDX-License-Identifier: MIT
#pragma once
// The words of an expression.
//
//   data/x + 1       Path  Sign  Number      where data/x is the path of something
//   data / x         Name  Sign  Name        what has spaces is never a path
//   `two words/x`    Path                    any letters
//
// Model: letters, digits and _ - . / without spaces between them are a Path as far as they are
// known as one, the longest that is; a Name, which ends at a sign, where none is. What stands
// before a '(' or a '=' is a Name, and what is_fixed() knows is one whatever paths there are.
// Failure: PlacedError.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace sheaf::np::script {

// What is wrong in an expression, and where: what() shows the place in lines of its own.
class PlacedError : public Error {
 public:
  PlacedError(const Error& why, std::string_view text, std::size_t at);
  // what() without these lines.
  [[nodiscard]] const std::string& sentence() const noexcept { return sentence_; }
  // Bytes before the place.
  [[nodiscard]] std::size_t at() const noexcept { return at_; }

 private:
  std::string sentence_;
  std::size_t at_;
};

enum class Word : std::uint8_t { End, Name, Path, Number, Imaginary, Text, Sign };

struct Token {
  Word word = Word::End;
  std::string text;  // of a Text without its quotes
  std::size_t at = 0;
  std::string run{};  // of a Name: the path that was perhaps meant
};

class Lexer {
 public:
  using IsKnown = std::function<bool(const std::string& path)>;
  // "np.mean", which is_called where a '(' follows.
  using IsFixed = std::function<bool(const std::string& name, bool is_called)>;
  explicit Lexer(std::string_view text, IsKnown is_known = {}, IsFixed is_fixed = {})
      : text_(text), is_known_(std::move(is_known)), is_fixed_(std::move(is_fixed)) {
    next();
  }

  [[nodiscard]] const Token& token() const noexcept { return token_; }
  Token next();  // returns the one before
  [[nodiscard]] bool is(std::string_view sign) const {
    return token_.word == Word::Sign && token_.text == sign;
  }
  bool skip(std::string_view sign);
  void expect(std::string_view sign);
  // Skips `name =` and returns the name; empty where something else stands.
  std::string keyword();
  [[noreturn]] void fail(std::size_t at, const std::string& why) const;
  [[nodiscard]] PlacedError placed(std::size_t at, const Error& why) const {
    return {why, text_, at};
  }

 private:
  void read_name();
  void read_word();
  [[nodiscard]] bool begins_fixed() const;
  [[nodiscard]] std::size_t known_path(std::string_view run) const;
  void read_quoted_path();
  void read_sign();
  void read_text(char quote);
  void read_number();

  std::string_view text_;
  IsKnown is_known_;
  IsFixed is_fixed_;
  std::size_t at_ = 0;
  Token token_;
};

}  // namespace sheaf::np::script
