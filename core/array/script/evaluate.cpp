// SPDX-License-Identifier: MIT
#include "core/array/script/evaluate.hpp"

#include <array>
#include <charconv>

#include "core/array/script/lexer.hpp"
#include "core/error.hpp"
#include "core/objects/nearest.hpp"

namespace sheaf::np::script {
namespace {

constexpr int most_depth = 200;  // of brackets within brackets

// Operators of one precedence, weakest first, and the functions that they are.
struct Level {
  std::array<std::pair<std::string_view, std::string_view>, 6> operators;
};
constexpr std::array<Level, 7> levels{{
    {{{{"==", "equal"},
       {"!=", "not_equal"},
       {"<=", "less_equal"},
       {">=", "greater_equal"},
       {"<", "less"},
       {">", "greater"}}}},
    {{{{"|", "bitwise_or"}}}},
    {{{{"^", "bitwise_xor"}}}},
    {{{{"&", "bitwise_and"}}}},
    {{{{"<<", "left_shift"}, {">>", "right_shift"}}}},
    {{{{"+", "add"}, {"-", "subtract"}}}},
    {{{{"*", "multiply"}, {"//", "floor_divide"}, {"/", "divide"}, {"%", "remainder"}}}},
}};

class Evaluator {
 public:
  Evaluator(std::string_view text, const Lookup& lookup, const WhyNot& why_not)
      : lookup_(lookup),
        why_not_(why_not),
        words_(text, [this](const std::string& path) { return is_known(path); }) {}

  Argument all() {
    Argument result = expression();
    if (words_.is(",")) result = tuple(std::move(result), "");
    if (words_.token().word != Word::End) {
      words_.fail(words_.token().at, "an operator or the end was expected");
    }
    return result;
  }

 private:
  Argument expression(std::size_t level = 0) {
    if (level == levels.size()) return unary();
    Argument left = expression(level + 1);
    while (true) {
      const std::size_t at = words_.token().at;
      std::string_view function;
      for (const auto& [sign, name] : levels[level].operators) {
        if (!sign.empty() && words_.is(sign)) function = name;
      }
      if (function.empty()) return left;
      words_.next();
      Argument right = expression(level + 1);
      left = call(std::string(function), at, {std::move(left), std::move(right)}, {});
    }
  }

  Argument unary() {
    const std::size_t at = words_.token().at;
    for (const auto& [sign, name] :
         {std::pair{"-", "negative"}, {"+", "positive"}, {"~", "invert"}}) {
      if (!words_.skip(sign)) continue;
      const Depth depth(*this);
      Argument operand = unary();
      // -1 is a number, as in Python.
      if (std::string_view(name) == "negative") {
        if (const auto* array = std::get_if<Array>(&operand.held);
            array != nullptr && array->node()->constant() != nullptr) {
          return negated(*array);
        }
      }
      return call(name, at, {std::move(operand)}, {});
    }
    Argument base = postfix();
    if (!words_.skip("**")) return base;
    Argument exponent = unary();
    return call("power", at, {std::move(base), std::move(exponent)}, {});
  }

  static Argument negated(const Array& number) {
    if (number.dtype().kind == DtypeKind::Float) return Array(-number.item<double>());
    if (number.dtype().kind == DtypeKind::Int) return Array(-number.item<std::int64_t>());
    return -number;
  }

  Argument postfix() {
    Argument value = primary();
    while (true) {
      const std::size_t at = words_.token().at;
      if (words_.skip("[")) {
        value = selected(value, at);
      } else if (words_.skip(".")) {
        const auto [word, name, place, run] = words_.next();
        if (word != Word::Name) words_.fail(place, "the name of a method was expected");
        if (name == "T") {
          value = array_of(value).T();
        } else if (words_.skip("(")) {
          value = called(name, place, {std::move(value)});
        } else {
          value = call(name, place, {std::move(value)}, {});
        }
      } else {
        return value;
      }
    }
  }

