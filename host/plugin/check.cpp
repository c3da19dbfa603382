// SPDX-License-Identifier: MIT
// Whether a descriptor keeps the rules of the ABI. All texts and arrays are looked at once here, so
// that the rest of the host can rely on them.
#include "host/plugin/check.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <re2/re2.h>

#include "core/utf8.hpp"
#include "host/plugin/catalog.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/params.hpp"

namespace sheaf::host::plugin {

bool is_name(std::string_view text, std::string_view extra) {
  if (text.empty() || text.front() < 'a' || text.front() > 'z') return false;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!plain && extra.find(c) == std::string_view::npos) return false;
  }
  return text.back() != '.' && text.find("..") == std::string_view::npos;
}

bool is_text(sheaf_string text) {
  return (text.data != nullptr || text.size == 0) && is_utf8(view(text));
}

namespace {

constexpr std::uint32_t known_feature_flags = SHEAF_FEATURE_OPT_IN | SHEAF_FEATURE_WANTS_BYTES |
                                              SHEAF_FEATURE_EXCLUSIVE | SHEAF_FEATURE_IGNORE_CASE |
                                              SHEAF_FEATURE_COMPANION;
constexpr std::uint32_t known_param_flags = SHEAF_PARAM_REQUIRED | SHEAF_PARAM_RANGE;
constexpr std::uint32_t list_flag = SHEAF_PARAM_LIST;

bool are_texts(const sheaf_string* texts, std::uint64_t count) {
  return is_array(texts, count) && std::all_of(texts, texts + count, is_text);
}

bool is_value(const sheaf_param_value& value) {
  if ((value.type & list_flag) == 0)
    return value.type != SHEAF_PARAM_STRING || is_text(value.string);
  if (!is_array(value.items, value.item_count)) return false;
  return std::all_of(value.items, value.items + value.item_count, [&](const auto& item) {
    return item.type == (value.type & ~list_flag) && is_value(item);
  });
}

std::string check_param_value(const sheaf_param& param, std::string_view name) {
  const sheaf_param_value& value = param.default_value;
  const std::uint32_t type = param.type & ~list_flag;
  const bool is_number = type == SHEAF_PARAM_INT || type == SHEAF_PARAM_FLOAT;
  const bool has_range = (param.flags & SHEAF_PARAM_RANGE) != 0;
  if (has_range && (!is_number || !(param.minimum <= param.maximum))) {
    return fmt::format("parameter '{}' has a range that makes no sense", name);
  }
  if (param.choice_count > 0 && type != SHEAF_PARAM_STRING) {
    return fmt::format("parameter '{}' has choices but isn't text", name);
  }
  if (value.type == SHEAF_PARAM_UNSET) return {};
  if (value.type != param.type) {
    return fmt::format("parameter '{}' has a default of another type", name);
  }
  if (!is_value(value)) {
    return fmt::format("parameter '{}' has a default whose texts or items are none", name);
  }
  if (accepts(param, default_of(param))) return {};
  return fmt::format("parameter '{}' has a default that it wouldn't accept", name);
}

std::string check_param(const sheaf_param* param) {
  if (param == nullptr || !SHEAF_HAS(param, choice_count)) return "a short sheaf_param";
  if (!is_text(param->name) || !is_text(param->doc)) return "a parameter whose texts are none";
  const std::string name(view(param->name));
  if (!is_name(name, "")) return fmt::format("parameter name '{}'", name);
  const std::uint32_t type = param->type & ~list_flag;
  if (type < SHEAF_PARAM_BOOL || type > SHEAF_PARAM_STRING) {
    return fmt::format("type {} of parameter '{}'", param->type, name);
  }
  if ((param->flags & ~known_param_flags) != 0 || param->reserved != 0) {
    return fmt::format("unknown flags {:#x} of parameter '{}'", param->flags, name);
  }
  if (!are_texts(param->choices, param->choice_count)) {
    return fmt::format("choices of parameter '{}' that are no texts", name);
  }
  return check_param_value(*param, name);
}

}  // namespace

std::string check_params(const sheaf_param* const* params, std::uint64_t count) {
  if (!is_array(params, count)) return "parameters that aren't there";
  std::set<std::string_view> names;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (std::string problem = check_param(params[i]); !problem.empty()) return problem;
    if (!names.insert(view(params[i]->name)).second) {
      return fmt::format("parameter '{}' twice", view(params[i]->name));
    }
  }
  return {};
}

