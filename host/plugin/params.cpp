// SPDX-License-Identifier: MIT
#include "host/plugin/params.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/config/toml_text.hpp"
#include "host/nearest.hpp"

namespace sheaf::host::plugin {
namespace {

constexpr std::uint32_t item_type(std::uint32_t type) {
  return type & ~std::uint32_t{SHEAF_PARAM_LIST};
}
constexpr bool is_list(std::uint32_t type) { return (type & SHEAF_PARAM_LIST) != 0; }

const char* type_name(std::uint32_t type) {
  switch (type) {
    case SHEAF_PARAM_BOOL:
      return "true or false";
    case SHEAF_PARAM_INT:
      return "a whole number";
    case SHEAF_PARAM_FLOAT:
      return "a number";
    case SHEAF_PARAM_STRING:
      return "text";
    case SHEAF_PARAM_BOOL | SHEAF_PARAM_LIST:
      return "a list of true and false";
    case SHEAF_PARAM_INT | SHEAF_PARAM_LIST:
      return "a list of whole numbers";
    case SHEAF_PARAM_FLOAT | SHEAF_PARAM_LIST:
      return "a list of numbers";
    default:
      return "a list of texts";
  }
}

ParamScalar scalar_of(const ParamValue& value) {
  return std::visit(
      [](const auto& held) -> ParamScalar {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, ParamList>) {
          return {};
        } else {
          return held;
        }
      },
      value);
}

ParamValue value_of(const ParamScalar& scalar) {
  return std::visit([](const auto& held) { return ParamValue(held); }, scalar);
}

template <class T>
std::optional<ParamScalar> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return ParamScalar(value);
}

std::optional<ParamScalar> parse(std::uint32_t type, const std::string& text) {
  switch (type) {
    case SHEAF_PARAM_BOOL:
      if (text == "true" || text == "yes" || text == "1") return ParamScalar(true);
      if (text == "false" || text == "no" || text == "0") return ParamScalar(false);
      return std::nullopt;
    case SHEAF_PARAM_INT:
      return parse_number<std::int64_t>(text);
    case SHEAF_PARAM_FLOAT:
      return parse_number<double>(text);
    default:
      return ParamScalar(text);
  }
}

std::optional<ParamScalar> convert(std::uint32_t type, const ParamScalar& input) {
  if (const auto* text = std::get_if<std::string>(&input)) return parse(type, *text);
  if (const auto* number = std::get_if<std::int64_t>(&input)) {
    if (type == SHEAF_PARAM_INT) return input;
    if (type == SHEAF_PARAM_FLOAT) return ParamScalar(static_cast<double>(*number));
    if (type == SHEAF_PARAM_STRING) return ParamScalar(std::to_string(*number));
    return std::nullopt;
  }
  if (std::holds_alternative<double>(input) && type == SHEAF_PARAM_FLOAT) return input;
  if (std::holds_alternative<bool>(input) && type == SHEAF_PARAM_BOOL) return input;
  return std::nullopt;
}

// "[64, 32]" without its brackets, cut at commas.
std::vector<ParamScalar> split(std::string_view text) {
  std::vector<ParamScalar> items;
  if (text.empty()) return items;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    const std::size_t first = item.find_first_not_of(' ');
    item = first == std::string_view::npos ? std::string_view() : item.substr(first);
    item = item.substr(0, item.find_last_not_of(' ') + 1);
    items.emplace_back(std::string(item));
    if (comma == std::string_view::npos) return items;
    text.remove_prefix(comma + 1);
  }
}

// What the user gave for a list, as items that are still to be converted.
std::vector<ParamScalar> items_of(const ParamValue& input) {
  if (const auto* list = std::get_if<ParamList>(&input)) return list->items;
  if (const auto* text = std::get_if<std::string>(&input)) {
    const bool has_brackets = text->size() >= 2 && text->front() == '[' && text->back() == ']';
    if (has_brackets) return split(std::string_view(*text).substr(1, text->size() - 2));
  }
  return {scalar_of(input)};
}

std::optional<ParamValue> convert(std::uint32_t type, const ParamValue& input) {
  if (!is_list(type)) {
    if (std::holds_alternative<ParamList>(input)) return std::nullopt;
    const auto value = convert(type, scalar_of(input));
    return value ? std::optional(value_of(*value)) : std::nullopt;
  }
  ParamList list{item_type(type), {}};
  for (const ParamScalar& item : items_of(input)) {
    auto value = convert(list.type, item);
    if (!value) return std::nullopt;
    list.items.push_back(*std::move(value));
  }
  return list;
}

