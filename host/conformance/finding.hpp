// SPDX-License-Identifier: MIT
#pragma once
// One thing that the conformance kit has to say about a plugin.
//
// Model: an error is a breach of the ABI's rules, or something that would cost a user rows; a
// warning is bad manners or bad luck to come; a note is for information. Only errors fail a check.
// Threads: plain values.

#include <cstdint>
#include <string>

namespace sheaf::host::conformance {

enum class Level : std::uint8_t { Note, Warning, Error };

struct Finding {
  std::string test;  // "poison"
  Level level = Level::Note;
  std::string feature;    // "lab.scan"; empty: the plugin as a whole
  std::string message;    // what is wrong, with the source, output and row
  std::string remedy{};   // what the plugin's author can do about it; may be empty
  std::string command{};  // that shows it again; may be empty
};

}  // namespace sheaf::host::conformance
