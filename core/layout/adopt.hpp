// SPDX-License-Identifier: MIT
#pragma once
// Brings a file that h5mapper made or appended to into the form that a Writer goes on with.
//
// Model: what a Reader derives from references is written down: spans for all sources, references
// up to the last one, keys without doubles, the format's attribute. Rows stay where they are, and
// h5mapper reads the file as before. A file in order is left as it is.
// Failure: Error (Unsupported) that says what stands against it: no sources, ids that come twice,
// references that aren't to ranges of rows.

#include <string>

#include "core/hdf5/handle.hpp"

namespace sheaf::layout {

// `name` is the file's in messages.
void adopt(const hdf5::File& file, const std::string& name);

}  // namespace sheaf::layout
