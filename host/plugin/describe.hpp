// SPDX-License-Identifier: MIT
#pragma once
// The callbacks of `describe`: the ABI's outputs and attributes as the layout's specs, and the way
// back.
//
// Model: whatever a plugin says is checked here, once: dtypes, extents, filters, names.

#include <span>
#include <vector>

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

// Attributes as the ABI has them: views into `attrs`, which must stay.
class AbiAttrs {
 public:
  explicit AbiAttrs(std::span<const layout::Attribute> attrs);
  [[nodiscard]] const sheaf_string* names() const noexcept { return names_.data(); }
  [[nodiscard]] const sheaf_array* values() const noexcept { return arrays_.data(); }
  [[nodiscard]] std::uint64_t count() const noexcept { return names_.size(); }

 private:
  std::vector<sheaf_string> names_;
  std::vector<AbiArray> values_;
  std::vector<sheaf_array> arrays_;
};

// What a feature describes, as those that derive from it are told: views into `description`.
class AbiInput {
 public:
  explicit AbiInput(const Description& description);
  [[nodiscard]] const sheaf_input& input() const noexcept { return input_; }

 private:
  std::vector<sheaf_output> outputs_;
  std::vector<const sheaf_output*> list_;
  AbiAttrs attrs_;
  sheaf_input input_{};
};

// Sets or replaces an attribute. Names beginning with sheaf_ are the host's; throws Error
// (Invalid).
void set_attr(std::vector<layout::Attribute>& attrs, std::string_view name, Value value);
void check_attr_name(std::string_view name);

}  // namespace sheaf::host::plugin