ParamScalar from_abi(std::uint32_t type, const sheaf_param_value& value) {
  switch (type) {
    case SHEAF_PARAM_BOOL:
      return value.boolean != 0;
    case SHEAF_PARAM_INT:
      return value.integer;
    case SHEAF_PARAM_FLOAT:
      return value.real;
    case SHEAF_PARAM_STRING:
      return std::string(view(value.string));
    default:
      return {};
  }
}

bool in_range(const sheaf_param& param, const ParamScalar& value) {
  if ((param.flags & SHEAF_PARAM_RANGE) == 0) return true;
  double number = 0;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) number = double(*integer);
  if (const auto* real = std::get_if<double>(&value)) number = *real;
  return number >= param.minimum && number <= param.maximum;
}

bool is_choice(const sheaf_param& param, const ParamScalar& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || param.choice_count == 0) return true;
  return std::any_of(param.choices, param.choices + param.choice_count,
                     [&](sheaf_string choice) { return view(choice) == *text; });
}

bool accepts(const sheaf_param& param, const ParamScalar& value) {
  return value.index() == item_type(param.type) && in_range(param, value) &&
         is_choice(param, value);
}

template <class Variant>
std::string show_scalar(const Variant& value) {
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "unset";
}

// Views into `value`, which holds no list.
template <class Variant>
sheaf_param_value to_abi(const Variant& value) {
  sheaf_param_value plain{};
  plain.type = static_cast<std::uint32_t>(value.index());  // the variant's order is the ABI's
  if (const auto* yes = std::get_if<bool>(&value)) plain.boolean = *yes ? 1 : 0;
  if (const auto* number = std::get_if<std::int64_t>(&value)) plain.integer = *number;
  if (const auto* number = std::get_if<double>(&value)) plain.real = *number;
  if (const auto* text = std::get_if<std::string>(&value)) {
    plain.string = {text->data(), text->size()};
  }
  return plain;
}

[[noreturn]] void refuse(const DeclaredParams& declared, const std::string& message) {
  throw Error(ErrorCode::Invalid, declared.who, message);
}

ParamValue resolve(const DeclaredParams& declared, const sheaf_param& param,
                   const ParamInputs& inputs) {
  const std::string name(view(param.name));
  const auto given = inputs.find(name);
  if (given == inputs.end()) {
    if ((param.flags & SHEAF_PARAM_REQUIRED) != 0) {
      refuse(declared, fmt::format("the parameter '{}' must be given ({}); as in {}{}=…", name,
                                   view(param.doc), declared.given, name));
    }
    return default_of(param);
  }
  const auto value = convert(param.type, given->second);
  if (!value || !accepts(param, *value)) {
    refuse(declared, fmt::format("{}={} won't do; it is {}", name, show(given->second),
                                 describe_type(param)));
  }
  return *value;
}

void refuse_unknown(const DeclaredParams& declared, const ParamInputs& inputs) {
  for (const auto& [name, value] : inputs) {
    std::string names;
    std::vector<std::string> all;
    bool known = false;
    for (std::uint64_t i = 0; i < declared.count; ++i) {
      const std::string_view declared_name = view(declared.params[i]->name);
      known = known || declared_name == name;
      names += fmt::format("{}{}", names.empty() ? "" : ", ", declared_name);
      all.emplace_back(declared_name);
    }
    if (known) continue;
    refuse(declared, fmt::format("has no parameter '{}'; it has {}{}", name,
                                names.empty() ? "none" : names, did_you_mean(name, all)));
  }
}

DeclaredParams declared_params(const Feature& feature) {
  return {fmt::format("feature '{}'", feature.name()), fmt::format("-f {}:", feature.short_name()),
          feature.descriptor->params, feature.descriptor->param_count};
}

std::string toml_of(const ParamScalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return toml_text(*text);
  if (const auto* number = std::get_if<double>(&value)) return toml_number(*number);
  return show_scalar(value);
}

// Something of its type, in the range and among the choices.
ParamScalar acceptable_item(const sheaf_param& param) {
  const double least = (param.flags & SHEAF_PARAM_RANGE) != 0 ? param.minimum : 0;
  switch (item_type(param.type)) {
    case SHEAF_PARAM_BOOL:
      return false;
    case SHEAF_PARAM_INT:
      return static_cast<std::int64_t>(std::ceil(least));
    case SHEAF_PARAM_FLOAT:
      return least;
    default:
      return param.choice_count > 0 ? std::string(view(param.choices[0])) : std::string();
  }
}

}  // namespace

