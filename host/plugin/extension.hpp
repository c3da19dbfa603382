// SPDX-License-Identifier: MIT
#pragma once
// What a plugin or feature can do beyond loading: the extensions that this host knows.
//
// Model: a lookup by get_extension, null for "hasn't it". Of a descriptor that was scanned in a
// worker these are what the manifest tells: names and parameters, whose functions can't be called
// (is_callable). Threads: any. Failure: Error (Invalid) where the plugin's lookup throws.

#include <string_view>

#include "host/plugin/catalog.hpp"
#include <sheaf/methods.h>
#include <sheaf/preview.h>
#include <sheaf/transform.h>

namespace sheaf::host::plugin {

[[nodiscard]] const sheaf_preview* preview_of(const sheaf_feature& feature);
[[nodiscard]] const sheaf_methods* methods_of(const sheaf_feature& feature);
[[nodiscard]] const sheaf_transforms* transforms_of(const sheaf_plugin& plugin);
// Null when there is none of that name.
[[nodiscard]] const sheaf_method* find_method(const sheaf_feature& feature, std::string_view name);
[[nodiscard]] const sheaf_transform* find_transform(const sheaf_plugin& plugin,
                                                    std::string_view name);

// Whether the descriptor's functions are in this process.
[[nodiscard]] bool is_callable(const sheaf_plugin& plugin);

}  // namespace sheaf::host::plugin
