// SPDX-License-Identifier: MIT
// Evaluates expressions over the arrays of a file, for agree.py.
//
//   sheaf_array_cases INPUTS.h5 CASES.json RESULTS.h5
//
// Model: CASES is a list of {"expr": text, "max_memory": bytes, "threads": n}; case number i
// becomes the item "i", a tuple a list there, an error its text in the item "i_error".
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
      put(results[name], np::script::evaluate(one.at("expr").get<std::string>(), lookup));
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
