// SPDX-License-Identifier: MIT
// Evaluates expressions over the arrays of a file, for agree.py.
//
//   sheaf_array_cases INPUTS.h5 CASES.json RESULTS.h5
//
// Model: CASES is a list of {"expr": text, "max_memory": bytes, "threads": n}; case number i
// becomes the item "i", a tuple a list there, an error its text in the item "i_error". One with a
// "target" is written to that part of a copy of "array".
#include <cstdio>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "core/array/array.hpp"
#include "core/array/options.hpp"
#include "core/array/script/evaluate.hpp"
#include "core/error.hpp"
#include "core/objects/file.hpp"

namespace {

using namespace sheaf;
using np::script::Argument;

void put(const objects::Item& item, const Argument& result) {
  if (const auto* array = std::get_if<np::Array>(&result.held)) {
    np::store(item, *array);
  } else if (const auto* list = std::get_if<np::script::List>(&result.held)) {
    for (std::size_t at = 0; at < list->size(); ++at) put(item[std::to_string(at)], (*list)[at]);
    item.attrs()["count"] = static_cast<int>(list->size());
  } else if (const auto* text = std::get_if<std::string>(&result.held)) {
    item = *text;
  } else {
    item = objects::none;
  }
}

// Into a copy of the array.
void assign(const objects::File& inputs, const objects::Item& item, const nlohmann::json& one,
            const np::script::Lookup& lookup) {
  const std::string array = one.at("array");
  item.copy_from(inputs[array]);
  const auto with_copy = [&](const std::string& name) {
    return name == array ? np::Array(item) : lookup(name);
  };
  const auto target = np::script::evaluate(one.at("target").get<std::string>(), with_copy);
  const auto value = np::script::evaluate(one.at("expr").get<std::string>(), with_copy);
  std::get<np::Array>(target.held).write(np::script::array_of(value));
}

int run(char** arguments) {
  const objects::File inputs = objects::File::open(arguments[1], "r");
  const objects::File results = objects::File::open(arguments[3], "w");
  const auto lookup = [&](const std::string& name) -> std::optional<np::Array> {
    if (!inputs[name].exists()) return std::nullopt;
    return np::Array(inputs[name]);
  };
  const nlohmann::json cases = nlohmann::json::parse(std::ifstream(arguments[2]));
  int number = 0;
  for (const nlohmann::json& one : cases) {
    const std::string name = std::to_string(number++);
    const np::OptionsScope scope({.max_memory = one.value("max_memory", std::size_t{1} << 28U),
                                  .threads = one.value("threads", 2U),
                                  .temporary_folder = {}});
    try {
      if (one.contains("target")) {
        assign(inputs, results[name], one, lookup);
      } else {
        put(results[name], np::script::evaluate(one.at("expr").get<std::string>(), lookup));
      }
    } catch (const Error& error) {
      results[name].erase();
      results[name + "_error"] = std::string(error.what());
    }
  }
  results.close();
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  try {
    return run(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
