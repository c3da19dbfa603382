// SPDX-License-Identifier: MIT
#include "host/cli/parameter_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "host/cli/format.hpp"
#include "host/plugin/params.hpp"

namespace sheaf::host::cli {
namespace {

using Json = nlohmann::ordered_json;
using plugin::view;

template <class T>
std::string list_text(const T* const* list, std::uint64_t count, const std::string& indent) {
  std::string text;
  for (std::uint64_t i = 0; i < count; ++i) {
    text +=
        fmt::format("{}{}  {}\n{}", indent, view(list[i]->name), view(list[i]->summary),
                    params_text(list[i]->params, list[i]->param_count, (indent + "  ").c_str()));
  }
  return text;
}

template <class T>
Json list_json(const T* const* list, std::uint64_t count) {
  Json json = Json::array();
  for (std::uint64_t i = 0; i < count; ++i) {
    json.push_back({{"name", view(list[i]->name)},
                    {"summary", view(list[i]->summary)},
                    {"params", params_json(list[i]->params, list[i]->param_count)}});
  }
  return json;
}

}  // namespace

std::string params_text(const sheaf_param* const* params, std::uint64_t count, const char* indent) {
  if (count == 0) return {};
  TextTable table;
  table.row({"name", "default", "value", "what it does"});
  for (std::uint64_t i = 0; i < count; ++i) {
    const sheaf_param& param = *params[i];
    table.row({std::string(view(param.name)), plugin::describe_default(param),
               plugin::describe_type(param), std::string(view(param.doc))});
  }
  return table.text(indent);
}

Json params_json(const sheaf_param* const* params, std::uint64_t count) {
  Json json = Json::array();
  for (std::uint64_t i = 0; i < count; ++i) {
    const sheaf_param& param = *params[i];
    json.push_back({{"name", view(param.name)},
                    {"doc", view(param.doc)},
                    {"type", plugin::describe_type(param)},
                    {"default", plugin::describe_default(param)}});
  }
  return json;
}

std::string methods_text(const sheaf_methods& methods, const std::string& indent) {
  return list_text(methods.methods, methods.method_count, indent);
}

Json methods_json(const sheaf_methods& methods) {
  return list_json(methods.methods, methods.method_count);
}

std::string transforms_text(const sheaf_transforms& transforms, const std::string& indent) {
  return list_text(transforms.transforms, transforms.transform_count, indent);
}

Json transforms_json(const sheaf_transforms& transforms) {
  return list_json(transforms.transforms, transforms.transform_count);
}

Json kinds_json(std::uint32_t kinds) {
  Json json = Json::array();
  if ((kinds & SHEAF_PREVIEW_RGBA) != 0) json.push_back("pixels");
  if ((kinds & SHEAF_PREVIEW_SVG) != 0) json.push_back("SVG");
  if ((kinds & SHEAF_PREVIEW_TEXT) != 0) json.push_back("text");
  return json;
}

}  // namespace sheaf::host::cli
