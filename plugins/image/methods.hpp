// SPDX-License-Identifier: MIT
#pragma once
// What can be asked of stored images: histogram, size (methods.cpp).

#include <sheaf/sdk.hpp>

namespace sheaf::image {

void add_image_methods(sdk::Methods& list);

}  // namespace sheaf::image
