// SPDX-License-Identifier: MIT
#pragma once
// PNG files, by libpng. Failure: Error that names the file.

#include <filesystem>
#include <string>

#include "host/preview/image.hpp"

namespace sheaf::host::preview {

// The whole file: RGB where nothing is transparent, else RGBA. `object` is what an Error names.
[[nodiscard]] std::string encode_png(const Image& image, const std::string& object);

}  // namespace sheaf::host::preview
