// SPDX-License-Identifier: MIT
#pragma once
// The callbacks of `describe`: the ABI's outputs and attributes as the layout's specs.
//
// Model: whatever a plugin says is checked here, once: dtypes, extents, filters, names.

#include "host/plugin/bridge.hpp"
#include "host/plugin/instance.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host::plugin {

struct DescriptionState {
  CallState* call;
  Description description;
};

// The struct to pass to the plugin; refers to `state`.
[[nodiscard]] sheaf_description abi_description(DescriptionState& state);

// Sets or replaces an attribute. Names beginning with sheaf_ are the host's; throws Error
// (Invalid).
void set_attr(std::vector<layout::Attribute>& attrs, std::string_view name, Value value);
void check_attr_name(std::string_view name);

}  // namespace sheaf::host::plugin
