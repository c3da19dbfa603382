// SPDX-License-Identifier: MIT
#pragma once
// The names that format 1 gives to groups, datasets and attributes (docs/format.md).

#include <cstdint>

namespace sheaf::layout::names {

inline constexpr const char* sources = "__src__";
inline constexpr const char* ids = "id";
inline constexpr const char* keys = "ds_keys";
inline constexpr const char* sizes = "size";
inline constexpr const char* mtimes = "mtime";
inline constexpr const char* digests = "digest";
inline constexpr const char* failures = "__fail__";

inline constexpr const char* array = "__arr__";
inline constexpr const char* references = "__ref__";
inline constexpr const char* spans = "__span__";
inline constexpr const char* flat = "arr";
inline constexpr const char* shapes = "shape_";

inline constexpr const char* format_attr = "sheaf_format";
inline constexpr const char* version_attr = "sheaf_version";
inline constexpr const char* complete_attr = "sheaf_complete";
inline constexpr const char* feature_attr = "sheaf_feature";
inline constexpr const char* ragged_attr = "sheaf_ragged";

inline constexpr const char* format = "1.0";

// Rows a chunk of everything that has one row a source.
inline constexpr std::int64_t source_chunk_rows = 1024;

}  // namespace sheaf::layout::names