namespace {

std::string check_feature(const sheaf_feature& feature) {
  if (!is_name(view(feature.name), ".")) return "its name";
  if (!is_text(feature.summary) || !is_text(feature.input)) return "texts that are none";
  if ((feature.flags & ~known_feature_flags) != 0 || feature.reserved != 0) {
    return fmt::format("unknown flags {:#x}", feature.flags);
  }
  if (feature.open == nullptr || feature.describe == nullptr || feature.load == nullptr ||
      feature.close == nullptr) {
    return "open, describe, load or close is missing";
  }
  if (std::string problem = check_params(feature.params, feature.param_count); !problem.empty()) {
    return problem;
  }
  if (std::string problem = check_patterns(feature); !problem.empty()) return problem;
  return check_extensions(feature);
}

std::string check_features(const sheaf_plugin& plugin) {
  if (!is_array(plugin.features, plugin.feature_count)) return "features that aren't there";
  std::set<std::string_view> names;
  for (std::uint64_t i = 0; i < plugin.feature_count; ++i) {
    const sheaf_feature* feature = plugin.features[i];
    // The last field of 1.0: later minors have more, and a plugin of 1.0 stays long enough.
    if (feature == nullptr || !SHEAF_HAS(feature, get_extension)) return "a short sheaf_feature";
    if (!is_text(feature->name)) return "a feature whose name is no text";
    if (std::string problem = check_feature(*feature); !problem.empty()) {
      return fmt::format("feature '{}': {}", view(feature->name), problem);
    }
    if (!names.insert(view(feature->name)).second) {
      return fmt::format("feature '{}' twice", view(feature->name));
    }
  }
  return {};
}

}  // namespace

std::string check_minor(const sheaf_plugin& plugin) {
  if (!SHEAF_HAS(&plugin, abi_minor) || plugin.abi_minor <= SHEAF_ABI_MINOR) return {};
  return fmt::format("makes use of ABI {}.{}, this host has {}.{}; update Sheaf", SHEAF_ABI_MAJOR,
                     plugin.abi_minor, SHEAF_ABI_MAJOR, SHEAF_ABI_MINOR);
}

std::string check_patterns(const sheaf_feature& feature) {
  if (!are_texts(feature.patterns, feature.pattern_count)) return "patterns that are no texts";
  for (std::uint64_t i = 0; i < feature.pattern_count; ++i) {
    const std::string_view pattern = view(feature.patterns[i]);
    const RE2 regex(re2::StringPiece(pattern.data(), pattern.size()), RE2::Quiet);
    if (!regex.ok()) return fmt::format("pattern '{}': {}", pattern, regex.error());
  }
  if (feature.pattern_count == 0 && feature.input.size == 0) return "no pattern";
  return {};
}

std::string check_descriptor(const sheaf_plugin& plugin, const Note& note) {
  if (!SHEAF_HAS(&plugin, get_extension)) return "a short sheaf_plugin";
  if (std::string newer = check_minor(plugin); !newer.empty()) return newer;
  if (plugin.flags != 0 || plugin.reserved != 0) {
    return fmt::format("unknown flags {:#x}", plugin.flags);
  }
  for (const sheaf_string text : {plugin.id, plugin.version, plugin.summary, plugin.license}) {
    if (!is_text(text)) return "texts that are none";
  }
  const bool has_note = !note.id.empty();
  if (has_note && (view(plugin.id) != note.id || view(plugin.version) != note.version)) {
    return fmt::format("it is '{}' {}, but its note says '{}' {}", view(plugin.id),
                       view(plugin.version), note.id, note.version);
  }
  if (!is_name(view(plugin.id), ".-") || plugin.id.size >= SHEAF_NOTE_ID_MAX) {
    return fmt::format("plugin id '{}'", view(plugin.id));
  }
  if (plugin.version.size == 0 || plugin.version.size >= SHEAF_NOTE_VERSION_MAX) {
    return fmt::format("version '{}'", view(plugin.version));
  }
  if (std::string problem = check_features(plugin); !problem.empty()) return problem;
  return check_extensions(plugin);
}

}  // namespace sheaf::host::plugin
