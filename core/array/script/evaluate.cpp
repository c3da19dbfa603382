// SPDX-License-Identifier: MIT
#include "core/array/script/evaluate.hpp"

#include <array>
#include <type_traits>

#include "core/array/script/lexer.hpp"
#include "core/array/script/literal.hpp"
#include "core/error.hpp"
#include "core/objects/nearest.hpp"

namespace sheaf::np::script {
namespace {

constexpr int most_depth = 200;    // of brackets within brackets
constexpr int most_steps = 1'000;  // each may read the one before, and so stand on the stack

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
        words_(
            text, [this](const std::string& path) { return is_known(path); }, is_numpys) {}

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
    bool is_compared = false;
    while (true) {
      const std::size_t at = words_.token().at;
      std::string_view function;
      for (const auto& [sign, name] : levels[level].operators) {
        if (!sign.empty() && words_.is(sign)) function = name;
      }
      if (function.empty()) return left;
      if (is_compared) words_.fail(at, "comparisons aren't chained; write (a < x) & (x < b)");
      is_compared = level == 0;
      words_.next();
      Argument right = expression(level + 1);
      left = operation(function, at, {std::move(left), std::move(right)});
    }
  }

  Argument operation(std::string_view function, std::size_t at, List operands) {
    if (std::optional<Argument> number = folded(function, operands)) return *std::move(number);
    return call(std::string(function), at, std::move(operands), {});
  }

