// SPDX-License-Identifier: MIT
// Whether a descriptor keeps the rules of the ABI. All texts and arrays are looked at once here, so
// that the rest of the host can rely on them.
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <re2/re2.h>

#include "host/plugin/catalog.hpp"
#include "host/plugin/library.hpp"

namespace sheaf::host::plugin {
namespace {

constexpr std::uint32_t known_feature_flags = SHEAF_FEATURE_OPT_IN | SHEAF_FEATURE_WANTS_BYTES |
                                              SHEAF_FEATURE_EXCLUSIVE | SHEAF_FEATURE_IGNORE_CASE |
                                              SHEAF_FEATURE_COMPANION;
constexpr std::uint32_t known_param_flags = SHEAF_PARAM_REQUIRED | SHEAF_PARAM_RANGE;

bool is_name(std::string_view text, std::string_view extra) {
  if (text.empty() || text.front() < 'a' || text.front() > 'z') return false;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!plain && extra.find(c) == std::string_view::npos) return false;
  }
  return text.back() != '.' && text.find("..") == std::string_view::npos;
}

std::string check_param(const sheaf_param* param) {
  if (param == nullptr || param->struct_size < sizeof(sheaf_param)) return "a short sheaf_param";
  const std::string name(view(param->name));
  if (!is_name(name, "")) return fmt::format("parameter name '{}'", name);
  if (param->type < SHEAF_PARAM_BOOL || param->type > SHEAF_PARAM_STRING) {
    return fmt::format("type {} of parameter '{}'", param->type, name);
  }
  if ((param->flags & ~known_param_flags) != 0) {
    return fmt::format("unknown flags {:#x} of parameter '{}'", param->flags, name);
  }
  const std::uint32_t type = param->default_value.type;
  if (type != SHEAF_PARAM_UNSET && type != param->type) {
    return fmt::format("parameter '{}' has a default of another type", name);
  }
  return {};
}

std::string check_patterns(const sheaf_feature& feature) {
  for (std::uint64_t i = 0; i < feature.pattern_count; ++i) {
    const std::string_view pattern = view(feature.patterns[i]);
    const RE2 regex(re2::StringPiece(pattern.data(), pattern.size()), RE2::Quiet);
    if (!regex.ok()) return fmt::format("pattern '{}': {}", pattern, regex.error());
  }
  if (feature.pattern_count == 0 && feature.input.size == 0) return "no pattern";
  return {};
}

std::string check_feature(const sheaf_feature& feature) {
  if (!is_name(view(feature.name), ".")) return "its name";
  if ((feature.flags & ~known_feature_flags) != 0) {
    return fmt::format("unknown flags {:#x}", feature.flags);
  }
  if (feature.open == nullptr || feature.describe == nullptr || feature.load == nullptr ||
      feature.close == nullptr) {
    return "open, describe, load or close is missing";
  }
  std::set<std::string_view> names;
  for (std::uint64_t i = 0; i < feature.param_count; ++i) {
    if (std::string problem = check_param(feature.params[i]); !problem.empty()) return problem;
    if (!names.insert(view(feature.params[i]->name)).second) {
      return fmt::format("parameter '{}' twice", view(feature.params[i]->name));
    }
  }
  return check_patterns(feature);
}

}  // namespace

std::string check_descriptor(const sheaf_plugin& plugin, const Note& note) {
  if (plugin.struct_size < sizeof(sheaf_plugin)) return "a short sheaf_plugin";
  if (plugin.abi_minor > SHEAF_ABI_MINOR) {
    return fmt::format("it makes use of ABI {}.{}, this host has {}.{}; update Sheaf",
                       SHEAF_ABI_MAJOR, plugin.abi_minor, SHEAF_ABI_MAJOR, SHEAF_ABI_MINOR);
  }
  if (plugin.flags != 0) return fmt::format("unknown flags {:#x}", plugin.flags);
  if (view(plugin.id) != note.id || view(plugin.version) != note.version) {
    return fmt::format("it is '{}' {}, but its note says '{}' {}", view(plugin.id),
                       view(plugin.version), note.id, note.version);
  }
  if (!is_name(note.id, ".-")) return fmt::format("plugin id '{}'", note.id);
  std::set<std::string_view> names;
  for (std::uint64_t i = 0; i < plugin.feature_count; ++i) {
    const sheaf_feature* feature = plugin.features[i];
    if (feature == nullptr || feature->struct_size < sizeof(sheaf_feature)) {
      return "a short sheaf_feature";
    }
    if (std::string problem = check_feature(*feature); !problem.empty()) {
      return fmt::format("feature '{}': {}", view(feature->name), problem);
    }
    if (!names.insert(view(feature->name)).second) {
      return fmt::format("feature '{}' twice", view(feature->name));
    }
  }
  return {};
}

}  // namespace sheaf::host::plugin