  Argument selected(const Argument& of, std::size_t at) {
    std::vector<Index> indices;
    while (!words_.is("]")) {
      indices.push_back(index());
      if (!words_.skip(",")) break;
    }
    words_.expect("]");
    return placed(at, [&]() -> Argument {
      const auto* list = std::get_if<List>(&of.held);
      if (list == nullptr || indices.size() != 1 ||
          !std::holds_alternative<std::int64_t>(indices[0])) {
        return Array(select(array_of(of).node(), indices));
      }
      const auto index = std::get<std::int64_t>(indices[0]);
      const auto size = static_cast<std::int64_t>(list->size());
      if (index >= -size && index < size) {
        return (*list)[static_cast<std::size_t>(index < 0 ? index + size : index)];
      }
      throw Error(ErrorCode::Invalid, "expression",
                  std::to_string(index) + " is no entry of " + std::to_string(size));
    });
  }

  // Errors of what is called get the place that called it.
  template <class Step>
  Argument placed(std::size_t at, Step step) const {
    try {
      return step();
    } catch (const PlacedError&) {
      throw;
    } catch (const Error& error) {
      const bool is_ours =
          error.code() == ErrorCode::Invalid || error.code() == ErrorCode::Unsupported;
      if (!is_ours) throw;
      throw words_.placed(at, error);
    }
  }

  Index index() {
    if (words_.skip("...")) return Ellipsis{};
    Slice slice;
    bool is_slice = false;
    std::optional<Argument> one;
    if (!words_.is(":")) one = expression();
    if (words_.skip(":")) {
      is_slice = true;
      if (one) slice.start = array_of(*one).item<std::int64_t>();
      if (!words_.is(":") && !words_.is(",") && !words_.is("]")) slice.stop = integer();
      if (words_.skip(":") && !words_.is(",") && !words_.is("]")) slice.step = integer();
    }
    if (is_slice) return slice;
    if (one->is_none()) return NewAxis{};
    const Array array = array_of(*one);
    if (array.node()->constant() != nullptr && array.dtype() != boolean) {
      return array.item<std::int64_t>();
    }
    return array.node();
  }

  std::int64_t integer() { return array_of(expression()).item<std::int64_t>(); }

  Argument tuple(Argument first, std::string_view end) {
    List list{std::move(first)};
    while (words_.skip(",")) {
      if (words_.is(end) || words_.token().word == Word::End) break;
      list.push_back(expression());
    }
    return {std::move(list), true};
  }

  Argument primary() {
    const Depth depth(*this);
    const Token token = words_.next();
    switch (token.word) {
      case Word::Number:
      case Word::Imaginary:
        return number(token);
      case Word::Text:
        return token.text;
      case Word::Name:
        return named(token);
      case Word::Path:
        return variable(token);
      default:
        break;
    }
    if (token.text == "(") {
      if (words_.skip(")")) return {List{}, true};
      Argument inner = expression();
      if (words_.is(",")) inner = tuple(std::move(inner), ")");
      words_.expect(")");
      return inner;
    }
    if (token.text == "[") {
      List list;
      while (!words_.is("]")) {
        list.push_back(expression());
        if (!words_.skip(",")) break;
      }
      words_.expect("]");
      return {std::move(list), false};
    }
    if (token.text == "...") return Ellipsis{};
    words_.fail(token.at, "a number, a name or a bracket was expected");
  }

  Argument number(const Token& token) const {
    const char* begin = token.text.data();
    const char* end = begin + token.text.size();
    const bool is_whole = token.text.find_first_of(".eE") == std::string::npos;
    if (is_whole && token.word == Word::Number) {
      std::uint64_t whole = 0;
      const auto [stop, error] = std::from_chars(begin, end, whole);
      if (error == std::errc() && stop == end) return Array(whole);
    }
    double real = 0;
    const auto [stop, error] = std::from_chars(begin, end, real);
    if (error != std::errc() || stop != end) words_.fail(token.at, "this is no number");
    if (token.word == Word::Imaginary) return Array(std::complex<double>(0, real));
    return Array(real);
  }

  Argument named(const Token& token) {
    std::string name = token.text;
    if (name == "True" || name == "False") return Array(name == "True");
    if (name == "None" || name == "newaxis") return objects::none;
    if (name == "np" && words_.skip(".")) name = words_.next().text;
    while (is_module(name) && words_.skip(".")) name += "." + words_.next().text;
    if (words_.skip("(")) return called(name, token.at, {});
    if (const auto constant = constant_of(name)) return *constant;
    return variable({Word::Name, name, token.at, token.run});
  }

