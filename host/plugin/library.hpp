// SPDX-License-Identifier: MIT
#pragma once
// One plugin file: may it be loaded, is it what its note says, is its descriptor well-formed?
//
// Model: every check gives the reason of a refusal as text; a refused plugin costs the user one
// line in `sheaf plugins paths`, never the run. A file is a library, or a loader in Python, which
// has no note: its id and version come with the descriptor.

#include <string>
#include <variant>

#include "host/plugin/note.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host::plugin {

// By its ending.
[[nodiscard]] bool is_python(const std::filesystem::path& file);
// Whether a *.py is a loader and no helper of others: it speaks of sheaf_plugin.
[[nodiscard]] bool is_python_loader(const std::filesystem::path& file);

// The note of a library built for this ABI, or why not.
[[nodiscard]] std::variant<Note, std::string> read_compatible_note(
    const std::filesystem::path& file);

// A descriptor that lives as long as the process, or why there is none.
using Scanned = std::variant<const sheaf_plugin*, std::string>;

// Loads the file for good and asks its entry for the descriptor, which isn't looked at. A loader in
// Python is started, and given to its python3 to import.
[[nodiscard]] Scanned ask_entry(const std::filesystem::path& file);
// That, and checks the descriptor; of the note only what isn't empty counts.
[[nodiscard]] Scanned load_library(const std::filesystem::path& file, const Note& note);

// That the plugin wants a newer host than this one, or empty.
[[nodiscard]] std::string check_minor(const sheaf_plugin& plugin);

// What is wrong with the descriptor, or empty. A note without an id agrees with any.
[[nodiscard]] std::string check_descriptor(const sheaf_plugin& plugin, const Note& note);
// A part of that: what is wrong with a feature's patterns.
[[nodiscard]] std::string check_patterns(const sheaf_feature& feature);

}  // namespace sheaf::host::plugin
