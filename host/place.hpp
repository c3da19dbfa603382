// SPDX-License-Identifier: MIT
#pragma once
// Where this installation is: the folder of its programs, from which its worker and its plugins are
// found.
//
// Model: the folder of the program that runs, unless the host lives in a program of somebody else's
// (Python) and was told. Threads: it is told before anything else is asked of the host.

#include <filesystem>

namespace sheaf::host {

[[nodiscard]] std::filesystem::path program_folder();
void set_program_folder(std::filesystem::path folder);

}  // namespace sheaf::host