  // "char", as in "char.upper".
  static bool is_module(const std::string& name) {
    const auto found = functions().lower_bound(name + ".");
    return found != functions().end() && found->first.starts_with(name + ".");
  }

  static std::optional<Argument> constant_of(const std::string& name) {
    if (name == "pi") return Array(3.141592653589793);
    if (name == "e") return Array(2.718281828459045);
    if (name == "inf") return Array(std::numeric_limits<double>::infinity());
    if (name == "nan") return Array(std::numeric_limits<double>::quiet_NaN());
    return std::nullopt;
  }

  // None where it stands for nothing.
  std::optional<Array> find(const std::string& name) {
    const auto found = known_.find(name);
    if (found != known_.end()) return found->second;
    std::optional<Array> array = lookup_(name);
    if (array) known_.emplace(name, *array);
    return array;
  }

  // What is there and can't be read is known: variable() says why.
  bool is_known(const std::string& path) {
    try {
      return find(path).has_value();
    } catch (const Error& error) {
      return error.code() != ErrorCode::NotFound;
    }
  }

  Argument variable(const Token& token) {
    std::optional<Array> array;
    try {
      array = find(token.text);
    } catch (const Error& error) {
      throw words_.placed(token.at, error);
    }
    if (array) return *array;
    try {  // the name of a dtype
      const bool is_short = token.text == "int" || token.text == "float" || token.text == "complex";
      if (!is_short) (void)Dtype::parse(token.text);
      return token.text;
    } catch (const Error&) {
      if (token.run.empty() && functions().contains(token.text)) {
        words_.fail(token.at, "'" + token.text + "' is a function: call it, " + token.text + "(…)");
      }
      const std::string name = token.run.empty() ? token.text : token.run;
      const std::string why = why_not_ ? why_not_(name) : "stands for nothing";
      throw words_.placed(token.at,
                          Error(ErrorCode::NotFound, "expression", "'" + name + "' " + why));
    }
  }

  Argument called(const std::string& name, std::size_t at, List in_order) {
    std::map<std::string, Argument> named;
    while (!words_.is(")")) {
      if (std::string keyword = words_.keyword(); !keyword.empty()) {
        named.insert_or_assign(std::move(keyword), expression());
      } else if (named.empty()) {
        in_order.push_back(expression());
      } else {
        words_.fail(words_.token().at, "an argument with a name was expected, after the first one");
      }
      if (!words_.skip(",")) break;
    }
    words_.expect(")");
    return call(name, at, std::move(in_order), std::move(named));
  }

  Argument call(const std::string& name, std::size_t at, List in_order,
                std::map<std::string, Argument> named) const {
    const auto found = functions().find(name);
    if (found == functions().end()) {
      std::vector<std::string> names;
      for (const auto& [known, function] : functions()) names.push_back(known);
      words_.fail(at, "there is no function '" + name + "'; " + objects::nearest(names, name));
    }
    return placed(
        at, [&] { return found->second(Arguments(name, std::move(in_order), std::move(named))); });
  }

  struct Depth {
    explicit Depth(Evaluator& of) : evaluator(of) {
      if (++evaluator.depth_ > most_depth) {
        evaluator.words_.fail(evaluator.words_.token().at, "too many brackets within each other");
      }
    }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    ~Depth() { --evaluator.depth_; }
    Evaluator& evaluator;
  };

  const Lookup& lookup_;
  const WhyNot& why_not_;
  std::map<std::string, Array, std::less<>> known_;
  Lexer words_;
  int depth_ = 0;
};

}  // namespace

Argument evaluate(std::string_view text, const Lookup& lookup, const WhyNot& why_not) {
  return Evaluator(text, lookup, why_not).all();
}

const Functions& functions() {
  static const Functions all = [] {
    Functions made;
    add_elementwise(made);
    add_statistics(made);
    add_shaping(made);
    add_creation(made);
    add_random(made);
    add_text(made);
    add_sorting(made);
    return made;
  }();
  return all;
}

}  // namespace sheaf::np::script
