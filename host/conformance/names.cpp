// SPDX-License-Identifier: MIT
#include "host/conformance/names.hpp"

#include <re2/re2.h>

#include "host/plugin/catalog.hpp"

namespace sheaf::host::conformance {
namespace {

// Writes a text that a regular expression matches, for the syntax that names of files need: first
// alternatives, first members of classes, everything once. What it gets wrong the caller sees.
class Example {
 public:
  explicit Example(std::string_view pattern) : rest_(pattern) { text_ = alternatives(); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  [[nodiscard]] bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
  char take() {
    if (rest_.empty()) return '\0';
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string alternatives() {
    std::string first = sequence();
    while (at('|')) {
      take();
      sequence();
    }
    return first;
  }

  std::string sequence() {
    std::string text;
    while (!rest_.empty() && !at('|') && !at(')')) text += quantified(atom());
    return text;
  }

  std::string quantified(std::string atom) {
    if (at('*') || at('+') || at('?')) take();
    if (at('{')) {
      take();
      std::size_t least = 0;
      while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' && least < 64) {
        least = least * 10 + static_cast<std::size_t>(take() - '0');
      }
      while (!rest_.empty() && take() != '}') {
      }
      std::string repeated;
      for (std::size_t i = 0; i < least; ++i) repeated += atom;
      atom = std::move(repeated);
    }
    if (at('?')) take();  // lazy
    return atom;
  }

  static std::string escaped(char c) {
    if (c == 'd') return "1";
    if (c == 'w') return "a";
    if (c == 's') return " ";
    return std::string_view("bBAzZQE").find(c) == std::string_view::npos ? std::string(1, c) : "";
  }

  std::string atom() {
    const char c = take();
    if (c == '\\') return escaped(take());
    if (c == '^' || c == '$') return {};
    if (c == '.') return "x";
    if (c == '[') return character_class();
    if (c != '(') return {c};
    if (at('?')) {
      while (!rest_.empty() && !at(':') && !at('>') && !at(')')) take();
      if (!at(')')) take();
    }
    std::string text = alternatives();
    take();
    return text;
  }

  std::string character_class() {
    const bool is_negated = at('^');
    if (is_negated) take();
    std::string first(1, take());
    if (first == "\\") first = escaped(take());
    while (!rest_.empty() && take() != ']') {
    }
    return is_negated ? "x" : first;
  }

  std::string_view rest_;
  std::string text_;
};

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

bool claims(const sheaf_feature& feature, std::string_view id) {
  RE2::Options options(RE2::Quiet);
  options.set_case_sensitive((feature.flags & SHEAF_FEATURE_IGNORE_CASE) == 0);
  for (std::uint64_t i = 0; i < feature.pattern_count; ++i) {
    const RE2 regex(piece(plugin::view(feature.patterns[i])), options);
    if (regex.ok() && RE2::PartialMatch(piece(id), regex)) return true;
  }
  return feature.pattern_count == 0 && feature.input.size > 0;
}

std::string made_up_name(const sheaf_feature& feature) {
  for (std::uint64_t i = 0; i < feature.pattern_count; ++i) {
    const Example example(plugin::view(feature.patterns[i]));
    for (const char* prefix : {"sample", "", "folder/sample"}) {
      std::string name = prefix + example.text();
      const bool is_path = name.find('\0') == std::string::npos && !name.empty() && name[0] != '/';
      if (is_path && claims(feature, name)) return name;
    }
  }
  return {};
}

}  // namespace sheaf::host::conformance
