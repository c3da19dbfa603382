// SPDX-License-Identifier: MIT
#pragma once
// What can be asked of stored recordings: loudness, peak, slice (audio_methods.cpp).

#include <sheaf/sdk.hpp>

namespace sheaf::media {

void add_audio_methods(sdk::Methods& list);

}  // namespace sheaf::media
