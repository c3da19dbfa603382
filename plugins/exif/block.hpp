// SPDX-License-Identifier: MIT
#pragma once
// Where in an image file its EXIF block is: the part that libexif leaves to its caller.
//
//   JPEG   marker segments, one of them APP1 "Exif\0\0" …     (ITU T.81, B.1; Exif 3.0, 4.7.2)
//   PNG    chunks, one of them eXIf                           (PNG 3rd edition, 11.3.4.5)
//   WebP   RIFF chunks, one of them "EXIF"                    (RFC 9649, 2.7.1.5)
//
// Model: only the heads of segments and chunks are read, and the block itself. Threads: any.
// Failure: Error for what is none of these formats; a file that is cut short has no block.

#include <cstddef>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sheaf::exif {

// "Exif\0\0" and what follows; empty where the file has none.
[[nodiscard]] std::vector<std::byte> read_block(const sdk::File& file);

}  // namespace sheaf::exif
