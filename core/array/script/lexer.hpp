// SPDX-License-Identifier: MIT
#pragma once
// The words of an expression. Failure: Error (Invalid) that shows the place.

#include <cstdint>
#include <string>
#include <string_view>

namespace sheaf::np::script {

enum class Word : std::uint8_t { End, Name, Number, Imaginary, Text, Sign };

struct Token {
  Word word = Word::End;
  std::string text;  // of a Text without its quotes
  std::size_t at = 0;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) { next(); }

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

 private:
  void read_text(char quote);
  void read_number();

  std::string_view text_;
  std::size_t at_ = 0;
  Token token_;
};

}  // namespace sheaf::np::script
