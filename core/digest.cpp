// SPDX-License-Identifier: MIT
#include "core/digest.hpp"

#include <new>
#include <xxhash.h>

namespace sheaf {

Digest::Digest() : state_(XXH3_createState()) {
  if (state_ == nullptr) throw std::bad_alloc();
  XXH3_128bits_reset(state_);
}

Digest::~Digest() { XXH3_freeState(state_); }

void Digest::update(const void* data, std::size_t size) noexcept {
  XXH3_128bits_update(state_, data, size);
}

std::string Digest::text() const {
  XXH128_canonical_t canonical{};
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_));
  constexpr const char* digits = "0123456789abcdef";
  std::string text = "xxh128:";
  for (const unsigned char byte : canonical.digest) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

}  // namespace sheaf
