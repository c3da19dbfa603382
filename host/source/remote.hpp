// SPDX-License-Identifier: MIT
#pragma once
// Sources by their address: http, https and s3.
//
// Model: an id is the address without scheme, user, query and fragment, unescaped:
// "example.org/a b.jpg", "bucket/key". What may be secret is in the request alone.
// Failure: Error, which names the address as it may be shown. Threads: any; reads the environment.

#include <string>
#include <string_view>

#include "host/source/http.hpp"

namespace sheaf::host {

[[nodiscard]] bool is_remote(std::string_view text);

struct Remote {
  std::string id;
  std::string shown;
};

// Throws Error (Invalid) for what is no complete address.
[[nodiscard]] Remote parse_remote(const std::string& url);
[[nodiscard]] HttpRequest request_for(const std::string& url);

}  // namespace sheaf::host
