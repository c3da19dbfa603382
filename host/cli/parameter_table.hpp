// SPDX-License-Identifier: MIT
#pragma once
// What plugins declare, as people read it and as JSON: parameters, methods, transforms.

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "host/plugin/extension.hpp"

namespace sheaf::host::cli {

// A line each under a head; empty without parameters.
[[nodiscard]] std::string params_text(const sheaf_param* const* params, std::uint64_t count,
                                      const char* indent);
[[nodiscard]] nlohmann::ordered_json params_json(const sheaf_param* const* params,
                                                 std::uint64_t count);

// Name, summary and parameters of each.
[[nodiscard]] std::string methods_text(const sheaf_methods& methods, const std::string& indent);
[[nodiscard]] nlohmann::ordered_json methods_json(const sheaf_methods& methods);
[[nodiscard]] std::string transforms_text(const sheaf_transforms& transforms,
                                          const std::string& indent);
[[nodiscard]] nlohmann::ordered_json transforms_json(const sheaf_transforms& transforms);
// "pixels", "SVG", "text".
[[nodiscard]] nlohmann::ordered_json kinds_json(std::uint32_t kinds);

}  // namespace sheaf::host::cli