ParamValue default_of(const sheaf_param& param) {
  const sheaf_param_value& value = param.default_value;
  if (!is_list(value.type)) return value_of(from_abi(value.type, value));
  ParamList list{item_type(value.type), {}};
  for (std::uint64_t i = 0; i < value.item_count; ++i) {
    list.items.push_back(from_abi(list.type, value.items[i]));
  }
  return list;
}

bool accepts(const sheaf_param& param, const ParamValue& value) {
  const auto* list = std::get_if<ParamList>(&value);
  if ((list != nullptr) != is_list(param.type)) return false;
  if (list == nullptr) return accepts(param, scalar_of(value));
  return std::ranges::all_of(list->items,
                             [&](const ParamScalar& item) { return accepts(param, item); });
}

std::vector<ParamValue> resolve_params(const DeclaredParams& declared, const ParamInputs& inputs) {
  refuse_unknown(declared, inputs);
  std::vector<ParamValue> values;
  for (std::uint64_t i = 0; i < declared.count; ++i) {
    values.push_back(resolve(declared, *declared.params[i], inputs));
  }
  return values;
}

std::vector<ParamProblem> param_problems(const Feature& feature, const ParamInputs& inputs) {
  const DeclaredParams declared = declared_params(feature);
  std::vector<ParamProblem> problems;
  const auto attempt = [&](const std::string& name, const auto& step) {
    try {
      step();
    } catch (const Error& error) {
      problems.push_back({name, error.what()});
    }
  };
  for (const auto& [name, value] : inputs) {
    attempt(name, [&, &name = name, &value = value] { refuse_unknown(declared, {{name, value}}); });
  }
  for (std::uint64_t i = 0; i < feature.descriptor->param_count; ++i) {
    const sheaf_param& param = *feature.descriptor->params[i];
    attempt(std::string(view(param.name)), [&] { (void)resolve(declared, param, inputs); });
  }
  return problems;
}

std::vector<ParamValue> resolve_params(const Feature& feature, const ParamInputs& inputs) {
  return resolve_params(declared_params(feature), inputs);
}

AbiParams::AbiParams(const std::vector<ParamValue>& values) {
  for (const ParamValue& value : values) {
    sheaf_param_value& plain = values_.emplace_back();
    const auto* list = std::get_if<ParamList>(&value);
    if (list == nullptr) {
      plain = to_abi(value);
      continue;
    }
    std::vector<sheaf_param_value>& items = lists_.emplace_back();
    for (const ParamScalar& item : list->items) items.push_back(to_abi(item));
    plain.type = list->type | SHEAF_PARAM_LIST;
    plain.items = items.data();
    plain.item_count = items.size();
  }
}

sheaf_config AbiParams::config() const noexcept {
  return {sizeof(sheaf_config), static_cast<std::uint32_t>(values_.size()), values_.data()};
}

std::string show(const ParamValue& value) {
  const auto* list = std::get_if<ParamList>(&value);
  if (list == nullptr) return show_scalar(value);
  std::string text;
  for (const ParamScalar& item : list->items) text += (text.empty() ? "" : ",") + show_scalar(item);
  return "[" + text + "]";
}

std::string describe_type(const sheaf_param& param) {
  if (param.choice_count > 0) {
    std::string text = is_list(param.type) ? "a list of " : "one of ";
    for (std::uint64_t i = 0; i < param.choice_count; ++i) {
      text += fmt::format("{}{}", i == 0 ? "" : ", ", view(param.choices[i]));
    }
    return text;
  }
  if ((param.flags & SHEAF_PARAM_RANGE) != 0) {
    return fmt::format("{}, {} to {}", type_name(param.type), param.minimum, param.maximum);
  }
  return type_name(param.type);
}

std::string toml_example(const sheaf_param& param) {
  const ParamValue value = default_of(param);
  if (const auto* list = std::get_if<ParamList>(&value)) {
    std::string items;
    for (const ParamScalar& item : list->items)
      items += (items.empty() ? "" : ", ") + toml_of(item);
    return "[" + items + "]";
  }
  if (!std::holds_alternative<std::monostate>(value)) return toml_of(scalar_of(value));
  const std::string one = toml_of(acceptable_item(param));
  return is_list(param.type) ? "[" + one + "]" : one;
}

std::string describe_default(const sheaf_param& param) {
  if ((param.flags & SHEAF_PARAM_REQUIRED) != 0) return "required";
  return show(default_of(param));
}

}  // namespace sheaf::host::plugin
