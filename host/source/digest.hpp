// SPDX-License-Identifier: MIT
#pragma once
// The digest of a source's content, as __src__/digest has it.

#include <string>

namespace sheaf::host {

// "xxh128:" and what `xxh128sum` prints; empty when the file can't be read. Bounded memory.
[[nodiscard]] std::string digest_of_file(const std::string& path);

}  // namespace sheaf::host
