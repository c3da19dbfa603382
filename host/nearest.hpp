// SPDX-License-Identifier: MIT
#pragma once
// What somebody may have meant who wrote a name that isn't known.
//
// Model: the known name that takes the fewest insertions, deletions, changes and swaps of two
// neighbours, as long as that is no more than a third of its letters. Threads: any.

#include <string>
#include <string_view>
#include <vector>

namespace sheaf::host {

// "; did you mean 'workers'?", or nothing where no known name is near.
[[nodiscard]] std::string did_you_mean(std::string_view name,
                                       const std::vector<std::string>& known);

}  // namespace sheaf::host
