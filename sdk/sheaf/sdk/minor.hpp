// SPDX-License-Identifier: MIT
#pragma once
// What an older host doesn't know is left out of what it is told.
//
// Model: a plugin is compiled against the newest minor and runs with any host of its major. Fields
// at the tail of a struct need nothing: an older host doesn't look at them. Flag bits do: it
// refuses those it doesn't know. So each bit that came later than 1.0 stands here with its minor,
// and is cleared for hosts that are older. A feature that makes no sense without one says so
// (Declaration::needs_abi_minor), and then an older host refuses the plugin and names both
// versions.

#include <array>
#include <cstdint>
#include <span>

#include <sheaf/plugin.h>

namespace sheaf::sdk::detail {

struct FlagSince {
  std::uint32_t minor;
  std::uint32_t flag;
};

// Of sheaf_feature, sheaf_param and sheaf_output. 1.0 is the newest yet.
inline constexpr std::array<FlagSince, 0> late_feature_flags{};
inline constexpr std::array<FlagSince, 0> late_param_flags{};
inline constexpr std::array<FlagSince, 0> late_output_flags{};

constexpr std::uint32_t known_flags(std::uint32_t flags, std::span<const FlagSince> late,
                                    std::uint32_t host_minor) {
  for (const FlagSince& since : late) {
    if (since.minor > host_minor) flags &= ~since.flag;
  }
  return flags;
}

}  // namespace sheaf::sdk::detail
