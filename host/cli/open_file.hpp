// SPDX-License-Identifier: MIT
#pragma once
// Opens a file for the commands that read, and says what one should know about it.
//
// Failure: Error.

#include <cstddef>
#include <memory>
#include <string>

#include "core/read/file.hpp"

namespace sheaf::host::cli {

// Says on stderr when the file is incomplete.
[[nodiscard]] std::shared_ptr<read::File> open_to_read(const std::string& file);
// The source's number. The Error says why there is none of that id: it may have failed, or be
// called nearly so.
[[nodiscard]] std::size_t find_source(const read::File& file, const std::string& id);

}  // namespace sheaf::host::cli