  Argument unary() {
    const std::size_t at = words_.token().at;
    for (const auto& [sign, name] :
         {std::pair{"-", "negative"}, {"+", "positive"}, {"~", "invert"}}) {
      if (!words_.skip(sign)) continue;
      const Depth depth(*this);
      return operation(name, at, {unary()});
    }
    Argument base = postfix();
    if (!words_.skip("**")) return base;
    const Depth depth(*this);
    return operation("power", at, {std::move(base), unary()});
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
          count(at);
          value = placed(at, [&] { return Argument(array_of(value).T()); });
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
    count(at);
    const std::vector<Index> indices = in_brackets();
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
  std::invoke_result_t<Step> placed(std::size_t at, Step step) const {
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

  std::vector<Index> in_brackets() {
    std::vector<Index> all;
    while (!words_.is("]")) {
      const std::size_t at = words_.token().at;
      std::optional<Argument> one;
      if (!words_.is(":")) one = expression();
      if (words_.is(":")) {
        all.emplace_back(slice(one ? bound(*one, at) : Bound()));
      } else if (one->is_tuple && all.empty() && words_.is("]")) {
        // A tuple that stands alone is several: x[where(x > 6)].
        for (const Argument& part : std::get<List>(one->held)) all.push_back(index(part, at));
      } else {
        all.push_back(index(*one, at));
      }
      if (!words_.skip(",")) break;
    }
    words_.expect("]");
    return all;
  }

  Slice slice(Bound start) {
    Slice slice{.start = start};
    const auto is_given = [&] { return !words_.is(":") && !words_.is(",") && !words_.is("]"); };
    words_.expect(":");
    if (is_given()) slice.stop = bound();
    if (words_.skip(":") && is_given()) slice.step = bound().value_or(1);
    return slice;
  }

  Bound bound() {
    const std::size_t at = words_.token().at;
    return bound(expression(), at);
  }

  Bound bound(const Argument& given, std::size_t at) const {
    if (given.is_none()) return std::nullopt;
    return placed(at, [&] { return index_array(given, at).item<std::int64_t>(); });
  }

  Index index(const Argument& given, std::size_t at) const {
    if (std::holds_alternative<Ellipsis>(given.held)) return Ellipsis{};
    if (given.is_none()) return NewAxis{};
    return placed(at, [&]() -> Index {
      const Array array = index_array(given, at);
      const bool is_number = array.node()->constant() != nullptr && array.dtype() != boolean;
      if (is_number) return array.item<std::int64_t>();
      return array.node();
    });
  }

  // Without elements any dtype will do: x[[]].
  Array index_array(const Argument& given, std::size_t at) const {
    Array array = array_of(given);
    const DtypeKind kind = array.dtype().kind;
    if (array.size() == 0 || array.dtype() == boolean) return array;
    if (kind == DtypeKind::Float || kind == DtypeKind::Complex) {
      words_.fail(at,
                  "an index is an integer; astype('int64') makes one of " + array.dtype().name());
    }
    if (array.dtype().is_string()) words_.fail(at, "an index is an integer, not a text");
    return array;
  }

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
    const std::optional<Argument> read = number_of(token.text, token.word == Word::Imaginary);
    if (!read) words_.fail(token.at, "this is no number");
    return *read;
  }

  Argument named(const Token& token) {
    std::string name = token.text;
    const bool has_np = name == "np" && words_.skip(".");
    if (has_np) name = words_.next().text;
    if (name == "True" || name == "False") return Array(name == "True");
    if (name == "None" || name == "newaxis") return objects::none;
    while (is_module(name) && words_.skip(".")) name += "." + words_.next().text;
    if (words_.skip("(")) return called(name, token.at, {});
    if (const auto constant = constant_of(name)) return *constant;
    if (has_np && is_dtype(name)) return name;
    return variable({Word::Name, name, token.at, token.run});
  }

  // "np.mean(", "char.upper(", "np.pi": names that no dataset takes away.
  static bool is_numpys(std::string name, bool is_called) {
    const bool has_np = name.starts_with("np.");
    if (has_np) name.erase(0, 3);
    if (is_called) return functions().contains(name);
    return has_np && (constant_of(name) || name == "newaxis" || is_dtype(name));
  }

  // "char", as in "char.upper".
  static bool is_module(const std::string& name) {
    const auto found = functions().lower_bound(name + ".");
    return found != functions().end() && found->first.starts_with(name + ".");
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
    if (is_dtype(token.text)) return token.text;
    if (token.run.empty() && functions().contains(token.text)) {
      words_.fail(token.at, "'" + token.text + "' is a function: call it, " + token.text + "(…)");
    }
    const std::string name = token.run.empty() ? token.text : token.run;
    const std::string why = why_not_ ? why_not_(name) : "stands for nothing";
    throw words_.placed(token.at,
                        Error(ErrorCode::NotFound, "expression", "'" + name + "' " + why));
  }

  Argument called(const std::string& name, std::size_t at, List in_order) {
    const bool is_method = !in_order.empty();
    std::map<std::string, Argument> named;
    while (!words_.is(")")) {
      const std::size_t place = words_.token().at;
      if (std::string keyword = words_.keyword(); !keyword.empty()) {
        if (named.contains(keyword)) words_.fail(place, "'" + keyword + "' is given twice");
        named.emplace(std::move(keyword), expression());
      } else if (named.empty()) {
        in_order.push_back(expression());
      } else {
        words_.fail(place, "an argument with a name was expected, after the first one");
      }
      if (!words_.skip(",")) break;
    }
    words_.expect(")");
    if (is_method && name == "compress") {  // compress(condition, a)
      if (in_order.size() > 1) {
        std::swap(in_order[0], in_order[1]);
      } else {
        named.emplace("a", in_order[0]);
        in_order.clear();
      }
    }
    return call(name, at, std::move(in_order), std::move(named));
  }

  Argument call(const std::string& name, std::size_t at, List in_order,
                std::map<std::string, Argument> named) {
    count(at);
    const auto found = functions().find(name);
    if (found == functions().end()) {
      std::vector<std::string> names;
      for (const auto& [known, function] : functions()) names.push_back(known);
      words_.fail(at, "there is no function '" + name + "'; " + objects::nearest(names, name));
    }
    return placed(
        at, [&] { return found->second(Arguments(name, std::move(in_order), std::move(named))); });
  }

  void count(std::size_t at) {
    if (++steps_ > most_steps)
      words_.fail(at, "an expression has 1,000 operators and calls at most");
  }

  struct Depth {
    explicit Depth(Evaluator& of) : evaluator(of) {
      if (++evaluator.depth_ > most_depth) {
        evaluator.words_.fail(evaluator.words_.token().at,
                              "too many brackets or signs within each other");
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
  int steps_ = 0;
};

}  // namespace

Argument evaluate(std::string_view text, const Lookup& lookup, const WhyNot& why_not) {
  return Evaluator(text, lookup, why_not).all();
}

}  // namespace sheaf::np::script
