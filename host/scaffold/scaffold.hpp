// SPDX-License-Identifier: MIT
#pragma once
// A new plugin's project from the templates that are installed with Sheaf (sdk/templates).
//
// Model: templates are text with words like @name@ in them. A project is one source of the wanted
// kind and language, samples of its format, what must be stored for them, and what every project
// has. Failure: Error; then nothing was written.

#include <filesystem>
#include <string>
#include <vector>

namespace sheaf::host::scaffold {

struct Request {
  std::string id;                // "acme.tones": the part after the last dot names folder and files
  std::string language;          // one of languages()
  std::string kind;              // one of kinds()
  std::filesystem::path folder;  // where the project's folder goes
};

[[nodiscard]] std::vector<std::string> languages();
[[nodiscard]] std::vector<std::string> kinds();

// Returns the project's folder. Throws Error: Invalid for a name that a plugin can't have, Exists,
// NotFound when the templates aren't installed.
std::filesystem::path make(const Request& request);

}  // namespace sheaf::host::scaffold
