// SPDX-License-Identifier: MIT
#include "host/plugin/manifest.hpp"

#include <cstdlib>
#include <type_traits>

#include "host/plugin/extension.hpp"

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

void put(wire::Out& out, const sheaf_param* const* params, std::uint64_t count) {
  out.put(count);
  for (std::uint64_t i = 0; i < count; ++i) put(out, *params[i]);
}

void put_extensions(wire::Out& out, const sheaf_feature& feature) {
  const sheaf_preview* const preview = preview_of(feature);
  out.put(preview == nullptr ? std::uint32_t{0} : preview->kinds);
  if (preview != nullptr) put(out, preview->params, preview->param_count);
  const sheaf_methods* const all = methods_of(feature);
  out.put(all == nullptr ? std::uint64_t{0} : all->method_count);
  for (std::uint64_t i = 0; all != nullptr && i < all->method_count; ++i) {
    const sheaf_method& method = *all->methods[i];
    out.text(as_view(method.name));
    out.text(as_view(method.summary));
    put(out, method.params, method.param_count);
  }
}

void put_transforms(wire::Out& out, const sheaf_plugin& plugin) {
  const sheaf_transforms* const all = transforms_of(plugin);
  out.put(all == nullptr ? std::uint64_t{0} : all->transform_count);
  for (std::uint64_t i = 0; all != nullptr && i < all->transform_count; ++i) {
    const sheaf_transform& transform = *all->transforms[i];
    out.text(as_view(transform.name));
    out.text(as_view(transform.summary));
    put(out, transform.params, transform.param_count);
  }
}

void put(wire::Out& out, const sheaf_feature& feature) {
  out.text(as_view(feature.name));
  out.text(as_view(feature.summary));
  out.text(as_view(feature.input));
  out.put(feature.flags);
  out.put(feature.priority);
  put(out, feature.patterns, feature.pattern_count);
  put(out, feature.params, feature.param_count);
  out.put(feature.survey != nullptr);
  out.put(feature.finish != nullptr);
  put_extensions(out, feature);
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
sheaf_status render_there(const sheaf_feature*, const sheaf_call*, const sheaf_stored*,
                          const sheaf_preview_request*, const sheaf_canvas*) {
  absent();
}
sheaf_status call_there(const sheaf_method*, const sheaf_call*, const sheaf_config*,
                        const sheaf_stored* const*, std::uint64_t, const sheaf_results*) {
  absent();
}
sheaf_status open_transform_there(const sheaf_transform*, const sheaf_call*, const sheaf_config*,
                                  const sheaf_transform_input*, sheaf_dtype*, void**) {
  absent();
}
sheaf_status shape_there(void*, const sheaf_call*, const sheaf_item_shape*, sheaf_item_shape*) {
  absent();
}
sheaf_status apply_there(void*, const sheaf_call*, const sheaf_array*, void*, std::uint64_t) {
  absent();
}

// Both are called with descriptors of a Manifest alone.
const void* feature_extension(const sheaf_feature* feature, sheaf_string name) {
  static_assert(std::is_standard_layout_v<Manifest::Feature>);
  const auto& whole = *reinterpret_cast<const Manifest::Feature*>(feature);
  if (as_view(name) == SHEAF_PREVIEW) return whole.preview.kinds == 0 ? nullptr : &whole.preview;
  if (as_view(name) == SHEAF_METHODS) {
    return whole.methods.method_count == 0 ? nullptr : &whole.methods;
  }
  return nullptr;
}
// Can't know of which plugin; tells Manifest::of() that it is one of ours.
const void* plugin_extension(sheaf_string /*name*/) { return nullptr; }

}  // namespace

std::string to_bytes(const sheaf_plugin& plugin) {
  wire::Out out;
  out.put(plugin.abi_minor);
  for (const sheaf_string text : {plugin.id, plugin.version, plugin.summary, plugin.license}) {
    out.text(as_view(text));
  }
  out.put(plugin.feature_count);
  for (std::uint64_t i = 0; i < plugin.feature_count; ++i) put(out, *plugin.features[i]);
  put_transforms(out, plugin);
  return out.bytes();
}

