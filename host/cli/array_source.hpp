// SPDX-License-Identifier: MIT
#pragma once
// Datasets of a file as arrays, and how much memory and how many threads they may take: for
// `sheaf stat` and `sheaf eval`.
//
// Model: a path is h5py's, or an array of Sheaf's as `sheaf info` names it: the values of a
// feature. Nothing is read. Failure: Error that names what is there instead.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/array/array.hpp"
#include "core/array/options.hpp"
#include "core/objects/file.hpp"

namespace CLI {
class App;
}

namespace sheaf::host::cli {

struct ArrayLimits {
  std::uint64_t memory = std::uint64_t{250} << 20U;
  unsigned workers = 0;
};
void add_array_limits(CLI::App& command, ArrayLimits& limits);
[[nodiscard]] np::Options array_options(const ArrayLimits& limits,
                                        const std::atomic<bool>* stop = nullptr);

// The dataset that a path stands for; none where there is nothing, or a group. Throws Error
// (Unsupported) where it can't be computed with.
[[nodiscard]] std::optional<objects::Item> find_dataset(const objects::File& file,
                                                        const std::string& path);
// Why find_dataset() finds none, and what there is: "isn't there; …", "is a group; …".
[[nodiscard]] std::string why_no_dataset(const objects::File& file, const std::string& path);
// The same as an Error (NotFound).
[[nodiscard]] objects::Item require_dataset(const objects::File& file, const std::string& path);

}  // namespace sheaf::host::cli
