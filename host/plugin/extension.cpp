// SPDX-License-Identifier: MIT
#include "host/plugin/extension.hpp"

#include <set>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/plugin/bridge.hpp"
#include "host/plugin/check.hpp"
#include "host/plugin/manifest.hpp"

namespace sheaf::host::plugin {
namespace {

constexpr std::uint32_t known_kinds = SHEAF_PREVIEW_RGBA | SHEAF_PREVIEW_SVG | SHEAF_PREVIEW_TEXT;
constexpr const char* lookup = "get_extension";

const void* ask(const sheaf_feature& feature, sheaf_string id) {
  if (feature.get_extension == nullptr) return nullptr;
  const void* found = nullptr;
  const std::string thrown =
      call_entry([&] { found = feature.get_extension(&feature, id); }, lookup);
  if (thrown.empty()) return found;
  throw Error(ErrorCode::Invalid, fmt::format("feature '{}'", view(feature.name)), thrown);
}

std::string check_method(const sheaf_method* method) {
  if (method == nullptr || !SHEAF_HAS(method, call)) return "a short sheaf_method";
  if (!is_text(method->name) || !is_name(view(method->name), "")) return "a method's name";
  const std::string_view name = view(method->name);
  if (!is_text(method->summary)) return fmt::format("method '{}': its summary", name);
  if (method->flags != 0 || method->call == nullptr) {
    return fmt::format("method '{}': unknown flags, or no function", name);
  }
  const std::string problem = check_params(method->params, method->param_count);
  return problem.empty() ? problem : fmt::format("method '{}': {}", name, problem);
}

std::string check_transform(const sheaf_transform* transform) {
  if (transform == nullptr || !SHEAF_HAS(transform, close)) return "a short sheaf_transform";
  if (!is_text(transform->name) || !is_name(view(transform->name), ".")) {
    return "a transform's name";
  }
  const std::string_view name = view(transform->name);
  if (!is_text(transform->summary)) return fmt::format("transform '{}': its summary", name);
  if (transform->flags != 0 || transform->open == nullptr || transform->shape == nullptr ||
      transform->apply == nullptr || transform->close == nullptr) {
    return fmt::format("transform '{}': unknown flags, or a function is missing", name);
  }
  const std::string problem = check_params(transform->params, transform->param_count);
  return problem.empty() ? problem : fmt::format("transform '{}': {}", name, problem);
}

// Each by itself, and no name twice.
template <class T, class Check>
std::string check_list(const T* const* list, std::uint64_t count, Check check) {
  if (!is_array(list, count)) return "a list that isn't there";
  std::set<std::string_view> names;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (std::string problem = check(list[i]); !problem.empty()) return problem;
    if (!names.insert(view(list[i]->name)).second) {
      return fmt::format("'{}' twice", view(list[i]->name));
    }
  }
  return {};
}

std::string check_preview(const sheaf_preview& preview) {
  if (!SHEAF_HAS(&preview, render)) return "a short sheaf_preview";
  if (preview.kinds == 0 || (preview.kinds & ~known_kinds) != 0 || preview.render == nullptr) {
    return fmt::format("unknown kinds {:#x}, or no function", preview.kinds);
  }
  return check_params(preview.params, preview.param_count);
}

template <class T>
const T* find(const T* const* list, std::uint64_t count, std::string_view name) {
  for (std::uint64_t i = 0; i < count; ++i) {
    if (view(list[i]->name) == name) return list[i];
  }
  return nullptr;
}

}  // namespace

const sheaf_preview* preview_of(const sheaf_feature& feature) {
  return static_cast<const sheaf_preview*>(ask(feature, SHEAF_STR(SHEAF_PREVIEW)));
}

const sheaf_methods* methods_of(const sheaf_feature& feature) {
  return static_cast<const sheaf_methods*>(ask(feature, SHEAF_STR(SHEAF_METHODS)));
}

const sheaf_transforms* transforms_of(const sheaf_plugin& plugin) {
  if (const Manifest* manifest = Manifest::of(plugin)) return manifest->transforms();
  if (plugin.get_extension == nullptr) return nullptr;
  const void* found = nullptr;
  const std::string thrown =
      call_entry([&] { found = plugin.get_extension(SHEAF_STR(SHEAF_TRANSFORM)); }, lookup);
  if (thrown.empty()) return static_cast<const sheaf_transforms*>(found);
  throw Error(ErrorCode::Invalid, fmt::format("plugin '{}'", view(plugin.id)), thrown);
}

const sheaf_method* find_method(const sheaf_feature& feature, std::string_view name) {
  const sheaf_methods* all = methods_of(feature);
  return all == nullptr ? nullptr : find(all->methods, all->method_count, name);
}

const sheaf_transform* find_transform(const sheaf_plugin& plugin, std::string_view name) {
  const sheaf_transforms* all = transforms_of(plugin);
  return all == nullptr ? nullptr : find(all->transforms, all->transform_count, name);
}

bool is_callable(const sheaf_plugin& plugin) { return Manifest::of(plugin) == nullptr; }

std::string check_extensions(const sheaf_feature& feature) {
  try {
    if (const sheaf_preview* preview = preview_of(feature)) {
      const std::string problem = check_preview(*preview);
      if (!problem.empty()) return "its " SHEAF_PREVIEW ": " + problem;
    }
    if (const sheaf_methods* all = methods_of(feature)) {
      const std::string problem = !SHEAF_HAS(all, method_count)
                                      ? "a short sheaf_methods"
                                      : check_list(all->methods, all->method_count, check_method);
      if (!problem.empty()) return "its " SHEAF_METHODS ": " + problem;
    }
    return {};
  } catch (const Error& error) {
    return error.message();
  }
}

std::string check_extensions(const sheaf_plugin& plugin) {
  try {
    const sheaf_transforms* all = transforms_of(plugin);
    if (all == nullptr) return {};
    if (!SHEAF_HAS(all, transform_count))
      return "its " SHEAF_TRANSFORM ": a short sheaf_transforms";
    const std::string problem = check_list(all->transforms, all->transform_count, check_transform);
    return problem.empty() ? problem : "its " SHEAF_TRANSFORM ": " + problem;
  } catch (const Error& error) {
    return error.message();
  }
}

}  // namespace sheaf::host::plugin
