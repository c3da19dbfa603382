// SPDX-License-Identifier: MIT
#pragma once
// Where reports are kept, and the policy that asks for one.
//
// Model: $XDG_DATA_HOME/sheaf/reports/DIGEST.json has the last report of a binary; reports that
// come with an installation lie in share/sheaf/reports below its prefix, and a system's own in
// /usr/local/share/sheaf/reports. The user's is looked at first. One that others could have written
// counts for nothing. `require_conformance` in the user's or the system's sheaf.toml makes the host
// refuse plugins without one that has passed. Threads: any.

#include <filesystem>
#include <optional>
#include <string>

#include "host/conformance/report.hpp"

namespace sheaf::host::conformance {

// Writes the report and returns where it is. Throws Error when it can't.
std::filesystem::path save(const Report& report);

// The report of the binary with that digest. One that can't be read is none.
[[nodiscard]] std::optional<Report> find_report(const std::string& digest);

// Why the settings don't let this file be loaded, with the remedy; or empty. Costs nothing where
// nothing is required.
[[nodiscard]] std::string why_not_conformant(const std::filesystem::path& file);

}  // namespace sheaf::host::conformance
