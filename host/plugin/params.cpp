// SPDX-License-Identifier: MIT
#include "host/plugin/params.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "core/error.hpp"

namespace sheaf::host::plugin {
namespace {

const char* type_name(std::uint32_t type) {
  switch (type) {
    case SHEAF_PARAM_BOOL:
      return "true or false";
    case SHEAF_PARAM_INT:
      return "a whole number";
    case SHEAF_PARAM_FLOAT:
      return "a number";
    default:
      return "text";
  }
}

template <class T>
std::optional<ParamValue> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return ParamValue(value);
}

std::optional<ParamValue> parse(std::uint32_t type, const std::string& text) {
  switch (type) {
    case SHEAF_PARAM_BOOL:
      if (text == "true" || text == "yes" || text == "1") return ParamValue(true);
      if (text == "false" || text == "no" || text == "0") return ParamValue(false);
      return std::nullopt;
    case SHEAF_PARAM_INT:
      return parse_number<std::int64_t>(text);
    case SHEAF_PARAM_FLOAT:
      return parse_number<double>(text);
    default:
      return ParamValue(text);
  }
}

std::optional<ParamValue> convert(std::uint32_t type, const ParamValue& input) {
  if (const auto* text = std::get_if<std::string>(&input)) return parse(type, *text);
  if (const auto* number = std::get_if<std::int64_t>(&input)) {
    if (type == SHEAF_PARAM_INT) return input;
    if (type == SHEAF_PARAM_FLOAT) return ParamValue(static_cast<double>(*number));
    if (type == SHEAF_PARAM_STRING) return ParamValue(std::to_string(*number));
    return std::nullopt;
  }
  if (std::holds_alternative<double>(input) && type == SHEAF_PARAM_FLOAT) return input;
  if (std::holds_alternative<bool>(input) && type == SHEAF_PARAM_BOOL) return input;
  return std::nullopt;
}

std::string show(const ParamValue& value) {
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "unset";
}

ParamValue from_abi(const sheaf_param_value& value) {
  switch (value.type) {
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

bool in_range(const sheaf_param& param, const ParamValue& value) {
  if ((param.flags & SHEAF_PARAM_RANGE) == 0) return true;
  double number = 0;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) number = double(*integer);
  if (const auto* real = std::get_if<double>(&value)) number = *real;
  return number >= param.minimum && number <= param.maximum;
}

bool is_choice(const sheaf_param& param, const ParamValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || param.choice_count == 0) return true;
  return std::any_of(param.choices, param.choices + param.choice_count,
                     [&](sheaf_string choice) { return view(choice) == *text; });
}

[[noreturn]] void refuse(const Feature& feature, const std::string& message) {
  throw Error(ErrorCode::Invalid, fmt::format("feature '{}'", feature.name()), message);
}

ParamValue resolve(const Feature& feature, const sheaf_param& param, const ParamInputs& inputs) {
  const std::string name(view(param.name));
  const auto given = inputs.find(name);
  if (given == inputs.end()) {
    if ((param.flags & SHEAF_PARAM_REQUIRED) != 0) {
      refuse(feature, fmt::format("the parameter '{}' must be given ({}); as in -f {}:{}=…", name,
                                  view(param.doc), feature.short_name(), name));
    }
    return default_of(param);
  }
  const auto value = convert(param.type, given->second);
  if (!value || !accepts(param, *value)) {
    refuse(feature, fmt::format("{}={} won't do; it is {}", name, show(given->second),
                                describe_type(param)));
  }
  return *value;
}

void refuse_unknown(const Feature& feature, const ParamInputs& inputs) {
  const sheaf_feature& declared = *feature.descriptor;
  for (const auto& [name, value] : inputs) {
    std::string names;
    bool known = false;
    for (std::uint64_t i = 0; i < declared.param_count; ++i) {
      const std::string_view declared_name = view(declared.params[i]->name);
      known = known || declared_name == name;
      names += fmt::format("{}{}", names.empty() ? "" : ", ", declared_name);
    }
    if (known) continue;
    refuse(feature,
           fmt::format("has no parameter '{}'; it has {}", name, names.empty() ? "none" : names));
  }
}

}  // namespace

ParamValue default_of(const sheaf_param& param) { return from_abi(param.default_value); }

bool accepts(const sheaf_param& param, const ParamValue& value) {
  return value.index() == param.type && in_range(param, value) && is_choice(param, value);
}

std::vector<ParamValue> resolve_params(const Feature& feature, const ParamInputs& inputs) {
  refuse_unknown(feature, inputs);
  std::vector<ParamValue> values;
  for (std::uint64_t i = 0; i < feature.descriptor->param_count; ++i) {
    values.push_back(resolve(feature, *feature.descriptor->params[i], inputs));
  }
  return values;
}

std::vector<sheaf_param_value> to_abi(const std::vector<ParamValue>& values) {
  std::vector<sheaf_param_value> plain;
  for (const ParamValue& value : values) {
    sheaf_param_value& to = plain.emplace_back();
    to.type = static_cast<std::uint32_t>(value.index());  // the variant's order is the ABI's
    if (const auto* yes = std::get_if<bool>(&value)) to.boolean = *yes ? 1 : 0;
    if (const auto* number = std::get_if<std::int64_t>(&value)) to.integer = *number;
    if (const auto* number = std::get_if<double>(&value)) to.real = *number;
    if (const auto* text = std::get_if<std::string>(&value)) {
      to.string = {text->data(), text->size()};
    }
  }
  return plain;
}

std::string describe_type(const sheaf_param& param) {
  if (param.choice_count > 0) {
    std::string text = "one of ";
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

std::string describe_default(const sheaf_param& param) {
  if ((param.flags & SHEAF_PARAM_REQUIRED) != 0) return "required";
  return show(default_of(param));
}

}  // namespace sheaf::host::plugin
