// SPDX-License-Identifier: MIT
#pragma once
// The rules of the ABI that descriptors and extensions are both held to.
//
// Model: each check gives what is wrong as text, or nothing. Threads: any.

#include <cstdint>
#include <string>
#include <string_view>

#include <sheaf/plugin.h>

namespace sheaf::host::plugin {

// Lower case, digits and '_', beginning with a letter; `extra` may stand between.
[[nodiscard]] bool is_name(std::string_view text, std::string_view extra);
// A pointer that comes with a count, or a text with a size, must be there.
[[nodiscard]] bool is_text(sheaf_string text);
template <class T>
[[nodiscard]] bool is_array(const T* array, std::uint64_t count) {
  return array != nullptr || count == 0;
}
[[nodiscard]] std::string check_params(const sheaf_param* const* params, std::uint64_t count);

// Those that the host knows; asks for them.
[[nodiscard]] std::string check_extensions(const sheaf_feature& feature);
[[nodiscard]] std::string check_extensions(const sheaf_plugin& plugin);

}  // namespace sheaf::host::plugin