Manifest::Manifest(std::string_view bytes) {
  wire::In in(bytes);
  sheaf_plugin& plain = plugin_.plain;
  plain.struct_size = sizeof(sheaf_plugin);
  plain.abi_minor = in.get<std::uint32_t>();
  for (sheaf_string* to : {&plain.id, &plain.version, &plain.summary, &plain.license}) {
    *to = text(in);
  }
  for (std::size_t left = in.count(); left > 0; --left) feature_list_.push_back(feature(in));
  for (std::size_t left = in.count(); left > 0; --left) transform_list_.push_back(transform(in));
  if (!in.at_end()) wire::In::broken();
  plain.features = feature_list_.data();
  plain.feature_count = feature_list_.size();
  plain.get_extension = &plugin_extension;
  plugin_.owner = this;
  transforms_ = {sizeof(sheaf_transforms), 0, transform_list_.data(), transform_list_.size()};
}

const Manifest* Manifest::of(const sheaf_plugin& plugin) {
  static_assert(std::is_standard_layout_v<Plugin>);
  if (plugin.get_extension != &plugin_extension) return nullptr;
  return reinterpret_cast<const Plugin*>(&plugin)->owner;
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

const sheaf_param* const* Manifest::params(wire::In& in, std::uint64_t& count) {
  std::vector<const sheaf_param*>& list = param_lists_.emplace_back();
  for (std::size_t left = in.count(); left > 0; --left) list.push_back(param(in));
  count = list.size();
  return list.data();
}

const sheaf_feature* Manifest::feature(wire::In& in) {
  Feature& whole = features_.emplace_back();
  sheaf_feature& feature = whole.plain;
  feature.struct_size = sizeof(sheaf_feature);
  feature.name = text(in);
  feature.summary = text(in);
  feature.input = text(in);
  feature.flags = in.get<std::uint32_t>();
  feature.priority = in.get<std::int32_t>();
  feature.patterns = texts(in, feature.pattern_count);
  feature.params = params(in, feature.param_count);
  feature.open = &open_there;
  feature.survey = in.get<bool>() ? &survey_there : nullptr;
  feature.describe = &describe_there;
  feature.load = &load_there;
  feature.finish = in.get<bool>() ? &finish_there : nullptr;
  feature.close = &close_there;
  feature.get_extension = &feature_extension;
  extensions(in, whole);
  return &feature;
}

void Manifest::extensions(wire::In& in, Feature& feature) {
  feature.preview.struct_size = sizeof(sheaf_preview);
  feature.preview.kinds = in.get<std::uint32_t>();
  feature.preview.render = &render_there;
  if (feature.preview.kinds != 0) feature.preview.params = params(in, feature.preview.param_count);
  std::vector<const sheaf_method*>& list = method_lists_.emplace_back();
  for (std::size_t left = in.count(); left > 0; --left) list.push_back(method(in));
  feature.methods = {sizeof(sheaf_methods), 0, list.data(), list.size()};
}

const sheaf_method* Manifest::method(wire::In& in) {
  sheaf_method& method = methods_.emplace_back();
  method.struct_size = sizeof(sheaf_method);
  method.name = text(in);
  method.summary = text(in);
  method.params = params(in, method.param_count);
  method.call = &call_there;
  return &method;
}

const sheaf_transform* Manifest::transform(wire::In& in) {
  sheaf_transform& transform = transform_structs_.emplace_back();
  transform.struct_size = sizeof(sheaf_transform);
  transform.name = text(in);
  transform.summary = text(in);
  transform.params = params(in, transform.param_count);
  transform.open = &open_transform_there;
  transform.shape = &shape_there;
  transform.apply = &apply_there;
  transform.close = &close_there;
  return &transform;
}

}  // namespace sheaf::host::plugin
