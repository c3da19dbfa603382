// SPDX-License-Identifier: MIT
#pragma once
// The digest of a local source.

#include <string>

namespace sheaf::host {

// As Digest has it; empty when the file can't be read. Bounded memory.
[[nodiscard]] std::string digest_of_file(const std::string& path);

}  // namespace sheaf::host
