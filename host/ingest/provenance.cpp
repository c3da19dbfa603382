// SPDX-License-Identifier: MIT
#include "host/ingest/provenance.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/layout/names.hpp"
#include "host/log.hpp"
#include "host/plugin/digest.hpp"

namespace sheaf::host {
namespace {

template <class Variant>
nlohmann::ordered_json to_json(const Variant& value) {
  return std::visit(
      [](const auto& held) -> nlohmann::ordered_json {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, plugin::ParamList>) {
          auto items = nlohmann::ordered_json::array();
          for (const plugin::ParamScalar& item : held.items) items.push_back(to_json(item));
          return items;
        } else if constexpr (std::is_same_v<Held, std::monostate>) {
          return nullptr;
        } else {
          return held;
        }
      },
      value);
}

std::string parameters_json(const Selected& selected) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < selected.params.size(); ++i) {
    const std::string name(plugin::view(selected.feature->descriptor->params[i]->name));
    json[name] = to_json(selected.params[i]);
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string pattern_text(const Selected& selected) {
  std::string text;
  for (const std::string& pattern : selected.patterns) {
    text += (text.empty() ? "" : "|") + pattern;
  }
  return text;
}

Value gather(const std::vector<const Selected*>& features,
             const std::function<std::string(const Selected&)>& text) {
  std::vector<std::string> texts;
  texts.reserve(features.size());
  for (const Selected* feature : features) texts.push_back(text(*feature));
  return texts.size() == 1 ? Value::of(texts.front()) : Value::of(std::move(texts));
}

std::vector<std::string> texts_of(const std::vector<layout::Attribute>& attrs,
                                  const std::string& name) {
  const auto found = std::ranges::find(attrs, name, &layout::Attribute::first);
  return found == attrs.end() ? std::vector<std::string>() : found->second.strings;
}

template <class T, class U>
void override_with(const std::optional<T>& wanted, U& option, const char* name,
                   std::string& changed) {
  if (!wanted || option == *wanted) return;
  option = *wanted;
  if (changed.find(name) == std::string::npos)
    changed += (changed.empty() ? "" : ", ") + std::string(name);
}

}  // namespace

std::vector<layout::Attribute> provenance(const std::vector<const Selected*>& features) {
  return {
      {layout::names::feature_attr,
       gather(features, [](const Selected& s) { return std::string(s.feature->name()); })},
      {"sheaf_plugin", gather(features, [](const Selected& s) { return s.feature->plugin->id; })},
      {"sheaf_plugin_version",
       gather(features, [](const Selected& s) { return s.feature->plugin->version; })},
      {"sheaf_plugin_digest", gather(features,
                                     [](const Selected& s) {
                                       return "sha256:" +
                                              plugin::sha256_of_file(s.feature->plugin->file);
                                     })},
      {"sheaf_parameters", gather(features, parameters_json)},
      {"sheaf_pattern", gather(features, pattern_text)},
  };
}

Origin origin_of(const Selected& feature) {
  return {std::string(feature.feature->name()), feature.feature->plugin->version,
          parameters_json(feature), pattern_text(feature)};
}

std::vector<Origin> origins_of(const std::vector<layout::Attribute>& attrs) {
  std::vector<Origin> origins(texts_of(attrs, layout::names::feature_attr).size());
  const auto fill = [&](const char* name, std::string Origin::*member) {
    std::vector<std::string> texts = texts_of(attrs, name);
    texts.resize(origins.size());
    for (std::size_t i = 0; i < origins.size(); ++i) origins[i].*member = std::move(texts[i]);
  };
  fill(layout::names::feature_attr, &Origin::feature);
  fill("sheaf_plugin_version", &Origin::version);
  fill("sheaf_parameters", &Origin::parameters);
  fill("sheaf_pattern", &Origin::pattern);
  return origins;
}

std::vector<layout::Attribute> merged_provenance(const std::vector<layout::Attribute>& stored,
                                                 std::vector<layout::Attribute> now) {
  const std::vector<std::string> before = texts_of(stored, layout::names::feature_attr);
  const std::vector<std::string> features = texts_of(now, layout::names::feature_attr);
  for (layout::Attribute& attr : now) {
    const std::vector<std::string> old = texts_of(stored, attr.first);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < std::min(old.size(), before.size()); ++i) {
      if (std::ranges::find(features, before[i]) == features.end()) texts.push_back(old[i]);
    }
    if (texts.empty()) continue;
    std::ranges::copy(texts_of(now, attr.first), std::back_inserter(texts));
    attr.second = Value::of(std::move(texts));
  }
  return now;
}

std::vector<layout::OutputSpec> with_overrides(const Selected& feature,
                                               std::vector<layout::OutputSpec> outputs) {
  const DatasetOverrides& wanted = feature.dataset;
  std::string changed;
  for (layout::OutputSpec& output : outputs) {
    layout::DatasetOptions& options = output.options;
    override_with(wanted.chunks, options.chunk_rows, "chunks", changed);
    // A level is that of one compression only.
    if (wanted.compression && *wanted.compression != options.compression) options.level.reset();
    override_with(wanted.compression_opts, options.level, "level", changed);
    override_with(wanted.compression, options.compression, "compression", changed);
    override_with(wanted.shuffle, options.shuffle, "shuffle", changed);
    override_with(wanted.fletcher32, options.fletcher32, "fletcher32", changed);
    override_with(wanted.fillvalue, options.fill_value, "fillvalue", changed);
    override_with(wanted.dtype, options.dtype, "dtype", changed);
  }
  if (!changed.empty()) {
    log::info(fmt::format("feature '{}': the configuration wins over the plugin for {}",
                          feature.feature->name(), changed));
  }
  return outputs;
}

}  // namespace sheaf::host
