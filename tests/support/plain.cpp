// SPDX-License-Identifier: MIT
#include "tests/support/plain.hpp"

#include <algorithm>
#include <stdexcept>
#include <variant>

namespace sheaf::test {
namespace {

void check_allowed(const sheaf_param& param, const sheaf_param_value& plain) {
  const std::string name(view(param.name));
  if ((param.flags & SHEAF_PARAM_RANGE) != 0) {
    const double number =
        param.type == SHEAF_PARAM_INT ? static_cast<double>(plain.integer) : plain.real;
    if (!(number >= param.minimum && number <= param.maximum)) {
      throw std::logic_error("parameter " + name + " is out of its range");
    }
  }
  const std::span choices(param.choices, param.choice_count);
  if (!choices.empty() && std::ranges::none_of(choices, [&](sheaf_string choice) {
        return view(choice) == view(plain.string);
      })) {
    throw std::logic_error("parameter " + name + " isn't one of its choices");
  }
}

sheaf_param_value to_plain(const sheaf_param& param, const ParamValue& value) {
  sheaf_param_value plain{};
  plain.type = param.type;
  const std::string name(view(param.name));
  if (param.type == SHEAF_PARAM_BOOL && std::holds_alternative<bool>(value)) {
    plain.boolean = std::get<bool>(value) ? 1 : 0;
  } else if (param.type == SHEAF_PARAM_INT && std::holds_alternative<std::int64_t>(value)) {
    plain.integer = std::get<std::int64_t>(value);
  } else if (param.type == SHEAF_PARAM_FLOAT && std::holds_alternative<double>(value)) {
    plain.real = std::get<double>(value);
  } else if (param.type == SHEAF_PARAM_FLOAT && std::holds_alternative<std::int64_t>(value)) {
    plain.real = static_cast<double>(std::get<std::int64_t>(value));
  } else if (param.type == SHEAF_PARAM_STRING && std::holds_alternative<std::string>(value)) {
    plain.string = view(std::string_view(std::get<std::string>(value)));
  } else {
    throw std::logic_error("parameter " + name + " has another type");
  }
  check_allowed(param, plain);
  return plain;
}

}  // namespace

std::vector<sheaf_param_value> to_plain(std::span<const sheaf_param* const> params,
                                        const std::vector<Param>& given) {
  std::vector<sheaf_param_value> values;
  std::size_t used = 0;
  for (const sheaf_param* param : params) {
    const auto found = std::ranges::find(given, view(param->name), &Param::name);
    used += found == given.end() ? 0 : 1;
    if (found == given.end() && (param->flags & SHEAF_PARAM_REQUIRED) != 0) {
      throw std::logic_error("parameter " + std::string(view(param->name)) + " is required");
    }
    values.push_back(found == given.end() ? param->default_value : to_plain(*param, found->value));
  }
  if (used != given.size()) throw std::logic_error("a parameter is unknown or given twice");
  return values;
}

}  // namespace sheaf::test
