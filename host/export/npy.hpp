// SPDX-License-Identifier: MIT
#pragma once
// Arrays as .npy files: numpy.lib.format, version 1.0 (strings as fixed-width UTF-32).
//
// Model: a header, then the elements, row-major and little-endian, as they lie in memory. Whoever
// writes an array that doesn't fit into memory writes the header and then block after block.
// Threads: plain functions.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/value.hpp"

namespace sheaf::host {

struct NpyType {
  Dtype dtype;
  Shape shape;
  std::size_t string_width = 1;  // of strings: characters an element
};

[[nodiscard]] std::string npy_header(const NpyType& type);
// Of the elements, without the header; the largest int64 where that is too large.
[[nodiscard]] std::int64_t npy_content_bytes(const NpyType& type) noexcept;

// What is no UTF-8 counts a character a byte.
[[nodiscard]] std::size_t character_count(std::string_view text) noexcept;
// The text as an element of a string array: UTF-32, filled up with zeros.
void append_npy_text(std::string_view text, std::size_t string_width, std::string& bytes);

// Replaces an ordinary file once the new one is whole. Throws Error; then the old one stays.
void write_npy(const std::filesystem::path& file, const Value& value);

}  // namespace sheaf::host
