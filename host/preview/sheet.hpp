// SPDX-License-Identifier: MIT
#pragma once
// Several pictures on one sheet.
//
//   ┌────┬────┬────┐   places of one size, as large as they can be; a picture that is smaller
//   │ 1  │ 2  │ 3  │   stands in the middle of its place
//   ├────┼────┼────┘
//   │ 4  │ 5  │        what is empty is transparent
//   └────┴────┘
//
// Threads: any.

#include <cstddef>
#include <vector>

#include "host/preview/image.hpp"

namespace sheaf::host::preview {

// Of one place, where a sheet within `most` has so many.
[[nodiscard]] Size place_size(std::size_t count, Size most);
// At most as large as `most`, and smaller where the pictures are.
[[nodiscard]] Image make_sheet(const std::vector<Image>& images, Size most);

}  // namespace sheaf::host::preview
