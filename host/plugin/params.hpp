// SPDX-License-Identifier: MIT
#pragma once
// Parameters of a feature: from what the user wrote to what the plugin declared.
//
// Model: the user gives text (command line) or typed values (TOML); the declaration gives type,
// range, choices and default. A list is written [a,b] or, with one item, as the item. The result
// has one value for each declared parameter, in order.

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "host/plugin/catalog.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host::plugin {

// monostate: unset. A string given for another type is parsed.
using ParamScalar = std::variant<std::monostate, bool, std::int64_t, double, std::string>;
struct ParamList {
  std::uint32_t type = SHEAF_PARAM_UNSET;  // of the items; what the user gives may mix them
  std::vector<ParamScalar> items;
  bool operator==(const ParamList&) const = default;
};
using ParamValue = std::variant<std::monostate, bool, std::int64_t, double, std::string, ParamList>;
using ParamInputs = std::map<std::string, ParamValue>;

// What declares parameters, and how its errors call it.
struct DeclaredParams {
  std::string who;    // "feature 'sheaf.image'"
  std::string given;  // how one is given, up to its name: "-f image:"
  const sheaf_param* const* params = nullptr;
  std::uint64_t count = 0;
};
// Throws Error (Invalid) that names who, parameter, what is wrong and what would be right.
[[nodiscard]] std::vector<ParamValue> resolve_params(const DeclaredParams& declared,
                                                     const ParamInputs& inputs);
// As the command line of `sheaf ingest` has it.
[[nodiscard]] std::vector<ParamValue> resolve_params(const Feature& feature,
                                                     const ParamInputs& inputs);

// Everything that resolve_params would refuse, by parameter.
struct ParamProblem {
  std::string name;
  std::string message;
};
[[nodiscard]] std::vector<ParamProblem> param_problems(const Feature& feature,
                                                       const ParamInputs& inputs);

// The default as a value, and whether a value is of the type, in the range and among the choices.
[[nodiscard]] ParamValue default_of(const sheaf_param& param);
[[nodiscard]] bool accepts(const sheaf_param& param, const ParamValue& value);

// The ABI's form: views into the values, which must stay.
class AbiParams {
 public:
  explicit AbiParams(const std::vector<ParamValue>& values);
  [[nodiscard]] sheaf_config config() const noexcept;

 private:
  std::vector<sheaf_param_value> values_;
  std::vector<std::vector<sheaf_param_value>> lists_;
};

// As the command line takes it: "8000", "true", "[64,32]"; "unset" for none.
[[nodiscard]] std::string show(const ParamValue& value);
// For lists: "int, 1 to 768000", "one of color, grey, as-is", and "8000" or "unset".
[[nodiscard]] std::string describe_type(const sheaf_param& param);
[[nodiscard]] std::string describe_default(const sheaf_param& param);
// The default as TOML has it; where there is none, something that would do.
[[nodiscard]] std::string toml_example(const sheaf_param& param);

}  // namespace sheaf::host::plugin
