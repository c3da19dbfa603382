// SPDX-License-Identifier: MIT
#pragma once
// From what the user names on the command line to the list of sources, in order.
//
// Model: an argument is a file, a folder (walked recursively, names sorted bytewise, hidden files
// left out), a glob, an address (remote.hpp; one that ends in "/" on S3 is listed), "-" or
// "@list.txt" for a list of all that (one a line, or separated by zero bytes). The id is the path
// from the folder argument's parent; for "folder/" and "." from the folder itself; for files, glob
// matches and list entries the path as written, normalised; with a base folder always the path from
// there. An archive, wherever it is met, stands for its members (archive.hpp), in its own order,
// with ids below its own. Addresses but those listed aren't asked: whether they exist is seen
// later. Failure: an argument that doesn't exist throws, since it is a slip of the pen; what is
// wrong inside a folder, an archive or a list is a Problem and the walk goes on.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/source/source.hpp"

namespace sheaf::host {

struct WalkOptions {
  std::optional<std::string> base;  // --base
  std::filesystem::path output;     // the file being written is no source of itself
  bool archives = true;             // open them; else they are files like any other
};

// Something in a folder or a list that is no source.
struct WalkProblem {
  std::string id;
  std::string message;
};

struct WalkResult {
  std::vector<Source> sources;
  std::vector<WalkProblem> problems;
};

// Calls `visit` for each source, in order, and returns what is no source. Throws Error. Whether ids
// are unique is for the caller to see.
std::vector<WalkProblem> walk(const std::vector<std::string>& arguments, const WalkOptions& options,
                              const std::function<void(const Source&)>& visit);

// All at once. Throws Error; also when two sources have one id, naming both.
[[nodiscard]] WalkResult walk(const std::vector<std::string>& arguments,
                              const WalkOptions& options = {});

}  // namespace sheaf::host
