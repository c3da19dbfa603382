// SPDX-License-Identifier: MIT
#pragma once
// Source ids from path bytes, and back.
//
// Model: an id is UTF-8. Bytes of a name that aren't valid UTF-8 become %XX, and a '%' that is
// followed by two hex digits becomes %25, so that every name has one id and the way back is exact.

#include <string>
#include <string_view>

namespace sheaf::layout {

[[nodiscard]] std::string escape_id(std::string_view bytes);
[[nodiscard]] std::string unescape_id(std::string_view id);

}  // namespace sheaf::layout
