// SPDX-License-Identifier: MIT
#include "media/audio.hpp"
#include "media/video.hpp"

SHEAF_PLUGIN("sheaf.media", "0.2.0", "MIT", "Recordings and videos, decoded by FFmpeg",
             sheaf::media::Audio, sheaf::media::Video, sheaf::media::MediaInfo);
