// SPDX-License-Identifier: MIT
#pragma once
// Our codecs as filters of the HDF5 library in this process: what it reads and writes through
// H5Dread and H5Dwrite goes through them, and no plugin is needed.
//
// Model: lzf, blosc, lz4 and zstd are registered once; deflate, shuffle and fletcher32 are HDF5's
// own, which it doesn't let go. Threads: any; HDF5 calls a filter with its lock held.
// Failure: a codec's Error becomes an entry of HDF5's error stack.

namespace sheaf::hdf5 {

void register_filters() noexcept;

}  // namespace sheaf::hdf5
