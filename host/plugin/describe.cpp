// SPDX-License-Identifier: MIT
#include "host/plugin/describe.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"

namespace sheaf::host::plugin {
namespace {

constexpr std::uint32_t known_flags = SHEAF_OUTPUT_RAGGED | SHEAF_OUTPUT_RAGGED_IF_NEEDED;
constexpr std::uint32_t max_ndim = 31;  // HDF5 has 32, one of them is the rows

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::Invalid, "describe", what);
}

void apply_level(const sheaf_filter& filter, layout::DatasetOptions& options) {
  if (filter.option_count == 0) return;
  const std::int64_t level = filter.options[0];
  if (const auto reason = layout::refuse_level(options.compression, level)) refuse(*reason);
  options.level = static_cast<int>(level);
}

void apply_filter(const sheaf_filter& filter, layout::DatasetOptions& options) {
  if (filter.option_count > 1 || (filter.option_count > 0 && filter.options == nullptr)) {
    refuse(fmt::format("the filter {} has options that it doesn't know", filter.id));
  }
  if (const auto* kind = layout::find_compression(filter.id)) {
    if (options.compression != layout::Compression::None) {
      refuse(options.compression == kind->compression
                 ? fmt::format("the filter {} twice", filter.id)
                 : fmt::format("two compressions at once, {} and {}",
                               layout::kind_of(options.compression).name, kind->name));
    }
    options.compression = kind->compression;
    return apply_level(filter, options);
  }
  const bool is_shuffle = filter.id == SHEAF_FILTER_SHUFFLE;
  if (!is_shuffle && filter.id != SHEAF_FILTER_FLETCHER32) {
    refuse(fmt::format("the filter {} is unknown", filter.id));
  }
  if (filter.option_count > 0) {
    refuse(fmt::format("the filter {} has options that it doesn't know", filter.id));
  }
  bool& is_chosen = is_shuffle ? options.shuffle : options.fletcher32;
  if (is_chosen) refuse(fmt::format("the filter {} twice", filter.id));
  is_chosen = true;
}

void apply_filters(const sheaf_output& output, layout::DatasetOptions& options) {
  for (std::uint64_t i = 0; i < output.filter_count; ++i) apply_filter(output.filters[i], options);
}

void check_pointers(const sheaf_output& output) {
  if (!SHEAF_HAS(&output, fill_value)) refuse("a short sheaf_output");
  const bool is_whole = (output.name.data != nullptr || output.name.size == 0) &&
                        (output.item_shape != nullptr || output.ndim == 0) &&
                        (output.filters != nullptr || output.filter_count == 0);
  if (!is_whole) refuse("an output with a count or size but a null pointer");
}

layout::Ragged to_ragged(std::uint32_t flags) {
  if ((flags & SHEAF_OUTPUT_RAGGED) != 0) return layout::Ragged::Always;
  return (flags & SHEAF_OUTPUT_RAGGED_IF_NEEDED) != 0 ? layout::Ragged::IfNeeded
                                                      : layout::Ragged::Never;
}

std::uint32_t to_flags(layout::Ragged ragged) {
  if (ragged == layout::Ragged::Always) return SHEAF_OUTPUT_RAGGED;
  return ragged == layout::Ragged::IfNeeded ? SHEAF_OUTPUT_RAGGED_IF_NEEDED : 0;
}

layout::OutputSpec to_spec(const sheaf_output& output) {
  check_pointers(output);
  const std::string name(view(output.name));
  if ((output.flags & ~known_flags) != 0) {
    refuse(fmt::format("output '{}' has unknown flags {:#x}", name, output.flags));
  }
  const std::optional<Dtype> dtype = to_dtype(output.dtype);
  if (!dtype) refuse(fmt::format("output '{}' has an unknown dtype", name));
  if (output.ndim > max_ndim) refuse(fmt::format("output '{}' has {} axes", name, output.ndim));
  layout::OutputSpec spec{name,
                          *dtype,
                          Shape(output.item_shape, output.item_shape + output.ndim),
                          to_ragged(output.flags),
                          {}};
  for (const std::int64_t extent : spec.item_shape) {
    if (extent < -1) refuse(fmt::format("output '{}' has the extent {}", name, extent));
  }
  if (dtype->is_string() && (spec.ragged != layout::Ragged::Never || !spec.item_shape.empty())) {
    refuse(fmt::format("output '{}': rows of strings are single strings", name));
  }
  if (output.chunk_rows < 0) refuse(fmt::format("output '{}' has negative chunk_rows", name));
  if (output.chunk_rows > 0) spec.options.chunk_rows = output.chunk_rows;
  if (output.fill_value != nullptr) spec.options.fill_value = to_value(*output.fill_value);
  apply_filters(output, spec.options);
  return spec;
}

sheaf_status on_add_output(const sheaf_description* description, const sheaf_output* output) {
  auto& state = *static_cast<DescriptionState*>(description->host_data);
  return call_host(*state.call, [&] {
    layout::OutputSpec spec = to_spec(*output);
    if (std::ranges::count(state.description.outputs, spec.name, &layout::OutputSpec::name) > 0) {
      refuse(fmt::format("output '{}' is there twice", spec.name));
    }
    state.description.outputs.push_back(std::move(spec));
    return SHEAF_OK;
  });
}

sheaf_status on_set_attr(const sheaf_description* description, sheaf_string name,
                         const sheaf_array* value) {
  auto& state = *static_cast<DescriptionState*>(description->host_data);
  return call_host(*state.call, [&] {
    set_attr(state.description.attrs, view(name), to_value(*value));
    return SHEAF_OK;
  });
}

}  // namespace

sheaf_description abi_description(DescriptionState& state) {
  return {sizeof(sheaf_description), 0, &state, &on_add_output, &on_set_attr};
}

AbiAttrs::AbiAttrs(std::span<const layout::Attribute> attrs) {
  values_.reserve(attrs.size());
  for (const auto& [name, value] : attrs) {
    names_.push_back({name.data(), name.size()});
    arrays_.push_back(values_.emplace_back(value).array());
  }
}

AbiInput::AbiInput(const Description& description) : attrs_(description.attrs) {
  for (const layout::OutputSpec& spec : description.outputs) {
    sheaf_output& output = outputs_.emplace_back();
    output.struct_size = sizeof(sheaf_output);
    output.flags = to_flags(spec.ragged);
    output.name = {spec.name.data(), spec.name.size()};
    output.dtype = to_abi(spec.dtype);
    output.ndim = static_cast<std::uint32_t>(spec.item_shape.size());
    output.item_shape = spec.item_shape.data();
  }
  for (const sheaf_output& output : outputs_) list_.push_back(&output);
  input_ = {sizeof(sheaf_input), 0, list_.data(), list_.size(), attrs_.names(), attrs_.values(),
            attrs_.count()};
}

void check_attr_name(std::string_view name) {
  if (name.empty() || name.starts_with("sheaf_") || name.find('\0') != std::string_view::npos) {
    refuse(
        fmt::format("'{}' is no name for an attribute; those that begin with sheaf_ are the "
                    "host's",
                    name));
  }
}

void set_attr(std::vector<layout::Attribute>& attrs, std::string_view name, Value value) {
  check_attr_name(name);
  const auto found = std::ranges::find(attrs, name, &layout::Attribute::first);
  if (found != attrs.end()) {
    found->second = std::move(value);
  } else {
    attrs.emplace_back(std::string(name), std::move(value));
  }
}

}  // namespace sheaf::host::plugin
