// SPDX-License-Identifier: MIT
#include "host/plugin/manifest.hpp"

#include <cstdlib>

namespace sheaf::host::plugin {
namespace {

std::string_view as_view(sheaf_string text) { return {text.data, text.size}; }

void put(wire::Out& out, const sheaf_string* texts, std::uint64_t count) {
  out.put(count);
  for (std::uint64_t i = 0; i < count; ++i) out.text(as_view(texts[i]));
}

void put(wire::Out& out, const sheaf_param_value& value) {
  out.put(value.type);
  out.put(value.boolean);
  out.put(value.integer);
  out.put(value.real);
  out.text(value.type == SHEAF_PARAM_STRING ? as_view(value.string) : std::string_view());
  const bool is_list = (value.type & SHEAF_PARAM_LIST) != 0;
  out.put(is_list ? value.item_count : std::uint64_t{0});
  for (std::uint64_t i = 0; is_list && i < value.item_count; ++i) put(out, value.items[i]);
}

void put(wire::Out& out, const sheaf_param& param) {
  out.text(as_view(param.name));
  out.text(as_view(param.doc));
  out.put(param.type);
  out.put(param.flags);
  put(out, param.default_value);
  out.put(param.minimum);
  out.put(param.maximum);
  put(out, param.choices, param.choice_count);
}

void put(wire::Out& out, const sheaf_feature& feature) {
  out.text(as_view(feature.name));
  out.text(as_view(feature.summary));
  out.text(as_view(feature.input));
  out.put(feature.flags);
  out.put(feature.priority);
  put(out, feature.patterns, feature.pattern_count);
  out.put(feature.param_count);
  for (std::uint64_t i = 0; i < feature.param_count; ++i) put(out, *feature.params[i]);
  out.put(feature.survey != nullptr);
  out.put(feature.finish != nullptr);
}

// Stand where the plugin's functions are; the code is in another process.
[[noreturn]] void absent() { std::abort(); }
sheaf_status open_there(const sheaf_feature*, const sheaf_call*, const sheaf_config*, void**) {
  absent();
}
sheaf_status survey_there(void*, const sheaf_call*, const sheaf_survey*) { absent(); }
sheaf_status describe_there(void*, const sheaf_call*, const sheaf_description*) { absent(); }
sheaf_status load_there(void*, const sheaf_call*, const sheaf_source*, const sheaf_sink*) {
  absent();
}
sheaf_status finish_there(void*, const sheaf_call*, const sheaf_rows*) { absent(); }
void close_there(void*) { absent(); }

}  // namespace

std::string to_bytes(const sheaf_plugin& plugin) {
  wire::Out out;
  out.put(plugin.abi_minor);
  for (const sheaf_string text : {plugin.id, plugin.version, plugin.summary, plugin.license}) {
    out.text(as_view(text));
  }
  out.put(plugin.feature_count);
  for (std::uint64_t i = 0; i < plugin.feature_count; ++i) put(out, *plugin.features[i]);
  return out.bytes();
}

Manifest::Manifest(std::string_view bytes) {
  wire::In in(bytes);
  plugin_.struct_size = sizeof(sheaf_plugin);
  plugin_.abi_minor = in.get<std::uint32_t>();
  for (sheaf_string* to : {&plugin_.id, &plugin_.version, &plugin_.summary, &plugin_.license}) {
    *to = text(in);
  }
  for (std::size_t left = in.count(); left > 0; --left) feature_list_.push_back(feature(in));
  if (!in.at_end()) wire::In::broken();
  plugin_.features = feature_list_.data();
  plugin_.feature_count = feature_list_.size();
}

sheaf_string Manifest::text(wire::In& in) {
  const std::string& kept = strings_.emplace_back(in.text());
  return {kept.data(), kept.size()};
}

const sheaf_string* Manifest::texts(wire::In& in, std::uint64_t& count) {
  std::vector<sheaf_string>& list = lists_.emplace_back();
  for (std::size_t left = in.count(); left > 0; --left) list.push_back(text(in));
  count = list.size();
  return list.data();
}

sheaf_param_value Manifest::param_value(wire::In& in) {
  sheaf_param_value value{};
  value.type = in.get<std::uint32_t>();
  value.boolean = in.get<decltype(value.boolean)>();
  value.integer = in.get<std::int64_t>();
  value.real = in.get<double>();
  value.string = text(in);
  std::vector<sheaf_param_value> items;
  for (std::size_t left = in.count(); left > 0; --left) items.push_back(param_value(in));
  const auto& kept = items.empty() ? items : value_lists_.emplace_back(std::move(items));
  value.items = kept.empty() ? nullptr : kept.data();
  value.item_count = kept.size();
  return value;
}

const sheaf_param* Manifest::param(wire::In& in) {
  sheaf_param& param = params_.emplace_back();
  param.struct_size = sizeof(sheaf_param);
  param.name = text(in);
  param.doc = text(in);
  param.type = in.get<std::uint32_t>();
  param.flags = in.get<std::uint32_t>();
  param.default_value = param_value(in);
  param.minimum = in.get<double>();
  param.maximum = in.get<double>();
  param.choices = texts(in, param.choice_count);
  return &param;
}

const sheaf_feature* Manifest::feature(wire::In& in) {
  sheaf_feature& feature = features_.emplace_back();
  feature.struct_size = sizeof(sheaf_feature);
  feature.name = text(in);
  feature.summary = text(in);
  feature.input = text(in);
  feature.flags = in.get<std::uint32_t>();
  feature.priority = in.get<std::int32_t>();
  feature.patterns = texts(in, feature.pattern_count);
  std::vector<const sheaf_param*>& params = param_lists_.emplace_back();
  for (std::size_t left = in.count(); left > 0; --left) params.push_back(param(in));
  feature.params = params.data();
  feature.param_count = params.size();
  feature.open = &open_there;
  feature.survey = in.get<bool>() ? &survey_there : nullptr;
  feature.describe = &describe_there;
  feature.load = &load_there;
  feature.finish = in.get<bool>() ? &finish_there : nullptr;
  feature.close = &close_there;
  return &feature;
}

}  // namespace sheaf::host::plugin
